/*
title  = { zh = "噪声疑似超标时段数", en = "Noise: slots suspected above the limit" }
unit   = "1"
grain  = ["project", "sensor", "rule", "period"]
inputs = { sensor = ["project", "sensor", "quantity", "interval", "is_reference"], noise_slot = ["project", "sensor", "rule", "period", "readings", "level", "limit_value"] }
parameters = { limit = ["rule", "quantity", "metric", "period"] }
source = { document = "gb12523_2011", article = { zh = "等效连续A声级", en = "equivalent continuous level LAeq" }, checked = "two transcriptions" }

[notes]
zh = """level 高于限值的时段数（按原值比较，不取整）。未知时段不算达标：全部未知则数值为空；high 为未知时段全部超标时的数。在线仪器只给出疑似超标，不作执法依据。"""
en = """Slots whose level is above the limit, compared at full value. An unknown slot is not within the limit: where all are unknown the value is null; `high` is the value
if every unknown slot were above. Instruments on site give suspicions only, never a statutory exceedance."""
*/
WITH stream AS (
       SELECT project, sensor, quantity, max(interval) AS interval FROM sensor
       WHERE NOT coalesce(is_reference, FALSE) GROUP BY project, sensor, quantity),
     rule AS (SELECT DISTINCT rule, quantity, period FROM "limit" WHERE "limit".metric = 'laeq'),
     counted AS (
       SELECT slot.project, slot.sensor, slot.rule, slot.period, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings,
              sum(CASE WHEN slot.level > slot.limit_value THEN 1 ELSE 0 END) AS exceeding
       FROM noise_slot AS slot GROUP BY slot.project, slot.sensor, slot.rule, slot.period)
SELECT stream.project, stream.sensor, rule.rule, rule.period,
       CASE WHEN counted.known > 0 THEN counted.exceeding END AS value,
       CASE WHEN counted.slots IS NULL THEN 'no_slot_expected' WHEN counted.known > 0 THEN NULL WHEN stream.interval IS NULL THEN 'no_interval'
            WHEN counted.readings = 0 THEN 'no_reading' ELSE 'no_valid_slot' END AS gap,
       percentage(counted.known, counted.slots) AS coverage,
       CASE WHEN counted.known > 0 THEN counted.exceeding + counted.slots - counted.known END AS high
FROM stream JOIN rule ON rule.quantity = stream.quantity
     LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor
                      AND counted.rule = rule.rule AND counted.period = rule.period
