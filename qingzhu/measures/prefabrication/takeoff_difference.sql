/*
title  = { zh = "工程量计算书与模型不符", en = "Take-off that a model contradicts" }
unit   = "%"
grain  = ["project", "building", "item"]
inputs = { item_ratio = ["project", "building", "item", "value", "high", "declared"] }
doubt  = { above = 1 }
source = { document = "house_rules", clause = "计算书与模型不符", checked = "convention" }

[notes]
zh = """装配率某一项由模型计算而工程量计算书也填了此项时，计算书的比例超出模型上下限（value 至 high）多少个百分点；在其间为 0。高于 1 个百分点（我方约定）即存疑：比例仍按模型，请核对是模型不全还是计算书有误。两者都有此项者才有此值。"""
en = """Where an item of the prefabrication ratio comes from a model and the take-off states it too: by how many percentage points the take-off's ratio lies outside of the bounds of the model (value to
high); 0 between them. Above 1 percentage point (our convention) it is a doubt: the ratio is still the model's; see whether the model is incomplete or the take-off wrong. Only items that both state
have a figure."""
*/
SELECT project, building, item, greatest(0, value - declared, declared - high) AS value, NULL AS gap
FROM item_ratio WHERE declared IS NOT NULL
