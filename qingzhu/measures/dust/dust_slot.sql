/*
title   = { zh = "扬尘时段", en = "Slots of dust" }
derived = true
grain   = ["project", "sensor", "rule", "period", "slot_start"]
columns = { project = "string", sensor = "string", rule = "string", period = "string", slot_start = "int64", slot_length = "int64", readings = "int64", intervals = "int64", mean = "float64", reference = "string", reference_mean = "float64", level = "float64", limit_value = "float64", exceeds = "bool" }
inputs  = { stream = ["project", "sensor", "quantity", "number", "interval", "reference", "is_reference"], sensor_day = ["project", "sensor", "quantity", "day"], stage = ["project", "stage", "from_date", "to_date"], reading = ["project", "sensor", "quantity", "time", "value"] }
parameters = { limit = ["rule", "quantity", "metric", "slot_length", "period", "hour_from", "hour_to", "stage", "limit", "needs_reference", "from_date", "to_date"], slot_rule = ["valid_share"], comparison_rule = ["tolerance"], judgement = ["on_date"] }
source  = { document = "db32_4437_2022", article = { zh = "TSP、PM10 限值（条号未见）", en = "limits of TSP and PM10 (clause not seen)" }, checked = "unverified" }
rows    = { reading = "quantity <> 'noise'" }

[notes]
zh = """每个监测点、每条规则、每个应有时段一行：本地时钟上长 slot_length [s] 的固定时段的均值 mean [µg/m³]，每个有效读数权重相同；规则为差值（difference）时
level 是 mean 减对照站的均值 reference_mean（同一时段；时段短于一小时则为其所在的小时），否则 level 就是 mean。intervals 为有有效读数的间隔数（每个读数
归最近的整间隔，同一间隔内多个读数只算一个）；不足应有数的 valid_share [%]，或规则要对照而对照站该时未知，level 为空（未知）。exceeds：level 高于
limit_value，按原值比较；高出部分不超过 tolerance × mean 者是浮点误差，不算。限值和版本按时段当日；slot_start 为开始时刻（自 1970-01-01T00:00Z 的秒数）。
停工日没有读数的时段不列。"""
en = """One row a sensor, rule and slot that is expected: the mean [µg/m³] over fixed slots of slot_length [s] on the local clock, every valid reading weighing the same;
where the rule is a difference, level is the mean less reference_mean of the reference stream (of the same slot; of its hour where the slot is shorter), otherwise
level is the mean. intervals counts the sensor's intervals that hold a valid reading (each reading is of the full interval it is nearest to; several in one count
once); with fewer than valid_share [%] of those expected, or where the rule wants a reference that is unknown then, the level is null: unknown. exceeds: the level
is above limit_value, at full value; above by no more than tolerance × mean is noise of floating point and does not count. Limit and edition go by the slot's day;
slot_start is its start in seconds since 1970-01-01T00:00Z. Slots without readings on a day of suspension have no row."""
*/
WITH rule AS (
       SELECT "limit".rule, "limit".quantity, "limit".slot_length, "limit".period, "limit".hour_from, "limit".hour_to, "limit".stage,
              "limit".metric = 'difference' AS is_difference, coalesce("limit".needs_reference, FALSE) OR "limit".metric = 'difference' AS compared,
              "limit"."limit" AS limit_value, comparison_rule.tolerance, day_number("limit".from_date) AS first_day,
              day_number(coalesce("limit".to_date, judgement.on_date)) AS last_day
       FROM "limit" CROSS JOIN comparison_rule CROSS JOIN judgement WHERE "limit".metric IN ('mean', 'difference')),
     length AS (SELECT quantity, slot_length FROM rule
                UNION SELECT quantity, greatest(slot_length, 3600) AS slot_length FROM rule WHERE compared),   -- a reference is read by the hour, or longer
     timed AS (                                                                 -- what is cut into slots of one length: a stream, a length, a key for both
       SELECT stream.project, stream.sensor, stream.quantity, stream.interval, stream.is_reference, stream.reference, length.slot_length,
              stream.number * 86401 + length.slot_length AS key, against.number * 86401 + greatest(length.slot_length, 3600) AS background
       FROM stream JOIN length ON length.quantity = stream.quantity
            LEFT JOIN stream AS against ON against.project = stream.project AND against.sensor = stream.reference
                                       AND against.quantity = stream.quantity),
     ten AS (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
             UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
     place AS (
       SELECT length.quantity, length.slot_length, thousands.n * 1000 + hundreds.n * 100 + tens.n * 10 + ones.n AS place
       FROM length CROSS JOIN ten AS thousands CROSS JOIN ten AS hundreds CROSS JOIN ten AS tens CROSS JOIN ten AS ones
       WHERE (thousands.n * 1000 + hundreds.n * 100 + tens.n * 10 + ones.n) * length.slot_length < 86400),
     expected AS (
       SELECT timed.key, whole_div(sensor_day.day * 86400, timed.slot_length) + place.place AS slot
       FROM sensor_day JOIN timed ON timed.project = sensor_day.project AND timed.sensor = sensor_day.sensor AND timed.quantity = sensor_day.quantity
                       JOIN place ON place.quantity = timed.quantity AND place.slot_length = timed.slot_length
       WHERE NOT timed.is_reference),
     part AS (                                                                  -- 32 intervals of a slot, and how many of them hold a reading
       SELECT timed.key, slot(reading.time, timed.slot_length) AS slot, count(*) AS readings, sum(reading.value) AS amount,
              distinct_in_32(slot_place(reading.time, timed.slot_length, timed.interval)) AS intervals
       FROM reading JOIN timed ON timed.project = reading.project AND timed.sensor = reading.sensor AND timed.quantity = reading.quantity
       WHERE reading.value IS NOT NULL
       GROUP BY timed.key, slot(reading.time, timed.slot_length), whole_div(slot_place(reading.time, timed.slot_length, timed.interval), 32)),
     added AS (SELECT key, slot, sum(readings) AS readings, sum(intervals) AS intervals, sum(amount) AS amount FROM part GROUP BY key, slot),
     measured AS (
       SELECT added.key, added.slot, added.readings, added.intervals,
              CASE WHEN 100 * added.intervals * timed.interval >= slot_rule.valid_share * timed.slot_length
                   THEN added.amount / nullif(added.readings, 0) END AS mean
       FROM added JOIN timed ON timed.key = added.key CROSS JOIN slot_rule),
     united AS (
       SELECT coalesce(expected.key, measured.key) AS key, coalesce(expected.slot, measured.slot) AS slot,
              coalesce(measured.readings, 0) AS readings, coalesce(measured.intervals, 0) AS intervals, measured.mean
       FROM expected FULL JOIN measured ON measured.key = expected.key AND measured.slot = expected.slot
       WHERE expected.slot IS NOT NULL OR measured.mean IS NOT NULL),
     judged AS (
       SELECT timed.project, timed.sensor, timed.quantity, timed.slot_length, united.slot, united.readings, united.intervals, united.mean,
              timed.reference, background.mean AS reference_mean,
              slot_day(united.slot, timed.slot_length) AS day, slot_hour(united.slot, timed.slot_length) AS hour
       FROM united JOIN timed ON timed.key = united.key
            LEFT JOIN measured AS background ON background.key = timed.background
                  AND background.slot = whole_div(united.slot * timed.slot_length, greatest(timed.slot_length, 3600))
       WHERE NOT timed.is_reference),
     span AS (
       SELECT stage.project, stage.stage, day_number(stage.from_date) AS first_day,
              day_number(coalesce(stage.to_date, judgement.on_date)) AS last_day
       FROM stage CROSS JOIN judgement),
     levelled AS (
       SELECT judged.project, judged.sensor, rule.rule, rule.period, judged.slot, judged.slot_length, judged.readings, judged.intervals, judged.mean,
              CASE WHEN rule.compared THEN judged.reference END AS reference, CASE WHEN rule.compared THEN judged.reference_mean END AS reference_mean,
              CASE WHEN rule.is_difference THEN judged.mean - judged.reference_mean
                   WHEN NOT rule.compared OR judged.reference_mean IS NOT NULL THEN judged.mean END AS level,
              rule.limit_value, rule.tolerance
       FROM judged JOIN rule ON rule.quantity = judged.quantity AND rule.slot_length = judged.slot_length
                            AND judged.day BETWEEN rule.first_day AND rule.last_day
                            AND (rule.hour_from IS NULL OR rule.hour_to IS NULL
                                 OR (rule.hour_from < rule.hour_to AND judged.hour >= rule.hour_from AND judged.hour < rule.hour_to)
                                 OR (rule.hour_from > rule.hour_to AND (judged.hour >= rule.hour_from OR judged.hour < rule.hour_to)))
            LEFT JOIN span ON span.project = judged.project AND span.stage = rule.stage AND judged.day BETWEEN span.first_day AND span.last_day
       WHERE rule.stage IS NULL OR span.stage IS NOT NULL)
SELECT project, sensor, rule, period, slot * slot_length - 28800 AS slot_start, slot_length, readings, intervals, mean, reference, reference_mean, level,
       min(limit_value) AS limit_value, level > min(limit_value + tolerance * mean) AS exceeds
FROM levelled
GROUP BY project, sensor, rule, period, slot, slot_length, readings, intervals, mean, reference, reference_mean, level
