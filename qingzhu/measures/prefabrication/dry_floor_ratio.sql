/*
title  = { zh = "干式工法楼面、地面应用比例（q3a）", en = "Floors laid dry (q3a)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building", "floor_area"], storey = ["project", "building", "floor_area"], counted_part = ["project", "building", "item", "amount", "bound", "favours"], mapped_element = ["project", "building"], takeoff = ["project", "building", "item", "part", "value"] }
source = { document = "gbt51129_2017", clause = "4.0.10", checked = "unverified" }
rows   = { takeoff = "item = 'q3a'" }

[notes]
zh = """q3a = A3a / A：干式工法楼面、地面的水平投影面积之和与各层建筑平面总面积之比 [m²]。分母 A 取计算书的分母，没有则取各楼层平面面积之和（须每层都有），再没有则取单体建筑面积。分子：模型中有此类构件时按模型（counted_part 中
q3a 各行），否则按计算书。未知的构件不进分子，故 value 为下限；high 为其全部有利时的值（没有面积的按 bound 计），不超过 100。coverage：已知面积占比乘以有面积的构件占比。
A 是否只算地上，原文待核对。"""
en = """q3a = A3a / A: plan area of floors laid dry over the plan area of all storeys [m²]. A is the take-off's denominator, else the sum over storeys (each must have its area), else the floor area of the building. The
numerator comes from models where they hold such members (rows q3a of counted_part), else from the take-off. What is unknown stays out of the
numerator, so value is a lower bound; high is the value if all of it counted (one without
area by its bound), at most 100. coverage: the share of the area that is settled, times the
share of members that have an area. Whether A is above ground only is to be checked in the text."""
*/
WITH model AS (
       SELECT project, building, count(*) AS members, count(amount) AS measured,
              sum(amount) AS total,
              sum(CASE WHEN favours THEN amount ELSE 0 END) AS counted,
              sum(CASE WHEN favours IS NULL THEN amount ELSE 0 END) AS open,
              sum(CASE WHEN amount IS NULL AND coalesce(favours, TRUE) THEN bound ELSE 0 END) AS unmeasured_for
       FROM counted_part WHERE item = 'q3a' GROUP BY project, building),
     declared AS (
       SELECT project, building, sum(CASE WHEN part = 'numerator' THEN value END) AS counted, sum(CASE WHEN part = 'denominator' THEN value END) AS total
       FROM takeoff WHERE item = 'q3a' GROUP BY project, building),
     level AS (
       SELECT project, building, sum(floor_area) AS floor_area, count(*) AS storeys, count(floor_area) AS measured
       FROM storey GROUP BY project, building),
     area AS (
       SELECT building.project, building.building,
              coalesce(declared.total, CASE WHEN level.measured = level.storeys THEN level.floor_area END, building.floor_area) AS total    -- m²
       FROM building LEFT JOIN declared ON declared.project = building.project AND declared.building = building.building
                     LEFT JOIN level ON level.project = building.project AND level.building = building.building),
     unplaced AS (SELECT project, count(*) AS elements FROM mapped_element WHERE building IS NULL GROUP BY project)
SELECT area.project, area.building,
       CASE WHEN model.members IS NULL THEN percentage(declared.counted, area.total)
            WHEN area.total > 0 AND model.total > 0 AND model.open < model.total THEN least(100, percentage(model.counted, area.total)) END AS value,
       CASE WHEN model.members IS NULL AND declared.project IS NULL AND unplaced.elements > 0 THEN 'model_without_building'
            WHEN model.members IS NULL AND declared.project IS NULL THEN 'no_such_member'
            WHEN coalesce(area.total, 0) = 0 THEN 'no_floor_area'
            WHEN model.members IS NULL AND declared.counted IS NULL THEN 'takeoff_incomplete'
            WHEN model.members IS NULL THEN NULL
            WHEN coalesce(model.total, 0) = 0 THEN 'no_quantity'
            WHEN model.open >= model.total THEN 'construction_unknown' END AS gap,
       CASE WHEN model.members IS NULL THEN CASE WHEN declared.counted IS NOT NULL THEN 100 END
            ELSE percentage(model.total - model.open, model.total) * model.measured / nullif(model.members, 0) END AS coverage,
       CASE WHEN model.members IS NULL THEN percentage(declared.counted, area.total)
            WHEN coalesce(model.total, 0) = 0 OR coalesce(area.total, 0) = 0 OR model.open >= model.total THEN NULL
            ELSE least(100, percentage(model.counted + model.open + model.unmeasured_for, area.total)) END AS high
FROM area LEFT JOIN model ON model.project = area.project AND model.building = area.building
          LEFT JOIN declared ON declared.project = area.project AND declared.building = area.building
          LEFT JOIN unplaced ON unplaced.project = area.project
