/*
title  = { zh = "最多规格占比", en = "Share of the most repeated specs" }
unit   = "%"
grain  = ["project", "building", "component_kind"]
inputs = { component_repetition = ["project", "building", "component_kind", "components", "specs", "open", "top", "k", "gap", "coverage"] }
source = { document = "gbt51129_2015", clause = "标准化设计（条号未见）", checked = "unverified" }
rows   = { mapped_element = "counted AND coalesce(component, TRUE)" }

[notes]
zh = """件数最多的 k 个规格的件数占该种构件总件数之比；k 见 top_rule。有模型的单体，top_rule 的每种构件都有此值或说明没有的原因（component_repetition）。规格未知的构件（尺寸或建造方式未知，或未映射而可能属于此种）各作一个规格计入 value，与最多的规格相同计入 high。coverage 为已知者的占比。"""
en = """The components of the k most repeated specs over all components of the kind; k is in top_rule. A building with a model has a figure for each kind of
top_rule, or the reason why there is none (component_repetition). A component of unknown spec (its size or
construction is not known, or nobody mapped it and its class could be of the kind) is a spec of its own in value, and one of the most repeated spec in high.
coverage is the share that is known."""
*/
SELECT project, building, component_kind,
       CASE WHEN gap IS NULL AND k IS NOT NULL THEN percentage(top + least(open, greatest(k - specs, 0)), components) END AS value,
       CASE WHEN k IS NULL THEN 'no_top_rule' ELSE gap END AS gap, coverage,
       CASE WHEN gap IS NULL AND k IS NOT NULL THEN percentage(top + open, components) END AS high
FROM component_repetition
