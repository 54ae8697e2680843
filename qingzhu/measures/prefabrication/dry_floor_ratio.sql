/*
title  = { zh = "干式工法楼面、地面应用比例（q3a）", en = "Floors laid dry (q3a)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.10", checked = "unverified" }
rows   = { takeoff = "item = 'q3a'", counted_part = "item = 'q3a'" }

[notes]
zh = """q3a = A3a / A：干式工法楼面、地面的水平投影面积之和与各层建筑平面总面积之比 [m²]。干式由映射的 system = dry 说明，没有说明即未知。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q3a = A3a / A: plan area of floors laid dry over the plan area of all storeys [m²]. Being laid dry is said by system = dry of the mapping; unsaid is unknown.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q3a'
