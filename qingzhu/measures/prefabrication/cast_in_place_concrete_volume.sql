/*
title  = { zh = "现浇混凝土体积", en = "Volume of cast-in-place concrete" }
unit   = "m³"
grain  = ["project", "building"]
inputs = { concrete_volume = ["project", "building", "construction", "value", "gap", "coverage", "high"] }
source = { document = "house_rules", clause = "现浇混凝土体积", checked = "convention" }
rows   = { concrete_member = "construction = 'cast_in_place' OR construction = 'composite' OR construction IS NULL" }

[notes]
zh = """计入的混凝土图元中现浇混凝土者的体积之和；取数与上限同 concrete_volume。"""
en = """Sum of the volumes of counted concrete elements that are cast-in-place; what is taken, and the upper bound, are those of concrete_volume."""
*/
SELECT project, building, value, gap, coverage, high FROM concrete_volume WHERE construction = 'cast_in_place'
