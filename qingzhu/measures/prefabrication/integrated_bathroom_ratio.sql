/*
title  = { zh = "集成卫生间干式工法应用比例（q3c）", en = "Bathrooms made dry (q3c)" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], room = ["project", "building", "use", "faces", "dry_faces"], takeoff = ["project", "building", "item", "part", "value"] }
source = { document = "gbt51129_2017", clause = "4.0.12", checked = "unverified" }
rows   = { room = "use = 'bathroom'", takeoff = "item = 'q3c'" }

[notes]
zh = """q3c = 卫生间墙面、顶面、地面中采用干式工法的面积之和与其总面积之比 [m²]。取自房间表，没有卫生间则取自计算书。未填干式面积的房间不进分子，
high 中全部计入；没有面积的房间按本单体最大的一间计（我方约定）。"""
en = """q3c: wall, ceiling and floor of bathrooms made dry over all of it [m²]. From the table of rooms, else from the take-off. A room whose dry area is not
stated stays out of the numerator and counts in full in high; one without area is taken for the largest of the building (our convention)."""
*/
WITH largest AS (SELECT project, building, max(faces) AS faces FROM room WHERE use = 'bathroom' GROUP BY project, building),
     face AS (
       SELECT room.project, room.building, room.faces, room.dry_faces, largest.faces AS bound
       FROM room JOIN largest ON largest.project = room.project AND largest.building = room.building
       WHERE room.use = 'bathroom'),
     listed AS (
       SELECT project, building, count(*) AS rooms, count(CASE WHEN faces IS NOT NULL THEN dry_faces END) AS settled,
              sum(coalesce(faces, bound)) AS total, sum(faces) AS measured,
              sum(coalesce(dry_faces, 0)) AS dry, sum(coalesce(dry_faces, faces, bound)) AS most
       FROM face GROUP BY project, building),
     declared AS (
       SELECT project, building, sum(CASE WHEN part = 'numerator' THEN value END) AS dry, sum(CASE WHEN part = 'denominator' THEN value END) AS total
       FROM takeoff WHERE item = 'q3c' GROUP BY project, building)
SELECT building.project, building.building,
       CASE WHEN listed.rooms IS NULL THEN percentage(declared.dry, declared.total)
            WHEN listed.settled > 0 THEN percentage(listed.dry, listed.total) END AS value,
       CASE WHEN listed.rooms IS NULL AND declared.project IS NULL THEN 'no_bathroom_listed'
            WHEN listed.rooms IS NULL AND (declared.dry IS NULL OR coalesce(declared.total, 0) = 0) THEN 'takeoff_incomplete'
            WHEN listed.rooms IS NULL THEN NULL
            WHEN coalesce(listed.measured, 0) = 0 THEN 'no_quantity'
            WHEN listed.settled = 0 THEN 'construction_unknown' END AS gap,
       CASE WHEN listed.rooms IS NULL THEN CASE WHEN coalesce(declared.total, 0) > 0 AND declared.dry IS NOT NULL THEN 100 END
            ELSE percentage(listed.settled, listed.rooms) END AS coverage,
       CASE WHEN listed.rooms IS NULL THEN percentage(declared.dry, declared.total)
            WHEN listed.settled > 0 AND listed.total > 0 THEN least(100, percentage(listed.most, listed.total)) END AS high
FROM building LEFT JOIN listed ON listed.project = building.project AND listed.building = building.building
              LEFT JOIN declared ON declared.project = building.project AND declared.building = building.building
