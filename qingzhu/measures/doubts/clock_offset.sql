/*
title  = { zh = "存疑：设备时钟偏差", en = "Doubt: offset of the device's clock" }
unit   = "s"
grain  = ["project", "sensor"]
inputs = { sensor = ["project", "sensor"], reading = ["project", "sensor", "time", "received"] }
source = { document = "house_rules", article = { zh = "设备时钟与平台接收时间之差", en = "clock of the device against the platform" }, checked = "convention" }
doubt  = { above = 3600 }

[notes]
zh = """平台接收时间减读数所记时间的中位数，取绝对值。大于一小时多为时区或时钟设错（约 28800 即差 8 小时），也可能是成批补传；昼夜因此会判错。"""
en = """Median of the time the platform received a reading less the time it carries, absolute. More than an hour is mostly a wrong zone or clock (about 28800 is 8 h), or
readings sent in batches; day and night are then judged wrongly."""
*/
WITH stream AS (SELECT DISTINCT project, sensor FROM sensor),
     counted AS (
       SELECT project, sensor, median_of(epoch_s(received) - epoch_s(time)) AS seconds
       FROM reading WHERE received IS NOT NULL GROUP BY project, sensor)
SELECT stream.project, stream.sensor, abs(counted.seconds) AS value,
       CASE WHEN counted.seconds IS NULL THEN 'no_clock_evidence' END AS gap
FROM stream LEFT JOIN counted ON counted.project = stream.project AND counted.sensor = stream.sensor
