/*
title  = { zh = "规格集中度", en = "Concentration of specs" }
unit   = "1"
grain  = ["project", "building", "component_kind"]
inputs = { component_repetition = ["project", "building", "component_kind", "components", "open", "squares", "largest", "gap", "coverage"] }
source = { document = "house_rules", clause = "规格重复", checked = "convention" }
rows   = { mapped_element = "counted AND coalesce(component, TRUE)" }

[notes]
zh = """H = Σ(n_i/N)²：1 为只有一个规格，1/S 为各规格件数相同。有或可能有构件的单体与构件种类才有此值。规格未知的构件（尺寸或建造方式未知，或未映射而可能属于此种）各作一个规格计入 value，与最多的规格相同计入 high。coverage 为已知者的占比。"""
en = """H = Σ(n_i/N)²: 1 where there is one spec only, 1/S where all specs are equally many. Only buildings and kinds that have or may have components have a figure.
A component of unknown spec (its size or
construction is not known, or nobody mapped it and its class could be of the kind) is a spec of its own in value, and one of the most repeated spec in high.
coverage is the share that is known."""
*/
SELECT project, building, component_kind,
       CASE WHEN gap IS NULL THEN (squares + open) / nullif(components * components, 0) END AS value,
       gap AS gap, coverage,
       CASE WHEN gap IS NULL THEN (squares - largest * largest + (largest + open) * (largest + open))
                               / nullif(components * components, 0) END AS high
FROM component_repetition
WHERE coalesce(gap, '') <> 'no_component'
