/*
title  = { zh = "围护墙一体化应用比例（q2b）", en = "Enclosure walls in one with insulation and finish (q2b)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], counted_part = ["project", "building", "item", "amount", "bound", "favours"], mapped_element = ["project", "building"], takeoff = ["project", "building", "item", "part", "value"] }
source = { document = "gbt51129_2017", clause = "4.0.7", checked = "unverified" }
rows   = { takeoff = "item = 'q2b'" }

[notes]
zh = """q2b = A2b / Aw2：与保温、隔热、装饰一体化的围护墙外表面积与围护墙总外表面积之比 [m²]。模型中有此类构件时按模型（counted_part 中 q2b 各行），否则按工程量计算书。value 为下限：未映射、建造方式不明的留在分母，
工程量未知的按 bound 计入分母；high 为其全部有利时的值。coverage：已知部分占工程量之比乘以有工程量的构件占比。一体化由映射的 system = integrated 说明，没有说明即未知。承重的围护墙未单独区分，待核对。"""
en = """q2b = A2b / Aw2: outer face of walls in one with insulation, heat protection or finish over that of all enclosure walls [m²]. Taken from models where they hold such members (rows q2b of counted_part), else from the take-off. value is a lower bound: what is
unmapped or made in an unknown way stays in the denominator, an unknown amount is taken for its bound there; high is the value if all of that
counted in favour. coverage: the share of the amount that is settled, times the share of members that have an amount. Being integrated is said by system = integrated of the mapping; unsaid is unknown. Bearing walls that enclose are not told apart; to be checked."""
*/
WITH model AS (
       SELECT project, building, count(*) AS members, count(amount) AS measured,
              sum(amount) AS total,
              sum(CASE WHEN favours THEN amount ELSE 0 END) AS counted,
              sum(CASE WHEN favours IS NULL THEN amount ELSE 0 END) AS open,
              sum(CASE WHEN amount IS NULL AND NOT coalesce(favours, FALSE) THEN bound ELSE 0 END) AS unmeasured_against,
              sum(CASE WHEN amount IS NULL AND coalesce(favours, TRUE) THEN bound ELSE 0 END) AS unmeasured_for
       FROM counted_part WHERE item = 'q2b' GROUP BY project, building),
     declared AS (
       SELECT project, building, sum(CASE WHEN part = 'numerator' THEN value END) AS counted, sum(CASE WHEN part = 'denominator' THEN value END) AS total
       FROM takeoff WHERE item = 'q2b' GROUP BY project, building),
     unplaced AS (SELECT project, count(*) AS elements FROM mapped_element WHERE building IS NULL GROUP BY project)
SELECT building.project, building.building,
       CASE WHEN model.members IS NULL THEN percentage(declared.counted, declared.total)
            WHEN model.open < model.total THEN percentage(model.counted, model.total + model.unmeasured_against) END AS value,
       CASE WHEN model.members IS NULL AND declared.project IS NULL AND unplaced.elements > 0 THEN 'model_without_building'
            WHEN model.members IS NULL AND declared.project IS NULL THEN 'no_such_member'
            WHEN model.members IS NULL AND (declared.counted IS NULL OR coalesce(declared.total, 0) = 0) THEN 'takeoff_incomplete'
            WHEN model.members IS NULL THEN NULL
            WHEN coalesce(model.total, 0) = 0 THEN 'no_quantity'
            WHEN model.open >= model.total THEN 'construction_unknown' END AS gap,
       CASE WHEN model.members IS NULL THEN CASE WHEN coalesce(declared.total, 0) > 0 AND declared.counted IS NOT NULL THEN 100 END
            ELSE percentage(model.total - model.open, model.total) * model.measured / nullif(model.members, 0) END AS coverage,
       CASE WHEN model.members IS NULL THEN percentage(declared.counted, declared.total)
            WHEN model.open < model.total THEN percentage(model.counted + model.open + model.unmeasured_for, model.total + model.unmeasured_for) END AS high
FROM building LEFT JOIN model ON model.project = building.project AND model.building = building.building
              LEFT JOIN declared ON declared.project = building.project AND declared.building = building.building
              LEFT JOIN unplaced ON unplaced.project = building.project
