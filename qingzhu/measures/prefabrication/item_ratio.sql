/*
title   = { zh = "装配率各项比例", en = "The ratios of GB/T 51129 from elements and take-offs" }
grain   = ["project", "building", "item"]
derived = true
columns = { project = "string", building = "string", item = "string", value = "float64", gap = "string", coverage = "float64", high = "float64", declared = "float64" }
inputs  = { building = ["project", "building", "floor_area", "storeys"], storey = ["project", "building", "floor_area"], counted_part = ["project", "building", "item", "role", "amount", "least", "bound", "favours"], takeoff = ["project", "building", "item", "part", "value"] }
source  = { document = "gbt51129_2017", clause = "4.0.2–4.0.13", checked = "unverified" }

[notes]
zh = """q1a、q1b、q2a–q2d、q3a、q3d 的同一算法。模型中有某项的构件（有角色者）时按模型（counted_part），否则按工程量计算书；
项目中有模型未指明单体而含此项的构件时，各单体都没有此值（model_without_building），其中只有未映射者的，计算书仍采用。比例 = 计入分子者 / 分母；
分母：q1b、q3a 为各层建筑平面总面积（计算书的分母，没有则各楼层面积之和，须每层都有且不少于单体层数，再没有则单体建筑面积；是否只算地上，原文待核对），其余为同项构件之和。
value 为下限：未映射、建造方式不明的留在分母，有利的工程量取下限（least），其余取上限（bound）；high 为未知者全部有利、有利的取上限而其余取下限时的值，至多 100；一种角色无一有工程量而可能不利时，下限无从谈起，
为 kind_without_quantity。coverage：已知部分占工程量之比乘以有工程量的构件占比。计算书分子大于分母，或其分母小于所填各楼层面积之和的不采用；模型中计入的面积大于各层面积者为 area_above_floors。declared：按模型计算而另有计算书时，计算书的比例（takeoff_difference）。"""
en = """One calculation for q1a, q1b, q2a to q2d, q3a and q3d. From models where they hold members of the item that have a role (counted_part), else from the
take-off; where a model that names no building holds such members no building has the ratio (model_without_building), but one that holds only unmapped
elements leaves a take-off as it is. The ratio is what counts over the denominator: for q1b and q3a the plan area of all storeys (the take-off's denominator, else the sum over
storeys, each of which must have its area, and no fewer than the building's number of storeys, else the floor area of the building; whether above ground only is to be checked in the text), else all of
the item. value is a lower bound: what is unmapped or made in an unknown way stays in the denominator, amounts in
favour are taken at their least and all else at its most; high is the value if all of that counted in favour, what favours at its most and all else at its least, at most 100. Where no member of a role has a quantity and it may be
unfavourable there is no lower bound: kind_without_quantity. coverage: the share of the amount that is settled, times the share of members that have an
amount. A take-off whose numerator is above its denominator, or whose denominator is below the sum of the
storeys listed, is not taken; an area counted from models above that of the storeys is area_above_floors. declared: the ratio of the take-off where a
model speaks and there is one too (takeoff_difference)."""
*/
WITH item AS (
       SELECT 'q1a' AS item, FALSE AS of_floors UNION ALL SELECT 'q1b' AS item, TRUE AS of_floors
       UNION ALL SELECT 'q2a' AS item, FALSE AS of_floors UNION ALL SELECT 'q2b' AS item, FALSE AS of_floors
       UNION ALL SELECT 'q2c' AS item, FALSE AS of_floors UNION ALL SELECT 'q2d' AS item, FALSE AS of_floors
       UNION ALL SELECT 'q3a' AS item, TRUE AS of_floors UNION ALL SELECT 'q3d' AS item, FALSE AS of_floors),
     part AS (SELECT project, building, item, role, amount, coalesce(amount, least) AS least, bound AS most, favours FROM counted_part),
     model AS (
       SELECT project, building, item, count(*) AS members, count(role) AS named, sum(least) AS total,
              sum(CASE WHEN favours IS NULL THEN 0 ELSE least END) AS told,
              sum(CASE WHEN favours THEN coalesce(least, 0) ELSE 0 END) AS counted,
              sum(CASE WHEN coalesce(favours, TRUE) THEN most ELSE 0 END) AS may_count,
              bool_or(most IS NULL AND coalesce(favours, TRUE)) AS no_high,
              share_at_least(favours, least, most) AS low, share_at_most(favours, least, most) AS high, share_settled(favours, amount) AS coverage
       FROM part GROUP BY project, building, item),
     declared AS (
       SELECT project, building, item,
              sum(CASE WHEN part = 'numerator' THEN value END) AS counted, sum(CASE WHEN part = 'denominator' THEN value END) AS total
       FROM takeoff GROUP BY project, building, item),
     level AS (
       SELECT project, building, sum(floor_area) AS floor_area, count(*) AS storeys, count(floor_area) AS measured
       FROM storey GROUP BY project, building),
     unplaced AS (
       SELECT project, item, count(*) AS members, count(role) AS named FROM counted_part WHERE building IS NULL GROUP BY project, item),
     every AS (
       SELECT building.project, building.building, item.item, item.of_floors, coalesce(model.named, 0) > 0 AS by_model,
              model.members, model.total, model.told, model.counted, model.may_count, model.no_high, model.low, model.high, model.coverage,
              declared.project IS NOT NULL AS is_declared, declared.counted AS declared_counted,
              coalesce(unplaced.members, 0) AS unplaced, coalesce(unplaced.named, 0) AS unplaced_named,
              nullif(declared.total, 0) AS declared_total,
              CASE WHEN item.of_floors THEN coalesce(CASE WHEN level.measured = level.storeys AND level.storeys >= coalesce(building.storeys, 0)
                                                          THEN level.floor_area END, building.floor_area) END AS floors,
              CASE WHEN item.of_floors THEN level.floor_area END AS listed                            -- the storeys listed, be they all or not
       FROM building CROSS JOIN item
            LEFT JOIN model ON model.project = building.project AND model.building = building.building AND model.item = item.item
            LEFT JOIN declared ON declared.project = building.project AND declared.building = building.building AND declared.item = item.item
            LEFT JOIN level ON level.project = building.project AND level.building = building.building
            LEFT JOIN unplaced ON unplaced.project = building.project AND unplaced.item = item.item),
     divided AS (                                                   -- area: denominator that no model gives
       SELECT project, building, item, of_floors, by_model, members, total, told, counted, may_count, no_high, low, high, coverage,
              is_declared, declared_counted, declared_total, unplaced, unplaced_named, listed, coalesce(declared_total, floors) AS area
       FROM every),
     judged AS (
       SELECT project, building, item, of_floors, by_model, counted, may_count, no_high, low, high, coverage, declared_counted, area,
              CASE WHEN unplaced_named > 0 OR (unplaced > 0 AND (by_model OR NOT is_declared)) THEN 'model_without_building'
                   WHEN declared_total < listed * (1 - 0.000000001) THEN 'takeoff_contradicts'
                   WHEN by_model AND of_floors AND coalesce(area, 0) = 0 THEN 'no_floor_area'
                   WHEN by_model AND coalesce(total, 0) = 0 THEN 'no_quantity'
                   WHEN by_model AND coalesce(told, 0) = 0 THEN 'construction_unknown'
                   WHEN by_model AND low IS NULL AND NOT of_floors THEN 'kind_without_quantity'
                   WHEN by_model AND of_floors AND counted > area * (1 + 0.000000001) THEN 'area_above_floors'
                   WHEN by_model THEN NULL
                   WHEN is_declared AND of_floors AND coalesce(area, 0) = 0 THEN 'no_floor_area'
                   WHEN is_declared AND (declared_counted IS NULL OR coalesce(area, 0) = 0) THEN 'takeoff_incomplete'
                   WHEN is_declared AND declared_counted > area THEN 'takeoff_contradicts'
                   WHEN is_declared THEN NULL
                   WHEN members > 0 THEN 'members_unmapped'
                   ELSE 'no_such_member' END AS gap
       FROM divided)
SELECT project, building, item,
       CASE WHEN gap IS NOT NULL THEN NULL
            WHEN NOT by_model THEN percentage(declared_counted, area)
            WHEN of_floors THEN percentage(counted, area)
            ELSE low END AS value,
       gap,
       CASE WHEN gap = 'model_without_building' THEN NULL
            WHEN by_model THEN coverage
            WHEN gap IS NULL THEN 100 END AS coverage,
       CASE WHEN gap IS NOT NULL THEN NULL
            WHEN NOT by_model THEN percentage(declared_counted, area)
            WHEN of_floors THEN CASE WHEN no_high THEN 100 ELSE least(100, percentage(may_count, area)) END
            ELSE high END AS high,
       CASE WHEN gap IS NULL AND by_model AND declared_counted <= area THEN percentage(declared_counted, area) END AS declared
FROM judged
