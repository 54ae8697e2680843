/*
title  = { zh = "围护墙一体化应用比例（q2b）", en = "Enclosure walls in one with insulation and finish (q2b)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.7", checked = "unverified" }
rows   = { takeoff = "item = 'q2b'", counted_part = "item = 'q2b'" }

[notes]
zh = """q2b = A2b / Aw2：与保温、隔热、装饰一体化的围护墙外表面积与全部围护墙（含承重的外墙）外表面积之比 [m²]。一体化由映射的 system = integrated 说明，没有说明即未知；
承重墙是否外墙由属性 IsExternal 或名称说明，没有说明者只在上限中计入。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q2b = A2b / Aw2: outer face of walls in one with insulation, heat protection or finish over that of all walls that enclose, bearing ones among them [m²].
Being integrated is said by system = integrated of the mapping; unsaid is unknown. Whether a bearing wall is external is said by the property IsExternal or by its
name; where nothing says so it counts in favour only in the upper bound.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q2b'
