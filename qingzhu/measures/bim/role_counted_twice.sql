/*
title  = { zh = "同一角色由多个模型计入", en = "One role counted from several models" }
unit   = "1"
grain  = ["project", "building", "role"]
inputs = { mapped_element = ["project", "building", "model", "listed_as", "role", "gbt51129", "component", "needs_construction", "counted", "repeated"], model_file = ["project", "model", "counts"] }
parameters = { carbon_role = ["role", "material"] }
doubt  = { above = 1 }
source = { document = "house_rules", clause = "模型计量构件", checked = "convention" }
rows   = { mapped_element = "counted OR repeated" }

[notes]
zh = """一个单体的某一角色由多少个模型计入：装配率各项、规格重复或混凝土体积要用的角色（同一 GlobalId 见于两个模型的，还有碳排放要用的建材；空间、家具、设备、洞口、场地不入任何数值，不论），未映射的图元合为 unmapped。大于 1 且其中有模型没有写明 counts，或同一 GlobalId 见于两个模型时存疑：可能重复计量，
请在 [[model]] 的 counts 中写明各模型计哪些构件（同一 GlobalId 只计一次，取不利者）。未映射的图元各模型都计，只有 GlobalId 相同者存疑。
都写明了 counts 且没有相同图元的（一角色分在几个模型里）为 1。"""
en = """From how many models a role of a building is counted: roles that a ratio of GB/T 51129, the repetition of specs or a volume of concrete uses, and
of elements of one GlobalId in two models also those whose material has carbon (spaces, furniture, equipment, openings and site are in no figure and don't matter); elements nobody mapped are together unmapped. More than one, and one of them without counts or the same GlobalId in two of them, is a doubt: it may be counted twice.
Say in counts of [[model]] which roles each model is counted for (one GlobalId counts once, by what favours least). Unmapped elements are counted from every
model, so that only equal GlobalIds are a doubt. Where all of them say so and no element is the same (one role spread over several models) it is 1."""
*/
WITH counting AS (
       SELECT e.project, e.building, coalesce(e.role, 'unmapped') AS role, e.model, bool_or(e.repeated) AS repeated,
              bool_or(e.role IS NOT NULL AND coalesce(model_file.counts, '') = '') AS undecided
       FROM mapped_element AS e LEFT JOIN model_file ON model_file.project = e.project AND model_file.model = e.listed_as
            LEFT JOIN carbon_role ON carbon_role.role = e.role
       WHERE (e.counted OR e.repeated) AND e.building IS NOT NULL
         AND (e.role IS NULL OR e.gbt51129 <> 'none' OR e.needs_construction OR coalesce(e.component, TRUE) OR (e.repeated AND coalesce(carbon_role.material, TRUE)))
       GROUP BY e.project, e.building, coalesce(e.role, 'unmapped'), e.model)
SELECT project, building, role,
       CASE WHEN bool_or(repeated) THEN greatest(count(*), 2) WHEN bool_or(undecided) THEN count(*) ELSE 1 END AS value, NULL AS gap
FROM counting GROUP BY project, building, role
