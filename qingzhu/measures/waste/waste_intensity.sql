/*
title  = { zh = "施工现场建筑垃圾单位面积排放量", en = "Waste sent off site per floor area" }
unit   = "t/10⁴ m²"
grain  = ["project"]
inputs = { project = ["project"], building = ["project", "floor_area"], weighing = ["project", "zero_report", "waste_origin", "net_mass", "disposal"] }
parameters = { waste_origin = ["waste_origin", "in_intensity"] }
source = { document = "waste_reduction_2020", article = { zh = "工作目标（条号未见）", en = "goals (clause number not seen)" }, checked = "secondary" }
rows   = { weighing = "zero_report OR coalesce(disposal, '') <> 'reused_on_site'" }

[notes]
zh = """w = Σm / (A/10⁴)。m 为离场的各类垃圾质量，不含工程渣土和工程泥浆，也不含场内再利用；A 为全部单体建筑面积之和。没有过磅的工地数值未知，不是零；
只有零报告的工地为零。来源不明的车次计入 high；没有质量的车次在 high 中按本项目最重的一车计（我方约定）。coverage 为来源和质量都清楚的车次占比。"""
en = """w = Σm / (A/10⁴): m is the mass of waste that left the gate, without spoil (工程渣土) and slurry (工程泥浆) and without what was reused on site;
A is the floor area of all buildings. A site that has weighed nothing has an unknown figure, not zero; one with zero reports only has zero. Loads of
unknown origin count in `high`; loads of unknown mass count in `high` as the heaviest load of the project (our convention). `coverage` is the share
of loads whose origin and mass are known."""
*/
WITH area AS (
       SELECT project, sum(floor_area) AS floor_area,                                             -- m²
              count(*) AS buildings, count(floor_area) AS measured
       FROM building GROUP BY project),
     load AS (
       SELECT weighing.project, weighing.zero_report, weighing.net_mass,                          -- t
              coalesce(waste_origin.in_intensity, TRUE) AS may_count,
              waste_origin.in_intensity IS NOT NULL AND weighing.net_mass IS NOT NULL AS known
       FROM weighing LEFT JOIN waste_origin ON waste_origin.waste_origin = weighing.waste_origin
       WHERE weighing.zero_report OR coalesce(weighing.disposal, '') <> 'reused_on_site'),
     heaviest AS (SELECT project, max(net_mass) AS net_mass FROM load GROUP BY project),          -- t
     counted AS (
       SELECT load.project, count(*) AS reports,
              sum(CASE WHEN load.zero_report THEN 0 WHEN load.known THEN load.net_mass END) AS mass,
              sum(CASE WHEN load.zero_report THEN 0 ELSE coalesce(load.net_mass, heaviest.net_mass) END) AS most,
              sum(CASE WHEN load.zero_report OR load.known THEN 1 ELSE 0 END) AS clear
       FROM load JOIN heaviest ON heaviest.project = load.project
       WHERE load.zero_report OR load.may_count GROUP BY load.project)
SELECT every.project,
       CASE WHEN area.measured = area.buildings THEN 10000 * counted.mass / nullif(area.floor_area, 0) END AS value,
       CASE WHEN coalesce(area.floor_area, 0) = 0 THEN 'no_floor_area'
            WHEN area.measured < area.buildings THEN 'some_floor_area_missing'
            WHEN counted.mass IS NULL THEN 'no_load_weighed' END AS gap,
       percentage(counted.clear, counted.reports) AS coverage,
       CASE WHEN area.measured = area.buildings AND counted.mass IS NOT NULL
            THEN 10000 * counted.most / nullif(area.floor_area, 0) END AS high
FROM (SELECT DISTINCT project FROM project) AS every
     LEFT JOIN area ON area.project = every.project
     LEFT JOIN counted ON counted.project = every.project
