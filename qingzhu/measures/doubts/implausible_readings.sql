/*
title  = { zh = "存疑：读数超出合理范围的比例", en = "Doubt: share of readings outside the plausible range" }
unit   = "%"
grain  = ["project", "sensor", "quantity"]
inputs = { sensor = ["project", "sensor", "quantity"], reading = ["project", "sensor", "quantity", "value"] }
parameters = { plausible = ["quantity", "at_least", "at_most"] }
source = { document = "house_rules", article = "合理范围", checked = "convention" }
doubt  = { above = 10 }

[notes]
zh = """值小于 plausible.at_least 或大于 at_most 的有效读数的百分比。整段单位填错（毫克当微克）时几乎全部在范围之外。没有规定范围的监测量不列。"""
en = """Share of the valid readings below plausible.at_least or above at_most. A stream whose unit is wrong throughout (milligrams taken for micrograms) lies almost wholly
outside. A quantity without a range has no row."""
*/
WITH stream AS (SELECT DISTINCT project, sensor, quantity FROM sensor),
     counted AS (
       SELECT reading.project, reading.sensor, reading.quantity, count(reading.value) AS readings,
              sum(CASE WHEN reading.value < plausible.at_least OR reading.value > plausible.at_most THEN 1 ELSE 0 END) AS outside
       FROM reading JOIN plausible ON plausible.quantity = reading.quantity
       GROUP BY reading.project, reading.sensor, reading.quantity)
SELECT stream.project, stream.sensor, stream.quantity, percentage(counted.outside, counted.readings) AS value,
       CASE WHEN coalesce(counted.readings, 0) = 0 THEN 'no_reading' END AS gap
FROM stream JOIN (SELECT DISTINCT quantity FROM plausible) AS ranged ON ranged.quantity = stream.quantity
     LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor AND counted.quantity = stream.quantity
