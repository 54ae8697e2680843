/*
title   = { zh = "垃圾车次", en = "Loads of waste, each with its bound" }
grain   = ["project"]
derived = true
columns = { project = "string", day = "int64", zero_report = "bool", waste_origin = "string", waste_class = "string", loads = "int64", net_mass = "float64", bound = "float64", in_intensity = "bool", discharged = "bool", recovered = "bool" }
inputs  = { weighing = ["project", "time", "zero_report", "waste_origin", "waste_class", "net_mass", "loads", "disposal"] }
parameters = { waste_origin = ["waste_origin", "in_intensity"], load_rule = ["full_load"] }
source  = { document = "house_rules", article = { zh = "未过磅车次的界", en = "bound of a load that nobody weighed" }, checked = "convention" }

[notes]
zh = """每张过磅单或零报告一行。loads：该行代表的车次，未写车数为 1，零报告为 0。net_mass [t] 未知为空；bound [t]：该行至多的质量，已知时即 net_mass，
未知时为车次 × 最重的一车（我方约定）：本项目净重 ÷ 车次的最大值（任何来源和去向的都算），且不小于满载的一车 full_load，只称一辆轻车压不低它。
本项目没有任何一车过了磅则为空：只数车不算计量，数值仍未知。来源不在 waste_origin 表中的，waste_origin 与 in_intensity 为空。discharged：离场。
台账按出场登记（出场时间、外运），所以没有写明去向的一车也算离场，写明场内再利用的才不算（我方约定）；它是否得到利用仍不明。recovered：去向为资源化利用、回填或场内再利用为真，消纳为假，不明为空。day 为本地日期。"""
en = """One row for each ticket or zero report. loads: how many loads the row stands for, 1 where none are written, 0 for a zero report. net_mass [t] is null where
unknown; bound [t] is the most the row can be: net_mass where known, otherwise its loads × the heaviest load (our convention): the largest net mass ÷ loads of
the project, of any origin and place, and never less than a full truck, full_load, so that one light load on the scales does not lower it. It is null where no
load of the project was weighed: trucks that were only counted are no measurement and the figure stays unknown. An origin that is not in waste_origin leaves
waste_origin and in_intensity null. discharged: it left the site. The sheet lists what goes out (the time is when the load left), so a load that does not say
where it went has left; only one that says it was reused on site has not (our convention). Whether it was recovered stays unknown. recovered: true where
recovered, backfilled or reused on site, false where disposed of, null where the place is unknown. day is the local day."""
*/
WITH load AS (
       SELECT project, local_day(time) AS day, zero_report, waste_origin, waste_class, disposal,
              CASE WHEN zero_report THEN 0 ELSE greatest(loads, 1) END AS loads,
              CASE WHEN zero_report THEN 0 ELSE net_mass END AS net_mass                          -- t
       FROM weighing),
     heaviest AS (                                                   -- t, one load; null where none was weighed
       SELECT load.project, CASE WHEN max(load.net_mass) > 0 THEN greatest(max(load.net_mass / nullif(load.loads, 0)), max(load_rule.full_load)) END AS net_mass
       FROM load CROSS JOIN load_rule GROUP BY load.project)
SELECT load.project, load.day, load.zero_report, waste_origin.waste_origin, load.waste_class, load.loads, load.net_mass,
       coalesce(load.net_mass, load.loads * heaviest.net_mass) AS bound,
       CASE WHEN load.zero_report THEN TRUE ELSE waste_origin.in_intensity END AS in_intensity,
       load.zero_report OR coalesce(load.disposal, '') <> 'reused_on_site' AS discharged,
       CASE WHEN load.disposal IN ('recovered', 'backfilled', 'reused_on_site') THEN TRUE WHEN load.disposal = 'disposed' THEN FALSE END AS recovered
FROM load JOIN heaviest ON heaviest.project = load.project
     LEFT JOIN waste_origin ON waste_origin.waste_origin = load.waste_origin
