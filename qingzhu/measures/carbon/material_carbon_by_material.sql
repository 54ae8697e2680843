/*
title  = { zh = "各材料生产碳排放", en = "Carbon of producing each material" }
unit   = "kgCO₂e"
grain  = ["project", "building", "material_key"]
inputs = { building_carbon = ["project", "building", "unplaced", "rebar_unknown", "rebar_open"], element_carbon = ["project", "building", "material_key", "mass_bound", "carbon", "carbon_most"] }
rows   = { element_carbon = "TRUE" }
source = { document = "gbt51366_2019", clause = "6.2", checked = "unverified" }

[notes]
zh = """element_carbon 中各材料键的碳排放之和；unknown 为不知是什么材料者。coverage 为该材料中有因子者的质量占比；有图元全无工程量、同角色也无一有工程量时未知，缺口为 some_mass_unknown。钢筋（rebar）未知、没有上界时缺口同 material_carbon。项目中有模型未指明单体时没有此值。"""
en = """The carbon of each material key in element_carbon; unknown stands for matter that nobody knows. coverage is the share of the material's mass that has a factor; it is unknown, some_mass_unknown, where elements have no quantity and none of their role has one. Bars (rebar) have the gaps
of material_carbon where they are unknown or have no upper end. Where a model of the project names no building there is no such figure."""
*/
WITH of_material AS (
       SELECT project, building, coalesce(material_key, 'unknown') AS material_key, sum(carbon) AS carbon,
              sum(CASE WHEN carbon IS NOT NULL AND carbon_most IS NULL THEN mass_bound ELSE 0 END) AS mapped, count(*) - count(mass_bound) AS unmeasured, sum(mass_bound) AS bound
       FROM element_carbon WHERE building IS NOT NULL GROUP BY project, building, coalesce(material_key, 'unknown'))
SELECT m.project, m.building, m.material_key,
       CASE WHEN b.unplaced = 0 THEN m.carbon END AS value,
       CASE WHEN b.unplaced > 0 THEN 'model_without_building'
            WHEN m.carbon IS NULL THEN 'no_carbon_factor'
            WHEN m.material_key = 'rebar' AND b.rebar_unknown > 0 THEN 'rebar_unknown'
            WHEN m.unmeasured > 0 THEN 'some_mass_unknown'
            WHEN m.material_key = 'rebar' AND b.rebar_open > 0 THEN 'rebar_open' END AS gap,
       CASE WHEN m.unmeasured = 0 AND b.unplaced = 0 THEN coverage_of(m.mapped, m.bound) END AS coverage
FROM of_material AS m JOIN building_carbon AS b ON b.project = m.project AND b.building = m.building
