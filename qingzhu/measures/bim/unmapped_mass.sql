/*
title  = { zh = "未映射图元质量", en = "Mass of unmapped elements" }
unit   = "t"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "model", "global_id", "mapped", "counted"], element_carbon = ["project", "building", "model", "global_id", "mass"] }
rows   = { mapped_element = "counted AND NOT mapped" }
source = { document = "house_rules", clause = "未映射图元", checked = "convention" }

[notes]
zh = """未映射图元的材料质量之和（element_carbon：体积 × 密度，没有则模型写的重量）；密度、材料或工程量不知的不在其中，也不是零。coverage 为质量已知的材料行占比。"""
en = """The mass of the materials of unmapped elements (element_carbon: volume times density, else the weight the model writes). What has no density, no material
or no quantity is not in it, and not zero. coverage is the share of their rows of materials whose mass is known."""
*/
WITH held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building),
     open AS (
       SELECT m.project, m.building, count(*) AS parts, count(c.mass) AS weighed, sum(c.mass) AS mass
       FROM mapped_element AS m
            LEFT JOIN element_carbon AS c ON c.project = m.project AND c.model = m.model AND c.global_id = m.global_id
       WHERE m.counted AND NOT m.mapped GROUP BY m.project, m.building)
SELECT building.project, building.building,
       CASE WHEN held.elements > 0 AND unplaced.parts IS NULL THEN CASE WHEN open.parts > 0 THEN open.mass ELSE 0 END END AS value,
       CASE WHEN unplaced.parts > 0 THEN 'model_without_building'
            WHEN held.elements IS NULL THEN 'no_model'
            WHEN open.parts > 0 AND open.weighed = 0 THEN 'no_material_mass' END AS gap,
       CASE WHEN held.elements > 0 AND unplaced.parts IS NULL THEN coalesce(percentage(open.weighed, open.parts), 100) END AS coverage
FROM building LEFT JOIN held ON held.project = building.project AND held.building = building.building
              LEFT JOIN open ON open.project = building.project AND open.building = building.building
              LEFT JOIN open AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL
