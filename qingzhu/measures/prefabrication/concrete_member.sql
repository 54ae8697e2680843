/*
title   = { zh = "混凝土构件", en = "Members of concrete" }
grain   = ["project", "building"]
derived = true
columns = { submission = "string", row = "int64", project = "string", building = "string", model = "string", global_id = "string", ifc_class = "string", name = "string", storey = "string", role = "string", construction = "string", volume = "float64", least = "float64", bound = "float64", above_ground = "bool" }
inputs  = { mapped_element = ["submission", "row", "project", "building", "model", "global_id", "ifc_class", "name", "storey", "above_ground", "concrete_counted", "concrete", "construction", "role", "volume", "volume_least", "volume_most", "needs_construction"] }
parameters = { possible_role = ["ifc_class"] }
source  = { document = "house_rules", clause = "混凝土体积", checked = "convention" }

[notes]
zh = """每个计入的混凝土构件一行（concrete_counted：整体与部件只计一次，夹心墙有部件的只计其混凝土部件）：角色须知建造方式者，即柱、墙、梁、板、楼梯、屋顶、基础等，不含洞口、空间、门窗；和可能是构件的未映射图元。
写了几个彼此不符的值时 volume 为空，least 为其中最小者。bound：体积至多为多少：已知者为 volume，彼此不符者为其中最大者；没有体积的取本单体同角色（未映射的按同 IFC 类）最大者，我方约定，同类无一有体积的为空。"""
en = """One row for each counted member of concrete (concrete_counted: wholes and parts once, of a sandwich wall whose leaves are drawn the leaves of concrete): of roles whose construction must be known (columns,
walls, beams, slabs, stairs, roofs, foundations and the like, no openings, spaces or windows), and unmapped elements that could be such. Where values contradict each other volume is null and least the least written. bound: the most
the volume can be: it where it is known, of values that contradict each other the greatest; without a volume the largest of its role (unmapped: of its IFC class) in the building, our convention, null
where none of them has one."""
*/
WITH possible AS (SELECT DISTINCT ifc_class FROM possible_role),
     member AS (
       SELECT e.submission, e."row", e.project, e.building, e.model, e.global_id, e.ifc_class, e.name, e.storey, e.role, coalesce(e.role, e.ifc_class) AS alike,
              e.construction, e.volume, e.volume_least AS least, coalesce(e.volume, e.volume_most) AS most, e.above_ground
       FROM mapped_element AS e
            LEFT JOIN possible ON possible.ifc_class = e.ifc_class
       WHERE e.concrete_counted AND coalesce(e.concrete, TRUE)
         AND coalesce(e.needs_construction, coalesce(e.concrete, FALSE) OR possible.ifc_class IS NOT NULL))
SELECT submission, "row", project, building, model, global_id, ifc_class, name, storey, role, construction, volume, least,
       coalesce(most, max(most) OVER (PARTITION BY project, building, alike)) AS bound, above_ground
FROM member
