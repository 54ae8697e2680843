/*
title  = { zh = "预制混凝土体积", en = "Volume of precast concrete" }
unit   = "m³"
grain  = ["project", "building"]
inputs = { concrete_volume = ["project", "building", "construction", "value", "gap", "coverage", "high"] }
source = { document = "house_rules", clause = "预制混凝土体积", checked = "convention" }
rows   = { concrete_member = "construction = 'precast' OR construction = 'composite' OR construction IS NULL" }

[notes]
zh = """计入的混凝土图元中预制混凝土者的体积之和；取数与上限同 concrete_volume。"""
en = """Sum of the volumes of counted concrete elements that are precast; what is taken, and the upper bound, are those of concrete_volume."""
*/
SELECT project, building, value, gap, coverage, high FROM concrete_volume WHERE construction = 'precast'
