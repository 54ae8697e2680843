/*
title  = { zh = "建材质量", en = "Mass of the materials" }
unit   = "t"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "mass", "known_bound", "bound", "unweighed", "unplaced", "measured_main", "rebar_open"] }
rows   = { element_carbon = "TRUE" }
source = { document = "house_rules", clause = "建材质量", checked = "convention" }

[notes]
zh = """模型中质量已知的建材之和（体积 × 密度，没有则模型写的重量），不论有无因子，是下界；密度或工程量不知的不在其中，也不是零。coverage 为已知者占总质量的百分比（未知密度按 unknown_density）。"""
en = """The mass of the building materials in the models that is known (volume times density, else the weight the model writes), with or without a factor; a lower bound. What has no density or no quantity is not in it, and not
zero. coverage is the share of all mass that is known (matter of unknown density with unknown_density)."""
*/
SELECT project, building,
       CASE WHEN unplaced = 0 THEN mass END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building' WHEN rows_held = 0 THEN 'no_model' WHEN mass IS NULL THEN 'no_material_mass' END AS gap,
       CASE WHEN unplaced = 0 AND measured_main THEN percentage(coalesce(known_bound, 0), bound) END AS coverage,
       CASE WHEN unplaced = 0 AND unweighed = 0 AND rebar_open = 0 THEN mass END AS high
FROM building_carbon
