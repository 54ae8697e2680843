/*
title  = { zh = "内隔墙非砌筑应用比例（q2c）", en = "Inner walls not of masonry (q2c)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], counted_part = ["project", "building", "item", "amount", "bound", "favours"], mapped_element = ["project", "building"], takeoff = ["project", "building", "item", "part", "value"] }
source = { document = "gbt51129_2017", clause = "4.0.8", checked = "unverified" }
rows   = { takeoff = "item = 'q2c'" }

[notes]
zh = """q2c = A2c / Aw3：非砌筑内隔墙墙面面积与内隔墙墙面总面积之比 [m²]。模型中有此类构件时按模型（counted_part 中 q2c 各行），否则按工程量计算书。value 为下限：未映射、建造方式不明的留在分母，
工程量未知的按 bound 计入分母；high 为其全部有利时的值。coverage：已知部分占工程量之比乘以有工程量的构件占比。"""
en = """q2c = A2c / Aw3: face of inner walls not of masonry over that of all inner walls [m²]. Taken from models where they hold such members (rows q2c of counted_part), else from the take-off. value is a lower bound: what is
unmapped or made in an unknown way stays in the denominator, an unknown amount is taken for its bound there; high is the value if all of that
counted in favour. coverage: the share of the amount that is settled, times the share of members that have an amount."""
*/
WITH model AS (
       SELECT project, building, count(*) AS members, count(amount) AS measured,
              sum(amount) AS total,
              sum(CASE WHEN favours THEN amount ELSE 0 END) AS counted,
              sum(CASE WHEN favours IS NULL THEN amount ELSE 0 END) AS open,
              sum(CASE WHEN amount IS NULL AND NOT coalesce(favours, FALSE) THEN bound ELSE 0 END) AS unmeasured_against,
              sum(CASE WHEN amount IS NULL AND coalesce(favours, TRUE) THEN bound ELSE 0 END) AS unmeasured_for
       FROM counted_part WHERE item = 'q2c' GROUP BY project, building),
     declared AS (
       SELECT project, building, sum(CASE WHEN part = 'numerator' THEN value END) AS counted, sum(CASE WHEN part = 'denominator' THEN value END) AS total
       FROM takeoff WHERE item = 'q2c' GROUP BY project, building),
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
