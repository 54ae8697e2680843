/*
title   = { zh = "构件规格", en = "Specs of components" }
grain   = ["project", "building", "component_kind"]
derived = true
columns = { project = "string", building = "string", component_kind = "string", role = "string", type_name = "string", material_key = "string", length = "float64", width = "float64", height = "float64", known = "bool", components = "int64", place = "int64" }
inputs  = { mapped_element = ["project", "building", "role", "type_name", "material_key", "component", "component_kind", "counted", "length", "width", "height", "size_from"] }
parameters = { spec_rule = ["tolerance"] }
source  = { document = "house_rules", clause = "同一规格", checked = "convention" }

[notes]
zh = """同一规格：角色、类型名称、材料键相同，且长、宽、高相差不超过 spec_rule 的容差（按大小排列，相邻两件之差超过容差处分开，三个尺寸各分一次）。
没有写明的尺寸以同体积长方体的边代替（见 mapped_element）；连体积也没有的尺寸未知，known 为假，另列一行。length、width、height 为该规格中最小者 [m]，
place 为该种构件中按件数由多到少的次序。配筋、预埋件、镜像与否没有证据，不作区分。"""
en = """The same spec: same role, type name and material key, and length, width and height within the tolerance of spec_rule (in order of size, parted
where two neighbours differ by more; once for each of the three sizes). A size that is not written is that of a box of the same volume (see
mapped_element); without volume it is unknown, known is false, and such components stand in a row of their own. length, width, height are the smallest of the
spec [m]; place is its rank by count within its kind. Rebar, inserts and mirroring are not evidence here and make no difference."""
*/
WITH component AS (
       SELECT e.project, e.building, e.component_kind, e.role, coalesce(e.type_name, '') AS type_name, coalesce(e.material_key, '') AS material_key,
              e.length, e.width, e.height, e.size_from IS NOT NULL AS known, spec_rule.tolerance + 0.000001 AS tolerance
       FROM mapped_element AS e CROSS JOIN spec_rule
       WHERE e.component AND e.counted AND e.building IS NOT NULL AND e.component_kind IS NOT NULL),
     long_step AS (
       SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, tolerance,
              CASE WHEN length - lag(length) OVER (PARTITION BY project, building, component_kind, role, type_name, material_key, known ORDER BY length)
                        > tolerance THEN 1 ELSE 0 END AS step
       FROM component),
     by_length AS (
       SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, tolerance,
              sum(step) OVER (PARTITION BY project, building, component_kind, role, type_name, material_key, known ORDER BY length) AS length_class
       FROM long_step),
     wide_step AS (
       SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, tolerance, length_class,
              CASE WHEN width - lag(width) OVER (PARTITION BY project, building, component_kind, role, type_name, material_key, known, length_class
                                                 ORDER BY width) > tolerance THEN 1 ELSE 0 END AS step
       FROM by_length),
     by_width AS (
       SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, tolerance, length_class,
              sum(step) OVER (PARTITION BY project, building, component_kind, role, type_name, material_key, known, length_class
                              ORDER BY width) AS width_class
       FROM wide_step),
     high_step AS (
       SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, length_class, width_class,
              CASE WHEN height - lag(height) OVER (PARTITION BY project, building, component_kind, role, type_name, material_key, known, length_class,
                                                   width_class ORDER BY height) > tolerance THEN 1 ELSE 0 END AS step
       FROM by_width),
     by_height AS (
       SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, length_class, width_class,
              sum(step) OVER (PARTITION BY project, building, component_kind, role, type_name, material_key, known, length_class, width_class
                              ORDER BY height) AS height_class
       FROM high_step),
     spec AS (
       SELECT project, building, component_kind, role, type_name, material_key, min(length) AS length, min(width) AS width, min(height) AS height,
              known, count(*) AS components
       FROM by_height
       GROUP BY project, building, component_kind, role, type_name, material_key, known, length_class, width_class, height_class)
SELECT project, building, component_kind, role, type_name, material_key, length, width, height, known, components,
       row_number() OVER (PARTITION BY project, building, component_kind, known
                          ORDER BY components DESC, role, type_name, material_key, length, width, height) AS place
FROM spec
