/*
title   = { zh = "构件的模数符合情况", en = "Modular conformity of each component" }
grain   = ["project", "building"]
derived = true
columns = { project = "string", building = "string", component_kind = "string", conforms = "bool", counted_only = "bool", volume = "float64", least = "float64", most = "float64" }
inputs  = { component_dimension = ["submission", "row", "project", "building", "component", "component_kind", "volume", "volume_least", "volume_most", "conforms"] }
parameters = { role = ["component_kind", "dimension"] }
source  = { document = "gbt50002_2013", clause = "基本模数、分模数（条号未见）", checked = "unverified" }

[notes]
zh = """每个构件一行。conforms：各受检尺寸都符合为真；已知是构件而有一个尺寸不符合即为假；否则未知，为空（未映射的、不知是否预制的也是：可能不是构件）。counted_only：这种构件（窗）只计件数，没有体积。least、most：体积的下限与上限，已知者两者都是体积；写了几个彼此不符的值者，取其中最小与最大者；没有体积的 least 为空，most 取本单体同种构件中最大者，未映射的取各种中最大者（我方约定）。"""
en = """One row for each component. conforms: true where each of its dimensions conforms, false where it is known to be a component and one dimension does not, else
null (as for elements nobody mapped, or of which nobody says whether they are precast: they may be no components). counted_only: components of its kind (windows) are counted and have no volume. least and most bound the volume: both are it where it is
known; of values that contradict each other they are the least and the greatest written; without a volume least is null, and most the largest of its kind in the building and, for one nobody mapped, of
all kinds (our convention)."""
*/
WITH number AS (SELECT DISTINCT component_kind FROM role WHERE dimension = 'count'),
     whole AS (
       SELECT project, building, component_kind, volume, coalesce(volume, volume_least) AS least, coalesce(volume, volume_most) AS most,
              CASE WHEN coalesce(component, FALSE) AND bool_or(NOT conforms) THEN FALSE
                   WHEN coalesce(component, FALSE) AND count(conforms) = count(*) THEN TRUE END AS conforms
       FROM component_dimension GROUP BY submission, "row", project, building, component, component_kind, volume, volume_least, volume_most)
SELECT whole.project, whole.building, whole.component_kind, whole.conforms, number.component_kind IS NOT NULL AS counted_only, whole.volume, whole.least,
       coalesce(whole.most, CASE WHEN whole.component_kind IS NULL THEN max(whole.most) OVER (PARTITION BY whole.project, whole.building)
                                 ELSE max(whole.most) OVER (PARTITION BY whole.project, whole.building, whole.component_kind) END) AS most
FROM whole LEFT JOIN number ON number.component_kind = whole.component_kind
