/*
title   = { zh = "应有读数的日子", en = "Days on which readings are expected" }
derived = true
grain   = ["project", "sensor", "quantity", "day"]
columns = { project = "string", sensor = "string", quantity = "string", interval = "int64", day = "int64" }
inputs  = { stream = ["project", "sensor", "quantity", "interval", "first_day", "last_day"], suspension = ["project", "from_date", "to_date"] }
parameters = { calendar_month = ["from_date", "to_date"] }
source  = { document = "house_rules", article = { zh = "停工期内没有读数不算缺失", en = "silence in a suspension is no fault" }, checked = "convention" }

[notes]
zh = """监测序列的起始日至终止日，停工期除外；day 为自 1970-01-01 的本地日序号，interval 为读数间隔 [s]。"""
en = """From the first to the last day of each stream, without suspensions; day counts local days since 1970-01-01, interval is the time between readings [s]."""
*/
WITH ten AS (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
             UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
     calendar_day AS (
       SELECT day_number(calendar_month.from_date) + tens.n * 10 + ones.n AS day
       FROM calendar_month CROSS JOIN ten AS tens CROSS JOIN ten AS ones
       WHERE tens.n * 10 + ones.n <= day_number(calendar_month.to_date) - day_number(calendar_month.from_date)),
     rest AS (
       SELECT DISTINCT suspension.project, calendar_day.day
       FROM suspension JOIN calendar_day ON calendar_day.day BETWEEN day_number(suspension.from_date) AND day_number(suspension.to_date))
SELECT stream.project, stream.sensor, stream.quantity, stream.interval, calendar_day.day
FROM stream JOIN calendar_day ON calendar_day.day BETWEEN stream.first_day AND stream.last_day
            LEFT JOIN rest ON rest.project = stream.project AND rest.day = calendar_day.day
WHERE rest.day IS NULL
