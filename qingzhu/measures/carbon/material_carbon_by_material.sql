/*
title  = { zh = "各材料生产碳排放", en = "Carbon of producing each material" }
unit   = "kgCO₂e"
grain  = ["project", "building", "material_key"]
inputs = { element_carbon = ["project", "building", "material_key", "mass_bound", "carbon"] }
rows   = { element_carbon = "TRUE" }
source = { document = "gbt51366_2019", clause = "6.2", checked = "unverified" }

[notes]
zh = """element_carbon 中各材料键的碳排放之和；unknown 为不知是什么材料者。coverage 为该材料中有因子者的质量占比。模型未指明单体者不在其中。"""
en = """The carbon of each material key in element_carbon; unknown stands for matter that nobody knows. coverage is the share of the material's mass that has a factor. Models that name no building are not in it."""
*/
WITH of_material AS (
       SELECT project, building, coalesce(material_key, 'unknown') AS material_key, sum(carbon) AS carbon,
              sum(CASE WHEN carbon IS NOT NULL THEN mass_bound ELSE 0 END) AS mapped, sum(mass_bound) AS bound
       FROM element_carbon WHERE building IS NOT NULL GROUP BY project, building, coalesce(material_key, 'unknown'))
SELECT project, building, material_key, carbon AS value,
       CASE WHEN carbon IS NULL THEN 'no_carbon_factor' END AS gap, percentage(mapped, bound) AS coverage
FROM of_material
