/*
title  = { zh = "管线分离比例（q3d）", en = "Pipes separated from the structure (q3d)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.13", checked = "unverified" }
rows   = { takeoff = "item = 'q3d'", counted_part = "item = 'q3d'" }

[notes]
zh = """q3d = L3d / L：与主体结构分离的电气、给水排水和采暖管线长度之和与其总长度之比 [m]。分离由映射的 system = separated 说明，没有说明即未知。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q3d = L3d / L: length of electrical, water and heating pipes separated from the structure over their whole length [m]. Being separated is said by
system = separated of the mapping; unsaid is unknown.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q3d'
