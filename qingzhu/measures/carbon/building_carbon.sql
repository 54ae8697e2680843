/*
title   = { zh = "单体碳排放与质量", en = "Carbon and mass of a building" }
grain   = ["project", "building"]
derived = true
columns = { project = "string", building = "string", rows_held = "int64", mass = "float64", mass_most = "float64", mapped_mass = "float64", known_bound = "float64", mapped_bound = "float64", open_known_bound = "float64", open_bound = "float64", bound = "float64", carbon = "float64", carbon_most = "float64", transport = "float64", transport_most = "float64", transported_bound = "float64", open_rows = "int64", unweighed = "int64", unmoved = "int64", unplaced = "int64", rebar_unknown = "int64", rebar_open = "int64", rebar_mass = "float64", reinforced_volume = "float64", reinforced_open = "int64", rebar_modelled = "int64", unmeasured = "int64", measured_main = "bool" }
inputs  = { building = ["project", "building"], element_carbon = ["project", "building", "material", "material_key", "volume", "mass", "factor_name", "carbon", "why", "mass_bound", "transport", "rebar", "role", "mass_most", "carbon_most", "transport_most"] }
parameters = { carbon_role = ["role", "main"] }
source  = { document = "gbt51366_2019", clause = "6.2, 6.3", checked = "unverified" }

[notes]
zh = """element_carbon 按单体合计：mass、carbon、transport 为已知者之和（体积彼此不符者取最小），*_most 为其上限（取最大）；mapped_* 为有碳排放者，open_* 为没有者，其中 *_bound 为体积无矛盾者的 mass_bound；bound 为覆盖率所用质量 mass_bound 之和；open_rows、unweighed、unmoved 为没有碳排放、质量、运输碳排放的材料行数，
unmeasured 为连 mass_bound 也没有者（其中没有主要建材时 measured_main 为真），unplaced 为本项目未指明单体的行数，rebar_unknown 为钢筋未知的混凝土行数，rebar_open 为钢筋没有上界的混凝土行数（未知、可能有、或只按模型中的钢筋），其中 rebar_modelled 为只按模型中的钢筋者，
reinforced_open 为体积未知或有矛盾的配筋混凝土与质量未知的钢筋的行数。"""
en = """Sums of element_carbon by building: mass, carbon and transport of what is known (of volumes that contradict themselves at least), *_most at most; mapped_* of rows with carbon, open_* of those without, *_bound of them the mass_bound of
those whose volume does not contradict itself; bound the sum of mass_bound, which the coverage is weighed with. open_rows, unweighed and
unmoved are the rows without carbon, mass and carbon of transport, unmeasured those without even a mass_bound (measured_main: none of them is of a main material), unplaced the rows of the project that name no building, rebar_unknown the rows of
concrete whose bars are unknown, rebar_open those whose bars have no upper end: unknown, possible, or only as modelled (rebar_modelled); reinforced_open the rows of concrete that has bars and no volume, or one
that contradicts itself, and of bars without mass."""
*/
WITH total AS (
       SELECT e.project, e.building, count(*) AS rows_held,
              sum(mass) AS mass, sum(coalesce(mass_most, mass)) AS mass_most, sum(CASE WHEN carbon IS NOT NULL THEN mass END) AS mapped_mass,
              sum(CASE WHEN mass IS NOT NULL AND mass_most IS NULL THEN mass_bound END) AS known_bound,
              sum(CASE WHEN carbon IS NOT NULL AND carbon_most IS NULL THEN mass_bound END) AS mapped_bound,
              sum(CASE WHEN carbon IS NULL AND mass IS NOT NULL AND mass_most IS NULL THEN mass_bound ELSE 0 END) AS open_known_bound,
              sum(CASE WHEN carbon IS NULL THEN mass_bound END) AS open_bound, sum(mass_bound) AS bound,
              sum(carbon) AS carbon, sum(coalesce(carbon_most, carbon)) AS carbon_most,
              sum(transport) AS transport, sum(coalesce(transport_most, transport)) AS transport_most,
              sum(CASE WHEN transport IS NOT NULL AND transport_most IS NULL THEN mass_bound END) AS transported_bound,
              sum(CASE WHEN carbon IS NULL THEN 1 ELSE 0 END) AS open_rows, sum(CASE WHEN mass IS NULL THEN 1 ELSE 0 END) AS unweighed,
              sum(CASE WHEN transport IS NULL THEN 1 ELSE 0 END) AS unmoved, sum(CASE WHEN mass_bound IS NULL THEN 1 ELSE 0 END) AS unmeasured,
              sum(CASE WHEN rebar = 'unknown' THEN 1 ELSE 0 END) AS rebar_unknown, sum(CASE WHEN rebar IN ('unknown', 'possible', 'modelled') THEN 1 ELSE 0 END) AS rebar_open,
              sum(CASE WHEN material_key = 'rebar' THEN mass END) AS rebar_mass, sum(CASE WHEN rebar IN ('unknown', 'modelled', 'rate') THEN volume END) AS reinforced_volume,
              sum(CASE WHEN rebar = 'modelled' THEN 1 ELSE 0 END) AS rebar_modelled,
              sum(CASE WHEN rebar IN ('modelled', 'rate') AND (volume IS NULL OR mass_most IS NOT NULL) THEN 1 WHEN material_key = 'rebar' AND mass IS NULL THEN 1 ELSE 0 END) AS reinforced_open,
              NOT bool_or(mass_bound IS NULL AND coalesce(carbon_role.main, e.role IS NULL)) AS measured_main
       FROM element_carbon AS e LEFT JOIN carbon_role ON carbon_role.role = e.role GROUP BY e.project, e.building),
     adrift AS (SELECT project, rows_held FROM total WHERE building IS NULL)
SELECT building.project, building.building, coalesce(total.rows_held, 0) AS rows_held, total.mass, total.mass_most, total.mapped_mass, total.known_bound, total.mapped_bound,
       total.open_known_bound, total.open_bound, total.bound, total.carbon, total.carbon_most, total.transport, total.transport_most, total.transported_bound, total.open_rows, total.unweighed, total.unmoved, coalesce(adrift.rows_held, 0) AS unplaced,
       total.rebar_unknown, total.rebar_open, total.rebar_mass, total.reinforced_volume, total.reinforced_open, total.rebar_modelled, total.unmeasured, total.measured_main
FROM building LEFT JOIN total ON total.project = building.project AND total.building = building.building
              LEFT JOIN adrift ON adrift.project = building.project
