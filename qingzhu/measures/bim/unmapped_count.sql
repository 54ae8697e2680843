/*
title  = { zh = "未映射图元数", en = "Number of unmapped elements" }
unit   = "1"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "mapped", "counted"] }
source = { document = "house_rules", clause = "未映射图元", checked = "convention" }
rows   = { mapped_element = "counted AND NOT mapped" }

[notes]
zh = """未映射：没有角色，或角色需要建造方式而不知如何建造。项目中有模型未指明单体而含未映射图元时，各单体都没有此值。按类列出见 unmapped_count_by_class。"""
en = """Unmapped: without a role, or with a role that needs a construction and none is known. Where a model that names no building holds some, no building of the
project has a figure. By class: unmapped_count_by_class."""
*/
WITH open AS (
       SELECT project, building, count(*) AS elements
       FROM mapped_element
       WHERE counted AND NOT mapped GROUP BY project, building),
     held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building)
SELECT building.project, building.building,
       CASE WHEN held.elements > 0 AND unplaced.elements IS NULL THEN coalesce(open.elements, 0) END AS value,
       CASE WHEN unplaced.elements > 0 THEN 'model_without_building' WHEN held.elements IS NULL THEN 'no_model' END AS gap
FROM building LEFT JOIN held ON held.project = building.project AND held.building = building.building
              LEFT JOIN open ON open.project = building.project AND open.building = building.building
              LEFT JOIN open AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL
