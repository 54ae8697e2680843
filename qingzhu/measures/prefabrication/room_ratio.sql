/*
title   = { zh = "厨房、卫生间干式工法比例", en = "Kitchens and bathrooms made dry" }
grain   = ["project", "building", "use"]
derived = true
columns = { project = "string", building = "string", use = "string", value = "float64", gap = "string", coverage = "float64", high = "float64" }
inputs  = { building = ["project", "building"], room = ["project", "building", "use", "faces", "dry_faces"], takeoff = ["project", "building", "item", "part", "value"] }
source  = { document = "gbt51129_2017", clause = "4.0.11, 4.0.12", checked = "unverified" }

[notes]
zh = """墙面、顶面、地面中采用干式工法的面积之和与其总面积之比 [m²]。取自房间表，没有此类房间则取自计算书（q3b、q3c）。未填干式面积的房间不进分子，
high 中全部计入；没有面积的房间在 value 中按本单体同类最大的一间（或其干式面积，取大者）计入分母（我方约定），在 high 中只计其干式面积。干式面积大于房间面积的，
干式面积视为未知。计算书分子大于分母的不采用。"""
en = """Wall, ceiling and floor made dry over all of it [m²]. From the table of rooms, else from the take-off (q3b, q3c). A room whose dry area is not stated
stays out of the numerator and counts in full in high; one without area is taken in value for the largest of its use in the building, or its dry area if
that is larger (our convention), and in high for its dry area. A dry area above the room's own is not known. A take-off whose numerator is above its
denominator is not taken."""
*/
WITH kind AS (SELECT 'kitchen' AS use, 'q3b' AS item UNION ALL SELECT 'bathroom' AS use, 'q3c' AS item),
     face AS (                                                      -- a room drier than it is large is one whose dry area is not known
       SELECT project, building, use, faces, CASE WHEN dry_faces <= faces OR faces IS NULL THEN dry_faces END AS dry,
              max(faces) OVER (PARTITION BY project, building, use) AS largest
       FROM room),
     listed AS (
       SELECT project, building, use, count(*) AS rooms, count(CASE WHEN faces IS NOT NULL THEN dry END) AS settled, sum(faces) AS measured,
              sum(coalesce(dry, 0)) AS dry, sum(coalesce(faces, greatest(largest, dry), largest)) AS total,
              sum(coalesce(dry, faces, largest)) AS most, sum(coalesce(faces, dry, largest)) AS of_most
       FROM face GROUP BY project, building, use),
     declared AS (
       SELECT project, building, item,
              sum(CASE WHEN part = 'numerator' THEN value END) AS dry, sum(CASE WHEN part = 'denominator' THEN value END) AS total
       FROM takeoff GROUP BY project, building, item),
     judged AS (
       SELECT building.project, building.building, kind.use, listed.rooms, listed.settled, listed.total, listed.dry, listed.most, listed.of_most,
              declared.dry AS declared_dry, declared.total AS declared_total,
              CASE WHEN listed.rooms > 0 AND coalesce(listed.measured, 0) = 0 THEN 'no_quantity'
                   WHEN listed.rooms > 0 AND listed.settled = 0 THEN 'construction_unknown'
                   WHEN listed.rooms > 0 THEN NULL
                   WHEN declared.project IS NULL AND kind.use = 'kitchen' THEN 'no_kitchen_listed'
                   WHEN declared.project IS NULL THEN 'no_bathroom_listed'
                   WHEN declared.dry IS NULL OR coalesce(declared.total, 0) = 0 THEN 'takeoff_incomplete'
                   WHEN declared.dry > declared.total THEN 'takeoff_contradicts' END AS gap
       FROM building CROSS JOIN kind
            LEFT JOIN listed ON listed.project = building.project AND listed.building = building.building AND listed.use = kind.use
            LEFT JOIN declared ON declared.project = building.project AND declared.building = building.building AND declared.item = kind.item)
SELECT project, building, use,
       CASE WHEN gap IS NOT NULL THEN NULL WHEN rooms > 0 THEN percentage(dry, total) ELSE percentage(declared_dry, declared_total) END AS value,
       gap,
       CASE WHEN rooms > 0 THEN percentage(settled, rooms) WHEN gap IS NULL THEN 100 END AS coverage,
       CASE WHEN gap IS NOT NULL THEN NULL WHEN rooms > 0 THEN percentage(most, of_most)
            ELSE percentage(declared_dry, declared_total) END AS high
FROM judged
