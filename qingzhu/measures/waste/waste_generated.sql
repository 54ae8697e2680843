/*
title  = { zh = "建筑垃圾产生量", en = "Waste generated" }
unit   = "t"
grain  = ["project"]
inputs = { project = ["project"], weighing = ["project", "zero_report", "waste_origin", "net_mass"] }
parameters = { waste_origin = ["waste_origin", "in_intensity"] }
source = { document = "house_rules", article = { zh = "产生量 = 离场量 + 场内再利用量", en = "generated = discharged + reused on site" }, checked = "convention" }

[notes]
zh = """产生量是离场的加上场内再利用的，不含工程渣土和工程泥浆（与 waste_intensity 同一口径）。场内再利用只有过了磅才看得见，所以是下限。来源不明、质量不明的车次计入 high。"""
en = """What left the gate and what was reused on site, without spoil and slurry (the same origins as waste_intensity). Reuse on site is seen only where it was
weighed, so this is a lower bound. Loads of unknown origin or mass count in `high`."""
*/
WITH load AS (
       SELECT weighing.project, weighing.zero_report, weighing.net_mass,                          -- t
              waste_origin.in_intensity IS NOT NULL AND weighing.net_mass IS NOT NULL AS known
       FROM weighing LEFT JOIN waste_origin ON waste_origin.waste_origin = weighing.waste_origin
       WHERE weighing.zero_report OR coalesce(waste_origin.in_intensity, TRUE)),
     heaviest AS (SELECT project, max(net_mass) AS net_mass FROM load GROUP BY project),
     counted AS (
       SELECT load.project, count(*) AS reports,
              sum(CASE WHEN load.zero_report THEN 0 WHEN load.known THEN load.net_mass END) AS mass,
              sum(CASE WHEN load.zero_report THEN 0 ELSE coalesce(load.net_mass, heaviest.net_mass) END) AS most,
              sum(CASE WHEN load.zero_report OR load.known THEN 1 ELSE 0 END) AS clear
       FROM load JOIN heaviest ON heaviest.project = load.project GROUP BY load.project)
SELECT every.project, counted.mass AS value,
       CASE WHEN counted.mass IS NULL THEN 'no_load_weighed' END AS gap,
       percentage(counted.clear, counted.reports) AS coverage,
       CASE WHEN counted.mass IS NOT NULL THEN counted.most END AS high
FROM (SELECT DISTINCT project FROM project) AS every LEFT JOIN counted ON counted.project = every.project
