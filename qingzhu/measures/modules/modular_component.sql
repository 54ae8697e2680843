/*
title   = { zh = "构件的模数符合情况", en = "Modular conformity of each component" }
grain   = ["project", "building"]
derived = true
columns = { project = "string", building = "string", component_kind = "string", conforms = "bool", counted_only = "bool", volume = "float64", bound = "float64" }
inputs  = { component_dimension = ["submission", "row", "project", "building", "component", "component_kind", "volume", "conforms"] }
parameters = { role = ["component_kind", "dimension"] }
source  = { document = "gbt50002_2013", clause = "基本模数、分模数（条号未见）", checked = "unverified" }

[notes]
zh = """每个构件一行。conforms：各受检尺寸都符合为真；已知是构件而有一个尺寸不符合即为假；否则未知，为空（未映射的、不知是否预制的也是：可能不是构件）。counted_only：这种构件（窗）只计件数，没有体积。bound：体积未知时的界，取本单体同种构件中最大者，未映射的取各种中最大者（我方约定）。"""
en = """One row for each component. conforms: true where each of its dimensions conforms, false where it is known to be a component and one dimension does not, else
null (as for elements nobody mapped, or of which nobody says whether they are precast: they may be no components). counted_only: components of its kind (windows) are counted and have no volume. bound: what an unknown volume is taken for,
the largest of its kind in the building and, for one nobody mapped, of all kinds (our convention)."""
*/
WITH number AS (SELECT DISTINCT component_kind FROM role WHERE dimension = 'count'),
     whole AS (
       SELECT project, building, component_kind, volume,
              CASE WHEN coalesce(component, FALSE) AND bool_or(NOT conforms) THEN FALSE
                   WHEN coalesce(component, FALSE) AND count(conforms) = count(*) THEN TRUE END AS conforms
       FROM component_dimension GROUP BY submission, "row", project, building, component, component_kind, volume)
SELECT whole.project, whole.building, whole.component_kind, whole.conforms, number.component_kind IS NOT NULL AS counted_only, whole.volume,
       CASE WHEN whole.volume IS NOT NULL THEN NULL
            WHEN whole.component_kind IS NULL THEN max(whole.volume) OVER (PARTITION BY whole.project, whole.building)
            ELSE max(whole.volume) OVER (PARTITION BY whole.project, whole.building, whole.component_kind) END AS bound
FROM whole LEFT JOIN number ON number.component_kind = whole.component_kind
