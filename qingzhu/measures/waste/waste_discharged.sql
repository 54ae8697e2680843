/*
title  = { zh = "建筑垃圾排放量（离场）", en = "Waste sent off site" }
unit   = "t"
grain  = ["project", "waste_origin"]
inputs = { project = ["project"], waste_load = ["project", "zero_report", "waste_origin", "loads", "net_mass", "bound", "discharged"] }
parameters = { waste_origin = ["waste_origin"] }
source = { document = "waste_reduction_2020", article = { zh = "工作目标（条号未见）", en = "goals (clause number not seen)" }, checked = "secondary" }

[notes]
zh = """离开工地大门的垃圾质量，按来源分列，渣土、泥浆也在内；场内再利用的不算离场。工地有来源和质量都清楚的过磅单或零报告时，没有过磅单的来源为零。来源不明的计入每一来源的
high，质量不明的计入其来源的 high（waste_load 的 bound；本项目没有一车过磅则数值未知）。coverage 为全工地来源和质量都清楚的车次占比，零报告不算车次。"""
en = """Mass of waste that left the gate, by origin, spoil and slurry among them; what was reused on site has not left. Once a site has a ticket of known origin
and mass or a zero report, an origin without tickets is zero. Loads of unknown origin count in `high` of every origin, loads of unknown mass in `high` of their
own (`bound` of waste_load; where no load of the project was weighed, the figure is unknown). `coverage` is the share of all loads of the site whose origin and mass are known; a zero report is no load."""
*/
WITH kind AS (SELECT DISTINCT waste_origin FROM waste_origin),
     load AS (
       SELECT project, waste_origin, loads, net_mass, bound,                                      -- t
              zero_report OR (waste_origin IS NOT NULL AND net_mass IS NOT NULL) AS clear
       FROM waste_load WHERE discharged),
     counted AS (
       SELECT load.project, kind.waste_origin, bool_or(load.clear) AS clear,
              sum(CASE WHEN load.waste_origin = kind.waste_origin THEN load.net_mass ELSE 0 END) AS mass,
              sum(CASE WHEN coalesce(load.waste_origin = kind.waste_origin, TRUE) THEN load.bound ELSE 0 END) AS most,
              bool_and(load.bound IS NOT NULL OR coalesce(load.waste_origin <> kind.waste_origin, FALSE)) AS bounded,
              coalesce(percentage(sum(CASE WHEN load.clear THEN load.loads ELSE 0 END), sum(load.loads)), 100) AS coverage
       FROM load CROSS JOIN kind GROUP BY load.project, kind.waste_origin)
SELECT every.project, kind.waste_origin,
       CASE WHEN counted.clear AND counted.bounded THEN coalesce(counted.mass, 0) END AS value,
       CASE WHEN NOT coalesce(counted.clear, FALSE) THEN 'no_load_weighed' WHEN NOT counted.bounded THEN 'no_mass_known' END AS gap,
       counted.coverage,
       CASE WHEN counted.clear AND counted.bounded THEN counted.most END AS high
FROM (SELECT DISTINCT project FROM project) AS every CROSS JOIN kind
     LEFT JOIN counted ON counted.project = every.project AND counted.waste_origin = kind.waste_origin
