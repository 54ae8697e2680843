/*
title  = { zh = "单位面积排放量（分阶段）", en = "Waste sent off site per floor area, by stage of works" }
unit   = "t/10⁴ m²"
grain  = ["project", "stage"]
inputs = { stage = ["project", "row", "stage", "from_date", "to_date"], building = ["project", "floor_area"], waste_load = ["project", "day", "loads", "net_mass", "bound", "in_intensity", "discharged"] }
parameters = { judgement = ["on_date"] }
source = { document = "waste_manual_2020", article = { zh = "统计阶段：地下结构、地上结构、装修及机电安装", en = "stages of statistics: underground, above ground, fit-out" }, checked = "unverified" }

[notes]
zh = """同 waste_intensity，只计该阶段（本地日期，首尾都算）内离场的垃圾，面积仍为全部建筑面积。未写结束日期的阶段到项目下一阶段开始的前一日为止，没有下一阶段的到评价日。
两个阶段的日期重叠时，车次只计入其中开始最晚的一个（同日开始的，计入登记在后的；我方约定），所以各阶段之和不超过 waste_intensity。阶段内既无计入的过磅单也无零报告则未知。
阶段之外的过磅单不在任何阶段内。"""
en = """As waste_intensity, for what left during the stage (local days, both ends included), per the whole floor area. A stage without a last day ends the day before
the next stage of the project begins, or on the day of judgement where none follows. Where stages overlap, a load counts once, in the stage that began last (of
those that began on one day, in the one entered later; our convention), so that the stages never add up to more than waste_intensity. Unknown when the stage has
neither a load that counts nor a zero report. A load outside all stages belongs to none."""
*/
WITH area AS (
       SELECT project, sum(floor_area) AS declared,                                               -- m²
              CASE WHEN count(floor_area) = count(*) THEN sum(floor_area) END AS floor_area       -- m², null where a building has none
       FROM building GROUP BY project),
     dated AS (
       SELECT stage.project, stage.stage, stage.row, day_number(stage.from_date) AS first_day, day_number(stage.to_date) AS last_day,
              day_number(judgement.on_date) AS on_day
       FROM stage CROSS JOIN judgement),
     span AS (
       SELECT project, stage, row, first_day, on_day,
              coalesce(last_day, lead(first_day) OVER (PARTITION BY project ORDER BY first_day, row) - 1, on_day) AS last_day
       FROM dated),
     placed AS (                                                     -- the stages of each day with a load, the one that began last first
       SELECT loaded.project, loaded.day, span.stage,
              row_number() OVER (PARTITION BY loaded.project, loaded.day ORDER BY span.first_day DESC, span.row DESC) AS place
       FROM (SELECT DISTINCT project, day FROM waste_load) AS loaded
            JOIN span ON span.project = loaded.project AND loaded.day BETWEEN span.first_day AND span.last_day),
     counted AS (
       SELECT placed.project, placed.stage, sum(CASE WHEN load.in_intensity THEN load.net_mass END) AS mass,           -- t
              CASE WHEN count(load.bound) = count(*) THEN sum(load.bound) END AS most,                                 -- t
              coalesce(percentage(sum(CASE WHEN load.in_intensity AND load.net_mass IS NOT NULL THEN load.loads ELSE 0 END), sum(load.loads)), 100) AS coverage
       FROM waste_load AS load JOIN placed ON placed.project = load.project AND placed.day = load.day
       WHERE placed.place = 1 AND load.discharged AND coalesce(load.in_intensity, TRUE) GROUP BY placed.project, placed.stage)
SELECT every.project, every.stage, CASE WHEN counted.most IS NOT NULL THEN 10000 * counted.mass / nullif(area.floor_area, 0) END AS value,
       CASE WHEN coalesce(area.declared, 0) = 0 THEN 'no_floor_area'
            WHEN area.floor_area IS NULL THEN 'some_floor_area_missing'
            WHEN every.first_day > every.on_day THEN 'stage_not_begun'
            WHEN counted.mass IS NULL THEN 'no_load_weighed' WHEN counted.most IS NULL THEN 'no_mass_known' END AS gap,
       counted.coverage,
       CASE WHEN counted.mass IS NOT NULL THEN 10000 * counted.most / nullif(area.floor_area, 0) END AS high
FROM (SELECT project, stage, min(first_day) AS first_day, max(on_day) AS on_day FROM span GROUP BY project, stage) AS every
     LEFT JOIN area ON area.project = every.project
     LEFT JOIN counted ON counted.project = every.project AND counted.stage = every.stage
