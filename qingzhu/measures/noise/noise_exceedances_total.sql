/*
title  = { zh = "噪声疑似超标时段数（项目）", en = "Noise: slots suspected above the limit, whole project" }
unit   = "1"
grain  = ["project", "rule"]
inputs = { project = ["project"], stream = ["project", "sensor", "quantity", "is_reference", "first_day"], noise_slot = ["project", "sensor", "rule", "readings", "level", "exceeds"] }
parameters = { limit = ["rule", "quantity", "metric"] }
source = { document = "gb12523_2011", article = { zh = "等效连续A声级", en = "equivalent continuous level LAeq" }, checked = "two transcriptions" }

[notes]
zh = """项目全部监测点、昼夜合计的疑似超标时段数。没有监测点是缺口，不是零；coverage 为已知时段占应有时段的百分比，high 为未知时段全部超标时的数。起始日未知的监测点
不知道应有多少时段：覆盖率中按其余监测点的平均时段数、全部未知计，high 为空（没有上限）。"""
en = """Slots suspected above the limit, all sensors of the project, day and night together. A project without sensor has a gap, not zero; `coverage` is the share of the
expected slots that is known, `high` the value if every unknown slot were above. Of a sensor whose first day is unknown nobody knows how many slots there should
be: in the coverage it stands as the mean of the others with every slot unknown, and `high` is null, without bound."""
*/
WITH rule AS (SELECT DISTINCT rule, quantity FROM "limit" WHERE "limit".metric = 'laeq'),
     watched AS (
       SELECT project, quantity, count(*) AS streams, count(first_day) AS dated FROM stream WHERE NOT is_reference GROUP BY project, quantity),
     counted AS (
       SELECT slot.project, slot.rule, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings,
              sum(CASE WHEN slot.exceeds THEN 1 ELSE 0 END) AS exceeding,
              count(stream.first_day) AS slots_dated, count(CASE WHEN stream.first_day IS NOT NULL THEN slot.level END) AS known_dated
       FROM noise_slot AS slot JOIN rule ON rule.rule = slot.rule
            JOIN stream ON stream.project = slot.project AND stream.sensor = slot.sensor AND stream.quantity = rule.quantity
       GROUP BY slot.project, slot.rule)
SELECT every.project, rule.rule,
       CASE WHEN counted.known > 0 THEN counted.exceeding END AS value,
       CASE WHEN watched.streams IS NULL THEN 'no_sensor' WHEN counted.known > 0 THEN NULL
            WHEN counted.slots IS NULL AND watched.dated < watched.streams THEN 'no_sensor_dates' WHEN counted.slots IS NULL THEN 'no_slot_expected'
            WHEN counted.readings = 0 THEN 'no_reading' ELSE 'no_valid_slot' END AS gap,
       CASE WHEN counted.slots > 0
            THEN coalesce(percentage(counted.known_dated * watched.dated, counted.slots_dated * watched.streams), 0) END AS coverage,
       CASE WHEN counted.known > 0 AND watched.dated = watched.streams THEN counted.exceeding + counted.slots - counted.known END AS high
FROM (SELECT DISTINCT project FROM project) AS every CROSS JOIN rule
     LEFT JOIN watched ON watched.project = every.project AND watched.quantity = rule.quantity
     LEFT JOIN counted ON counted.project = every.project AND counted.rule = rule.rule
