/*
title  = { zh = "建筑垃圾资源化利用率", en = "Share of waste recovered" }
unit   = "%"
grain  = ["project"]
inputs = { project = ["project"], waste_load = ["project", "zero_report", "loads", "net_mass", "bound", "in_intensity", "recovered"] }
source = { document = "house_rules", article = { zh = "资源化、回填、场内再利用的质量 ÷ 产生量", en = "recovered, backfilled and reused on site, of generated" }, checked = "convention" }

[notes]
zh = """去向为资源化利用、回填或场内再利用的质量 R 占产生量 R + D 的百分比（不含渣土、泥浆），D 为其余。它随 R 增大、随 D 减小，所以：
value（可能的最小值）= R低 / (R低 + D高)，high（可能的最大值）= R高 / (R高 + D低)。R低、D低：来源、质量、去向都清楚的质量（来源不明的可能不计入，质量不明的可能为零）；
R高、D高：去向可能为此的全部车次，来源不明的都算计入，质量不明的按 waste_load 的 bound。没有一车计入的过了磅，或没有一车写明去向，则未知。
coverage 为去向、来源、质量都清楚的车次占比。"""
en = """The mass R that was recovered, backfilled or reused on site, as a share of the waste generated, R + D (without spoil and slurry), where D is the rest. It
rises with R and falls with D, so value, the lowest it can be, is R_low / (R_low + D_high), and `high`, the highest, is R_high / (R_high + D_low). R_low and D_low
are the masses of loads whose origin, mass and place are known (a load of unknown origin may be out, one of unknown mass may be nothing). R_high and D_high are all
loads that could have gone there: those of unknown origin as if they counted, those of unknown mass with `bound` of waste_load. Unknown where no load that counts
was weighed or no load names a place. `coverage` is the share of loads whose place, origin and mass are known."""
*/
WITH counted AS (
       SELECT project, sum(CASE WHEN in_intensity THEN net_mass END) AS mass, count(recovered) AS told,                -- t
              sum(CASE WHEN recovered AND in_intensity THEN coalesce(net_mass, 0) ELSE 0 END) AS recovered_low,
              sum(CASE WHEN NOT recovered AND in_intensity THEN coalesce(net_mass, 0) ELSE 0 END) AS lost_low,
              sum(CASE WHEN coalesce(recovered, TRUE) THEN bound ELSE 0 END) AS recovered_high,
              sum(CASE WHEN NOT coalesce(recovered, FALSE) THEN bound ELSE 0 END) AS lost_high,
              percentage(sum(CASE WHEN recovered IS NOT NULL AND in_intensity AND net_mass IS NOT NULL THEN loads ELSE 0 END), sum(loads)) AS coverage
       FROM waste_load WHERE NOT zero_report AND coalesce(in_intensity, TRUE) GROUP BY project)
SELECT every.project,
       CASE WHEN counted.mass > 0 AND counted.told > 0 THEN percentage(counted.recovered_low, counted.recovered_low + counted.lost_high) END AS value,
       CASE WHEN coalesce(counted.mass, 0) = 0 THEN 'no_load_weighed' WHEN counted.told = 0 THEN 'no_disposal' END AS gap,
       counted.coverage,
       CASE WHEN counted.mass > 0 AND counted.told > 0 THEN percentage(counted.recovered_high, counted.recovered_high + counted.lost_low) END AS high
FROM (SELECT DISTINCT project FROM project) AS every LEFT JOIN counted ON counted.project = every.project
