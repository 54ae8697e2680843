/*
title  = { zh = "标准构件应用比例（按体积）", en = "Share of components from the library, by volume" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "counted"], library_item = ["project"], library_component = ["project", "building", "component_kind", "counted_only", "volume", "volume_least", "volume_most", "held"] }
parameters = { regional_item = ["component_kind"] }
source = { document = "house_rules", clause = "构件库对照", checked = "convention" }
rows   = { library_component = "NOT coalesce(held, FALSE)" }

[notes]
zh = """属于标准部品构件库的构件体积占构件总体积之比；窗只计件数，不计入。不知是否在库的留在分母，high 中计为在库。体积写了几个彼此不符的值时，value 中在库的取最小者、其余取最大者，high 中相反。体积未知而不在库的按同种构件中最大者计入分母，在库的在 high 中同样计入分子（我方约定）；
有一种构件全部没有体积而可能不利时，下限不知，为 kind_without_quantity。coverage：已知部分占体积之比乘以有体积的构件占比。"""
en = """The volume of components that are items of the library over the volume of all components; windows are counted by number and left out. Those of which it is
not known stay in the denominator and are of the library in high. Of values that contradict each other value takes the least of what is of the library and the greatest of all else, high the other way round. An unknown volume is taken for the largest of its kind: in the denominator where it is
against, in high in both where it is in favour (our convention). Where none of a kind has a volume and it may be against there is no lower bound:
kind_without_quantity. coverage: the share of the volume that is known, times the share of components that have a volume."""
*/
WITH library AS (
       SELECT project FROM library_item
       UNION
       SELECT building.project FROM building CROSS JOIN regional_item),
     held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building),
     part AS (
       SELECT project, building, component_kind, held, volume, coalesce(volume, volume_least) AS least,
              coalesce(volume, volume_most, CASE WHEN component_kind IS NULL THEN max(coalesce(volume, volume_most)) OVER (PARTITION BY project, building)
                                                 ELSE max(coalesce(volume, volume_most)) OVER (PARTITION BY project, building, component_kind) END) AS most
       FROM library_component WHERE NOT counted_only),
     total AS (
       SELECT project, building, count(*) AS components, count(component_kind) AS named, count(held) AS known, sum(least) AS volume,
              share_at_least(held, least, most) AS value, share_at_most(held, least, most) AS high, share_settled(held, volume) AS coverage
       FROM part GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.value, total.high, total.coverage,
              CASE WHEN library.project IS NULL THEN 'no_library'
                   WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN held.elements IS NULL THEN 'no_model'
                   WHEN total.components IS NULL THEN 'no_component'
                   WHEN total.known = 0 AND total.named = 0 THEN 'members_unmapped'
                   WHEN total.known = 0 THEN 'component_unknown'
                   WHEN total.volume IS NULL THEN 'no_quantity'
                   WHEN total.value IS NULL THEN 'kind_without_quantity' END AS gap
       FROM building LEFT JOIN library ON library.project = building.project
                     LEFT JOIN held ON held.project = building.project AND held.building = building.building
                     LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building, CASE WHEN gap IS NULL THEN value END AS value, gap,
       CASE WHEN coalesce(gap, '') NOT IN ('model_without_building', 'no_library') THEN coverage END AS coverage,
       CASE WHEN gap IS NULL THEN high END AS high
FROM judged
