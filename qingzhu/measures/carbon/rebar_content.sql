/*
title  = { zh = "含钢量", en = "Rebar in reinforced concrete" }
unit   = "kg/m³"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "rebar_unknown", "rebar_mass", "reinforced_volume", "unplaced"] }
rows   = { element_carbon = "rebar IN ('unknown', 'modelled', 'rate') OR material_key = 'rebar'" }
source = { document = "house_rules", clause = "含钢量", checked = "convention" }

[notes]
zh = """钢筋质量 ÷ 钢筋混凝土体积。钢筋取模型中的钢筋；模型没有的，按项目在 [[rebar_rate]] 中给的含钢量；两者都没有即为未知，不作假定：钢筋往往是建材碳排放的很大一部分。只画了部分钢筋的模型，此值偏小，请核对。"""
en = """The mass of bars by the volume of reinforced concrete. Bars are those modelled; where the model has none, those of the rate the project gives in [[rebar_rate]]; without either this is unknown and nothing is assumed: bars
are often a large part of the carbon of materials. Where only some bars are drawn the value is small: look at it."""
*/
SELECT project, building,
       CASE WHEN unplaced = 0 AND rebar_unknown = 0 THEN 1000 * rebar_mass / nullif(reinforced_volume, 0) END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building'
            WHEN rows_held = 0 THEN 'no_model'
            WHEN rebar_unknown > 0 THEN 'rebar_unknown'
            WHEN coalesce(reinforced_volume, 0) = 0 THEN 'no_component'
            WHEN rebar_mass IS NULL THEN 'no_material_mass' END AS gap
FROM building_carbon
