/*
title  = { zh = "单位面积排放量（分阶段）", en = "Waste sent off site per floor area, by stage of works" }
unit   = "t/10⁴ m²"
grain  = ["project", "stage"]
inputs = { stage = ["project", "stage", "from_date", "to_date"], building = ["project", "floor_area"], weighing = ["project", "time", "zero_report", "waste_origin", "net_mass", "disposal"] }
parameters = { waste_origin = ["waste_origin", "in_intensity"], judgement = ["on_date"] }
source = { document = "waste_manual_2020", article = { zh = "统计阶段：地下结构、地上结构、装修及机电安装", en = "stages of statistics: underground, above ground, fit-out" }, checked = "unverified" }
rows   = { weighing = "zero_report OR coalesce(disposal, '') <> 'reused_on_site'" }

[notes]
zh = """同 waste_intensity，只计该阶段（本地日期，首尾都算）内离场的垃圾，面积仍为全部建筑面积。阶段内既无计入的过磅单也无零报告则未知。阶段之外的过磅单不在任何阶段内。"""
en = """As waste_intensity, for what left during the stage (local days, both ends included), per the whole floor area. Unknown when the stage has neither a load
that counts nor a zero report. A load outside all stages belongs to none."""
*/
WITH area AS (
       SELECT project, sum(floor_area) AS floor_area,                                             -- m²
              count(*) AS buildings, count(floor_area) AS measured
       FROM building GROUP BY project),
     span AS (
       SELECT stage.project, stage.stage, day_number(stage.from_date) AS first_day,
              day_number(coalesce(stage.to_date, judgement.on_date)) AS last_day, day_number(judgement.on_date) AS on_day
       FROM stage CROSS JOIN judgement),
     load AS (
       SELECT weighing.project, local_day(weighing.time) AS day, weighing.zero_report, weighing.net_mass,      -- t
              waste_origin.in_intensity IS NOT NULL AND weighing.net_mass IS NOT NULL AS known
       FROM weighing LEFT JOIN waste_origin ON waste_origin.waste_origin = weighing.waste_origin
       WHERE (weighing.zero_report OR coalesce(weighing.disposal, '') <> 'reused_on_site') AND coalesce(waste_origin.in_intensity, TRUE)),
     heaviest AS (SELECT project, max(net_mass) AS net_mass FROM load GROUP BY project),
     counted AS (
       SELECT span.project, span.stage, count(*) AS reports,
              sum(CASE WHEN load.zero_report THEN 0 WHEN load.known THEN load.net_mass END) AS mass,
              sum(CASE WHEN load.zero_report THEN 0 ELSE coalesce(load.net_mass, heaviest.net_mass) END) AS most,
              sum(CASE WHEN load.zero_report OR load.known THEN 1 ELSE 0 END) AS clear
       FROM span JOIN load ON load.project = span.project AND load.day BETWEEN span.first_day AND span.last_day
                 JOIN heaviest ON heaviest.project = span.project
       GROUP BY span.project, span.stage)
SELECT every.project, every.stage,
       CASE WHEN area.measured = area.buildings THEN 10000 * counted.mass / nullif(area.floor_area, 0) END AS value,
       CASE WHEN coalesce(area.floor_area, 0) = 0 THEN 'no_floor_area'
            WHEN area.measured < area.buildings THEN 'some_floor_area_missing'
            WHEN every.first_day > every.on_day THEN 'stage_not_begun'
            WHEN counted.mass IS NULL THEN 'no_load_weighed' END AS gap,
       percentage(counted.clear, counted.reports) AS coverage,
       CASE WHEN area.measured = area.buildings AND counted.mass IS NOT NULL
            THEN 10000 * counted.most / nullif(area.floor_area, 0) END AS high
FROM (SELECT project, stage, min(first_day) AS first_day, max(on_day) AS on_day FROM span GROUP BY project, stage) AS every
     LEFT JOIN area ON area.project = every.project
     LEFT JOIN counted ON counted.project = every.project AND counted.stage = every.stage
