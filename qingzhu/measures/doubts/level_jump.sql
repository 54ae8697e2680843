/*
title  = { zh = "存疑：扬尘读数量级突变", en = "Doubt: jump of a dust stream's level" }
unit   = "1"
grain  = ["project", "sensor", "quantity"]
inputs = { sensor = ["project", "sensor", "quantity"], reading = ["project", "sensor", "quantity", "time", "value"] }
source = { document = "house_rules", article = { zh = "单位混用", en = "mixed units" }, checked = "convention" }
doubt  = { above = 100 }
rows   = { reading = "quantity <> 'noise'", sensor = "quantity <> 'noise'" }

[notes]
zh = """相邻两个有读数的日子，日中位数之比（大除以小）的最大值。毫克与微克混用为一千左右；沙尘天气一般在十几倍以内。只有一天读数的为一。"""
en = """Largest ratio of the medians of two days that follow each other among the days with readings, the larger over the smaller. Milligrams mixed with micrograms give
about a thousand; a sandstorm some ten or twenty. One day of readings gives one."""
*/
WITH stream AS (SELECT DISTINCT project, sensor, quantity FROM sensor WHERE quantity <> 'noise'),
     daily AS (
       SELECT project, sensor, quantity, local_day(time) AS day, median_of(value) AS middle
       FROM reading WHERE quantity <> 'noise' AND value > 0 GROUP BY project, sensor, quantity, local_day(time)),
     pair AS (
       SELECT project, sensor, quantity, middle, lag(middle) OVER (PARTITION BY project, sensor, quantity ORDER BY day) AS before
       FROM daily),
     counted AS (
       SELECT project, sensor, quantity,
              max(coalesce(greatest(middle / nullif(before, 0), before / nullif(middle, 0)), 1)) AS jump
       FROM pair GROUP BY project, sensor, quantity)
SELECT stream.project, stream.sensor, stream.quantity, counted.jump AS value,
       CASE WHEN counted.jump IS NULL THEN 'no_reading' END AS gap
FROM stream LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor AND counted.quantity = stream.quantity
