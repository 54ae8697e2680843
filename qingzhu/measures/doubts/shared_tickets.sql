/*
title  = { zh = "存疑：两个项目有相同的联单", en = "Doubt: tickets that two projects have in common" }
unit   = "1"
grain  = ["project", "other_project"]
inputs = { weighing = ["project", "ticket", "time", "net_mass", "zero_report"] }
source = { document = "house_rules", article = { zh = "联单编号、时间、净重都相同", en = "same number, time and net mass" }, checked = "convention" }
doubt  = { above = 0 }

[notes]
zh = """联单编号、出场时间、净重都相同的联单数，两个项目各出一行；没有共有联单的项目对不列。同一车次报了两次，或同一项目登记了两个名称。"""
en = """Number of tickets with the same number, time and net mass, a row for each of the two projects; pairs without any have no row. One load was reported twice, or one
project stands under two names."""
*/
WITH load AS (
       SELECT DISTINCT project, ticket, time, net_mass FROM weighing
       WHERE ticket IS NOT NULL AND net_mass IS NOT NULL AND NOT zero_report)
SELECT load.project, other.project AS other_project, count(*) AS value, CASE WHEN count(*) = 0 THEN 'no_load_weighed' END AS gap
FROM load JOIN load AS other ON other.ticket = load.ticket AND other.time = load.time AND other.net_mass = load.net_mass
WHERE other.project <> load.project
GROUP BY load.project, other.project
