/*
title  = { zh = "单位面积建材碳排放", en = "Carbon of materials per floor area" }
unit   = "kgCO₂e/m²"
grain  = ["project", "building"]
inputs = { building = ["project", "building", "floor_area"], building_carbon = ["project", "building", "rows_held", "carbon", "carbon_most", "transport", "transport_most", "mapped_bound", "bound", "open_rows", "unmoved", "unmeasured", "measured_main", "unplaced", "rebar_unknown", "rebar_open"] }
parameters = { mass_rule = ["share"] }
rows   = { element_carbon = "TRUE" }
source = { document = "gbt51366_2019", clause = "6.1", checked = "unverified" }

[notes]
zh = """C_JC =（C_sc + C_ys）/ A：建材生产与运输碳排放之和（material_carbon、transport_carbon）除以单体建筑面积，是下界。没有一种材料的质量已知时只有生产一项。coverage 与缺口同 material_carbon。"""
en = """C_JC = (C_sc + C_ys) / A: the carbon of producing and of transporting the materials (material_carbon, transport_carbon) by the floor area of the building; a lower bound. Where the mass of no material is
known only the production is in it. coverage and gaps are those of material_carbon."""
*/
WITH judged AS (
       SELECT b.project, b.building, b.rows_held, b.carbon, b.open_rows, b.unmoved, b.unmeasured, b.measured_main, b.unplaced, b.rebar_unknown, b.rebar_open, b.carbon + coalesce(b.transport, 0) AS both_carbon, b.carbon_most + b.transport_most AS both_most,
              mass_rule.share, CASE WHEN b.measured_main THEN coverage_of(coalesce(b.mapped_bound, 0), b.bound) END AS coverage, building.floor_area
       FROM building_carbon AS b JOIN building ON building.project = b.project AND building.building = b.building LEFT JOIN mass_rule ON TRUE)
SELECT project, building,
       CASE WHEN unplaced = 0 THEN both_carbon / nullif(floor_area, 0) END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building'
            WHEN rows_held = 0 THEN 'no_model'
            WHEN carbon IS NULL THEN 'no_carbon_factor'
            WHEN coalesce(floor_area, 0) = 0 THEN 'no_floor_area'
            WHEN coverage < share THEN 'main_materials_below'
            WHEN NOT measured_main THEN 'members_unmeasured'
            WHEN rebar_unknown > 0 THEN 'rebar_unknown'
            WHEN unmeasured > 0 THEN 'some_mass_unknown'
            WHEN rebar_open > 0 THEN 'rebar_open' END AS gap,
       CASE WHEN unplaced = 0 THEN coverage END AS coverage,
       CASE WHEN unplaced = 0 AND open_rows = 0 AND unmoved = 0 AND rebar_open = 0 THEN both_most / nullif(floor_area, 0) END AS high
FROM judged
