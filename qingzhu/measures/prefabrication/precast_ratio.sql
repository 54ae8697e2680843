/*
title  = { zh = "预制率", en = "Precast ratio" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], concrete_member = ["project", "building", "role", "construction", "volume", "least", "bound", "above_ground"] }
source = { document = "atlas_15j939_1", clause = "示例四：预制率", checked = "secondary" }
rows   = { concrete_member = "above_ground AND (role IS NULL OR role <> 'foundation')" }

[notes]
zh = """地上部分预制构件的混凝土体积与全部混凝土体积之比 [m³]，如图集 15J939-1 示例的算法；各地算法不尽相同，此处不计钢筋、连接件、后浇段折减。所计的是混凝土构件（concrete_member：整体与部件只计一次，夹心墙只计混凝土部分），基础与地下楼层不计。
叠合构件（预制与现浇建成一个图元）、不知如何建造的混凝土和可能是构件的未映射图元留在分母，只在 high 中计入分子。体积写了几个彼此不符的值时，value 中有利的取最小者、其余取最大者，high 中相反。体积未知的按本单体同角色（未映射的按同 IFC 类）最大者计：不利的计入分母，
有利的在 high 中计入（我方约定）；同类无一有体积的下限不知，为 kind_without_quantity。coverage：已知部分占体积之比乘以有体积的构件占比。"""
en = """The concrete of precast members over all concrete above ground [m³], as the example of atlas 15J939-1 computes it; places differ, and nothing is deducted or added
here for rebar, connectors or joints. What counts are members of concrete (concrete_member: wholes and parts once, of a sandwich wall its concrete); foundations and storeys below ground stay out.
Composite elements (precast and cast part in one), concrete made in an unknown way and unmapped elements that could be
members stay in the denominator and count in the numerator in high only. Of values that contradict each other value takes the least where it is in favour and the greatest elsewhere, high the
other way round. An unknown volume is taken for the largest of its role (unmapped: of its IFC class) in
the building: in the denominator where it is against, in high where it is in favour (our convention); where none of them has a volume there is no lower bound:
kind_without_quantity. coverage: the share of the volume that is known, times the share of members that have a volume."""
*/
WITH member AS (
       SELECT project, building, role, volume, coalesce(volume, least) AS least, bound AS most,
              CASE WHEN construction = 'precast' THEN TRUE WHEN coalesce(construction, 'composite') <> 'composite' THEN FALSE END AS precast
       FROM concrete_member WHERE above_ground AND coalesce(role, '') <> 'foundation'),
     total AS (
       SELECT project, building, count(*) AS members, count(role) AS named, sum(least) AS volume, sum(CASE WHEN precast IS NULL THEN 0 ELSE least END) AS told,
              share_at_least(precast, least, most) AS value, share_at_most(precast, least, most) AS high, share_settled(precast, volume) AS coverage
       FROM member GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.value, total.high, total.coverage,
              CASE WHEN unplaced.members > 0 THEN 'model_without_building'
                   WHEN total.members IS NULL THEN 'no_such_member'
                   WHEN total.named = 0 THEN 'members_unmapped'
                   WHEN total.volume IS NULL THEN 'no_quantity'
                   WHEN coalesce(total.told, 0) = 0 THEN 'construction_unknown'
                   WHEN total.value IS NULL THEN 'kind_without_quantity' END AS gap
       FROM building LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building, CASE WHEN gap IS NULL THEN value END AS value, gap,
       CASE WHEN coalesce(gap, '') <> 'model_without_building' THEN coverage END AS coverage,
       CASE WHEN gap IS NULL THEN high END AS high
FROM judged
