/*
title  = { zh = "最多规格占比", en = "Share of the most repeated specs" }
unit   = "%"
grain  = ["project", "building", "component_kind"]
inputs = { component_spec = ["project", "building", "component_kind", "known", "components", "place"] }
parameters = { top_rule = ["component_kind", "k"] }
source = { document = "gbt51129_2015", clause = "标准化设计（条号未见）", checked = "unverified" }

[notes]
zh = """件数最多的 k 个规格的件数占该种构件总件数之比；k 见 top_rule。有构件的单体与构件种类才有此值。尺寸未知的构件各作一个规格计入 value，与最多的规格相同计入 high。coverage 为尺寸已知的构件占比。"""
en = """The components of the k most repeated specs over all components of the kind; k is in top_rule. Only buildings and kinds that have components have a figure. A component of unknown size is a spec of its own in value, and one of the most
repeated spec in high. coverage is the share of components whose size is known."""
*/
WITH kind AS (
       SELECT component_spec.project, component_spec.building, component_spec.component_kind, top_rule.k,
              sum(component_spec.components) AS components,
              sum(CASE WHEN component_spec.known THEN 1 ELSE 0 END) AS specs,
              sum(CASE WHEN component_spec.known THEN component_spec.components ELSE 0 END) AS settled,
              sum(CASE WHEN component_spec.known THEN 0 ELSE component_spec.components END) AS open,
              sum(CASE WHEN component_spec.known AND component_spec.place <= top_rule.k THEN component_spec.components ELSE 0 END) AS top
       FROM component_spec LEFT JOIN top_rule ON top_rule.component_kind = component_spec.component_kind
       GROUP BY component_spec.project, component_spec.building, component_spec.component_kind, top_rule.k)
SELECT kind.project, kind.building, kind.component_kind,
       CASE WHEN kind.settled > 0 AND kind.k IS NOT NULL
            THEN percentage(kind.top + least(kind.open, greatest(kind.k - kind.specs, 0)), kind.components) END AS value,
       CASE WHEN kind.k IS NULL THEN 'no_top_rule'
            WHEN kind.settled = 0 THEN 'component_size_unknown' END AS gap,
       percentage(kind.settled, kind.components) AS coverage,
       CASE WHEN kind.settled > 0 AND kind.k IS NOT NULL THEN percentage(kind.top + kind.open, kind.components) END AS high
FROM kind
