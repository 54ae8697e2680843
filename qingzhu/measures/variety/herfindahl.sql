/*
title  = { zh = "规格集中度", en = "Concentration of specs" }
unit   = "1"
grain  = ["project", "building", "component_kind"]
inputs = { component_spec = ["project", "building", "component_kind", "known", "components"] }
source = { document = "house_rules", clause = "规格重复", checked = "convention" }

[notes]
zh = """H = Σ(n_i/N)²：1 为只有一个规格，1/S 为各规格件数相同。有构件的单体与构件种类才有此值。尺寸或建造方式未知的构件各作一个规格计入 value，与最多的规格相同计入 high。coverage 为尺寸和建造方式都已知的占比。"""
en = """H = Σ(n_i/N)²: 1 where there is one spec only, 1/S where all specs are equally many. Only buildings and kinds that have components have a figure. A component whose size or construction is
unknown is a spec of its own in value, and one of the most repeated spec in high. coverage is the share of components of which both are known."""
*/
WITH kind AS (
       SELECT project, building, component_kind, sum(components) AS components,
              sum(CASE WHEN known THEN 1 ELSE 0 END) AS specs,
              sum(CASE WHEN known THEN components ELSE 0 END) AS settled,
              sum(CASE WHEN known THEN 0 ELSE components END) AS open,
              sum(CASE WHEN known THEN components * components ELSE 0 END) AS squares,
              max(CASE WHEN known THEN components ELSE 0 END) AS largest
       FROM component_spec GROUP BY project, building, component_kind)
SELECT kind.project, kind.building, kind.component_kind,
       CASE WHEN kind.settled > 0 THEN (kind.squares + kind.open) / nullif(kind.components * kind.components, 0) END AS value,
       CASE WHEN kind.settled = 0 THEN 'component_unknown' END AS gap,
       percentage(kind.settled, kind.components) AS coverage,
       CASE WHEN kind.settled > 0 THEN (kind.squares - kind.largest * kind.largest + (kind.largest + kind.open) * (kind.largest + kind.open))
                                       / nullif(kind.components * kind.components, 0) END AS high
FROM kind
