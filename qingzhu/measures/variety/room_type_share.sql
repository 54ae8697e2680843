/*
title  = { zh = "集成厨卫、收纳最多规格占比", en = "Share of the most repeated types of kitchens, bathrooms and storage" }
unit   = "%"
grain  = ["project", "building", "use"]
inputs = { building = ["project", "building", "has_kitchen", "has_bathroom"], room = ["project", "building", "use", "room_type"] }
parameters = { top_rule = ["component_kind", "by", "k"] }
source = { document = "gbt51129_2015", clause = "标准化设计（条号未见）", checked = "unverified" }

[notes]
zh = """数量最多的 k 种规格型号的房间占该类房间总数之比；k 见 top_rule 中按房间计的种类（厨房、卫生间、收纳）。取自房间表。未填规格型号的各作一种计入 value，与最多者相同计入 high；coverage 为已填者的占比。
没有列出的：申报无厨房或无卫生间的为没有（no_such_room）；列出了房间而没有收纳的，视为没有收纳（我方约定）；其余为缺口。"""
en = """The rooms of the k most repeated types over all rooms of the use; k for the uses that top_rule counts by rooms (kitchen, bathroom, storage). From the table of
rooms. A room that names no type is one of its own in value and of the most repeated in high; coverage is the share that names one. Of what is not listed: a
building declared without kitchens or bathrooms has none (no_such_room); where rooms are listed and no storage among them it is taken to have none (our
convention); else it is a gap."""
*/
WITH rule AS (SELECT component_kind AS use, k FROM top_rule WHERE by = 'rooms'),
     held AS (SELECT project, building, count(*) AS rooms FROM room GROUP BY project, building),
     typed AS (SELECT project, building, use, room_type, count(*) AS rooms FROM room WHERE use IS NOT NULL GROUP BY project, building, use, room_type),
     placed AS (
       SELECT project, building, use, room_type, rooms,
              row_number() OVER (PARTITION BY project, building, use, room_type IS NULL ORDER BY rooms DESC, room_type) AS place
       FROM typed),
     listed AS (
       SELECT placed.project, placed.building, placed.use, rule.k, sum(placed.rooms) AS rooms, count(placed.room_type) AS types,
              sum(CASE WHEN placed.room_type IS NULL THEN placed.rooms ELSE 0 END) AS open,
              sum(CASE WHEN placed.room_type IS NOT NULL AND placed.place <= rule.k THEN placed.rooms ELSE 0 END) AS top
       FROM placed JOIN rule ON rule.use = placed.use GROUP BY placed.project, placed.building, placed.use, rule.k),
     judged AS (
       SELECT building.project, building.building, rule.use, rule.k, listed.rooms, listed.types, listed.open, listed.top,
              CASE WHEN listed.types > 0 THEN NULL
                   WHEN listed.rooms > 0 THEN 'room_type_missing'
                   WHEN rule.use = 'kitchen' AND NOT coalesce(building.has_kitchen, TRUE) THEN 'no_such_room'
                   WHEN rule.use = 'bathroom' AND NOT coalesce(building.has_bathroom, TRUE) THEN 'no_such_room'
                   WHEN rule.use = 'storage' AND held.rooms > 0 THEN 'no_such_room'
                   WHEN rule.use = 'kitchen' THEN 'no_kitchen_listed'
                   WHEN rule.use = 'bathroom' THEN 'no_bathroom_listed'
                   ELSE 'no_storage_listed' END AS gap
       FROM building CROSS JOIN rule
            LEFT JOIN held ON held.project = building.project AND held.building = building.building
            LEFT JOIN listed ON listed.project = building.project AND listed.building = building.building AND listed.use = rule.use)
SELECT project, building, use,
       CASE WHEN gap IS NULL THEN percentage(top + least(open, greatest(k - types, 0)), rooms) END AS value,
       gap, percentage(rooms - open, rooms) AS coverage,
       CASE WHEN gap IS NULL THEN percentage(top + open, rooms) END AS high
FROM judged
