/*
title  = { zh = "存疑：扬尘读数与对照站数量级不符", en = "Doubt: a dust stream of another order than its reference" }
unit   = "1"
grain  = ["project", "sensor", "quantity"]
inputs = { sensor = ["project", "sensor", "quantity", "reference"], reading = ["project", "sensor", "quantity", "time", "value"] }
source = { document = "house_rules", article = { zh = "单位混用", en = "mixed units" }, checked = "convention" }
doubt  = { above = 100 }
rows   = { reading = "quantity <> 'noise'", sensor = "quantity <> 'noise'" }

[notes]
zh = """监测点与对照站同一监测量日中位数之比（大除以小），取各日的中位数。整段把毫克当微克时为一千左右；工地扬尘再大也在几十倍以内。没有登记对照站的监测点不列。"""
en = """Ratio of the daily medians of a stream and of its reference, the larger over the smaller, the median over the days. Milligrams taken for micrograms throughout give
about a thousand; a dusty site some tens. A stream without a reference has no row."""
*/
WITH stream AS (
       SELECT project, sensor, quantity, max(reference) AS reference FROM sensor
       WHERE quantity <> 'noise' AND reference IS NOT NULL GROUP BY project, sensor, quantity),
     daily AS (
       SELECT project, sensor, quantity, local_day(time) AS day, median_of(value) AS middle
       FROM reading WHERE quantity <> 'noise' AND value > 0 GROUP BY project, sensor, quantity, local_day(time)),
     pair AS (
       SELECT stream.project, stream.sensor, stream.quantity,
              greatest(site.middle / nullif(city.middle, 0), city.middle / nullif(site.middle, 0)) AS ratio
       FROM stream JOIN daily AS site ON site.project = stream.project AND site.sensor = stream.sensor AND site.quantity = stream.quantity
                   JOIN daily AS city ON city.project = stream.project AND city.sensor = stream.reference
                        AND city.quantity = stream.quantity AND city.day = site.day),
     counted AS (SELECT project, sensor, quantity, median_of(ratio) AS ratio FROM pair GROUP BY project, sensor, quantity)
SELECT stream.project, stream.sensor, stream.quantity, counted.ratio AS value,
       CASE WHEN counted.ratio IS NULL THEN 'no_reference' END AS gap
FROM stream LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor AND counted.quantity = stream.quantity
