/*
title   = { zh = "规格重复", en = "Repetition of specs" }
grain   = ["project", "building", "component_kind"]
derived = true
columns = { project = "string", building = "string", component_kind = "string", components = "int64", specs = "int64", open = "int64", top = "int64", k = "int64", squares = "int64", largest = "int64", gap = "string", coverage = "float64" }
inputs  = { component_spec = ["project", "building", "component_kind", "role", "known", "components", "place"], mapped_element = ["project", "building", "counted"] }
parameters = { top_rule = ["component_kind", "by", "k"] }
source  = { document = "house_rules", clause = "规格重复", checked = "convention" }

[notes]
zh = """每个单体每种构件一行：有或可能有构件的种类，和有模型的单体在 top_rule 中按件数计的每一种。components 为件数；specs 为已知规格数；open 为规格未知的件数：尺寸或建造方式未知，或未映射而其 IFC 类可能属于此种；
top 为件数最多的 k 个已知规格的件数；squares 为各已知规格件数的平方和；largest 为其中最多者。coverage 为已知者的占比。项目中有模型未指明单体而可能含此种构件时，各单体都没有此值（model_without_building）；
没有此种构件（不预制的不是构件）为 no_component；无一已知者，都未映射为 members_unmapped，否则为 component_unknown。"""
en = """One row for each building and kind of component: the kinds of which it has or may have components, and each that top_rule counts by number where it has a model. components:
how many; specs: known specs; open: components of unknown spec, of which size or construction is not known, or which nobody mapped and whose class could be
of the kind; top: components of the k most repeated known specs; squares: sum of the squared counts of the known specs; largest: the largest count.
coverage: the share that is known. Where a model that names no building may hold such components no building of the project has a figure
(model_without_building); no_component where there is none (what is not precast is no component); where none is known it is members_unmapped if nobody
mapped any of them, else component_unknown."""
*/
WITH rule AS (SELECT component_kind, k FROM top_rule WHERE by = 'count'),
     held AS (SELECT DISTINCT project, building FROM mapped_element WHERE counted AND building IS NOT NULL),
     every AS (
       SELECT project, building, component_kind FROM component_spec WHERE building IS NOT NULL
       UNION
       SELECT held.project, held.building, rule.component_kind FROM held CROSS JOIN rule),
     kind AS (
       SELECT s.project, s.building, s.component_kind, sum(s.components) AS components, count(s.role) AS roles,
              sum(CASE WHEN s.known THEN 1 ELSE 0 END) AS specs,
              sum(CASE WHEN s.known THEN s.components ELSE 0 END) AS settled,
              sum(CASE WHEN s.known THEN 0 ELSE s.components END) AS open,
              sum(CASE WHEN s.known AND s.place <= rule.k THEN s.components ELSE 0 END) AS top,
              sum(CASE WHEN s.known THEN s.components * s.components ELSE 0 END) AS squares,
              max(CASE WHEN s.known THEN s.components ELSE 0 END) AS largest
       FROM component_spec AS s LEFT JOIN rule ON rule.component_kind = s.component_kind
       GROUP BY s.project, s.building, s.component_kind)
SELECT every.project, every.building, every.component_kind, kind.components, kind.specs, kind.open, kind.top, rule.k, kind.squares, kind.largest,
       CASE WHEN unplaced.components > 0 THEN 'model_without_building'
            WHEN kind.components IS NULL THEN 'no_component'
            WHEN kind.settled > 0 THEN NULL
            WHEN kind.roles = 0 THEN 'members_unmapped'
            ELSE 'component_unknown' END AS gap,
       CASE WHEN unplaced.components IS NULL THEN percentage(kind.settled, kind.components) END AS coverage
FROM every LEFT JOIN rule ON rule.component_kind = every.component_kind
           LEFT JOIN kind ON kind.project = every.project AND kind.building = every.building AND kind.component_kind = every.component_kind
           LEFT JOIN kind AS unplaced ON unplaced.project = every.project AND unplaced.building IS NULL AND unplaced.component_kind = every.component_kind
