/*
title   = { zh = "混凝土体积（按建造方式）", en = "Volume of concrete by how it is made" }
grain   = ["project", "building", "construction"]
derived = true
columns = { project = "string", building = "string", construction = "string", value = "float64", gap = "string", coverage = "float64", high = "float64" }
inputs  = { building = ["project", "building"], concrete_member = ["project", "building", "construction", "volume", "least", "bound"] }
source  = { document = "house_rules", clause = "混凝土体积", checked = "convention" }

[notes]
zh = """混凝土构件（concrete_member：整体与部件只计一次，夹心墙只计混凝土部分）按建造方式（预制、现浇）的体积之和。体积写了几个彼此不符的值时，value 取最小者，high 取最大者。没有体积的按本单体同角色（未映射的按同 IFC 类）最大者计入 high
（我方约定），同类无一有体积的上限不知，high 为空，缺口写明 members_unmeasured，value 只是已知的一部分；叠合构件（预制与现浇建成一个图元）、不知如何建造的混凝土和可能是构件的未映射图元也只计入 high。
coverage 为已知的体积占上限（high）的百分比，可能属此种的都算在内；有构件没有上限时 coverage 未知，为空。
项目中有模型未指明单体而含此类图元时，各单体都没有此值。"""
en = """Sum of the volumes of members of concrete (concrete_member: wholes and parts once, of a sandwich wall its concrete) by how they are made (precast, cast in place). Of values that contradict each other
value takes the least and high the greatest. One without volume counts in high as the largest of its role (unmapped: of its IFC class) in the building (our convention); where none of them has a
volume there is no upper bound: high is null, the gap members_unmeasured stands beside the value, which is a part only. Composite elements (precast and cast part in one), concrete made in an
unknown way and unmapped elements that could be members count in high only. coverage is the volume that is known over the most
it can be, all that may be made so counted; null where a member has no upper bound. Where a model that names no building holds such elements no building of the project has a figure."""
*/
WITH kind AS (SELECT 'precast' AS construction UNION ALL SELECT 'cast_in_place' AS construction),
     unplaced AS (SELECT project, count(*) AS members FROM concrete_member WHERE building IS NULL GROUP BY project),
     total AS (
       SELECT member.project, member.building, kind.construction, count(*) AS members,
              sum(CASE WHEN member.construction = kind.construction THEN coalesce(member.volume, member.least) END) AS volume,
              sum(CASE WHEN member.construction = kind.construction THEN 1 ELSE 0 END) AS of_kind,
              sum(CASE WHEN coalesce(member.construction, 'composite') IN ('composite', kind.construction) THEN coalesce(member.bound, 0) ELSE 0 END) AS most,
              sum(CASE WHEN coalesce(member.construction, 'composite') IN ('composite', kind.construction) AND member.bound IS NULL
                       THEN 1 ELSE 0 END) AS boundless,
              sum(CASE WHEN coalesce(member.construction, 'composite') <> 'composite' THEN 1 ELSE 0 END) AS told,
              sum(CASE WHEN member.construction = kind.construction THEN coalesce(member.volume, 0) ELSE 0 END) AS known
       FROM concrete_member AS member CROSS JOIN kind GROUP BY member.project, member.building, kind.construction),
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
       CASE WHEN unplaced IS NULL AND boundless = 0 THEN coalesce(percentage(known, most), 100) END AS coverage,
       CASE WHEN unplaced IS NULL AND value IS NOT NULL AND boundless = 0 THEN most END AS high
FROM found
