/*
title  = { zh = "不可能的工程量", en = "Quantities that cannot be" }
unit   = "1"
grain  = ["project", "model"]
inputs = { mapped_element = ["project", "model", "impossible"] }
doubt  = { above = 0 }
source = { document = "house_rules", clause = "单位误写", checked = "convention" }
rows   = { mapped_element = "impossible > 0" }

[notes]
zh = """模型中有多少个体积或面积远大于图元自身尺寸所能容纳（quantity_rule），多为单位误写（升、mm³ 写成 m³）。同名工程量写了几个值、彼此不符（quantity_rule）的也在其中，因为不知何者为真。这些数都没有采用。"""
en = """How many volumes and areas of the model are far beyond what the sides of their element allow (quantity_rule), mostly slips of the unit (litres or mm³
written as m³), or are written under one name with values that do not agree (quantity_rule), so that nobody knows which is right. None of
these numbers was taken."""
*/
SELECT project, model, sum(impossible) AS value, NULL AS gap
FROM mapped_element GROUP BY project, model
