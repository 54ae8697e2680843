/*
title  = { zh = "建筑垃圾排放量（离场）", en = "Waste sent off site" }
unit   = "t"
grain  = ["project", "waste_origin"]
inputs = { project = ["project"], weighing = ["project", "zero_report", "waste_origin", "net_mass", "disposal"] }
parameters = { waste_origin = ["waste_origin"] }
source = { document = "waste_reduction_2020", article = { zh = "工作目标（条号未见）", en = "goals (clause number not seen)" }, checked = "secondary" }
rows   = { weighing = "zero_report OR coalesce(disposal, '') <> 'reused_on_site'" }

[notes]
zh = """离开工地大门的垃圾质量，按来源分列，渣土、泥浆也在内；场内再利用的不算离场。工地有过磅单或零报告时，没有过磅单的来源为零。来源不明的计入每一来源的 high。"""
en = """Mass of waste that left the gate, by origin, spoil and slurry among them; what was reused on site has not left. Once a site has a ticket or a zero
report, an origin without tickets is zero. Loads of unknown origin count in `high` of every origin."""
*/
WITH kind AS (SELECT DISTINCT waste_origin FROM waste_origin),
     load AS (
       SELECT weighing.project, weighing.zero_report, kind.waste_origin, weighing.net_mass        -- t
       FROM weighing LEFT JOIN kind ON kind.waste_origin = weighing.waste_origin
       WHERE weighing.zero_report OR coalesce(weighing.disposal, '') <> 'reused_on_site'),
     site AS (
       SELECT project, count(*) AS reports, max(net_mass) AS heaviest,
              sum(CASE WHEN waste_origin IS NULL AND NOT zero_report THEN net_mass END) AS unclear,
              sum(CASE WHEN waste_origin IS NULL AND NOT zero_report AND net_mass IS NULL THEN 1 ELSE 0 END) AS unclear_unweighed,
              sum(CASE WHEN zero_report OR (waste_origin IS NOT NULL AND net_mass IS NOT NULL) THEN 1 ELSE 0 END) AS clear
       FROM load GROUP BY project),
     counted AS (
       SELECT project, waste_origin, sum(net_mass) AS mass, sum(CASE WHEN net_mass IS NULL THEN 1 ELSE 0 END) AS unweighed
       FROM load WHERE waste_origin IS NOT NULL AND NOT zero_report GROUP BY project, waste_origin)
SELECT every.project, kind.waste_origin,
       CASE WHEN site.clear > 0 THEN coalesce(counted.mass, 0) END AS value,
       CASE WHEN coalesce(site.clear, 0) = 0 THEN 'no_load_weighed' END AS gap,
       percentage(site.clear, site.reports) AS coverage,
       CASE WHEN site.clear > 0
            THEN coalesce(counted.mass, 0) + coalesce(site.unclear, 0)
                 + (coalesce(counted.unweighed, 0) + site.unclear_unweighed) * coalesce(site.heaviest, 0) END AS high
FROM (SELECT DISTINCT project FROM project) AS every CROSS JOIN kind
     LEFT JOIN site ON site.project = every.project
     LEFT JOIN counted ON counted.project = every.project AND counted.waste_origin = kind.waste_origin
