/*
title  = { zh = "单位面积排放量（分类别）", en = "Waste sent off site per floor area, by class" }
unit   = "t/10⁴ m²"
grain  = ["project", "waste_class"]
inputs = { project = ["project"], building = ["project", "floor_area"], waste_load = ["project", "zero_report", "waste_class", "loads", "net_mass", "bound", "in_intensity", "discharged"] }
parameters = { waste_class = ["waste_class"] }
source = { document = "waste_reduction_2020", article = { zh = "工作目标（条号未见）", en = "goals (clause number not seen)" }, checked = "secondary" }

[notes]
zh = """同 waste_intensity，按垃圾类别分列；各类与类别不明的之和等于 waste_intensity。类别不明的车次（质量不明的按 waste_load 的 bound）计入每一类的 high，不丢弃；
来源或质量不明而类别已知的，只计入该类的 high；本项目没有一车过磅则该类未知。没有过磅单的类别为零，但须工地有来源、类别、质量都清楚的车次，或零报告；计入的车次没有一车写明类别时未知。
coverage 为全工地来源、类别、质量都清楚的车次占比，零报告不算车次。"""
en = """As waste_intensity, by class of waste: the classes and what has no class add up to it. Loads of unknown class count in `high` of every class (those without a
mass with `bound` of waste_load); loads of known class and unknown origin or mass count in `high` of their own; where no load of the project was weighed, it is unknown. A class
without loads is zero once the site has a load of known origin, class and mass, or a zero report; while no load that counts names a class, nothing is known.
`coverage` is the share of all loads of the site whose origin, class and mass are known; a zero report is no load."""
*/
WITH area AS (
       SELECT project, sum(floor_area) AS declared,                                               -- m²
              CASE WHEN count(floor_area) = count(*) THEN sum(floor_area) END AS floor_area       -- m², null where a building has none
       FROM building GROUP BY project),
     kind AS (SELECT DISTINCT waste_class FROM waste_class),
     load AS (
       SELECT waste_load.project, kind.waste_class, waste_load.zero_report, waste_load.loads, waste_load.net_mass, waste_load.bound,      -- t
              coalesce(waste_load.in_intensity, FALSE) AND waste_load.net_mass IS NOT NULL AND kind.waste_class IS NOT NULL AS clear
       FROM waste_load LEFT JOIN kind ON kind.waste_class = waste_load.waste_class
       WHERE waste_load.discharged AND coalesce(waste_load.in_intensity, TRUE)),
     counted AS (
       SELECT load.project, kind.waste_class, bool_or(load.zero_report OR load.clear) AS clear,
              bool_and(load.zero_report OR load.waste_class IS NULL) AND NOT bool_and(load.zero_report) AS unnamed,
              sum(CASE WHEN load.clear AND load.waste_class = kind.waste_class THEN load.net_mass ELSE 0 END) AS mass,
              sum(CASE WHEN coalesce(load.waste_class = kind.waste_class, TRUE) THEN load.bound ELSE 0 END) AS most,
              bool_and(load.bound IS NOT NULL OR coalesce(load.waste_class <> kind.waste_class, FALSE)) AS bounded,
              coalesce(percentage(sum(CASE WHEN load.clear THEN load.loads ELSE 0 END), sum(load.loads)), 100) AS coverage
       FROM load CROSS JOIN kind GROUP BY load.project, kind.waste_class)
SELECT every.project, kind.waste_class,
       CASE WHEN counted.clear AND NOT counted.unnamed AND counted.bounded THEN 10000 * counted.mass / nullif(area.floor_area, 0) END AS value,
       CASE WHEN coalesce(area.declared, 0) = 0 THEN 'no_floor_area'
            WHEN area.floor_area IS NULL THEN 'some_floor_area_missing'
            WHEN counted.unnamed THEN 'no_class_named'
            WHEN NOT coalesce(counted.clear, FALSE) THEN 'no_load_weighed' WHEN NOT counted.bounded THEN 'no_mass_known' END AS gap,
       counted.coverage,
       CASE WHEN counted.clear AND NOT counted.unnamed AND counted.bounded THEN 10000 * counted.most / nullif(area.floor_area, 0) END AS high
FROM (SELECT DISTINCT project FROM project) AS every CROSS JOIN kind
     LEFT JOIN area ON area.project = every.project
     LEFT JOIN counted ON counted.project = every.project AND counted.waste_class = kind.waste_class
