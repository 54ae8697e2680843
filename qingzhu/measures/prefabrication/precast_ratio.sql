/*
title  = { zh = "预制率", en = "Precast ratio" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], storey = ["project", "building", "storey", "elevation"], mapped_element = ["project", "building", "model", "ifc_class", "storey", "storey_elevation", "volume_counted", "concrete", "construction", "role", "volume", "needs_construction"] }
parameters = { possible_role = ["ifc_class"] }
source = { document = "atlas_15j939_1", clause = "示例四：预制率", checked = "secondary" }
rows   = { mapped_element = "volume_counted AND needs_construction IS NOT FALSE AND concrete IS NOT FALSE AND (role IS NULL OR role <> 'foundation')" }

[notes]
zh = """地上部分预制构件的混凝土体积与全部混凝土体积之比 [m³]，如图集 15J939-1 示例的算法；各地算法不尽相同，此处不计钢筋、连接件、后浇段折减。基础不计；楼层表中标高低于 0 的楼层不计，表中没有的看模型写的楼层标高：层底与上一层层底的中点低于 ±0.000 的为地下，没有标高的视为地上（我方约定）。
叠合构件（预制与现浇建成一个图元）、不知如何建造的混凝土和可能是构件的未映射图元留在分母，只在 high 中计入分子。体积未知的按本单体同角色（未映射的按同 IFC 类）最大者计：不利的计入分母，
有利的在 high 中计入（我方约定）；同类无一有体积的下限不知，为 kind_without_quantity。coverage：已知部分占体积之比乘以有体积的占比。"""
en = """The concrete of precast members over all concrete above ground [m³], as the example of atlas 15J939-1 computes it; places differ, and nothing is deducted or added
here for rebar, connectors or joints. Foundations stay out, as do storeys whose elevation in the table of storeys is below 0; of a storey that is not in it the
elevation that the model writes tells: it is below ground where the middle between its elevation and that of the next storey above is below ±0.000 (a structural floor
some centimetres under it is not); without one it is taken to be above ground (our convention). Composite elements (precast and cast part in one), concrete made in an unknown way and unmapped elements that could be
members stay in the denominator and count in the numerator in high only. An unknown volume is taken for the largest of its role (unmapped: of its IFC class) in
the building: in the denominator where it is against, in high where it is in favour (our convention); where none of them has a volume there is no lower bound:
kind_without_quantity. coverage: the share of the volume that is known, times the share of members that have a volume."""
*/
WITH possible AS (SELECT DISTINCT ifc_class FROM possible_role),
     surveyed AS (SELECT project, building, storey, min(elevation) AS elevation FROM storey GROUP BY project, building, storey),
     level AS (
       SELECT project, model, storey_elevation, lead(storey_elevation) OVER (PARTITION BY project, model ORDER BY storey_elevation) AS upper
       FROM (SELECT DISTINCT project, model, storey_elevation FROM mapped_element WHERE storey_elevation IS NOT NULL) AS written),
     member AS (
       SELECT e.project, e.building, e.role, e.volume,
              max(e.volume) OVER (PARTITION BY e.project, e.building, coalesce(e.role, e.ifc_class)) AS bound,
              CASE WHEN e.construction = 'precast' THEN TRUE WHEN coalesce(e.construction, 'composite') <> 'composite' THEN FALSE END AS precast
       FROM mapped_element AS e
            LEFT JOIN possible ON possible.ifc_class = e.ifc_class
            LEFT JOIN surveyed ON surveyed.project = e.project AND surveyed.building = e.building AND surveyed.storey = e.storey
            LEFT JOIN level ON level.project = e.project AND level.model = e.model AND level.storey_elevation = e.storey_elevation
       WHERE e.volume_counted AND coalesce(e.concrete, TRUE) AND coalesce(e.role, '') <> 'foundation'
         AND coalesce(surveyed.elevation, e.storey_elevation + coalesce(level.upper, e.storey_elevation), 0) >= 0
         AND coalesce(e.needs_construction, coalesce(e.concrete, FALSE) OR possible.ifc_class IS NOT NULL)),
     total AS (
       SELECT project, building, count(*) AS members, count(role) AS named, count(volume) AS measured, sum(volume) AS volume,
              sum(CASE WHEN precast THEN volume ELSE 0 END) AS counted,
              sum(CASE WHEN precast IS NULL THEN volume ELSE 0 END) AS open,
              sum(CASE WHEN volume IS NULL AND NOT coalesce(precast, FALSE) THEN bound ELSE 0 END) AS against,
              sum(CASE WHEN volume IS NULL AND coalesce(precast, TRUE) THEN bound ELSE 0 END) AS favouring,
              sum(CASE WHEN coalesce(volume, bound) IS NULL AND NOT coalesce(precast, FALSE) THEN 1 ELSE 0 END) AS boundless_against,
              sum(CASE WHEN coalesce(volume, bound) IS NULL AND coalesce(precast, TRUE) THEN 1 ELSE 0 END) AS boundless_for
       FROM member GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.members, total.measured, total.volume, total.counted, total.open, total.against,
              total.favouring, total.boundless_for,
              CASE WHEN unplaced.members > 0 THEN 'model_without_building'
                   WHEN total.members IS NULL THEN 'no_such_member'
                   WHEN total.named = 0 THEN 'members_unmapped'
                   WHEN total.volume IS NULL THEN 'no_quantity'
                   WHEN total.open >= total.volume THEN 'construction_unknown'
                   WHEN total.boundless_against > 0 THEN 'kind_without_quantity' END AS gap
       FROM building LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building,
       CASE WHEN gap IS NULL THEN percentage(counted, volume + against) END AS value,
       gap,
       CASE WHEN coalesce(gap, '') <> 'model_without_building' THEN percentage(volume - open, volume) * measured / nullif(members, 0) END AS coverage,
       CASE WHEN gap IS NOT NULL THEN NULL WHEN boundless_for > 0 THEN 100 ELSE percentage(counted + open + favouring, volume + favouring) END AS high
FROM judged
