/*
title  = { zh = "最多规格面积占比", en = "Area of the most repeated specs" }
unit   = "%"
grain  = ["project", "building", "component_kind"]
inputs = { mapped_element = ["project", "building", "counted"], component_spec = ["project", "building", "component_kind", "role", "length", "width", "height", "type_name", "material_key", "known", "components", "area", "without_area", "bound"] }
parameters = { top_rule = ["component_kind", "by", "k"] }
source = { document = "gbt51129_2015", clause = "标准化设计（条号未见）", checked = "unverified" }

[notes]
zh = """面积最大的 k 个规格的面积占该种构件总面积之比 [m²]；来源称“最多的规格”，按面积而不按件数取是我方约定，于项目有利；k 见 top_rule 中按面积计的种类（内隔墙）。有模型的单体都有此值或说明没有的原因。规格未知的构件（尺寸或建造方式未知，或未映射而可能属于此种）留在分母，
high 中与最多的规格相同；没有面积的按其中最大者计（我方约定），面积写了几个彼此不符的值者按其中最大者：计入分母，high 中也计入分子。coverage 为规格与面积都已知者按件数的占比。"""
en = """The area of the k specs of the largest area over the area of all components of the kind [m²]; the source speaks of the most repeated spec, and that this is meant by area and not by
number is our convention, the more favourable reading; k for the kinds that top_rule counts by area (inner walls). A
building with a model has a figure or the reason why there is none. A component of unknown spec (its size or construction is not known, or nobody mapped it and
its class could be of the kind) stays in the denominator and is one of the most repeated spec in high; one without an area is taken for the largest (our
convention), one of whose area several values are written that contradict each other for the greatest of them: in the denominator, and in high in the numerator too. coverage is the share by number whose spec and area are known."""
*/
WITH rule AS (SELECT component_kind, k FROM top_rule WHERE by = 'area'),
     held AS (SELECT DISTINCT project, building FROM mapped_element WHERE counted AND building IS NOT NULL),
     ranked AS (
       SELECT s.project, s.building, s.component_kind, s.role, s.known, s.components, s.area, s.without_area, s.bound, rule.k,
              row_number() OVER (PARTITION BY s.project, s.building, s.component_kind, s.known
                                 ORDER BY s.area DESC, s.role, s.type_name, s.material_key, s.length, s.width, s.height) AS place
       FROM component_spec AS s JOIN rule ON rule.component_kind = s.component_kind),
     kind AS (
       SELECT project, building, component_kind, sum(components) AS components, count(role) AS roles, sum(area) AS area, sum(bound) AS bound,
              sum(CASE WHEN known THEN components ELSE 0 END) AS settled,
              sum(CASE WHEN known THEN components - without_area ELSE 0 END) AS told,
              sum(CASE WHEN known AND place <= k THEN area ELSE 0 END) AS top,
              sum(CASE WHEN known THEN 0 ELSE area END) AS open
       FROM ranked GROUP BY project, building, component_kind),
     judged AS (
       SELECT held.project, held.building, rule.component_kind, kind.components, kind.told, kind.area, kind.bound, kind.top, kind.open,
              CASE WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN kind.components IS NULL THEN 'no_component'
                   WHEN kind.settled = 0 AND kind.roles = 0 THEN 'members_unmapped'
                   WHEN kind.settled = 0 THEN 'component_unknown'
                   WHEN kind.area + kind.bound = 0 THEN 'no_quantity' END AS gap
       FROM held CROSS JOIN rule
            LEFT JOIN kind ON kind.project = held.project AND kind.building = held.building AND kind.component_kind = rule.component_kind
            LEFT JOIN kind AS unplaced ON unplaced.project = held.project AND unplaced.building IS NULL AND unplaced.component_kind = rule.component_kind)
SELECT project, building, component_kind,
       CASE WHEN gap IS NULL THEN percentage(top, area + bound) END AS value,
       gap,
       CASE WHEN coalesce(gap, '') <> 'model_without_building' THEN percentage(told, components) END AS coverage,
       CASE WHEN gap IS NULL THEN percentage(top + open + bound, area + bound) END AS high
FROM judged
