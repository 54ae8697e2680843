/*
title  = { zh = "噪声疑似超标小时数", en = "Noise: hours suspected above the limit" }
unit   = "h"
grain  = ["project", "sensor", "rule", "period"]
inputs = { stream = ["project", "sensor", "quantity", "interval", "is_reference", "first_day"], noise_slot = ["project", "sensor", "rule", "period", "readings", "level", "exceeds", "slot_length"] }
parameters = { limit = ["rule", "quantity", "metric", "period"] }
source = { document = "gb12523_2011", article = { zh = "等效连续A声级", en = "equivalent continuous level LAeq" }, checked = "two transcriptions" }

[notes]
zh = """疑似超标时段各自的长度之和；coverage 为已知时段的时长占应有时段的百分比。其余同疑似超标时段数。"""
en = """The lengths of the slots suspected above the limit, each its own, added up; `coverage` is the share of the hours. Otherwise as the count of slots."""
*/
WITH rule AS (SELECT DISTINCT rule, quantity, period FROM "limit" WHERE "limit".metric = 'laeq'),
     counted AS (
       SELECT slot.project, slot.sensor, slot.rule, slot.period, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings,
              sum(slot.slot_length) AS seconds, sum(CASE WHEN slot.level IS NOT NULL THEN slot.slot_length ELSE 0 END) AS seconds_known,
              sum(CASE WHEN slot.exceeds THEN slot.slot_length ELSE 0 END) AS exceeding
       FROM noise_slot AS slot GROUP BY slot.project, slot.sensor, slot.rule, slot.period)
SELECT stream.project, stream.sensor, rule.rule, rule.period,
       CASE WHEN counted.known > 0 THEN hours(counted.exceeding) END AS value,
       CASE WHEN counted.known > 0 THEN NULL WHEN counted.slots IS NULL AND stream.first_day IS NULL THEN 'no_sensor_dates'
            WHEN counted.slots IS NULL THEN 'no_slot_expected' WHEN stream.interval IS NULL THEN 'no_interval'
            WHEN counted.readings = 0 THEN 'no_reading' ELSE 'no_valid_slot' END AS gap,
       CASE WHEN stream.first_day IS NULL THEN 0 ELSE percentage(counted.seconds_known, counted.seconds) END AS coverage,
       CASE WHEN counted.known > 0 AND stream.first_day IS NOT NULL THEN hours(counted.exceeding + counted.seconds - counted.seconds_known) END AS high
FROM stream JOIN rule ON rule.quantity = stream.quantity
     LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor
                      AND counted.rule = rule.rule AND counted.period = rule.period
WHERE NOT stream.is_reference
