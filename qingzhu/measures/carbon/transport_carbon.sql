/*
title  = { zh = "建材运输碳排放", en = "Carbon of transporting the materials" }
unit   = "kgCO₂e"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "transport", "transport_most", "transported_bound", "bound", "unmoved", "unplaced", "measured_main", "unmeasured", "rebar_unknown", "rebar_open"] }
rows   = { element_carbon = "TRUE" }
source = { document = "gbt51366_2019", clause = "6.3", checked = "unverified" }

[notes]
zh = """C_ys = Σ M·D·T：质量已知的材料的运输碳排放之和，是下界。没有项目运距（[[material_factor]] 的 distance）时用默认运距：混凝土（含预制）40 km，其他 500 km（待核对），车辆按重型柴油货车 30 t（我方约定）。
coverage 为质量已知者占材料总质量的百分比（未知密度按 unknown_density）；缺口同 material_mass。high 只在全部质量已知、钢筋由项目的含钢量给定时才有，等于 value；体积写了几个彼此不符的值时，value 按最小者，high 按最大者。"""
en = """C_ys = Σ M·D·T: the carbon of transporting the materials whose mass is known; a lower bound. Without a distance from the project (distance of [[material_factor]]) the default ones hold: concrete, precast
too, 40 km, all else 500 km (to be checked), on a heavy diesel truck of 30 t (our convention). coverage is the share of all mass that is known (matter of unknown density with unknown_density); gaps are those of material_mass. There is a high only where all
masses are known and the bars given by the project's rate: it equals value, but of volumes that contradict themselves value takes the least and high the greatest."""
*/
SELECT project, building,
       CASE WHEN unplaced = 0 THEN transport END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building' WHEN rows_held = 0 THEN 'no_model' WHEN transport IS NULL THEN 'no_material_mass'
            WHEN NOT measured_main THEN 'members_unmeasured'
            WHEN rebar_unknown > 0 THEN 'rebar_unknown' WHEN unmeasured > 0 THEN 'some_mass_unknown' WHEN rebar_open > 0 THEN 'rebar_open' END AS gap,
       CASE WHEN unplaced = 0 AND measured_main THEN coverage_of(coalesce(transported_bound, 0), bound) END AS coverage,
       CASE WHEN unplaced = 0 AND unmoved = 0 AND rebar_open = 0 THEN transport_most END AS high
FROM building_carbon
