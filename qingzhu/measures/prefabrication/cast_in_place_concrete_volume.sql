/*
title  = { zh = "现浇混凝土体积", en = "Volume of cast-in-place concrete" }
unit   = "m³"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "counted", "concrete", "construction", "role", "volume", "needs_construction"] }
source = { document = "house_rules", clause = "现浇混凝土体积", checked = "convention" }

[notes]
zh = """计入的混凝土图元中现浇混凝土者的体积之和。没有体积的按本单体同角色最大者计入 high（我方约定），叠合构件（预制与现浇建成一个图元）和不知如何建造的混凝土也只计入 high。coverage 为体积与建造方式都已知的混凝土图元占比。"""
en = """Sum of the volumes of counted concrete elements that are cast-in-place. One without volume counts in high as the largest of its role in the building (our
convention); composite elements (precast and cast part in one) and concrete made in an unknown way count in high only. coverage is the share of concrete
elements whose volume and construction are known."""
*/
WITH member AS (
       SELECT project, building, role, construction, volume,
              max(volume) OVER (PARTITION BY project, building, role) AS largest,
              construction = 'cast_in_place' AS counts,
              construction IS NULL OR construction IN ('cast_in_place', 'composite') AS may_count
       FROM mapped_element
       WHERE counted AND (concrete OR (concrete IS NULL AND needs_construction))),
     total AS (
       SELECT project, building, count(*) AS members,
              sum(CASE WHEN counts THEN volume END) AS volume,
              sum(CASE WHEN counts THEN 1 ELSE 0 END) AS of_kind,
              sum(CASE WHEN may_count THEN coalesce(volume, largest, 0) ELSE 0 END) AS most,
              sum(CASE WHEN volume IS NOT NULL AND construction IS NOT NULL AND construction <> 'composite' THEN 1 ELSE 0 END) AS known
       FROM member GROUP BY project, building)
SELECT building.project, building.building,
       CASE WHEN total.of_kind = 0 AND total.known = total.members THEN 0 ELSE total.volume END AS value,
       CASE WHEN total.members IS NULL THEN 'no_such_member'
            WHEN total.volume IS NULL AND total.of_kind > 0 THEN 'no_quantity'
            WHEN total.volume IS NULL AND total.known < total.members THEN 'construction_unknown' END AS gap,
       percentage(total.known, total.members) AS coverage,
       CASE WHEN total.volume IS NOT NULL OR (total.of_kind = 0 AND total.known = total.members) THEN total.most END AS high
FROM building LEFT JOIN total ON total.project = building.project AND total.building = building.building
