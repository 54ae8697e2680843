/*
title  = { zh = "内隔墙一体化应用比例（q2d）", en = "Inner walls in one with services and finish (q2d)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.9", checked = "unverified" }
rows   = { takeoff = "item = 'q2d'", counted_part = "item = 'q2d'" }

[notes]
zh = """q2d = A2d / Aw3：与管线、装修一体化的内隔墙墙面面积与内隔墙墙面总面积之比 [m²]。一体化由映射的 system = integrated 说明，没有说明即未知。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q2d = A2d / Aw3: face of inner walls in one with services and finish over that of all inner walls [m²]. Being integrated is said by system = integrated of
the mapping; unsaid is unknown.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q2d'
