/*
title  = { zh = "扬尘疑似超标小时数", en = "Dust: hours suspected above the limit" }
unit   = "h"
grain  = ["project", "sensor", "rule", "period"]
inputs = { sensor = ["project", "sensor", "quantity", "interval", "is_reference"], dust_slot = ["project", "sensor", "rule", "period", "readings", "level", "limit_value", "mean", "slot_length"] }
parameters = { limit = ["rule", "quantity", "metric", "period"] }
source = { document = "db32_4437_2022", article = { zh = "TSP、PM10 限值（条号未见）", en = "limits of TSP and PM10 (clause not seen)" }, checked = "unverified" }

[notes]
zh = """疑似超标时段数乘以时段长度。其余同疑似超标时段数。"""
en = """Slots suspected above the limit times their length. Otherwise as the count of slots."""
*/
WITH stream AS (
       SELECT project, sensor, quantity, max(interval) AS interval FROM sensor
       WHERE NOT coalesce(is_reference, FALSE) GROUP BY project, sensor, quantity),
     rule AS (SELECT DISTINCT rule, quantity, period FROM "limit" WHERE "limit".metric IN ('mean', 'difference')),
     counted AS (
       SELECT slot.project, slot.sensor, slot.rule, slot.period, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings, max(slot.slot_length) AS slot_length, count(slot.mean) AS measured,
              sum(CASE WHEN slot.level > slot.limit_value THEN 1 ELSE 0 END) AS exceeding
       FROM dust_slot AS slot GROUP BY slot.project, slot.sensor, slot.rule, slot.period)
SELECT stream.project, stream.sensor, rule.rule, rule.period,
       CASE WHEN counted.known > 0 THEN hours(counted.exceeding * counted.slot_length) END AS value,
       CASE WHEN counted.slots IS NULL THEN 'no_slot_expected' WHEN counted.known > 0 THEN NULL WHEN stream.interval IS NULL THEN 'no_interval'
            WHEN counted.readings = 0 THEN 'no_reading' WHEN counted.measured > 0 THEN 'no_reference' ELSE 'no_valid_slot' END AS gap,
       percentage(counted.known, counted.slots) AS coverage,
       CASE WHEN counted.known > 0 THEN hours((counted.exceeding + counted.slots - counted.known) * counted.slot_length) END AS high
FROM stream JOIN rule ON rule.quantity = stream.quantity
     LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor
                      AND counted.rule = rule.rule AND counted.period = rule.period
