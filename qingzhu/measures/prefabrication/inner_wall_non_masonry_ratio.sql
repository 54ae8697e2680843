/*
title  = { zh = "内隔墙非砌筑应用比例（q2c）", en = "Inner walls not of masonry (q2c)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.8", checked = "unverified" }
rows   = { takeoff = "item = 'q2c'", counted_part = "item = 'q2c'" }

[notes]
zh = """q2c = A2c / Aw3：非砌筑内隔墙墙面面积与内隔墙墙面总面积之比 [m²]。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q2c = A2c / Aw3: face of inner walls not of masonry over that of all inner walls [m²].
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q2c'
