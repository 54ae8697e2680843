/*
title  = { zh = "模数符合率（按件数）", en = "Modular conformity by count" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "counted"], modular_component = ["project", "building", "component_kind", "conforms"] }
source = { document = "gbt50002_2013", clause = "基本模数、分模数（条号未见）", checked = "unverified" }
rows   = { component_dimension = "NOT coalesce(conforms, FALSE)" }

[notes]
zh = """各受检尺寸都符合模数的构件件数占构件总件数之比（component_dimension、module_rule）。尺寸未知的、不知是否预制的、未映射而可能是构件的留在分母，high 中计为符合；coverage 为已知者的占比。
依据的行只列不符合和未知的尺寸。项目中有模型未指明单体而可能含构件时，各单体都没有此值。"""
en = """Components all of whose dimensions conform to their module, over all components (component_dimension, module_rule). Those of unknown size, those of which
nobody says whether they are precast, and unmapped elements that could be components stay in the denominator and conform in high; coverage is the share that is
known. The rows behind it are the dimensions that do not conform or are not known. Where a model that names no building may hold components no building of the
project has a figure."""
*/
WITH held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building),
     total AS (
       SELECT project, building, count(*) AS components, count(component_kind) AS named, count(conforms) AS known,
              sum(CASE WHEN conforms THEN 1 ELSE 0 END) AS conforming
       FROM modular_component GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.components, total.known, total.conforming,
              CASE WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN held.elements IS NULL THEN 'no_model'
                   WHEN total.components IS NULL THEN 'no_component'
                   WHEN total.known > 0 THEN NULL
                   WHEN total.named = 0 THEN 'members_unmapped'
                   ELSE 'component_unknown' END AS gap
       FROM building LEFT JOIN held ON held.project = building.project AND held.building = building.building
                     LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building,
       CASE WHEN gap IS NULL THEN percentage(conforming, components) END AS value,
       gap,
       CASE WHEN coalesce(gap, '') <> 'model_without_building' THEN percentage(known, components) END AS coverage,
       CASE WHEN gap IS NULL THEN percentage(conforming + components - known, components) END AS high
FROM judged
