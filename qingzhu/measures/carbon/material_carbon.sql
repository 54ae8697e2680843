/*
title  = { zh = "建材生产碳排放", en = "Carbon of producing the materials" }
unit   = "kgCO₂e"
grain  = ["project", "building"]
inputs = { building_carbon = ["project", "building", "rows_held", "mapped_bound", "bound", "carbon", "carbon_most", "open_rows", "unmeasured", "measured_main", "unplaced", "rebar_unknown", "rebar_open"] }
parameters = { mass_rule = ["share"] }
rows   = { element_carbon = "TRUE" }
source = { document = "gbt51366_2019", clause = "6.2", checked = "unverified" }

[notes]
zh = """C_sc = Σ M·F：模型中有因子的材料的碳排放之和（element_carbon 逐行列出量、因子、来源，或没有因子的原因），是下界。coverage 为有因子的材料占材料总质量的百分比；低于主要建材应达到的 95 %（mass_rule，6.1，待核对）、钢筋未知、模型中的钢筋可能只是一部分（rebar_open，可能配筋的混凝土亦然）或有图元全无工程量（不在 coverage 中；其中有主要建材时 coverage 未知，缺口为 members_unmeasured）时，数值旁写明缺口。
没有因子、份额、等级、密度或体积的材料不计，不作假定；其碳排放没有上界，所以 high 只在每种材料都已知、钢筋由项目的含钢量给定时才有，等于 value（体积写了几个彼此不符的值时，value 按最小者，high 按最大者），否则为空：模型中的钢筋可能只是一部分。"""
en = """C_sc = Σ M·F: the carbon of the materials in the models that have a factor (element_carbon lists each row with amount, factor and source, or why there is none); a lower bound. coverage is
the share of the mass of all materials that has a factor; where it is below the 95 % that the main materials must reach (mass_rule, 6.1, to be checked), where bars are unknown or elements have no
quantity at all (they are not in the coverage, which is unknown where main materials are among them: members_unmeasured), the gap stands beside the value. Materials without factor, share, grade,
density or volume are left out and nothing is assumed. Nothing bounds their carbon, so there is a high only where every material is known, and the bars of all concrete are given by the project's rate: it equals value, but of volumes that contradict themselves value takes the least and high the greatest; else it is empty: bars in a model may be some of them only."""
*/
WITH judged AS (
       SELECT b.project, b.building, b.rows_held, b.carbon, b.carbon_most, b.open_rows, b.unmeasured, b.measured_main, b.unplaced, b.rebar_unknown, b.rebar_open, mass_rule.share, CASE WHEN b.measured_main THEN coverage_of(coalesce(b.mapped_bound, 0), b.bound) END AS coverage
       FROM building_carbon AS b LEFT JOIN mass_rule ON TRUE)
SELECT project, building,
       CASE WHEN unplaced = 0 THEN carbon END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building'
            WHEN rows_held = 0 THEN 'no_model'
            WHEN carbon IS NULL THEN 'no_carbon_factor'
            WHEN coverage < share THEN 'main_materials_below'
            WHEN NOT measured_main THEN 'members_unmeasured'
            WHEN rebar_unknown > 0 THEN 'rebar_unknown'
            WHEN unmeasured > 0 THEN 'some_mass_unknown'
            WHEN rebar_open > 0 THEN 'rebar_open' END AS gap,
       CASE WHEN unplaced = 0 THEN coverage END AS coverage,
       CASE WHEN unplaced = 0 AND open_rows = 0 AND rebar_open = 0 THEN carbon_most END AS high
FROM judged
