/*
title  = { zh = "地上建筑面积", en = "Floor area above ground" }
unit   = "m²"
grain  = ["project"]
inputs = { project = ["project"], building = ["project", "building", "floor_area", "storeys"], storey = ["project", "building", "elevation", "floor_area"] }
source = { document = "house_rules", clause = "地上建筑面积", checked = "convention" }

[notes]
zh = """标高不低于 0 的各楼层面积之和。所列地上楼层不少于单体层数的单体为已知；其余在 value 中只计所列者，在 high 中计其建筑面积（含地下）；一单体两者都没有的，上限不知，high 为空。coverage 为已知单体的占比。"""
en = """Sum of the areas of storeys at an elevation of 0 or above. Buildings that list as many storeys above ground as they have are known; of the others what is
listed counts in value and their floor area, basement included, in high; where one has neither there is no upper bound and high is null. coverage is the share
of buildings that are known."""
*/
WITH level AS (
       SELECT project, building, sum(floor_area) AS area, count(floor_area) AS storeys
       FROM storey WHERE elevation >= 0 GROUP BY project, building),
     known AS (
       SELECT building.project, building.building, level.area, building.floor_area,
              level.storeys >= building.storeys AS whole
       FROM building LEFT JOIN level ON level.project = building.project AND level.building = building.building),
     total AS (
       SELECT project, count(*) AS buildings, sum(CASE WHEN whole THEN 1 ELSE 0 END) AS settled, sum(area) AS area,
              count(CASE WHEN whole THEN area ELSE floor_area END) AS bounded,
              sum(CASE WHEN whole THEN area ELSE greatest(floor_area, coalesce(area, 0)) END) AS most
       FROM known GROUP BY project)
SELECT project.project, total.area AS value,
       CASE WHEN total.area IS NULL THEN 'no_storey_area' END AS gap,
       percentage(total.settled, total.buildings) AS coverage,
       CASE WHEN total.area IS NOT NULL AND total.bounded = total.buildings THEN total.most END AS high
FROM project LEFT JOIN total ON total.project = project.project
