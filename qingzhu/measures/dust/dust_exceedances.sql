/*
title  = { zh = "扬尘疑似超标时段数", en = "Dust: slots suspected above the limit" }
unit   = "1"
grain  = ["project", "sensor", "rule", "period"]
inputs = { stream = ["project", "sensor", "quantity", "interval", "is_reference", "first_day"], dust_slot = ["project", "sensor", "rule", "period", "readings", "level", "exceeds", "mean"] }
parameters = { limit = ["rule", "quantity", "metric", "period"] }
source = { document = "db32_4437_2022", article = { zh = "TSP、PM10 限值（条号未见）", en = "limits of TSP and PM10 (clause not seen)" }, checked = "unverified" }

[notes]
zh = """level 高于限值的时段数（按原值比较，不取整）。未知时段不算达标：全部未知则数值为空；high 为未知时段全部超标时的数。起始日未知的监测点，不知道应有多少时段：
coverage 为零，high 为空（没有上限）。在线仪器只给出疑似超标，不作执法依据。"""
en = """Slots whose level is above the limit, compared at full value. An unknown slot is not within the limit: where all are unknown the value is null; `high` is the value
if every unknown slot were above. Of a sensor whose first day is unknown nobody knows how many slots there should be: `coverage` is zero and `high` null, without
bound. Instruments on site give suspicions only, never a statutory exceedance."""
*/
WITH rule AS (SELECT DISTINCT rule, quantity, period FROM "limit" WHERE "limit".metric IN ('mean', 'difference')),
     counted AS (
       SELECT slot.project, slot.sensor, slot.rule, slot.period, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings, count(slot.mean) AS measured,
              sum(CASE WHEN slot.exceeds THEN 1 ELSE 0 END) AS exceeding
       FROM dust_slot AS slot GROUP BY slot.project, slot.sensor, slot.rule, slot.period)
SELECT stream.project, stream.sensor, rule.rule, rule.period,
       CASE WHEN counted.known > 0 THEN counted.exceeding END AS value,
       CASE WHEN counted.known > 0 THEN NULL WHEN counted.slots IS NULL AND stream.first_day IS NULL THEN 'no_sensor_dates'
            WHEN counted.slots IS NULL THEN 'no_slot_expected' WHEN stream.interval IS NULL THEN 'no_interval'
            WHEN counted.readings = 0 THEN 'no_reading' WHEN counted.measured > 0 THEN 'no_reference' ELSE 'no_valid_slot' END AS gap,
       CASE WHEN stream.first_day IS NULL THEN 0 ELSE percentage(counted.known, counted.slots) END AS coverage,
       CASE WHEN counted.known > 0 AND stream.first_day IS NOT NULL THEN counted.exceeding + counted.slots - counted.known END AS high
FROM stream JOIN rule ON rule.quantity = stream.quantity
     LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor
                      AND counted.rule = rule.rule AND counted.period = rule.period
WHERE NOT stream.is_reference
