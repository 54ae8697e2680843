/*
title  = { zh = "水平构件预制部分应用比例（q1b）", en = "Precast share of horizontal members (q1b)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.4, 4.0.5", checked = "unverified" }
rows   = { takeoff = "item = 'q1b'", counted_part = "item = 'q1b'" }

[notes]
zh = """q1b = A1b / A：预制梁、板、楼梯、阳台、空调板等水平投影面积之和与各层建筑平面总面积之比 [m²]；叠合板按预制底板面积计入，叠合层不重复计。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q1b = A1b / A: plan area of precast beams, slabs, stairs, balconies and slabs for air conditioners over the plan area of all storeys [m²]; a composite
slab counts by its plank, its topping not again.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q1b'
