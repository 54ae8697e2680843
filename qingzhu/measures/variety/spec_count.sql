/*
title  = { zh = "规格数", en = "Number of specs" }
unit   = "1"
grain  = ["project", "building", "component_kind"]
inputs = { component_repetition = ["project", "building", "component_kind", "specs", "open", "gap", "coverage"] }
source = { document = "house_rules", clause = "规格重复", checked = "convention" }
rows   = { mapped_element = "counted AND coalesce(component, TRUE)" }

[notes]
zh = """规格数 S：该种构件有多少个规格。越少越好，故 high 为最少的可能。有或可能有构件的单体与构件种类才有此值。规格未知的构件（尺寸或建造方式未知，或未映射而可能属于此种）各作一个规格计入 value，与最多的规格相同计入 high。coverage 为已知者的占比。"""
en = """S: how many specs a kind of component has. Fewer is better, so high is the fewest possible. Only buildings and kinds that have or may have components have a figure.
A component of unknown spec (its size or
construction is not known, or nobody mapped it and its class could be of the kind) is a spec of its own in value, and one of the most repeated spec in high.
coverage is the share that is known."""
*/
SELECT project, building, component_kind,
       CASE WHEN gap IS NULL THEN specs + open END AS value,
       gap AS gap, coverage,
       CASE WHEN gap IS NULL THEN specs END AS high
FROM component_repetition
WHERE coalesce(gap, '') <> 'no_component'
