/*
title   = { zh = "扬尘时段", en = "Slots of dust" }
derived = true
grain   = ["project", "sensor", "rule", "period", "slot"]
columns = { project = "string", sensor = "string", rule = "string", period = "string", slot = "int64", slot_length = "int64", slot_start = "int64", readings = "int64", mean = "float64", reference = "string", reference_mean = "float64", level = "float64", limit_value = "float64" }
inputs  = { sensor = ["project", "sensor", "quantity", "interval", "reference", "is_reference"], sensor_day = ["project", "sensor", "quantity", "day"], stage = ["project", "stage", "from_date", "to_date"], reading = ["project", "sensor", "quantity", "time", "value"] }
parameters = { limit = ["rule", "quantity", "metric", "slot_length", "period", "hour_from", "hour_to", "stage", "limit", "needs_reference", "from_date", "to_date"], slot_rule = ["valid_share"], judgement = ["on_date"] }
source  = { document = "db32_4437_2022", article = { zh = "TSP、PM10 限值（条号未见）", en = "limits of TSP and PM10 (clause not seen)" }, checked = "unverified" }
rows    = { reading = "quantity <> 'noise'", sensor = "quantity <> 'noise'" }

[notes]
zh = """每个监测点、每条规则、每个应有时段一行：本地时钟上长 slot_length [s] 的固定时段的均值 mean [µg/m³]；规则为差值（difference）时 level 是 mean 减对照站
同一小时的均值 reference_mean，否则 level 就是 mean。有效读数不足应有数的 valid_share [%]，或对照站该小时未知，level 为空（未知）。限值和版本按时段当日。
停工日没有读数的时段不列。"""
en = """One row a sensor, rule and slot that is expected: the mean [µg/m³] over fixed slots of slot_length [s] on the local clock; where the rule is a difference, level is
the mean less reference_mean, the reference stream's mean of the same hour, otherwise level is the mean. With fewer valid readings than valid_share [%] of those
expected, or where the reference is unknown in that hour, the level is null: unknown. Limit and edition go by the slot's day. Slots without readings on a day of
suspension have no row."""
*/
WITH rule AS (
       SELECT "limit".rule, "limit".quantity, "limit".slot_length, "limit".period, "limit".hour_from, "limit".hour_to, "limit".stage,
              coalesce("limit".needs_reference, FALSE) OR "limit".metric = 'difference' AS compared,
              "limit"."limit" AS limit_value, day_number("limit".from_date) AS first_day,
              day_number(coalesce("limit".to_date, judgement.on_date)) AS last_day
       FROM "limit" CROSS JOIN judgement WHERE "limit".metric IN ('mean', 'difference')),
     length AS (SELECT quantity, slot_length FROM rule
                UNION SELECT quantity, 3600 AS slot_length FROM rule WHERE compared),              -- the reference is read by the hour
     ten AS (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
             UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
     place AS (
       SELECT length.quantity, length.slot_length, hundreds.n * 100 + tens.n * 10 + ones.n AS place
       FROM length CROSS JOIN ten AS hundreds CROSS JOIN ten AS tens CROSS JOIN ten AS ones
       WHERE (hundreds.n * 100 + tens.n * 10 + ones.n) * length.slot_length < 86400),
     stream AS (
       SELECT project, sensor, quantity, max(interval) AS interval, max(reference) AS reference,
              bool_or(coalesce(is_reference, FALSE)) AS is_reference
       FROM sensor GROUP BY project, sensor, quantity),
     expected AS (
       SELECT sensor_day.project, sensor_day.sensor, sensor_day.quantity, place.slot_length,
              whole_div(sensor_day.day * 86400, place.slot_length) + place.place AS slot
       FROM sensor_day JOIN place ON place.quantity = sensor_day.quantity),
     measured AS (
       SELECT reading.project, reading.sensor, reading.quantity, length.slot_length, slot(reading.time, length.slot_length) AS slot,
              count(reading.value) AS readings, avg(reading.value) AS mean
       FROM reading JOIN length ON length.quantity = reading.quantity
       GROUP BY reading.project, reading.sensor, reading.quantity, length.slot_length, slot(reading.time, length.slot_length)),
     united AS (
       SELECT coalesce(expected.project, measured.project) AS project, coalesce(expected.sensor, measured.sensor) AS sensor,
              coalesce(expected.quantity, measured.quantity) AS quantity, coalesce(expected.slot_length, measured.slot_length) AS slot_length,
              coalesce(expected.slot, measured.slot) AS slot, expected.slot IS NOT NULL AS expected,
              coalesce(measured.readings, 0) AS readings, measured.mean
       FROM expected FULL JOIN measured ON measured.project = expected.project AND measured.sensor = expected.sensor
            AND measured.quantity = expected.quantity AND measured.slot_length = expected.slot_length AND measured.slot = expected.slot),
     valid AS (
       SELECT united.project, united.sensor, united.quantity, united.slot_length, united.slot, united.expected, united.readings,
              stream.reference, stream.is_reference,
              CASE WHEN 100 * united.readings * stream.interval >= slot_rule.valid_share * united.slot_length THEN united.mean END AS mean
       FROM united JOIN stream ON stream.project = united.project AND stream.sensor = united.sensor AND stream.quantity = united.quantity
                   CROSS JOIN slot_rule),
     background AS (
       SELECT project, sensor, quantity, slot AS hour, mean FROM valid WHERE slot_length = 3600 AND is_reference),
     judged AS (
       SELECT valid.project, valid.sensor, valid.quantity, valid.slot_length, valid.slot, valid.expected, valid.readings, valid.mean,
              valid.reference, background.mean AS reference_mean,
              slot_day(valid.slot, valid.slot_length) AS day, slot_hour(valid.slot, valid.slot_length) AS hour
       FROM valid LEFT JOIN background ON background.project = valid.project AND background.sensor = valid.reference
            AND background.quantity = valid.quantity AND background.hour = whole_div(valid.slot * valid.slot_length, 3600)
       WHERE NOT valid.is_reference),
     span AS (
       SELECT stage.project, stage.stage, day_number(stage.from_date) AS first_day,
              day_number(coalesce(stage.to_date, judgement.on_date)) AS last_day
       FROM stage CROSS JOIN judgement)
SELECT judged.project, judged.sensor, rule.rule, rule.period, judged.slot, judged.slot_length,
       judged.slot * judged.slot_length - 28800 AS slot_start, judged.readings, judged.mean,
       CASE WHEN rule.compared THEN judged.reference END AS reference,
       CASE WHEN rule.compared THEN judged.reference_mean END AS reference_mean,
       CASE WHEN rule.compared THEN judged.mean - judged.reference_mean ELSE judged.mean END AS level, min(rule.limit_value) AS limit_value
FROM judged JOIN rule ON rule.quantity = judged.quantity AND rule.slot_length = judged.slot_length
                     AND judged.day BETWEEN rule.first_day AND rule.last_day
                     AND (rule.hour_from IS NULL OR rule.hour_to IS NULL
                          OR (rule.hour_from < rule.hour_to AND judged.hour >= rule.hour_from AND judged.hour < rule.hour_to)
                          OR (rule.hour_from > rule.hour_to AND (judged.hour >= rule.hour_from OR judged.hour < rule.hour_to)))
            LEFT JOIN span ON span.project = judged.project AND span.stage = rule.stage AND judged.day BETWEEN span.first_day AND span.last_day
WHERE (judged.expected OR judged.mean IS NOT NULL) AND (rule.stage IS NULL OR span.stage IS NOT NULL)
GROUP BY judged.project, judged.sensor, rule.rule, rule.period, judged.slot, judged.slot_length, judged.readings, judged.mean,
         judged.reference, judged.reference_mean, rule.compared
