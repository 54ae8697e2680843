/*
title   = { zh = "噪声时段", en = "Slots of noise" }
derived = true
grain   = ["project", "sensor", "rule", "period", "slot"]
columns = { project = "string", sensor = "string", rule = "string", period = "string", slot = "int64", slot_length = "int64", slot_start = "int64", readings = "int64", level = "float64", limit_value = "float64" }
inputs  = { sensor = ["project", "sensor", "quantity", "interval", "is_reference"], sensor_day = ["project", "sensor", "quantity", "day"], stage = ["project", "stage", "from_date", "to_date"], reading = ["project", "sensor", "quantity", "time", "value"] }
parameters = { limit = ["rule", "quantity", "metric", "slot_length", "period", "hour_from", "hour_to", "stage", "limit", "from_date", "to_date"], slot_rule = ["valid_share"], judgement = ["on_date"] }
source  = { document = "gb12523_2011", article = { zh = "等效连续A声级", en = "equivalent continuous level LAeq" }, checked = "two transcriptions" }
rows    = { reading = "quantity = 'noise'", sensor = "quantity = 'noise'" }

[notes]
zh = """每个监测点、每条规则、每个应有时段一行：本地时钟上长 slot_length [s] 的固定时段，level = 10·lg(mean(10^(L/10))) [dB(A)]。有效读数不足应有数的
valid_share [%] 时 level 为空（未知）。昼夜按时段开始的钟点，限值和版本按时段当日；slot_start 为开始时刻（自 1970-01-01T00:00Z 的秒数）。
停工日没有读数的时段不列。"""
en = """One row a sensor, rule and slot that is expected: fixed slots of slot_length [s] on the local clock, level = 10·lg(mean(10^(L/10))) [dB(A)]. With fewer valid
readings than valid_share [%] of those expected the level is null: unknown. Day or night go by the hour in which the slot starts, limit and edition by its
day; slot_start is its start in seconds since 1970-01-01T00:00Z. Slots without readings on a day of suspension have no row."""
*/
WITH rule AS (
       SELECT "limit".rule, "limit".quantity, "limit".slot_length, "limit".period, "limit".hour_from, "limit".hour_to, "limit".stage,
              "limit"."limit" AS limit_value, day_number("limit".from_date) AS first_day,
              day_number(coalesce("limit".to_date, judgement.on_date)) AS last_day
       FROM "limit" CROSS JOIN judgement WHERE "limit".metric = 'laeq'),
     length AS (SELECT DISTINCT quantity, slot_length FROM rule),
     ten AS (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
             UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
     place AS (
       SELECT length.quantity, length.slot_length, hundreds.n * 100 + tens.n * 10 + ones.n AS place
       FROM length CROSS JOIN ten AS hundreds CROSS JOIN ten AS tens CROSS JOIN ten AS ones
       WHERE (hundreds.n * 100 + tens.n * 10 + ones.n) * length.slot_length < 86400),
     stream AS (
       SELECT project, sensor, quantity, max(interval) AS interval FROM sensor
       WHERE NOT coalesce(is_reference, FALSE) GROUP BY project, sensor, quantity),
     expected AS (
       SELECT sensor_day.project, sensor_day.sensor, sensor_day.quantity, place.slot_length,
              whole_div(sensor_day.day * 86400, place.slot_length) + place.place AS slot
       FROM sensor_day JOIN place ON place.quantity = sensor_day.quantity),
     measured AS (
       SELECT reading.project, reading.sensor, reading.quantity, length.slot_length, slot(reading.time, length.slot_length) AS slot,
              count(reading.value) AS readings, 10 * lg(avg(energy(reading.value))) AS level
       FROM reading JOIN length ON length.quantity = reading.quantity
       GROUP BY reading.project, reading.sensor, reading.quantity, length.slot_length, slot(reading.time, length.slot_length)),
     united AS (
       SELECT coalesce(expected.project, measured.project) AS project, coalesce(expected.sensor, measured.sensor) AS sensor,
              coalesce(expected.quantity, measured.quantity) AS quantity, coalesce(expected.slot_length, measured.slot_length) AS slot_length,
              coalesce(expected.slot, measured.slot) AS slot, expected.slot IS NOT NULL AS expected,
              coalesce(measured.readings, 0) AS readings, measured.level
       FROM expected FULL JOIN measured ON measured.project = expected.project AND measured.sensor = expected.sensor
            AND measured.quantity = expected.quantity AND measured.slot_length = expected.slot_length AND measured.slot = expected.slot),
     judged AS (
       SELECT united.project, united.sensor, united.quantity, united.slot_length, united.slot, united.expected, united.readings,
              slot_day(united.slot, united.slot_length) AS day, slot_hour(united.slot, united.slot_length) AS hour,
              CASE WHEN 100 * united.readings * stream.interval >= slot_rule.valid_share * united.slot_length THEN united.level END AS level
       FROM united JOIN stream ON stream.project = united.project AND stream.sensor = united.sensor AND stream.quantity = united.quantity
                   CROSS JOIN slot_rule),
     span AS (
       SELECT stage.project, stage.stage, day_number(stage.from_date) AS first_day,
              day_number(coalesce(stage.to_date, judgement.on_date)) AS last_day
       FROM stage CROSS JOIN judgement)
SELECT judged.project, judged.sensor, rule.rule, rule.period, judged.slot, judged.slot_length,
       judged.slot * judged.slot_length - 28800 AS slot_start, judged.readings, judged.level, min(rule.limit_value) AS limit_value
FROM judged JOIN rule ON rule.quantity = judged.quantity AND rule.slot_length = judged.slot_length
                     AND judged.day BETWEEN rule.first_day AND rule.last_day
                     AND (rule.hour_from IS NULL OR rule.hour_to IS NULL
                          OR (rule.hour_from < rule.hour_to AND judged.hour >= rule.hour_from AND judged.hour < rule.hour_to)
                          OR (rule.hour_from > rule.hour_to AND (judged.hour >= rule.hour_from OR judged.hour < rule.hour_to)))
            LEFT JOIN span ON span.project = judged.project AND span.stage = rule.stage AND judged.day BETWEEN span.first_day AND span.last_day
WHERE (judged.expected OR judged.level IS NOT NULL) AND (rule.stage IS NULL OR span.stage IS NOT NULL)
GROUP BY judged.project, judged.sensor, rule.rule, rule.period, judged.slot, judged.slot_length, judged.readings, judged.level
