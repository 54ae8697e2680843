/*
title  = { zh = "全装修", en = "Full fit-out" }
unit   = "%"
grain  = ["project", "building"]
inputs = { building = ["project", "building", "full_fit_out"] }
source = { document = "gbt51129_2017", clause = "4.0.1", checked = "two transcriptions" }
notes  = { zh = "100 为全装修，0 为不是；取自单体建筑表的申报。", en = "100 where the building is fitted out in full, 0 where not; as declared for the building." }
*/
SELECT project, building,
       CASE WHEN full_fit_out THEN 100 WHEN NOT full_fit_out THEN 0 END AS value,
       CASE WHEN full_fit_out IS NULL THEN 'full_fit_out_not_declared' END AS gap
FROM building
