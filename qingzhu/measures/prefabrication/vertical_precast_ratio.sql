/*
title  = { zh = "竖向构件预制部分应用比例（q1a）", en = "Precast share of vertical members (q1a)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.2, 4.0.3", checked = "unverified" }
rows   = { takeoff = "item = 'q1a'", counted_part = "item = 'q1a'" }

[notes]
zh = """q1a = V1a / V：竖向构件（柱、支撑、承重墙、延性墙板）中预制部分的混凝土体积与其混凝土总体积之比 [m³]。钢、木竖向构件不是混凝土，不计入；其得分由评价方案按结构类型给出。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q1a = V1a / V: concrete of precast vertical members (columns, braces, bearing walls) over all concrete of vertical members [m³]. Steel and timber members
are no concrete and stay out; the scheme gives their points by the type of structure.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q1a'
