/*
title  = { zh = "施工现场建筑垃圾单位面积排放量", en = "Waste sent off site per floor area" }
unit   = "t/10⁴ m²"
grain  = ["project"]
inputs = { project = ["project"], building = ["project", "floor_area"], waste_load = ["project", "loads", "net_mass", "bound", "in_intensity", "discharged"] }
source = { document = "waste_reduction_2020", article = { zh = "工作目标（条号未见）", en = "goals (clause number not seen)" }, checked = "secondary" }

[notes]
zh = """w = Σm / (A/10⁴)。m 为离场的各类垃圾质量，不含工程渣土和工程泥浆，也不含写明场内再利用的（去向空着的算离场，我方约定）；A 为全部单体建筑面积之和。没有过磅的工地数值未知，不是零；
只有零报告的工地为零。来源不明的车次计入 high；没有质量的在 high 中按车次 × 本项目最重的一车计，每车不小于满载的一车（waste_load 的 bound，我方约定）；本项目没有一车过磅则
数值未知。coverage 为来源和质量都清楚的车次占比，一行代表几车即计几车，零报告不算车次；只有零报告的为 100%。"""
en = """w = Σm / (A/10⁴): m is the mass of waste that left the gate, without spoil (工程渣土) and slurry (工程泥浆) and without what the ticket says was reused on site (one
that names no place left, our convention); A is the floor area of all buildings. A site that has weighed nothing has an unknown figure, not zero; one with zero
reports only has zero. Loads of unknown origin count in `high`; loads of unknown mass count in `high` as the heaviest load of the project each, and as a full
truck at least (`bound` of waste_load, our convention); where no load of the project was weighed the figure is unknown. `coverage` is the share of loads whose
origin and mass are known; a row that stands for several loads counts as many, a zero report is no load; with zero reports only it is 100 %."""
*/
WITH area AS (
       SELECT project, sum(floor_area) AS declared,                                               -- m²
              CASE WHEN count(floor_area) = count(*) THEN sum(floor_area) END AS floor_area       -- m², null where a building has none
       FROM building GROUP BY project),
     counted AS (
       SELECT project, sum(CASE WHEN in_intensity THEN net_mass END) AS mass,                     -- t
              CASE WHEN count(bound) = count(*) THEN sum(bound) END AS most,                      -- t, null where nothing bounds it
              coalesce(percentage(sum(CASE WHEN in_intensity AND net_mass IS NOT NULL THEN loads ELSE 0 END), sum(loads)), 100) AS coverage
       FROM waste_load WHERE discharged AND coalesce(in_intensity, TRUE) GROUP BY project)
SELECT every.project, CASE WHEN counted.most IS NOT NULL THEN 10000 * counted.mass / nullif(area.floor_area, 0) END AS value,
       CASE WHEN coalesce(area.declared, 0) = 0 THEN 'no_floor_area'
            WHEN area.floor_area IS NULL THEN 'some_floor_area_missing'
            WHEN counted.mass IS NULL THEN 'no_load_weighed' WHEN counted.most IS NULL THEN 'no_mass_known' END AS gap,
       counted.coverage,
       CASE WHEN counted.mass IS NOT NULL THEN 10000 * counted.most / nullif(area.floor_area, 0) END AS high
FROM (SELECT DISTINCT project FROM project) AS every
     LEFT JOIN area ON area.project = every.project
     LEFT JOIN counted ON counted.project = every.project
