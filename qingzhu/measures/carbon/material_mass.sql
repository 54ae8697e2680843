/*
title  = { zh = "建材质量", en = "Mass of the materials" }
unit   = "t"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "mass", "mass_most", "known_bound", "bound", "unweighed", "unplaced", "measured_main", "unmeasured", "rebar_unknown", "rebar_open"] }
rows   = { element_carbon = "TRUE" }
source = { document = "house_rules", clause = "建材质量", checked = "convention" }

[notes]
zh = """模型中质量已知的建材之和（体积 × 密度，没有则模型写的重量），不论有无因子，是下界；密度或工程量不知的不在其中，也不是零。coverage 为已知者占总质量的百分比（未知密度按 unknown_density）。有图元全无工程量、同角色也无一有工程量时，它们不在 coverage 中，缺口为 some_mass_unknown；其中有主要建材（members_unmeasured）时 coverage 未知。体积写了几个彼此不符的值时，value 按最小者，high 按最大者。"""
en = """The mass of the building materials in the models that is known (volume times density, else the weight the model writes), with or without a factor; a lower bound. What has no density or no quantity is not in it, and not
zero. coverage is the share of all mass that is known (matter of unknown density with unknown_density). Elements without any quantity, where none of their role has one, are not in it: some_mass_unknown; where
main materials are among them it is unknown: members_unmeasured. Of volumes that contradict themselves value takes the least and high the greatest."""
*/
SELECT project, building,
       CASE WHEN unplaced = 0 THEN mass END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building' WHEN rows_held = 0 THEN 'no_model' WHEN mass IS NULL THEN 'no_material_mass'
            WHEN NOT measured_main THEN 'members_unmeasured'
            WHEN rebar_unknown > 0 THEN 'rebar_unknown' WHEN unmeasured > 0 THEN 'some_mass_unknown' WHEN rebar_open > 0 THEN 'rebar_open' END AS gap,
       CASE WHEN unplaced = 0 AND measured_main THEN coverage_of(coalesce(known_bound, 0), bound) END AS coverage,
       CASE WHEN unplaced = 0 AND unweighed = 0 AND rebar_open = 0 THEN mass_most END AS high
FROM building_carbon
