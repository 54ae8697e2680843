/*
title  = { zh = "有过磅单或零报告的施工月份占比", en = "Share of months of works with a ticket or a zero report" }
unit   = "%"
grain  = ["project"]
inputs = { project = ["project", "works_from", "works_to"], weighing = ["project", "time"], suspension = ["project", "from_date", "to_date"] }
parameters = { calendar_month = ["month", "from_date", "to_date"], judgement = ["on_date"] }
source = { document = "house_rules", article = { zh = "零报告：没有垃圾的月份也要报", en = "zero report: a month without waste is reported too" }, checked = "convention" }

[notes]
zh = """施工月份自开工之月起，至完工之月或评价日所在之月止。施工日全部在停工期内的月份不要求报告；评价日所在的月份没有过完、施工仍在继续且尚无报告时也不要求，
评价日当天或之前已完工的，完工之月应有报告。任何来源的过磅单都算，零报告亦算。"""
en = """Months of works run from the month works began to the month they ended or the month of judgement. A month whose days of works all lie in suspensions is
excused, and so is the month of judgement while it is not over, the works go on and it has no report yet; where the works ended on or before the day of
judgement, their last month is due. A ticket of any origin counts, and so does a zero report."""
*/
WITH works AS (
       SELECT project.project, min(day_number(project.works_from)) AS first_day, max(day_number(judgement.on_date)) AS on_day,
              max(day_number(least(coalesce(project.works_to, judgement.on_date), judgement.on_date))) AS last_day,
              bool_or(coalesce(project.works_to > judgement.on_date, TRUE)) AS going_on
       FROM project CROSS JOIN judgement GROUP BY project.project),
     month_of_works AS (
       SELECT works.project, calendar_month.month,
              greatest(day_number(calendar_month.from_date), works.first_day) AS first_day,
              least(day_number(calendar_month.to_date), works.last_day) AS last_day,
              day_number(calendar_month.to_date) > works.on_day AND works.going_on AS running
       FROM works JOIN calendar_month ON day_number(calendar_month.to_date) >= works.first_day
                                     AND day_number(calendar_month.from_date) <= works.last_day),
     ordered AS (
       SELECT project, day_number(from_date) AS first_day, day_number(to_date) AS last_day,
              max(day_number(to_date)) OVER (PARTITION BY project ORDER BY from_date, to_date
                                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
       FROM suspension),
     rest AS (SELECT project, greatest(first_day, coalesce(before, first_day - 1) + 1) AS first_day, last_day FROM ordered),
     rested AS (
       SELECT month_of_works.project, month_of_works.month,
              sum(greatest(0, least(rest.last_day, month_of_works.last_day) - greatest(rest.first_day, month_of_works.first_day) + 1)) AS days
       FROM month_of_works JOIN rest ON rest.project = month_of_works.project
       GROUP BY month_of_works.project, month_of_works.month),
     reported AS (SELECT DISTINCT project, local_month(time) AS month FROM weighing),
     counted AS (
       SELECT month_of_works.project, count(*) AS due, count(reported.month) AS reported
       FROM month_of_works
            LEFT JOIN reported ON reported.project = month_of_works.project AND reported.month = month_of_works.month
            LEFT JOIN rested ON rested.project = month_of_works.project AND rested.month = month_of_works.month
       WHERE reported.month IS NOT NULL
          OR (NOT month_of_works.running AND coalesce(rested.days, 0) < month_of_works.last_day - month_of_works.first_day + 1)
       GROUP BY month_of_works.project)
SELECT works.project, percentage(counted.reported, counted.due) AS value,
       CASE WHEN works.first_day IS NULL THEN 'no_works_dates' WHEN counted.due IS NULL THEN 'nothing_expected' END AS gap
FROM works LEFT JOIN counted ON counted.project = works.project
