/*
title  = { zh = "建筑垃圾产生量", en = "Waste generated" }
unit   = "t"
grain  = ["project"]
inputs = { project = ["project"], waste_load = ["project", "loads", "net_mass", "bound", "in_intensity"] }
source = { document = "house_rules", article = { zh = "产生量 = 离场量 + 场内再利用量", en = "generated = discharged + reused on site" }, checked = "convention" }

[notes]
zh = """产生量是离场的加上场内再利用的，不含工程渣土和工程泥浆（与 waste_intensity 同一口径）。场内再利用只有过了磅才看得见，所以是下限。来源不明、质量不明的车次计入 high
（waste_load 的 bound；本项目没有一车过磅则数值未知）。coverage 为来源和质量都清楚的车次占比，零报告不算车次。"""
en = """What left the gate and what was reused on site, without spoil and slurry (the same origins as waste_intensity). Reuse on site is seen only where it was
weighed, so this is a lower bound. Loads of unknown origin or mass count in `high` (`bound` of waste_load; where no load of the project was weighed, the figure is unknown). `coverage` is the
share of loads whose origin and mass are known; a zero report is no load."""
*/
WITH counted AS (
       SELECT project, sum(CASE WHEN in_intensity THEN net_mass END) AS mass,                     -- t
              CASE WHEN count(bound) = count(*) THEN sum(bound) END AS most,                      -- t, null where nothing bounds it
              coalesce(percentage(sum(CASE WHEN in_intensity AND net_mass IS NOT NULL THEN loads ELSE 0 END), sum(loads)), 100) AS coverage
       FROM waste_load WHERE coalesce(in_intensity, TRUE) GROUP BY project)
SELECT every.project, CASE WHEN counted.most IS NOT NULL THEN counted.mass END AS value,
       CASE WHEN counted.mass IS NULL THEN 'no_load_weighed' WHEN counted.most IS NULL THEN 'no_mass_known' END AS gap,
       counted.coverage,
       CASE WHEN counted.mass IS NOT NULL THEN counted.most END AS high
FROM (SELECT DISTINCT project FROM project) AS every LEFT JOIN counted ON counted.project = every.project
