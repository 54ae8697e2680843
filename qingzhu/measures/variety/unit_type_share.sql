/*
title  = { zh = "基本户型面积占比", en = "Area of the most repeated unit types" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], unit_type = ["project", "building", "unit_type", "units", "floor_area"] }
parameters = { top_rule = ["component_kind", "by", "k"] }
source = { document = "gbt51129_2015", clause = "标准化设计（条号未见）", checked = "unverified" }

[notes]
zh = """套数最多的 k 种户型的面积占所填各户型总面积之比 [m²]；k 见 top_rule（unit_type）。末位套数相同者，value 取每套面积小的，high 取大的。户型面积 = 套数 × 每套面积。取自户型表，一户型缺套数或面积即没有此值；分母不含公共部分。"""
en = """The area of the k types of which there are most units over the area of all types listed [m²]; k is in top_rule (unit_type). Of equal numbers at the last place value takes
the smaller flats, high the larger. The area of a type is its number times the area of one. From the table of unit types; where one lacks number or area there is
no figure. What the units share is not in the denominator."""
*/
WITH rule AS (SELECT max(k) AS k FROM top_rule WHERE by = 'unit_area'),
     placed AS (
       SELECT project, building, units, units * floor_area AS area,
              row_number() OVER (PARTITION BY project, building ORDER BY units DESC, floor_area, unit_type) AS place,
              row_number() OVER (PARTITION BY project, building ORDER BY units DESC, floor_area DESC, unit_type) AS place_at_most
       FROM unit_type),
     listed AS (
       SELECT placed.project, placed.building, rule.k, count(*) AS types, count(placed.area) AS measured, sum(placed.area) AS area,
              sum(CASE WHEN placed.place <= rule.k THEN placed.area ELSE 0 END) AS top,
              sum(CASE WHEN placed.place_at_most <= rule.k THEN placed.area ELSE 0 END) AS most
       FROM placed CROSS JOIN rule GROUP BY placed.project, placed.building, rule.k),
     judged AS (
       SELECT building.project, building.building, listed.types, listed.measured, listed.area, listed.top, listed.most,
              CASE WHEN listed.types IS NULL THEN 'no_unit_type'
                   WHEN listed.k IS NULL THEN 'no_top_rule'
                   WHEN listed.measured < listed.types OR listed.area = 0 THEN 'some_unit_area_missing' END AS gap
       FROM building LEFT JOIN listed ON listed.project = building.project AND listed.building = building.building)
SELECT project, building, CASE WHEN gap IS NULL THEN percentage(top, area) END AS value, gap, percentage(measured, types) AS coverage,
       CASE WHEN gap IS NULL THEN percentage(most, area) END AS high
FROM judged
