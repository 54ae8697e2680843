/*
title  = { zh = "单位面积排放量（分类别）", en = "Waste sent off site per floor area, by class" }
unit   = "t/10⁴ m²"
grain  = ["project", "waste_class"]
inputs = { project = ["project"], building = ["project", "floor_area"], weighing = ["project", "zero_report", "waste_origin", "waste_class", "net_mass", "disposal"] }
parameters = { waste_origin = ["waste_origin", "in_intensity"], waste_class = ["waste_class"] }
source = { document = "waste_reduction_2020", article = { zh = "工作目标（条号未见）", en = "goals (clause number not seen)" }, checked = "secondary" }
rows   = { weighing = "NOT zero_report AND coalesce(disposal, '') <> 'reused_on_site'" }

[notes]
zh = """同 waste_intensity，按垃圾类别分列；各类之和等于 waste_intensity。类别不明的车次计入每一类的 high，不丢弃。工地有计入的过磅单或零报告时，没有该类过磅单的类别为零。"""
en = """As waste_intensity, by class of waste: the classes and what has no class add up to it. Loads of unknown class (or origin) count in `high` of every
class. Once the site has a load that counts or a zero report, a class without loads is zero; before that it is unknown."""
*/
WITH area AS (
       SELECT project, sum(floor_area) AS floor_area,                                             -- m²
              count(*) AS buildings, count(floor_area) AS measured
       FROM building GROUP BY project),
     kind AS (SELECT DISTINCT waste_class FROM waste_class),
     load AS (
       SELECT weighing.project, weighing.zero_report, kind.waste_class, weighing.net_mass,        -- t
              waste_origin.in_intensity IS NOT NULL AND kind.waste_class IS NOT NULL AS known
       FROM weighing LEFT JOIN waste_origin ON waste_origin.waste_origin = weighing.waste_origin
                     LEFT JOIN kind ON kind.waste_class = weighing.waste_class
       WHERE (weighing.zero_report OR coalesce(weighing.disposal, '') <> 'reused_on_site') AND coalesce(waste_origin.in_intensity, TRUE)),
     site AS (
       SELECT load.project, count(*) AS reports, max(load.net_mass) AS heaviest, sum(load.net_mass) AS mass,
              sum(CASE WHEN load.known OR load.zero_report THEN 0 ELSE load.net_mass END) AS unclear,
              sum(CASE WHEN load.zero_report OR (load.known AND load.net_mass IS NOT NULL) THEN 1 ELSE 0 END) AS clear,
              sum(CASE WHEN load.zero_report OR load.known THEN 1 ELSE 0 END) AS classed
       FROM load GROUP BY load.project),
     counted AS (
       SELECT load.project, load.waste_class, sum(load.net_mass) AS mass,
              sum(CASE WHEN load.net_mass IS NULL THEN 1 ELSE 0 END) AS unweighed
       FROM load WHERE load.known GROUP BY load.project, load.waste_class)
SELECT every.project, kind.waste_class,
       CASE WHEN area.measured = area.buildings AND site.classed > 0
            THEN 10000 * coalesce(counted.mass, 0) / nullif(area.floor_area, 0) END AS value,
       CASE WHEN coalesce(area.floor_area, 0) = 0 THEN 'no_floor_area'
            WHEN area.measured < area.buildings THEN 'some_floor_area_missing'
            WHEN coalesce(site.classed, 0) = 0 THEN 'no_load_weighed' END AS gap,
       percentage(site.clear, site.reports) AS coverage,
       CASE WHEN area.measured = area.buildings AND site.classed > 0
            THEN 10000 * (coalesce(counted.mass, 0) + coalesce(site.unclear, 0) + coalesce(counted.unweighed, 0) * coalesce(site.heaviest, 0))
                 / nullif(area.floor_area, 0) END AS high
FROM (SELECT DISTINCT project FROM project) AS every CROSS JOIN kind
     LEFT JOIN area ON area.project = every.project
     LEFT JOIN site ON site.project = every.project
     LEFT JOIN counted ON counted.project = every.project AND counted.waste_class = kind.waste_class
