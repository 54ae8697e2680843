/*
title  = { zh = "未映射图元数（按类）", en = "Number of unmapped elements by class" }
unit   = "1"
grain  = ["project", "building", "ifc_class"]
inputs = { mapped_element = ["project", "building", "ifc_class", "mapped", "counted"] }
source = { document = "house_rules", clause = "未映射图元", checked = "convention" }
rows   = { mapped_element = "counted AND NOT mapped" }
notes  = { zh = "有未映射图元的单体与类才有此值。", en = "Only buildings and classes with unmapped elements have a figure." }
*/
SELECT project, building, ifc_class, count(*) AS value, NULL AS gap
FROM mapped_element
WHERE counted AND NOT mapped AND building IS NOT NULL
GROUP BY project, building, ifc_class
