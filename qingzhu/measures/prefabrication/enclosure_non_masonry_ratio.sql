/*
title  = { zh = "非承重围护墙非砌筑应用比例（q2a）", en = "Enclosure walls not of masonry (q2a)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { item_ratio = ["project", "building", "item", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.6", checked = "unverified" }
rows   = { takeoff = "item = 'q2a'", counted_part = "item = 'q2a'" }

[notes]
zh = """q2a = A2a / Aw1：非砌筑的非承重围护墙外表面积与其总外表面积之比 [m²]，可不扣除洞口。
取数与上下限同 item_ratio：模型优先，否则工程量计算书；未知的留在分母，high 为其全部有利时的值。"""
en = """q2a = A2a / Aw1: outer face of non-bearing enclosure walls not of masonry over that of all of them [m²]; openings need not be deducted.
What is taken, and the bounds, are those of item_ratio: models first, else the take-off; the unknown stays in the denominator, high is the value if it counted."""
*/
SELECT project, building, value, gap, coverage, high FROM item_ratio WHERE item = 'q2a'
