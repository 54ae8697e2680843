/*
title  = { zh = "标准构件应用比例（按体积）", en = "Share of components from the library, by volume" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "counted"], library_item = ["project"], library_component = ["project", "building", "component_kind", "counted_only", "volume", "held"] }
parameters = { regional_item = ["component_kind"] }
source = { document = "house_rules", clause = "构件库对照", checked = "convention" }
rows   = { library_component = "NOT coalesce(held, FALSE)" }

[notes]
zh = """属于标准部品构件库的构件体积占构件总体积之比；窗只计件数，不计入。不知是否在库的留在分母，high 中计为在库。体积未知而不在库的按同种构件中最大者计入分母，在库的在 high 中同样计入分子（我方约定）；
有一种构件全部没有体积而可能不利时，下限不知，为 kind_without_quantity。coverage：已知部分占体积之比乘以有体积的构件占比。"""
en = """The volume of components that are items of the library over the volume of all components; windows are counted by number and left out. Those of which it is
not known stay in the denominator and are of the library in high. An unknown volume is taken for the largest of its kind: in the denominator where it is
against, in high in both where it is in favour (our convention). Where none of a kind has a volume and it may be against there is no lower bound:
kind_without_quantity. coverage: the share of the volume that is known, times the share of components that have a volume."""
*/
WITH library AS (
       SELECT project FROM library_item
       UNION
       SELECT building.project FROM building CROSS JOIN regional_item),
     held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building),
     part AS (
       SELECT project, building, component_kind, held, volume,
              CASE WHEN volume IS NOT NULL THEN NULL
                   WHEN component_kind IS NULL THEN max(volume) OVER (PARTITION BY project, building)
                   ELSE max(volume) OVER (PARTITION BY project, building, component_kind) END AS bound
       FROM library_component WHERE NOT counted_only),
     total AS (
       SELECT project, building, count(*) AS components, count(component_kind) AS named, count(held) AS known, count(volume) AS measured,
              sum(volume) AS volume, sum(CASE WHEN held THEN volume ELSE 0 END) AS standard,
              sum(CASE WHEN held IS NULL THEN volume ELSE 0 END) AS open,
              sum(CASE WHEN volume IS NULL AND NOT coalesce(held, FALSE) THEN bound ELSE 0 END) AS against,
              sum(CASE WHEN volume IS NULL AND coalesce(held, TRUE) THEN bound ELSE 0 END) AS favouring,
              sum(CASE WHEN coalesce(volume, bound) IS NULL AND NOT coalesce(held, FALSE) THEN 1 ELSE 0 END) AS boundless_against,
              sum(CASE WHEN coalesce(volume, bound) IS NULL AND coalesce(held, TRUE) THEN 1 ELSE 0 END) AS boundless_for
       FROM part GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.components, total.measured, total.volume, total.standard, total.open, total.against,
              total.favouring, total.boundless_for,
              CASE WHEN library.project IS NULL THEN 'no_library'
                   WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN held.elements IS NULL THEN 'no_model'
                   WHEN total.components IS NULL THEN 'no_component'
                   WHEN total.known = 0 AND total.named = 0 THEN 'members_unmapped'
                   WHEN total.known = 0 THEN 'component_unknown'
                   WHEN total.volume IS NULL THEN 'no_quantity'
                   WHEN total.boundless_against > 0 THEN 'kind_without_quantity' END AS gap
       FROM building LEFT JOIN library ON library.project = building.project
                     LEFT JOIN held ON held.project = building.project AND held.building = building.building
                     LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building,
       CASE WHEN gap IS NULL THEN percentage(standard, volume + against) END AS value,
       gap,
       CASE WHEN coalesce(gap, '') NOT IN ('model_without_building', 'no_library')
            THEN percentage(volume - open, volume) * measured / nullif(components, 0) END AS coverage,
       CASE WHEN gap IS NOT NULL THEN NULL WHEN boundless_for > 0 THEN 100 ELSE percentage(standard + open + favouring, volume + favouring) END AS high
FROM judged
