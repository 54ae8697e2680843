/*
title  = { zh = "含钢量", en = "Rebar in reinforced concrete" }
unit   = "kg/m³"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "rebar_unknown", "rebar_modelled", "rebar_mass", "reinforced_volume", "reinforced_open", "unplaced"] }
rows   = { element_carbon = "rebar IN ('unknown', 'modelled', 'rate') OR material_key = 'rebar'" }
source = { document = "house_rules", clause = "含钢量", checked = "convention" }

[notes]
zh = """钢筋质量 ÷ 混凝土体积。钢筋取模型中的钢筋，此时除以该单体的全部混凝土（钢筋可能在任何一处），是下界：模型可能只画了部分钢筋（rebar_open）；模型没有钢筋的，按项目在 [[rebar_rate]] 中给的含钢量，除以其所指的混凝土；
两者都没有即为未知，不作假定：钢筋往往是建材碳排放的很大一部分。配筋混凝土中有体积未知或有矛盾者、钢筋中有质量未知者，此值未知。"""
en = """The mass of bars by the volume of concrete. Bars are those modelled: then all concrete of the building is in the denominator, for they may be in any of it, and the value is a lower bound, as only some bars may be drawn (rebar_open). Where the
model has none, bars are those of the rate the project gives in [[rebar_rate]], over the concrete it speaks of; without either this is unknown and nothing is assumed: bars are often a large part of the carbon of
materials. Where concrete that has bars has no volume, or one that contradicts itself, or bars have no mass, it is unknown."""
*/
WITH judged AS (
       SELECT project, building, rebar_modelled, 1000 * rebar_mass / nullif(reinforced_volume, 0) AS content,
              CASE WHEN unplaced > 0 THEN 'model_without_building'
                   WHEN rows_held = 0 THEN 'no_model'
                   WHEN rebar_unknown > 0 THEN 'rebar_unknown'
                   WHEN reinforced_open > 0 THEN 'some_mass_unknown'
                   WHEN coalesce(reinforced_volume, 0) = 0 THEN 'no_component'
                   WHEN rebar_mass IS NULL THEN 'no_material_mass' END AS gap
       FROM building_carbon)
SELECT project, building,
       CASE WHEN gap IS NULL THEN content END AS value,
       CASE WHEN gap IS NULL AND rebar_modelled > 0 THEN 'rebar_open' ELSE gap END AS gap
FROM judged
