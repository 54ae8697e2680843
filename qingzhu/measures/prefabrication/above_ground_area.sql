/*
title  = { zh = "地上建筑面积", en = "Floor area above ground" }
unit   = "m²"
grain  = ["project"]
inputs = { project = ["project"], building = ["project", "building", "floor_area", "storeys"], storey_level = ["project", "building", "floor_area", "above_ground"] }
source = { document = "house_rules", clause = "地上建筑面积", checked = "convention" }
rows   = { storey_level = "TRUE" }

[notes]
zh = """地上各楼层（storey_level）面积之和。上限 high：单体的建筑面积减去所列地下楼层的面积，不小于所列地上楼层的面积；单体没有建筑面积的，每个楼层都有标高、地上各层都有面积且不少于单体层数时为所列地上面积，
否则上限不知，high 为空。屋面、机房等标高也列在楼层表中，所以层数够了也不等于各层都列了：所列面积不及建筑面积的，差额计入 high。coverage 为上下限相同的单体之比。"""
en = """Sum of the areas of the storeys above ground (storey_level). At most, in high: the floor area of the building less the areas of the storeys listed below ground, and no less than
what is listed above; where a building has no floor area, what is listed above if every storey has an elevation, each of those above an area, and there are as
many as the building has storeys; else there is no upper bound and high is null. Roofs and plant rooms are listed as storeys too, so enough of them does not mean that all are listed:
what the list lacks of the floor area counts in high. coverage is the share of buildings whose bounds are the same."""
*/
WITH level AS (
       SELECT project, building, count(*) AS storeys, count(above_ground) AS placed,
              sum(CASE WHEN above_ground THEN 1 ELSE 0 END) AS above,
              sum(CASE WHEN above_ground AND floor_area IS NOT NULL THEN 1 ELSE 0 END) AS measured,
              sum(CASE WHEN above_ground THEN floor_area END) AS area,
              sum(CASE WHEN NOT above_ground THEN floor_area END) AS below
       FROM storey_level GROUP BY project, building),
     listed AS (
       SELECT building.project, level.area, building.floor_area - coalesce(level.below, 0) AS rest,
              level.placed = level.storeys AND level.measured = level.above AND level.above >= building.storeys AS whole
       FROM building LEFT JOIN level ON level.project = building.project AND level.building = building.building),
     bounded AS (
       SELECT project, area, CASE WHEN whole OR rest >= coalesce(area, 0) * (1 - 0.000000001) THEN greatest(area, rest) END AS most FROM listed),
     total AS (
       SELECT project, count(*) AS buildings, sum(area) AS area, count(most) AS bounded, sum(most) AS most,
              sum(CASE WHEN most <= area * (1 + 0.000000001) THEN 1 ELSE 0 END) AS settled
       FROM bounded GROUP BY project)
SELECT project.project, total.area AS value,
       CASE WHEN total.area IS NULL THEN 'no_storey_area' END AS gap,
       percentage(total.settled, total.buildings) AS coverage,
       CASE WHEN total.area IS NOT NULL AND total.bounded = total.buildings THEN total.most END AS high
FROM project LEFT JOIN total ON total.project = project.project
