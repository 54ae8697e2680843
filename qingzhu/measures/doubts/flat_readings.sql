/*
title  = { zh = "存疑：读数长时间不变", en = "Doubt: longest run of equal readings" }
unit   = "h"
grain  = ["project", "sensor", "quantity"]
inputs = { sensor = ["project", "sensor", "quantity", "interval"], reading = ["project", "sensor", "quantity", "time", "value"] }
parameters = { flat_rule = ["hours"] }
source = { document = "house_rules", article = { zh = "读数不变", en = "equal readings" }, checked = "convention" }
doubt  = { above = 0 }

[notes]
zh = """最长一段相同读数从第一个到最后一个的时间；短于 flat_rule.hours 的为零。缺了读数（间隔大于两倍应有间隔）即断开。flat_rule.hours 不得小于 2。"""
en = """Time from the first to the last reading of the longest run of equal values; zero where it is shorter than flat_rule.hours. A missing reading (a pause of more than
twice the expected interval) ends a run. flat_rule.hours must be 2 or more."""
*/
WITH stream AS (SELECT project, sensor, quantity, max(interval) AS interval FROM sensor GROUP BY project, sensor, quantity),
     hourly AS (
       SELECT project, sensor, quantity, slot(time, 3600) AS hour, min(value) AS lowest, max(value) AS highest
       FROM reading WHERE value IS NOT NULL GROUP BY project, sensor, quantity, slot(time, 3600)),
     step AS (SELECT -1 AS n UNION ALL SELECT 0 UNION ALL SELECT 1),
     near AS (
       SELECT DISTINCT hourly.project, hourly.sensor, hourly.quantity, hourly.hour + step.n AS hour
       FROM hourly CROSS JOIN step WHERE hourly.lowest = hourly.highest),                         -- a run of hours holds a whole flat hour
     close AS (
       SELECT reading.project, reading.sensor, reading.quantity, epoch_s(reading.time) AS second, reading.value
       FROM reading JOIN near ON near.project = reading.project AND near.sensor = reading.sensor AND near.quantity = reading.quantity
                             AND near.hour = slot(reading.time, 3600)
       WHERE reading.value IS NOT NULL),
     ordered AS (
       SELECT project, sensor, quantity, second, value,
              lag(value) OVER (PARTITION BY project, sensor, quantity ORDER BY second, value) AS value_before,
              lag(second) OVER (PARTITION BY project, sensor, quantity ORDER BY second, value) AS second_before
       FROM close),
     marked AS (
       SELECT ordered.project, ordered.sensor, ordered.quantity, ordered.second, ordered.value,
              CASE WHEN ordered.value = ordered.value_before
                        AND ordered.second - ordered.second_before <= 2 * coalesce(stream.interval, 3600) THEN 0 ELSE 1 END AS begins
       FROM ordered LEFT JOIN stream ON stream.project = ordered.project AND stream.sensor = ordered.sensor AND stream.quantity = ordered.quantity),
     numbered AS (
       SELECT project, sensor, quantity, second,
              sum(begins) OVER (PARTITION BY project, sensor, quantity ORDER BY second, value
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
       FROM marked),
     run AS (
       SELECT project, sensor, quantity, run, max(second) - min(second) AS seconds FROM numbered GROUP BY project, sensor, quantity, run),
     longest AS (SELECT project, sensor, quantity, hours(max(seconds)) AS hours FROM run GROUP BY project, sensor, quantity)
SELECT stream.project, stream.sensor, stream.quantity,
       CASE WHEN longest.hours > flat_rule.hours THEN longest.hours WHEN read.project IS NOT NULL THEN 0 END AS value,
       CASE WHEN read.project IS NULL THEN 'no_reading' END AS gap
FROM stream CROSS JOIN flat_rule
     LEFT JOIN (SELECT DISTINCT project, sensor, quantity FROM hourly) AS read
          ON read.project = stream.project AND read.sensor = stream.sensor AND read.quantity = stream.quantity
     LEFT JOIN longest ON longest.project = stream.project AND longest.sensor = stream.sensor AND longest.quantity = stream.quantity
