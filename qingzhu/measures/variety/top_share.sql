/*
title  = { zh = "最多规格占比", en = "Share of the most repeated specs" }
unit   = "%"
grain  = ["project", "building", "component_kind"]
inputs = { component_spec = ["project", "building", "component_kind", "known", "components", "place"], mapped_element = ["project", "building", "ifc_class", "role", "component_kind", "counted"] }
parameters = { top_rule = ["component_kind", "k"], role = ["gbt51129", "component_kind"], possible_role = ["ifc_class", "gbt51129"] }
source = { document = "gbt51129_2015", clause = "标准化设计（条号未见）", checked = "unverified" }

[notes]
zh = """件数最多的 k 个规格的件数占该种构件总件数之比；k 见 top_rule。有模型的单体，top_rule 的每种构件都有此值：没有此种构件（不预制的不是构件）为 no_component，
有未映射图元可能属于此种构件而无一已知者为 members_unmapped。尺寸或建造方式未知的构件各作一个规格计入 value，与最多的规格相同计入 high。coverage 为尺寸和建造方式都已知的占比。"""
en = """The components of the k most repeated specs over all components of the kind; k is in top_rule. A building with a model has a figure for each kind of
top_rule: no_component where it has none (what is not precast is no component), members_unmapped where nobody mapped elements that could be of the kind and
none is known. A component whose size or construction is unknown is a spec of its own in value, and one of the most repeated spec in high. coverage is the
share of components of which both are known."""
*/
WITH held AS (SELECT DISTINCT project, building FROM mapped_element WHERE counted AND building IS NOT NULL),
     possible AS (                                                  -- kinds an unmapped element could be of
       SELECT e.project, e.building, role.component_kind, count(*) AS elements
       FROM mapped_element AS e JOIN possible_role ON possible_role.ifc_class = e.ifc_class
                                JOIN role ON role.gbt51129 = possible_role.gbt51129
       WHERE e.counted AND e.role IS NULL AND role.component_kind IS NOT NULL GROUP BY e.project, e.building, role.component_kind),
     found AS (
       SELECT component_spec.project, component_spec.building, component_spec.component_kind, top_rule.k,
              sum(component_spec.components) AS components,
              sum(CASE WHEN component_spec.known THEN 1 ELSE 0 END) AS specs,
              sum(CASE WHEN component_spec.known THEN component_spec.components ELSE 0 END) AS settled,
              sum(CASE WHEN component_spec.known THEN 0 ELSE component_spec.components END) AS open,
              sum(CASE WHEN component_spec.known AND component_spec.place <= top_rule.k THEN component_spec.components ELSE 0 END) AS top
       FROM component_spec LEFT JOIN top_rule ON top_rule.component_kind = component_spec.component_kind
       GROUP BY component_spec.project, component_spec.building, component_spec.component_kind, top_rule.k),
     missing AS (
       SELECT held.project, held.building, top_rule.component_kind, top_rule.k
       FROM held CROSS JOIN top_rule
            LEFT JOIN found ON found.project = held.project AND found.building = held.building AND found.component_kind = top_rule.component_kind
       WHERE found.project IS NULL),
     kind AS (
       SELECT project, building, component_kind, k, components, specs, settled, open, top, 0 AS possible FROM found
       UNION ALL
       SELECT missing.project, missing.building, missing.component_kind, missing.k, NULL AS components, NULL AS specs, NULL AS settled,
              NULL AS open, NULL AS top, possible.elements AS possible
       FROM missing LEFT JOIN possible ON possible.project = missing.project AND possible.building = missing.building
                                      AND possible.component_kind = missing.component_kind)
SELECT kind.project, kind.building, kind.component_kind,
       CASE WHEN kind.settled > 0 AND kind.k IS NOT NULL
            THEN percentage(kind.top + least(kind.open, greatest(kind.k - kind.specs, 0)), kind.components) END AS value,
       CASE WHEN kind.k IS NULL THEN 'no_top_rule'
            WHEN kind.components IS NULL AND kind.possible > 0 THEN 'members_unmapped'
            WHEN kind.components IS NULL THEN 'no_component'
            WHEN kind.settled = 0 THEN 'component_unknown' END AS gap,
       percentage(kind.settled, kind.components) AS coverage,
       CASE WHEN kind.settled > 0 AND kind.k IS NOT NULL THEN percentage(kind.top + kind.open, kind.components) END AS high
FROM kind
