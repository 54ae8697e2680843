/*
title  = { zh = "模型完整性", en = "Completeness of the model" }
unit   = "%"
grain  = ["project", "model"]
inputs = { model_file = ["project", "model"], mapped_element = ["project", "model", "listed_as", "role", "gbt51129", "mapped", "storey", "materials", "volume", "area", "length"] }
source = { document = "house_rules", clause = "模型完整性", checked = "convention" }
rows   = { mapped_element = "(role IS NULL OR gbt51129 <> 'none') AND (storey IS NULL OR materials = '[]' OR NOT mapped OR coalesce(volume, area, length) IS NULL)" }

[notes]
zh = """装配率各项要用的图元（角色属竖向、水平、围护、内隔墙、楼地面、管线者，和没有角色的图元）中，楼层、材料、角色与建造方式、工程量（体积、面积或长度）四样齐全者的占比。"""
en = """Of the elements that a ratio of GB/T 51129 could use (vertical, horizontal, enclosure, inner wall, floor finish, pipe, and those without a role), the
share that has all four: storey, material, role with construction, and a quantity (volume, area or length)."""
*/
WITH listed AS (
       SELECT model_file.project, model_file.model
       FROM model_file LEFT JOIN mapped_element ON mapped_element.project = model_file.project AND mapped_element.listed_as = model_file.model
       WHERE mapped_element.project IS NULL
       UNION
       SELECT project, model FROM mapped_element),
     asked AS (
       SELECT project, model, count(*) AS elements,
              sum(CASE WHEN storey IS NOT NULL AND materials <> '[]' AND mapped AND coalesce(volume, area, length) IS NOT NULL THEN 1 ELSE 0 END) AS complete
       FROM mapped_element WHERE role IS NULL OR gbt51129 <> 'none' GROUP BY project, model),
     held AS (SELECT project, model, count(*) AS elements FROM mapped_element GROUP BY project, model)
SELECT listed.project, listed.model,
       percentage(asked.complete, asked.elements) AS value,
       CASE WHEN held.elements IS NULL THEN 'model_not_read'
            WHEN asked.elements IS NULL THEN 'no_such_member' END AS gap
FROM listed LEFT JOIN asked ON asked.project = listed.project AND asked.model = listed.model
            LEFT JOIN held ON held.project = listed.project AND held.model = listed.model
