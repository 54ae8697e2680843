/*
title  = { zh = "各材料生产碳排放", en = "Carbon of producing each material" }
unit   = "kgCO₂e"
grain  = ["project", "building", "material_key"]
inputs = { element_carbon = ["project", "building", "material_key", "mass_bound", "carbon", "carbon_most"] }
rows   = { element_carbon = "TRUE" }
source = { document = "gbt51366_2019", clause = "6.2", checked = "unverified" }

[notes]
zh = """element_carbon 中各材料键的碳排放之和；unknown 为不知是什么材料者。coverage 为该材料中有因子者的质量占比；有图元全无工程量、同角色也无一有工程量时未知，缺口为 some_mass_unknown。模型未指明单体者不在其中。"""
en = """The carbon of each material key in element_carbon; unknown stands for matter that nobody knows. coverage is the share of the material's mass that has a factor; it is unknown, some_mass_unknown, where elements have no quantity and none of their role has one. Models that name no building are not in it."""
*/
WITH of_material AS (
       SELECT project, building, coalesce(material_key, 'unknown') AS material_key, sum(carbon) AS carbon,
              sum(CASE WHEN carbon IS NOT NULL AND carbon_most IS NULL THEN mass_bound ELSE 0 END) AS mapped, count(*) - count(mass_bound) AS unmeasured, sum(mass_bound) AS bound
       FROM element_carbon WHERE building IS NOT NULL GROUP BY project, building, coalesce(material_key, 'unknown'))
SELECT project, building, material_key, carbon AS value,
       CASE WHEN carbon IS NULL THEN 'no_carbon_factor' WHEN unmeasured > 0 THEN 'some_mass_unknown' END AS gap,
       CASE WHEN unmeasured = 0 THEN percentage(mapped, bound) END AS coverage
FROM of_material
