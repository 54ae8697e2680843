/*
title  = { zh = "读数完整率", en = "Share of the expected readings that are there and valid" }
unit   = "%"
grain  = ["project", "sensor", "quantity"]
inputs = { stream = ["project", "sensor", "quantity", "interval", "first_day"], sensor_day = ["project", "sensor", "quantity", "interval", "day"], reading = ["project", "sensor", "quantity", "time", "value"] }
source = { document = "house_rules", article = { zh = "停工期内没有读数不算缺失", en = "silence in a suspension is no fault" }, checked = "convention" }

[notes]
zh = """应有读数 = 应有读数的日子 × 86400 / 间隔，停工日除外。无效读数（值为空）不算；每个读数归最近的整间隔，同一间隔内多个读数只算一个，一天内多出的读数
不补另一天的缺。"""
en = """Expected are the days of sensor_day × 86400 / interval, suspensions left out. An invalid reading (no value) does not count. Each reading is of the full interval it
is nearest to; several in one interval count once, and more than expected on one day do not make up for another."""
*/
WITH part AS (                                                                  -- 32 intervals of a day, and how many of them hold a reading
       SELECT stream.project, stream.sensor, stream.quantity, local_day(reading.time) AS day,
              distinct_in_32(slot_place(reading.time, 86400, stream.interval)) AS intervals
       FROM reading JOIN stream ON stream.project = reading.project AND stream.sensor = reading.sensor AND stream.quantity = reading.quantity
       WHERE reading.value IS NOT NULL
       GROUP BY stream.project, stream.sensor, stream.quantity, local_day(reading.time),
                whole_div(slot_place(reading.time, 86400, stream.interval), 32)),
     read AS (SELECT project, sensor, quantity, day, sum(intervals) AS valid FROM part GROUP BY project, sensor, quantity, day),
     counted AS (
       SELECT sensor_day.project, sensor_day.sensor, sensor_day.quantity,
              sum(86400 / nullif(sensor_day.interval, 0)) AS expected,
              sum(least(coalesce(read.valid, 0), 86400 / nullif(sensor_day.interval, 0))) AS valid
       FROM sensor_day LEFT JOIN read ON read.project = sensor_day.project AND read.sensor = sensor_day.sensor
                                     AND read.quantity = sensor_day.quantity AND read.day = sensor_day.day
       GROUP BY sensor_day.project, sensor_day.sensor, sensor_day.quantity)
SELECT stream.project, stream.sensor, stream.quantity,
       CASE WHEN stream.interval IS NOT NULL THEN percentage(counted.valid, counted.expected) END AS value,
       CASE WHEN stream.interval IS NULL THEN 'no_interval' WHEN stream.first_day IS NULL THEN 'no_sensor_dates'
            WHEN counted.expected IS NULL THEN 'nothing_expected' END AS gap
FROM stream LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor AND counted.quantity = stream.quantity
