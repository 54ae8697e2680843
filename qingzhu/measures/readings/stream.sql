/*
title   = { zh = "监测序列", en = "Streams of readings" }
derived = true
grain   = ["project", "sensor", "quantity"]
columns = { project = "string", sensor = "string", quantity = "string", number = "int64", interval = "int64", reference = "string", is_reference = "bool", first_day = "int64", last_day = "int64" }
inputs  = { sensor = ["project", "sensor", "quantity", "interval", "reference", "is_reference", "from_date", "to_date"], project = ["project", "works_from", "works_to"] }
parameters = { judgement = ["on_date"] }
source  = { document = "house_rules", article = { zh = "监测点的启用和停用", en = "from when to when a sensor is in use" }, checked = "convention" }

[notes]
zh = """每个登记的监测点、监测量一行。first_day、last_day 为自 1970-01-01 的本地日序号：启用（未填则开工）至停用（未填则完工），不晚于评价日。
first_day 为空即起始日未知：不知道应有多少读数。number 自 1 起编号，interval 为读数间隔 [s]。"""
en = """One row a sensor and quantity that the survey declares. first_day and last_day count local days since 1970-01-01: from the sensor's first day (or that of works)
to its last (or that of works), not after the date of judgement. Where first_day is null nobody knows how much was expected. number counts them from 1;
interval is the time between readings [s]."""
*/
WITH works AS (SELECT project, min(works_from) AS works_from, max(works_to) AS works_to FROM project GROUP BY project)
SELECT sensor.project, sensor.sensor, sensor.quantity, row_number() OVER (ORDER BY sensor.project, sensor.sensor, sensor.quantity) AS number,
       max(sensor.interval) AS interval, max(sensor.reference) AS reference,
       bool_or(coalesce(sensor.is_reference, FALSE)) AS is_reference,
       min(day_number(coalesce(sensor.from_date, works.works_from))) AS first_day,
       max(day_number(least(coalesce(sensor.to_date, works.works_to, judgement.on_date), judgement.on_date))) AS last_day
FROM sensor LEFT JOIN works ON works.project = sensor.project CROSS JOIN judgement
GROUP BY sensor.project, sensor.sensor, sensor.quantity
