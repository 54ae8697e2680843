/*
title  = { zh = "模数符合率（按体积）", en = "Modular conformity by volume" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "counted"], modular_component = ["project", "building", "component_kind", "conforms", "counted_only", "volume", "least", "most"] }
source = { document = "gbt50002_2013", clause = "基本模数、分模数（条号未见）", checked = "unverified" }
rows   = { component_dimension = "NOT coalesce(conforms, FALSE)" }

[notes]
zh = """各受检尺寸都符合模数的构件体积占构件总体积之比；窗只计件数，不计入；有一种构件全部没有体积而可能不利时，下限不知，为 kind_without_quantity。尺寸未知的留在分母，high 中计为符合。体积写了几个彼此不符的值时，value 中符合的取最小者、其余取最大者，high 中相反。体积未知而不利的按同种构件中最大者计入分母，有利的在 high 中同样计入分子（我方约定）。
coverage：已知部分占体积之比乘以有体积的构件占比。"""
en = """The volume of components all of whose dimensions conform over the volume of all components; windows are counted by number and left out. Those of unknown size
stay in the denominator and conform in high. Of values that contradict each other value takes the least of what conforms and the greatest of all else, high the other way round. Where none of a kind has a volume and it may be against there is no lower bound: kind_without_quantity. An unknown volume is taken for the largest of its kind: in the denominator where it is against, in high in both where it is in
favour (our convention). coverage: the share of the volume that is known, times the share of components that have a volume."""
*/
WITH held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building),
     total AS (
       SELECT project, building, count(*) AS components, count(component_kind) AS named, count(conforms) AS known, sum(least) AS volume,
              share_at_least(conforms, least, most) AS value, share_at_most(conforms, least, most) AS high, share_settled(conforms, volume) AS coverage
       FROM modular_component WHERE NOT counted_only GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.value, total.high, total.coverage,
              CASE WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN held.elements IS NULL THEN 'no_model'
                   WHEN total.components IS NULL THEN 'no_component'
                   WHEN total.known = 0 AND total.named = 0 THEN 'members_unmapped'
                   WHEN total.known = 0 THEN 'component_unknown'
                   WHEN total.volume IS NULL THEN 'no_quantity'
                   WHEN total.value IS NULL THEN 'kind_without_quantity' END AS gap
       FROM building LEFT JOIN held ON held.project = building.project AND held.building = building.building
                     LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building, CASE WHEN gap IS NULL THEN value END AS value, gap,
       CASE WHEN coalesce(gap, '') <> 'model_without_building' THEN coverage END AS coverage,
       CASE WHEN gap IS NULL THEN high END AS high
FROM judged
