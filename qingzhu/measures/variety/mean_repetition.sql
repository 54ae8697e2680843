/*
title  = { zh = "平均重复次数", en = "Mean repetition" }
unit   = "1"
grain  = ["project", "building", "component_kind"]
inputs = { component_spec = ["project", "building", "component_kind", "known", "components"] }
source = { document = "house_rules", clause = "规格重复", checked = "convention" }

[notes]
zh = """N / S：平均每个规格有多少件。有构件的单体与构件种类才有此值。尺寸或建造方式未知的构件各作一个规格计入 value，与最多的规格相同计入 high。coverage 为尺寸和建造方式都已知的占比。"""
en = """N / S: how many components there are of a spec on average. Only buildings and kinds that have components have a figure. A component whose size or construction is
unknown is a spec of its own in value, and one of the most repeated spec in high. coverage is the share of components of which both are known."""
*/
WITH kind AS (
       SELECT project, building, component_kind, sum(components) AS components,
              sum(CASE WHEN known THEN 1 ELSE 0 END) AS specs,
              sum(CASE WHEN known THEN components ELSE 0 END) AS settled,
              sum(CASE WHEN known THEN 0 ELSE components END) AS open
       FROM component_spec GROUP BY project, building, component_kind)
SELECT kind.project, kind.building, kind.component_kind,
       CASE WHEN kind.settled > 0 THEN kind.components / nullif(kind.specs + kind.open, 0) END AS value,
       CASE WHEN kind.settled = 0 THEN 'component_unknown' END AS gap,
       percentage(kind.settled, kind.components) AS coverage,
       CASE WHEN kind.settled > 0 THEN kind.components / nullif(kind.specs, 0) END AS high
FROM kind
