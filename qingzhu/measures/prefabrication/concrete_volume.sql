/*
title   = { zh = "混凝土体积（按建造方式）", en = "Volume of concrete by how it is made" }
grain   = ["project", "building", "construction"]
derived = true
columns = { project = "string", building = "string", construction = "string", value = "float64", gap = "string", coverage = "float64", high = "float64" }
inputs  = { building = ["project", "building"], mapped_element = ["project", "building", "ifc_class", "volume_counted", "concrete", "construction", "role", "volume", "needs_construction"] }
parameters = { possible_role = ["ifc_class"] }
source  = { document = "house_rules", clause = "混凝土体积", checked = "convention" }

[notes]
zh = """计入的混凝土构件（角色须知建造方式者，即柱、墙、梁、板、楼梯、屋顶、基础等，不含洞口、空间、门窗；和可能是构件的未映射图元）按建造方式（预制、现浇）的体积之和。没有体积的按本单体同角色（未映射的按同 IFC 类）最大者计入 high（我方约定），同类无一有体积的上限不知，high 为空；
此时缺口写明 members_unmeasured，value 只是已知的一部分，coverage 按件数计，不是体积占比；叠合构件（预制与现浇建成一个图元）、不知如何建造的混凝土和可能是构件的未映射图元也只计入 high。coverage 为体积与建造方式都已知者的占比。
项目中有模型未指明单体而含此类图元时，各单体都没有此值。"""
en = """Sum of the volumes of counted concrete members by how they are made (precast, cast in place): of roles whose construction must be known (columns, walls,
beams, slabs, stairs, roofs, foundations and the like, no openings, spaces or windows), and of unmapped elements that could be such. One without volume counts in high as the largest of its
role (unmapped: of its IFC class) in the building (our convention); where none of them has a volume there is no upper bound: high is null, the gap members_unmeasured stands beside the value, which is a part only,
and coverage, a share by count, says nothing of how large a part. Composite
elements (precast and cast part in one), concrete made in an unknown way and unmapped elements that could be members count in high only. coverage is the
share whose volume and construction are known. Where a model that names no building holds such elements no building of the project has a figure."""
*/
WITH possible AS (SELECT DISTINCT ifc_class FROM possible_role),
     kind AS (SELECT 'precast' AS construction UNION ALL SELECT 'cast_in_place' AS construction),
     member AS (
       SELECT e.project, e.building, e.construction, e.volume,
              max(e.volume) OVER (PARTITION BY e.project, e.building, coalesce(e.role, e.ifc_class)) AS largest
       FROM mapped_element AS e LEFT JOIN possible ON possible.ifc_class = e.ifc_class
       WHERE e.volume_counted AND coalesce(e.concrete, TRUE)
         AND coalesce(e.needs_construction, coalesce(e.concrete, FALSE) OR possible.ifc_class IS NOT NULL)),
     unplaced AS (SELECT project, count(*) AS members FROM member WHERE building IS NULL GROUP BY project),
     total AS (
       SELECT member.project, member.building, kind.construction, count(*) AS members,
              sum(CASE WHEN member.construction = kind.construction THEN member.volume END) AS volume,
              sum(CASE WHEN member.construction = kind.construction THEN 1 ELSE 0 END) AS of_kind,
              sum(CASE WHEN coalesce(member.construction, 'composite') IN ('composite', kind.construction)
                       THEN coalesce(member.volume, member.largest, 0) ELSE 0 END) AS most,
              sum(CASE WHEN coalesce(member.construction, 'composite') IN ('composite', kind.construction) AND member.largest IS NULL
                       THEN 1 ELSE 0 END) AS boundless,
              sum(CASE WHEN coalesce(member.construction, 'composite') <> 'composite' THEN 1 ELSE 0 END) AS told,
              sum(CASE WHEN member.volume IS NOT NULL AND member.construction IS NOT NULL AND member.construction <> 'composite' THEN 1 ELSE 0 END) AS known
       FROM member CROSS JOIN kind GROUP BY member.project, member.building, kind.construction),
     found AS (
       SELECT building.project, building.building, kind.construction, total.members, total.known, total.most, total.boundless, total.of_kind, unplaced.members AS unplaced,
              CASE WHEN total.of_kind = 0 AND total.told = total.members THEN 0 ELSE total.volume END AS value
       FROM building CROSS JOIN kind
            LEFT JOIN total ON total.project = building.project AND total.building = building.building AND total.construction = kind.construction
            LEFT JOIN unplaced ON unplaced.project = building.project)
SELECT project, building, construction, CASE WHEN unplaced IS NULL THEN value END AS value,
       CASE WHEN unplaced > 0 THEN 'model_without_building'
            WHEN members IS NULL THEN 'no_such_member'
            WHEN value IS NULL AND of_kind > 0 THEN 'no_quantity'
            WHEN value IS NULL THEN 'construction_unknown'
            WHEN boundless > 0 THEN 'members_unmeasured' END AS gap,
       CASE WHEN unplaced IS NULL THEN percentage(known, members) END AS coverage,
       CASE WHEN unplaced IS NULL AND value IS NOT NULL AND boundless = 0 THEN most END AS high
FROM found
