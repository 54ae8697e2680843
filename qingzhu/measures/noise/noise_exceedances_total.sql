/*
title  = { zh = "噪声疑似超标时段数（项目）", en = "Noise: slots suspected above the limit, whole project" }
unit   = "1"
grain  = ["project", "rule"]
inputs = { project = ["project"], sensor = ["project", "sensor", "quantity", "is_reference"], noise_slot = ["project", "rule", "readings", "level", "limit_value"] }
parameters = { limit = ["rule", "quantity", "metric"] }
source = { document = "gb12523_2011", article = { zh = "等效连续A声级", en = "equivalent continuous level LAeq" }, checked = "two transcriptions" }

[notes]
zh = """项目全部监测点、昼夜合计的疑似超标时段数。没有监测点是缺口，不是零；coverage 为已知时段占应有时段的百分比，high 为未知时段全部超标时的数。"""
en = """Slots suspected above the limit, all sensors of the project, day and night together. A project without sensor has a gap, not zero; `coverage` is the share of the
expected slots that is known, `high` the value if every unknown slot were above."""
*/
WITH stream AS (
       SELECT project, quantity, count(DISTINCT sensor) AS sensors FROM sensor
       WHERE NOT coalesce(is_reference, FALSE) GROUP BY project, quantity),
     rule AS (SELECT DISTINCT rule, quantity FROM "limit" WHERE "limit".metric = 'laeq'),
     counted AS (
       SELECT slot.project, slot.rule, count(*) AS slots, count(slot.level) AS known, sum(slot.readings) AS readings,
              sum(CASE WHEN slot.level > slot.limit_value THEN 1 ELSE 0 END) AS exceeding
       FROM noise_slot AS slot GROUP BY slot.project, slot.rule)
SELECT every.project, rule.rule,
       CASE WHEN counted.known > 0 THEN counted.exceeding END AS value,
       CASE WHEN stream.sensors IS NULL THEN 'no_sensor' WHEN counted.slots IS NULL THEN 'no_slot_expected' WHEN counted.known > 0 THEN NULL
            WHEN counted.readings = 0 THEN 'no_reading' ELSE 'no_valid_slot' END AS gap,
       percentage(counted.known, counted.slots) AS coverage,
       CASE WHEN counted.known > 0 THEN counted.exceeding + counted.slots - counted.known END AS high
FROM (SELECT DISTINCT project FROM project) AS every CROSS JOIN rule
     LEFT JOIN stream ON stream.project = every.project AND stream.quantity = rule.quantity
     LEFT JOIN counted ON counted.project = every.project AND counted.rule = rule.rule
