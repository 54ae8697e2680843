/*
title  = { zh = "噪声疑似超标过程数", en = "Noise: episodes suspected above the limit" }
unit   = "1"
grain  = ["project", "sensor", "rule", "period"]
inputs = { stream = ["project", "sensor", "quantity", "interval", "is_reference", "first_day"], noise_slot = ["project", "sensor", "rule", "period", "readings", "level", "exceeds", "slot_start", "slot_length"] }
parameters = { limit = ["rule", "quantity", "metric", "period"] }
source = { document = "gb12523_2011", article = { zh = "等效连续A声级", en = "equivalent continuous level LAeq" }, checked = "two transcriptions" }

[notes]
zh = """同一监测点、同一规则、同一时间段（昼或夜）连续超标的时段为一个过程，跨午夜不断开；未知时段使过程断开。high 为每个未知时段各成一个过程时的数。其余同疑似超标
时段数。"""
en = """An episode is an unbroken run of exceeding slots of one sensor, within one rule and period (day or night); midnight does not break it, an unknown slot does.
`high` is the value if every unknown slot were an episode of its own. Otherwise as the count of slots."""
*/
WITH rule AS (SELECT DISTINCT rule, quantity, period FROM "limit" WHERE "limit".metric = 'laeq'),
     over_limit AS (
       SELECT project, sensor, rule, period, slot_start,
              lag(slot_start + slot_length) OVER (PARTITION BY project, sensor, rule, period ORDER BY slot_start) AS end_before
       FROM noise_slot WHERE exceeds),
     begun AS (
       SELECT project, sensor, rule, period, sum(CASE WHEN end_before = slot_start THEN 0 ELSE 1 END) AS episodes
       FROM over_limit GROUP BY project, sensor, rule, period),
     counted AS (
       SELECT slot.project, slot.sensor, slot.rule, slot.period, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings
       FROM noise_slot AS slot GROUP BY slot.project, slot.sensor, slot.rule, slot.period)
SELECT stream.project, stream.sensor, rule.rule, rule.period,
       CASE WHEN counted.known > 0 THEN coalesce(begun.episodes, 0) END AS value,
       CASE WHEN counted.known > 0 THEN NULL WHEN counted.slots IS NULL AND stream.first_day IS NULL THEN 'no_sensor_dates'
            WHEN counted.slots IS NULL THEN 'no_slot_expected' WHEN stream.interval IS NULL THEN 'no_interval'
            WHEN counted.readings = 0 THEN 'no_reading' ELSE 'no_valid_slot' END AS gap,
       CASE WHEN stream.first_day IS NULL THEN 0 ELSE percentage(counted.known, counted.slots) END AS coverage,
       CASE WHEN counted.known > 0 AND stream.first_day IS NOT NULL THEN coalesce(begun.episodes, 0) + counted.slots - counted.known END AS high
FROM stream JOIN rule ON rule.quantity = stream.quantity
     LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor
                      AND counted.rule = rule.rule AND counted.period = rule.period
     LEFT JOIN begun ON begun.project = stream.project AND begun.sensor = stream.sensor AND begun.rule = rule.rule AND begun.period = rule.period
WHERE NOT stream.is_reference
