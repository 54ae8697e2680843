/*
title   = { zh = "计入装配率各项的部分", en = "What counts in each ratio of GB/T 51129" }
grain   = ["project", "building", "item"]
derived = true
columns = { project = "string", building = "string", item = "string", model = "string", global_id = "string", role = "string", amount = "float64", least = "float64", bound = "float64", favours = "bool" }
inputs  = { mapped_element = ["project", "building", "model", "global_id", "ifc_class", "role", "construction", "system", "rule_source", "counted", "volume_counted", "external", "gbt51129", "counts_in_volume", "counts_in_area", "masonry", "concrete", "volume", "volume_least", "volume_most", "area", "area_least", "area_most", "length", "length_least", "length_most", "width", "height", "size_from"] }
parameters = { possible_role = ["ifc_class", "gbt51129"], counting_rule = ["rule", "gbt51129", "system", "dimension", "at_most"] }
source  = { document = "gbt51129_2017", clause = "4.0.2–4.0.13", checked = "unverified" }

[notes]
zh = """每个计入的图元在每一项中一行；模型未指明单体者 building 为空。amount：q1a 为混凝土体积 [m³]，q1b、q3a 为水平投影面积 [m²]，q2a–q2d 为墙面面积 [m²]，q3d 为长度 [m]；未知为空。
favours：是否计入分子，未知为空。未映射的图元按其 IFC 类可能属于的各项列入（possible_role），favours 为空：留在分母，只在上限中计入分子。
写了几个彼此不符的值时 amount 为空，least 为其中最小者。bound：数量至多为多少：已知者为 amount，彼此不符者为其中最大者；没有工程量的取本单体同项同角色中最大者，未映射的取同项中最大者，我方约定；同角色无一有工程量时无界，为空。q2b 的分母是全部围护墙：
承重墙属外墙者在内，不知是否外墙者 favours 为空。后浇部位按 counting_rule（4.0.3、4.0.5）计入：项目映射写明角色为 joint、
尺寸写明且合规定、本单体该项有预制或叠合构件者计入；没有此类构件者不计入；只凭默认词语或尺寸不明的未知。柱间连接区的高是柱（IfcColumn）的长；
后浇段的宽度取三边中居中者，墙类取其长度与之较大者：厚度不是宽度。"""
en = """One row for each counted element in each item; building is null where its model names none. amount: concrete volume [m³] for q1a, plan area [m²] for q1b and q3a, face area [m²] for q2a to q2d,
length [m] for q3d; null where unknown. favours: whether it counts in the numerator; null where unknown. An element nobody mapped stands in every item
its class could belong to (possible_role) with favours null: it stays in the denominator and counts in favour only in the upper bound. Where values
contradict each other amount is null and least the least written. bound: the most the amount can be: it where it is known, of values that contradict each other the greatest; without a quantity
the largest of its role in the building and, for one nobody mapped, of its item (our convention), null where no element of the role has a quantity. q2b is over all enclosing walls: bearing walls that are external are among them, with favours null where it is not known whether
they are. Cast joints count by counting_rule (4.0.3, 4.0.5) where the project's own mapping says
that they are joints, their size is written and keeps the rule, and the building has precast or composite members of that ratio for them to lie between;
without such members they do not count, and where only words of the defaults say so or the size is not written it is not known. The height of a zone between
columns is the length of its IfcColumn; the width of a strip is the middle one of
its three sides, for a wall its length if that is larger: its thickness is not its width."""
*/
WITH possible AS (SELECT DISTINCT ifc_class, gbt51129 FROM possible_role),
     host AS (                                                      -- whether a ratio has precast members for a joint to lie between
       SELECT e.project, e.building, coalesce(possible.gbt51129, e.gbt51129) AS gbt51129,
              CASE WHEN bool_or(e.construction IN ('precast', 'composite')) THEN TRUE
                   WHEN count(e.construction) = count(*) THEN FALSE END AS precast
       FROM mapped_element AS e LEFT JOIN possible ON possible.ifc_class = e.ifc_class AND e.role IS NULL
       WHERE (e.counted OR e.volume_counted) AND coalesce(e.role, '') <> 'joint'
       GROUP BY e.project, e.building, coalesce(possible.gbt51129, e.gbt51129)),
     sized AS (                                                     -- cast joints: which rule speaks, and whether their size meets it
       SELECT e.project, e.building, e.model, e.global_id, e.rule_source, r.gbt51129,
              CASE WHEN r.dimension IS NULL THEN TRUE
                   WHEN e.size_from IS NULL OR (e.size_from <> 'written' AND e.size_from <> 'geometry') THEN NULL
                   WHEN r.dimension = 'strip_width' AND e.ifc_class LIKE 'IfcWall%'
                        THEN greatest(e.length, least(e.length, e.width), least(greatest(e.length, e.width), e.height)) <= r.at_most + 0.000001
                   WHEN r.dimension = 'strip_width'
                        THEN greatest(least(e.length, e.width), least(greatest(e.length, e.width), e.height)) <= r.at_most + 0.000001
                   WHEN r.dimension = 'height' THEN e.height <= r.at_most + 0.000001
                   WHEN e.ifc_class LIKE 'IfcColumn%' THEN e.length / nullif(least(e.width, e.height), 0) <= r.at_most + 0.000001 END AS met
       FROM mapped_element AS e JOIN counting_rule AS r ON r.system = e.system
       WHERE e.role = 'joint'),
     joint AS (                                                     -- words alone, without a mapping, do not say what a joint lies between
       SELECT s.project, s.model, s.global_id, s.gbt51129,
              CASE WHEN NOT s.met OR NOT coalesce(host.precast, host.project IS NOT NULL) THEN FALSE
                   WHEN s.rule_source = 'mapping' AND host.precast THEN s.met END AS met
       FROM sized AS s
            LEFT JOIN host ON host.project = s.project AND host.building = s.building AND host.gbt51129 = s.gbt51129),
     candidate AS (                                                 -- a role tells its ratio; without one, the class tells which it could be
       SELECT e.project, e.building, e.model, e.global_id, e.role, e.masonry, e.concrete, e.counted, e.volume_counted, e.external,
              e.volume, e.volume_least, e.volume_most, e.area, e.area_least, e.area_most, e.length, e.length_least, e.length_most,
              CASE WHEN e.role IS NOT NULL THEN e.system END AS system,
              CASE WHEN e.role IS NULL THEN possible.gbt51129 WHEN e.role = 'joint' THEN coalesce(joint.gbt51129, e.gbt51129) ELSE e.gbt51129 END AS gbt51129,
              CASE WHEN e.role = 'joint' THEN joint.met WHEN e.role IS NOT NULL THEN e.counts_in_volume END AS precast_volume,
              CASE WHEN e.role = 'joint' THEN joint.met WHEN e.role IS NOT NULL THEN e.counts_in_area END AS precast_area
       FROM mapped_element AS e
            LEFT JOIN joint ON joint.project = e.project AND joint.model = e.model AND joint.global_id = e.global_id
            LEFT JOIN possible ON possible.ifc_class = e.ifc_class AND e.role IS NULL
       WHERE e.counted OR e.volume_counted),
     part AS (
       SELECT project, building, 'q1a' AS item, model, global_id, role, volume AS amount, volume_least AS least, volume_most AS most, precast_volume AS favours
       FROM candidate WHERE gbt51129 = 'vertical' AND volume_counted AND coalesce(concrete, TRUE)
       UNION ALL
       SELECT project, building, 'q1b' AS item, model, global_id, role, area AS amount, area_least AS least, area_most AS most, precast_area AS favours
       FROM candidate WHERE gbt51129 = 'horizontal' AND counted
       UNION ALL
       SELECT project, building, 'q2a' AS item, model, global_id, role, area AS amount, area_least AS least, area_most AS most,
              CASE WHEN role IS NOT NULL THEN NOT masonry END AS favours
       FROM candidate WHERE gbt51129 = 'enclosure' AND counted
       UNION ALL
       SELECT project, building, 'q2b' AS item, model, global_id, role, area AS amount, area_least AS least, area_most AS most,
              CASE WHEN role IS NULL OR (role = 'bearing_wall' AND external IS NULL) THEN NULL
                   WHEN masonry OR system = 'not_integrated' THEN FALSE WHEN system = 'integrated' AND NOT masonry THEN TRUE END AS favours
       FROM candidate WHERE (gbt51129 = 'enclosure' OR (role = 'bearing_wall' AND coalesce(external, TRUE))) AND counted
       UNION ALL
       SELECT project, building, 'q2c' AS item, model, global_id, role, area AS amount, area_least AS least, area_most AS most,
              CASE WHEN role IS NOT NULL THEN NOT masonry END AS favours
       FROM candidate WHERE gbt51129 = 'inner_wall' AND counted
       UNION ALL
       SELECT project, building, 'q2d' AS item, model, global_id, role, area AS amount, area_least AS least, area_most AS most,
              CASE WHEN role IS NULL THEN NULL WHEN masonry OR system = 'not_integrated' THEN FALSE WHEN system = 'integrated' AND NOT masonry THEN TRUE END AS favours
       FROM candidate WHERE gbt51129 = 'inner_wall' AND counted
       UNION ALL
       SELECT project, building, 'q3a' AS item, model, global_id, role, area AS amount, area_least AS least, area_most AS most,
              CASE WHEN system = 'dry' THEN TRUE WHEN system = 'wet' THEN FALSE END AS favours
       FROM candidate WHERE gbt51129 = 'floor_finish' AND counted
       UNION ALL
       SELECT project, building, 'q3d' AS item, model, global_id, role, length AS amount, length_least AS least, length_most AS most,
              CASE WHEN system = 'separated' THEN TRUE WHEN system = 'embedded' THEN FALSE END AS favours
       FROM candidate WHERE gbt51129 = 'pipe' AND counted)
SELECT project, building, item, model, global_id, role, amount, least,
       coalesce(amount, most, CASE WHEN role IS NULL THEN max(coalesce(amount, most)) OVER (PARTITION BY project, building, item)
                                   ELSE max(coalesce(amount, most)) OVER (PARTITION BY project, building, item, role) END) AS bound,
       favours
FROM part
