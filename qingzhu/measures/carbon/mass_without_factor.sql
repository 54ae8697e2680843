/*
title  = { zh = "没有因子的建材质量", en = "Mass of materials without a factor" }
unit   = "t"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "mass", "mapped_mass", "open_known_bound", "open_bound", "measured_main", "unmeasured", "unplaced"] }
rows   = { element_carbon = "carbon IS NULL" }
source = { document = "house_rules", clause = "建材质量", checked = "convention" }

[notes]
zh = """质量已知而没有碳排放的建材之和（element_carbon 的 why 写明原因，nearest 为最接近的因子）。coverage 为这些材料中质量已知者的占比；缺口同 material_mass。"""
en = """The mass of the materials whose mass is known and that have no carbon (why of element_carbon says the reason, nearest the factor that comes closest). coverage is the share of such matter whose mass is known; gaps are those of material_mass."""
*/
SELECT project, building,
       CASE WHEN unplaced = 0 THEN mass - coalesce(mapped_mass, 0) END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building' WHEN rows_held = 0 THEN 'no_model' WHEN mass IS NULL THEN 'no_material_mass'
            WHEN NOT measured_main THEN 'members_unmeasured' WHEN unmeasured > 0 THEN 'some_mass_unknown' END AS gap,
       CASE WHEN unplaced = 0 AND mass IS NOT NULL AND measured_main THEN coalesce(coverage_of(open_known_bound, open_bound), 100) END AS coverage
FROM building_carbon
