/*
title  = { zh = "读数完整率", en = "Share of the expected readings that are there and valid" }
unit   = "%"
grain  = ["project", "sensor", "quantity"]
inputs = { sensor = ["project", "sensor", "quantity", "interval", "from_date"], project = ["project", "works_from"], sensor_day = ["project", "sensor", "quantity", "interval", "day"], reading = ["project", "sensor", "quantity", "time", "value"] }
source = { document = "house_rules", article = { zh = "停工期内没有读数不算缺失", en = "silence in a suspension is no fault" }, checked = "convention" }

[notes]
zh = """应有读数 = 应有读数的日子 × 86400 / 间隔，停工日除外。无效读数（值为空）不算；一天内多于应有数的读数不补另一天的缺。"""
en = """Expected are the days of sensor_day × 86400 / interval, suspensions left out. An invalid reading (no value) does not count; more readings than expected on
one day do not make up for another."""
*/
WITH read AS (
       SELECT project, sensor, quantity, local_day(time) AS day, count(value) AS valid
       FROM reading GROUP BY project, sensor, quantity, local_day(time)),
     counted AS (
       SELECT sensor_day.project, sensor_day.sensor, sensor_day.quantity,
              sum(86400 / nullif(sensor_day.interval, 0)) AS expected,
              sum(least(coalesce(read.valid, 0), 86400 / nullif(sensor_day.interval, 0))) AS valid
       FROM sensor_day LEFT JOIN read ON read.project = sensor_day.project AND read.sensor = sensor_day.sensor
                                     AND read.quantity = sensor_day.quantity AND read.day = sensor_day.day
       GROUP BY sensor_day.project, sensor_day.sensor, sensor_day.quantity),
     works AS (SELECT project, min(works_from) AS works_from FROM project GROUP BY project),
     stream AS (
       SELECT sensor.project, sensor.sensor, sensor.quantity, max(sensor.interval) AS interval,
              min(coalesce(sensor.from_date, works.works_from)) AS from_date
       FROM sensor LEFT JOIN works ON works.project = sensor.project GROUP BY sensor.project, sensor.sensor, sensor.quantity)
SELECT stream.project, stream.sensor, stream.quantity,
       CASE WHEN stream.interval IS NOT NULL THEN percentage(counted.valid, counted.expected) END AS value,
       CASE WHEN stream.interval IS NULL THEN 'no_interval' WHEN stream.from_date IS NULL THEN 'no_sensor_dates'
            WHEN counted.expected IS NULL THEN 'nothing_expected' END AS gap
FROM stream LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor AND counted.quantity = stream.quantity
