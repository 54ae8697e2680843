/*
title  = { zh = "彼此矛盾的工程量", en = "Quantities that contradict each other" }
unit   = "1"
grain  = ["project", "model"]
inputs = { quantity = ["project", "model", "global_id", "quantity", "kind", "value", "known", "source", "agrees"] }
parameters = { quantity_fault = ["kind", "at_least", "at_most"], quantity_pair = ["net", "gross", "at_most"] }
rows   = { quantity = "source = 'authored' AND known AND agrees = FALSE" }
doubt  = { above = 0 }
source = { document = "house_rules", clause = "几何工程量", checked = "convention" }

[notes]
zh = """模型中有多少个写明的工程量与其他来源矛盾（同一图元的同名工程量只计一次）：与几何值相差超出 quantities.toml 的允许范围；净量大于毛量（quantity_pair）；或毛体积是净体积的 1000 倍等已知导出错误（quantity_fault）。
没有计算几何时，只有后两项可查。已知错误的数在有几何或毛量可比时不采用，其余照旧采用，请核对。"""
en = """How many authored quantities of the model are contradicted (one name of an element counts once): geometry differs by more than quantities.toml
allows; a net quantity exceeds its gross (quantity_pair); or a gross volume is a known fault's multiple of its net (quantity_fault, 1000 times
and the like). Without geometry only the last two can be seen. What is a known fault is not taken where geometry or the gross quantity shows it; the rest is taken: look at it."""
*/
WITH model AS (SELECT DISTINCT project, model FROM quantity),
     authored AS (
       SELECT project, model, global_id, quantity, kind, min(value) AS value, sum(CASE WHEN agrees = FALSE THEN 1 ELSE 0 END) AS against
       FROM quantity WHERE source = 'authored' AND known AND value > 0
       GROUP BY project, model, global_id, quantity, kind),
     pair AS (
       SELECT small.project, small.model, small.global_id, small.kind, small.quantity AS net_name, large.quantity AS gross_name,
              small.value AS net_value, large.value AS gross_value, quantity_pair.at_most
       FROM authored AS small
       JOIN quantity_pair ON quantity_pair.net = small.quantity
       JOIN authored AS large ON large.project = small.project AND large.model = small.model AND large.global_id = small.global_id
                             AND large.kind = small.kind AND large.quantity = quantity_pair.gross),
     wrong AS (
       SELECT project, model, global_id, quantity FROM authored WHERE against > 0
       UNION
       SELECT project, model, global_id, net_name FROM pair WHERE net_value > gross_value * at_most
       UNION
       SELECT pair.project, pair.model, pair.global_id, pair.gross_name
       FROM pair JOIN quantity_fault ON quantity_fault.kind = pair.kind
       WHERE pair.kind = 'volume' AND pair.gross_value >= pair.net_value * quantity_fault.at_least
                                  AND pair.gross_value <= pair.net_value * quantity_fault.at_most),
     counted AS (SELECT project, model, count(*) AS found FROM wrong GROUP BY project, model)
SELECT model.project, model.model, coalesce(counted.found, 0) AS value, NULL AS gap
FROM model LEFT JOIN counted ON counted.project = model.project AND counted.model = model.model
