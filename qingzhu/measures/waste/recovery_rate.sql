/*
title  = { zh = "建筑垃圾资源化利用率", en = "Share of waste recovered" }
unit   = "%"
grain  = ["project"]
inputs = { project = ["project"], weighing = ["project", "zero_report", "waste_origin", "net_mass", "disposal"] }
parameters = { waste_origin = ["waste_origin", "in_intensity"] }
source = { document = "house_rules", article = { zh = "资源化、回填、场内再利用的质量 ÷ 产生量", en = "recovered, backfilled and reused on site, of generated" }, checked = "convention" }
rows   = { weighing = "NOT zero_report" }

[notes]
zh = """去向为资源化利用、回填或场内再利用的质量，占产生量（不含渣土、泥浆）的百分比。去向不明的计入分母，不计入分子：数值是下限，high 为其全部资源化时的值；
coverage 为去向、来源、质量都清楚的车次占比。没有质量的车次不在两者之内。"""
en = """Mass that was recovered, backfilled or reused on site, as a share of the waste generated (without spoil and slurry). What goes to an unknown place stands in
the denominator only: the value is a lower bound, `high` is the value if all of it were recovered. `coverage` is the share of loads whose place,
origin and mass are known; loads without mass are in neither."""
*/
WITH load AS (
       SELECT weighing.project, weighing.net_mass,                                                -- t
              coalesce(weighing.disposal, '') IN ('recovered', 'backfilled', 'reused_on_site') AS recovered,
              coalesce(weighing.disposal, '') IN ('recovered', 'backfilled', 'reused_on_site', 'disposed') AS told,
              waste_origin.in_intensity IS NOT NULL AS known
       FROM weighing LEFT JOIN waste_origin ON waste_origin.waste_origin = weighing.waste_origin
       WHERE NOT weighing.zero_report AND coalesce(waste_origin.in_intensity, TRUE)),
     counted AS (
       SELECT project, count(*) AS loads,
              sum(net_mass) AS mass,
              sum(CASE WHEN recovered AND known THEN net_mass ELSE 0 END) AS recovered,
              sum(CASE WHEN recovered OR NOT told THEN net_mass ELSE 0 END) AS most,
              sum(CASE WHEN told THEN 1 ELSE 0 END) AS told,
              sum(CASE WHEN told AND known AND net_mass IS NOT NULL THEN 1 ELSE 0 END) AS clear
       FROM load GROUP BY project)
SELECT every.project,
       CASE WHEN counted.told > 0 THEN percentage(counted.recovered, counted.mass) END AS value,
       CASE WHEN coalesce(counted.mass, 0) = 0 THEN 'no_load_weighed' WHEN counted.told = 0 THEN 'no_disposal' END AS gap,
       percentage(counted.clear, counted.loads) AS coverage,
       CASE WHEN counted.told > 0 THEN percentage(counted.most, counted.mass) END AS high
FROM (SELECT DISTINCT project FROM project) AS every LEFT JOIN counted ON counted.project = every.project
