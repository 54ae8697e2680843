/*
title  = { zh = "模数符合率（按尺寸）", en = "Modular conformity by dimension" }
unit   = "%"
grain  = ["project", "building", "dimension"]
inputs = { component_dimension = ["project", "building", "dimension", "component", "component_kind", "conforms"] }
source = { document = "gbt50002_2013", clause = "基本模数、分模数（条号未见）", checked = "unverified" }
rows   = { component_dimension = "NOT coalesce(conforms, FALSE)" }

[notes]
zh = """长、宽、高各自符合模数的构件占受检构件之比（module_rule 规定各种构件的长、宽、高指哪一边）。有或可能有构件的单体才有此值；取数与上下限同 modular_conformity。"""
en = """The share of components whose length, width or height conforms (module_rule says which side of a kind each is). Only buildings that have or may have
components have a figure; what is taken, and the bounds, are those of modular_conformity."""
*/
WITH part AS (
       SELECT project, building, dimension, component_kind, CASE WHEN component THEN conforms END AS conforms FROM component_dimension),
     unplaced AS (SELECT project, count(*) AS components FROM part WHERE building IS NULL GROUP BY project),
     total AS (
       SELECT project, building, dimension, count(*) AS components, count(component_kind) AS named, count(conforms) AS known,
              sum(CASE WHEN conforms THEN 1 ELSE 0 END) AS conforming
       FROM part WHERE building IS NOT NULL GROUP BY project, building, dimension),
     judged AS (
       SELECT total.project, total.building, total.dimension, total.components, total.known, total.conforming,
              CASE WHEN unplaced.components > 0 THEN 'model_without_building'
                   WHEN total.known > 0 THEN NULL
                   WHEN total.named = 0 THEN 'members_unmapped'
                   ELSE 'component_unknown' END AS gap
       FROM total LEFT JOIN unplaced ON unplaced.project = total.project)
SELECT project, building, dimension,
       CASE WHEN gap IS NULL THEN percentage(conforming, components) END AS value,
       gap,
       CASE WHEN coalesce(gap, '') <> 'model_without_building' THEN percentage(known, components) END AS coverage,
       CASE WHEN gap IS NULL THEN percentage(conforming + components - known, components) END AS high
FROM judged
