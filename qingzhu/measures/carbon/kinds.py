"""What a material of an element is 材料识别: its parts and shares, its key and grade, and which factor and density that leads to.

The material's own words speak; an element of one material is also told by its name, its type and the project's mapping. Rules are
looked at on distinct values, so that each name is read once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from qingzhu.measures.carbon.amounts import KEY
from qingzhu.measures.prefabrication.selectors import Selectors, first_value
from qingzhu.terms.selectors import ORIGINS, insensitive

NO_PROPERTY = pl.DataFrame(schema=dict.fromkeys([*KEY, "set_name", "name", "value", "origin"], pl.String))
TEXTS = ("project", "model", "ifc_class", "predefined_type", "name", "long_name", "type_name", "object_type", "storey", "materials")

GRADE = r"(?:^| )(C[0-9]{2,3}(?:/[0-9]{2,3})?)(?:[^0-9/]|$)"
"""A strength grade of concrete in the value of a property, the words of which stand two blanks apart: C30, C30/37, C30P6."""

TWO_GRADES = (
    r"(?i)C[0-9]{2,3} ?/ ?C[0-9]{2,3}"
    r"|(≥|>=?|不低于|不小于|at least|min\.?) *C[0-9]{2}|C[0-9]{2,3} *(及|或)?(以上|更高|or (more|higher|better))"
)
"""Two grades by a stroke, C35/C30 (the European C30/37 is one), or a grade and those above it."""

PART = ["place", "material", "category", "kind", "share", "ventilated"]


def parts(elements: pl.DataFrame, element_material: pl.DataFrame) -> pl.DataFrame:
    """Elements by their materials 图元材料份额; ``alone`` where there is one. An element without any is one part without a name."""
    held = elements.join(element_material, on=KEY, how="inner", maintain_order="left_right")
    rest = elements.join(element_material.select(KEY).unique(), on=KEY, how="anti", maintain_order="left")
    names = rest["materials"].str.json_decode(pl.List(pl.String))
    rest = rest.with_columns(material=pl.when(names.list.len() > 0).then(names).otherwise(pl.lit([None], pl.List(pl.String))))
    many = pl.col("material").list.len() > 1
    rest = rest.with_columns(
        kind=pl.when(many).then(pl.lit("list")).otherwise(pl.lit("single")),
        share=pl.when(~many).then(1.0),
        place=pl.int_ranges(1, pl.col("material").list.len() + 1),
        category=pl.lit(None, pl.String),
        ventilated=pl.lit(None, pl.Boolean),
    ).explode("material", "place")
    rows = pl.concat([held, rest.select(held.columns)])
    open_ones = pl.col("share").is_null().any().over(KEY) & (pl.col("material_source") == "mapping").fill_null(False)
    rows = rows.filter(~open_ones | (pl.col("place") == 1)).with_columns(told=open_ones)
    rows = rows.with_columns(
        material=pl.when("told").then(None).otherwise("material"),
        category=pl.when("told").then(None).otherwise("category"),
        kind=pl.when("told").then(pl.lit("mapping")).otherwise("kind"),
        share=pl.when("told").then(1.0).otherwise("share"),
    )
    return rows.with_columns(parts=pl.len().over(KEY), alone=pl.len().over(KEY) == 1).drop("told")


def named(
    rows: pl.DataFrame, mapping_default: pl.DataFrame, rules: pl.DataFrame, property: pl.DataFrame, grade_property: pl.DataFrame
) -> pl.DataFrame:
    """Parts with ``material_key`` and ``grade`` 材料键与等级: the mapping's, else their own words', else a sole material's element's.

    ``mixed`` is a part whose words name several matters: its key is null, and ``matter`` the first of them. An element of which no
    material is written is only told by its class and the project's mapping: its name may speak of what lies on it.
    """
    rows = rows.with_columns(
        label=pl.concat_str("material", "category", separator=" ", ignore_nulls=True),
        title=pl.concat_str("name", "type_name", separator=" ", ignore_nulls=True),
    )
    rows = _by_label(rows, mapping_default, rules)
    rows = _by_title(rows, rules)
    rows = rows.join(_grades(property, grade_property), on=KEY, how="left", maintain_order="left")
    told = pl.when((pl.col("material_source") == "mapping") & pl.col("alone")).then(pl.col("material_key"))
    air = pl.when(pl.col("ventilated").fill_null(False)).then(pl.lit("air"))
    mixed = air.is_null() & told.is_null() & pl.when("own_mixed").then(True).otherwise(pl.col("own_key").is_null() & pl.col("name_mixed"))
    key = pl.when(~mixed).then(pl.coalesce(air, told, "own_key", "name_key"))
    matter = pl.when(mixed).then(pl.coalesce("own_matter", "name_matter"))
    same = (key == pl.col("material_key")).fill_null(False)
    mapped = pl.when((pl.col("grade_source") == "mapping") & same).then(pl.col("grade"))
    rows = rows.with_columns(mixed=mixed, matter=matter, mapped=mapped, same=same, material_key=key)
    concrete = (pl.col("material_key") == "concrete").fill_null(False)
    one_concrete = pl.when(concrete).then(pl.col("label").fill_null("")).n_unique().over(KEY) - (~concrete).any().over(KEY) == 1
    silent = pl.col("own_grade").is_null().all().over(KEY)
    written = pl.when(silent & concrete & one_concrete).then(pl.col("written_grade"))
    unsaid = pl.col("written_grades").fill_null(0) == 0
    of_text = pl.when(silent & pl.col("same") & (~concrete | (pl.col("of_grade") & one_concrete & unsaid))).then(pl.col("grade"))
    return rows.with_columns(grade=pl.coalesce("mapped", "own_grade", written, of_text))


def _by_label(rows: pl.DataFrame, mapping_default: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """What the material's own words say: ``own_key``, ``own_grade``, ``own_mixed`` and ``own_matter``."""
    columns = ["ifc_class", "label"]
    distinct = rows.select(columns).unique(maintain_order=True)
    selectors = _selectors(distinct.with_columns(materials="label"), mapping_default)
    defaults = mapping_default.sort("place").to_dicts()
    keys = first_value(selectors, defaults, "material_key")["material_key"]
    of_class = [row for row in defaults if row["ifc_class"] and not row["text"]]  # a bar of "Steel" is a bar
    classes = first_value(selectors, of_class, "material_key")["material_key"]
    said = distinct.with_columns(
        by_class=pl.Series(classes, dtype=pl.String),
        by_default=pl.Series(keys, dtype=pl.String),
        own_grade=pl.Series(_sole_grades(distinct["label"], selectors, defaults), dtype=pl.String),
    )
    matter = _matters(distinct["label"], rules)
    said = said.with_columns(own_matter=matter["matter"], own_mixed=matter["mixed"])
    own = pl.when(~pl.col("own_mixed")).then(pl.coalesce("by_class", "own_matter", "by_default"))
    said = said.with_columns(own_key=own).drop("by_class", "by_default")
    return rows.join(said, on=columns, how="left", nulls_equal=True, maintain_order="left")


def _sole_grades(labels: pl.Series, selectors: Selectors, defaults: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """The grade that each text says; of two grades in one text nobody knows which it is."""
    said: list[set[str]] = [set() for _ in range(selectors.height)]
    for rule in defaults:
        if rule["grade"] is not None:
            for at in np.flatnonzero(selectors.matches(rule)):
                said[at].add(rule["grade"])
    twice = labels.str.contains(TWO_GRADES).fill_null(False)
    return [next(iter(grades)) if len(grades) == 1 and not two else None for grades, two in zip(said, twice, strict=True)]


def _by_title(rows: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """What name and type of an element of one written material say: ``name_key``, ``name_mixed``, ``name_matter``, and ``of_grade``."""
    distinct = rows.select("title").unique(maintain_order=True)
    matter = _matters(distinct["title"], rules)
    word = rules.filter(pl.col("field") == "grade_word")["text"].first()
    of_grade = distinct["title"].str.contains(insensitive(word)) if isinstance(word, str) else pl.Series([False] * distinct.height)
    said = distinct.with_columns(said_matter=matter["matter"], said_mixed=matter["mixed"], of_grade=of_grade.fill_null(False))
    rows = rows.join(said, on="title", how="left", nulls_equal=True, maintain_order="left")
    lining = rules.filter(pl.col("field") == "lining")["gives"].to_list()
    speaks = pl.col("alone") & pl.col("label").is_not_null()
    believed = speaks & ~(pl.col("said_matter").is_in(lining).fill_null(False) & pl.coalesce("main", pl.col("role").is_null()))
    return rows.with_columns(
        name_key=pl.when(believed & ~pl.col("said_mixed")).then(pl.coalesce("said_matter", "material_key")),
        name_mixed=speaks & pl.col("said_mixed"),
        name_matter=pl.when(speaks).then("said_matter"),
    ).drop("said_matter", "said_mixed")


def _matters(words: pl.Series, rules: pl.DataFrame) -> pl.DataFrame:
    """The first ``matter`` that each text names, and whether it is ``mixed``: names several, or one that is none by itself.

    Each rule looks at what those before it left of the text, so that a compound takes its words with it.
    """
    whole = words.fill_null("")
    frame = pl.DataFrame({"rest": whole, "whole": whole}).with_columns(matter=pl.lit(None, pl.String), mixed=pl.lit(False))
    for rule in rules.filter(pl.col("field").is_in(["aside", "material_key"])).sort("place").iter_rows(named=True):
        hit = pl.col("rest").str.contains(insensitive(rule["text"]))
        if rule["unless"]:
            hit &= ~pl.col("whole").str.contains(insensitive(rule["unless"]))
        rest = pl.when(hit).then(pl.col("rest").str.replace_all(insensitive(rule["text"]), " ")).otherwise("rest")
        if rule["field"] == "aside":
            frame = frame.with_columns(rest=rest)
            continue
        key = pl.lit(None if rule["gives"] == "unknown" else rule["gives"], pl.String)
        other = (pl.col("matter") != key).fill_null(False) | (rule["gives"] == "unknown")
        frame = frame.with_columns(rest=rest, mixed=pl.col("mixed") | (hit & other), matter=pl.coalesce("matter", pl.when(hit).then(key)))
    return frame.select("matter", "mixed")


def _grades(property: pl.DataFrame, grade_property: pl.DataFrame) -> pl.DataFrame:
    """How many grades of concrete the properties of an element say, and the grade where they say one.

    A property of the occurrence hides the one of its type of the same set and name, and that the material's. Two grades in one value
    or in two properties are none: nobody knows which of them it is.
    """
    found = property.join(grade_property, on="name", how="semi")
    rank = pl.col("origin").replace_strict(ORIGINS, default=9)
    found = found.filter(rank == rank.min().over([*KEY, "set_name", "name"]))
    spaced = pl.col("value").str.to_uppercase().str.replace_all("/C", "  C").str.replace_all("[^A-Z0-9/]+", "  ")
    grades = spaced.str.extract_all(GRADE).list.eval(pl.element().str.extract(GRADE))
    several = pl.col("value").str.contains(TWO_GRADES)
    said = found.select(*KEY, written_grade=grades, several=several).explode("written_grade").drop_nulls("written_grade")
    counted = said.group_by(KEY).agg(
        pl.col("written_grade").first(), written_grades=pl.col("written_grade").n_unique() + pl.col("several").any()
    )
    return counted.with_columns(written_grade=pl.when(pl.col("written_grades") == 1).then("written_grade"))


def chosen(rows: pl.DataFrame, rules: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Parts with the key of their factor and density 因子选取, the nearest where there is none, and what the project itself gives."""
    rows = rows.with_columns(
        told_name=pl.when("alone").then("name"), told_type=pl.when("alone").then("type_name"), key=pl.col("material_key"),
        silent=pl.col("own_key").is_null(), named=pl.col("material_key").is_not_null() | pl.col("mixed"),
    )  # fmt: skip
    columns = ["project", "ifc_class", "label", "told_name", "told_type", "role", "key", "grade", "silent", "named", "matter"]
    distinct = rows.select(columns).unique(maintain_order=True)
    named = distinct.with_columns(materials="label", name="told_name", type_name="told_type")
    selectors = (_selectors(named, None), _selectors(distinct.with_columns(materials="label"), None))
    of_table = {field: _named_rules(rules, field) for field in ("factor", "density")}
    factor = _first(selectors, distinct, of_table["factor"], ("gives", "nearest"))
    density = _first(selectors, distinct, of_table["density"], ("gives",))
    # of a name of several matters: what its first matter alone would have, to be shown
    close = _first(selectors, distinct.with_columns(key="matter"), of_table["factor"], ("gives", "nearest"))
    nearest = [one or other or last for one, other, last in zip(factor["nearest"], close["gives"], close["nearest"], strict=True)]
    mixed = distinct["matter"].is_not_null().to_list()
    factor["nearest"] = [one if is_mixed else old for one, is_mixed, old in zip(nearest, mixed, factor["nearest"], strict=True)]
    own = _own(given)
    local = {name: _first(selectors, distinct, [row for row in own if row[name] is not None], (name, "unit", "document")) for name in OWN}
    said = distinct.with_columns(
        pl.Series("factor", factor["gives"], pl.String),
        pl.Series("nearest", factor["nearest"], pl.String),
        pl.Series("density_key", density["gives"], pl.String),
        *[pl.Series(f"given_{name}", local[name][name], pl.Float64) for name in OWN],
        pl.Series("given_unit", local["factor"]["unit"], pl.String),
        pl.Series("given_document", local["factor"]["document"], pl.String),
    )
    return rows.join(said, on=columns, how="left", nulls_equal=True, maintain_order="left")


def _named_rules(rules: pl.DataFrame, field: str) -> list[dict[str, Any]]:
    """The rules of one field; a rule that names neither key nor role is for matter whose key nobody knows."""
    neither = pl.col("material_key").is_null() & pl.col("role").is_null()
    return rules.filter(pl.col("field") == field).sort("place").with_columns(keyless=neither).to_dicts()


OWN = ("factor", "density", "distance")
"""What a project may give of a material."""


def _own(given: pl.DataFrame) -> list[dict[str, Any]]:
    """The project's own rows, verified ones first, as rules: words of the material as they stand, its numbers as whole ones."""
    ordered = given.with_columns(pl.col("verified").fill_null(False)).sort("project", "verified", "row", descending=[False, True, False])
    said = pl.col("material").str.strip_chars()
    before = pl.when(said.str.contains("^[0-9]")).then(pl.lit("(?:^|[^0-9.])")).otherwise(pl.lit(""))
    behind = pl.when(said.str.contains("[0-9]$")).then(pl.lit("(?:$|[^0-9/.]|[/.](?:[^0-9]|$))")).otherwise(pl.lit(""))
    text = pl.when(said.is_not_null()).then(before + said.map_elements(pl.escape_regex, pl.String) + behind)
    return ordered.with_columns(text=text).drop("material").to_dicts()


def _first(
    selectors: tuple[Selectors, Selectors], frame: pl.DataFrame, rules: Sequence[Mapping[str, Any]], fields: Sequence[str]
) -> dict[str, list[Any]]:
    """For each part what the first matching rule gives; a rule matches by project, text, role, material key and grade.

    The texts of the first selectors hold the element's name too. It is believed where the rule knows what it speaks of, by material
    key or role, and where the material's own words say nothing: concrete in a wall called insulation stays concrete.
    """
    of_element, of_material = selectors
    silent = frame["silent"].to_numpy()
    found: dict[str, Any] = {field: np.full(frame.height, None, dtype=object) for field in fields}
    free = np.ones(frame.height, dtype=np.bool_)
    equal = {"role": frame["role"], "material_key": frame["key"], "grade": frame["grade"]}
    for rule in rules:
        asked = {name: rule.get(name) for name in ("project", "text", "unless")}
        hit = of_element.matches(asked) & free
        if rule.get("keyless"):
            hit &= ~frame["named"].to_numpy()
        if rule.get("text") and not (rule.get("material_key") or rule.get("role")):
            hit &= silent | of_material.matches(asked)
        for name, column in equal.items():
            if rule.get(name):
                hit &= (column == rule[name]).fill_null(False).to_numpy()
        for field, values in found.items():
            values[hit] = rule[field]
        free &= ~hit
    return {field: values.tolist() for field, values in found.items()}


def _selectors(frame: pl.DataFrame, rules: pl.DataFrame | None) -> Selectors:
    """Texts to be matched: columns that are not given are null."""
    unset = [pl.lit(None, pl.String).alias(name) for name in TEXTS if name not in frame.columns]
    asked = pl.DataFrame(schema={"property": pl.String}) if rules is None else rules.select("property").clear()
    frame = frame.with_columns(*unset, pl.lit("[]").alias("classification"), pl.lit("").alias("global_id"))
    return Selectors(frame, NO_PROPERTY, asked)
