/*
title  = { zh = "同一角色由多个模型计入", en = "One role counted from several models" }
unit   = "1"
grain  = ["project", "building", "role"]
inputs = { mapped_element = ["project", "building", "model", "global_id", "role", "gbt51129", "counted"], model_file = ["project", "model", "counts"] }
doubt  = { above = 1 }
source = { document = "house_rules", clause = "模型计量构件", checked = "convention" }

[notes]
zh = """一个单体的某一角色由多少个模型计入。大于 1 且其中有模型没有写明 counts，或同一 GlobalId 由两个模型计入时存疑：可能重复计量，请在 [[model]] 的 counts 中写明各模型计哪些构件。
都写明了 counts 且没有相同图元的（一角色分在几个模型里）为 1。"""
en = """From how many models a role of a building is counted. More than one, and one of them without counts or the same GlobalId counted from two of them, is a
doubt: it may be counted twice. Say in counts of [[model]] which roles each model is counted for. Where all of them say so and no element is the same (one
role spread over several models) it is 1."""
*/
WITH counting AS (
       SELECT e.project, e.building, e.role, e.model, max(CASE WHEN coalesce(model_file.counts, '') = '' THEN 1 ELSE 0 END) AS undecided
       FROM mapped_element AS e LEFT JOIN model_file ON model_file.project = e.project AND model_file.model = e.model
       WHERE e.counted AND e.building IS NOT NULL AND e.gbt51129 <> 'none'
       GROUP BY e.project, e.building, e.role, e.model),
     repeated AS (
       SELECT project, building, role, global_id FROM mapped_element
       WHERE counted AND building IS NOT NULL AND gbt51129 <> 'none'
       GROUP BY project, building, role, global_id HAVING count(DISTINCT model) > 1),
     shared AS (SELECT project, building, role, count(*) AS elements FROM repeated GROUP BY project, building, role)
SELECT counting.project, counting.building, counting.role,
       CASE WHEN sum(counting.undecided) > 0 OR max(shared.elements) > 0 THEN count(*) ELSE 1 END AS value, NULL AS gap
FROM counting LEFT JOIN shared ON shared.project = counting.project AND shared.building = counting.building AND shared.role = counting.role
GROUP BY counting.project, counting.building, counting.role
