/*
title  = { zh = "集成厨房干式工法应用比例（q3b）", en = "Kitchens made dry (q3b)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { room_ratio = ["project", "building", "use", "value", "gap", "coverage", "high"] }
source = { document = "gbt51129_2017", clause = "4.0.11", checked = "unverified" }
rows   = { room = "use = 'kitchen'", takeoff = "item = 'q3b'" }

[notes]
zh = """q3b = 厨房墙面、顶面、地面中采用干式工法的面积之和与其总面积之比 [m²]。取数与上下限同 room_ratio。"""
en = """q3b: wall, ceiling and floor of kitchens made dry over all of it [m²]. What is taken, and the bounds, are those of room_ratio."""
*/
SELECT project, building, value, gap, coverage, high FROM room_ratio WHERE use = 'kitchen'
