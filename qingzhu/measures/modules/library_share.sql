/*
title  = { zh = "标准构件应用比例（按件数）", en = "Share of components from the library, by count" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building"], mapped_element = ["project", "building", "counted"], library_item = ["project"], library_component = ["project", "building", "component_kind", "held"] }
parameters = { regional_item = ["component_kind"] }
source = { document = "house_rules", clause = "构件库对照", checked = "convention" }
rows   = { library_component = "NOT coalesce(held, FALSE)" }

[notes]
zh = """属于标准部品构件库（项目所附的与所在地区的）的构件件数占构件总件数之比（library_component）。不知是否在库的、不知是否预制的、未映射而可能是构件的留在分母，high 中计为在库；coverage 为已知者的占比。
依据的行只列不在库和未知的构件。没有构件库的为 no_library。项目中有模型未指明单体而可能含构件时，各单体都没有此值。"""
en = """Components that are items of the library (the project's and its region's) over all components (library_component). Those of which it is not known whether
they are, those of which nobody says whether they are precast, and unmapped elements that could be components stay in the denominator and are of the library in
high; coverage is the share that is known. The rows behind it are the components that are not of the library or not known to be. Without a library it is
no_library. Where a model that names no building may hold components no building of the project has a figure."""
*/
WITH library AS (
       SELECT project FROM library_item
       UNION
       SELECT building.project FROM building CROSS JOIN regional_item),
     held AS (SELECT project, building, count(*) AS elements FROM mapped_element WHERE counted GROUP BY project, building),
     total AS (
       SELECT project, building, count(*) AS components, count(component_kind) AS named, count(held) AS known,
              sum(CASE WHEN held THEN 1 ELSE 0 END) AS standard
       FROM library_component GROUP BY project, building),
     judged AS (
       SELECT building.project, building.building, total.components, total.known, total.standard,
              CASE WHEN library.project IS NULL THEN 'no_library'
                   WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN held.elements IS NULL THEN 'no_model'
                   WHEN total.components IS NULL THEN 'no_component'
                   WHEN total.known > 0 THEN NULL
                   WHEN total.named = 0 THEN 'members_unmapped'
                   ELSE 'component_unknown' END AS gap
       FROM building LEFT JOIN library ON library.project = building.project
                     LEFT JOIN held ON held.project = building.project AND held.building = building.building
                     LEFT JOIN total ON total.project = building.project AND total.building = building.building
                     LEFT JOIN total AS unplaced ON unplaced.project = building.project AND unplaced.building IS NULL)
SELECT project, building,
       CASE WHEN gap IS NULL THEN percentage(standard, components) END AS value,
       gap,
       CASE WHEN coalesce(gap, '') NOT IN ('model_without_building', 'no_library') THEN percentage(known, components) END AS coverage,
       CASE WHEN gap IS NULL THEN percentage(standard + components - known, components) END AS high
FROM judged
