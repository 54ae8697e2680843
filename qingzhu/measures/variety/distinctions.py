"""What tells specs apart beside their size 规格区分: tolerance and mirroring of a kind, properties of rebar, embedded parts and so on.

The rulebook says it for all (``spec_rule``, ``spec_property``); rows of ``same_spec`` are a project's own: a tolerance or mirroring
in place of the rulebook's, for one kind before those for all kinds, the last row of several; properties beside the rulebook's.
"""

from __future__ import annotations

import polars as pl

KEY = ["project", "model", "global_id"]
PAIR = ["project", "component_kind"]
ORIGINS = {"occurrence": 0, "type": 1}
"""A property of the occurrence hides the one of its type."""

NOT = ["f", "false", ".f.", "0", "no", "n", "否", "无"]
"""How files say that a component is not mirrored: the same as saying nothing."""


def settings(components: pl.DataFrame, same_spec: pl.DataFrame, spec_rule: pl.DataFrame) -> pl.DataFrame:
    """``tolerance`` [m], ``mirrored`` and ``mirror_mark`` for each project and kind of component 各种构件的取值."""
    rows, columns = same_spec.sort("project", "row"), ("tolerance", "mirrored")
    last = [pl.col(column).drop_nulls().last() for column in columns]
    of_kind = rows.filter(pl.col("component_kind").is_not_null()).group_by(PAIR).agg(last)
    of_all = rows.filter(pl.col("component_kind").is_null()).group_by("project").agg(last)
    found = components.select(PAIR).unique().join(of_kind, on=PAIR, how="left").join(of_all, on="project", how="left", suffix="_of_all")
    national = {column: pl.lit(spec_rule[column].first(), dtype=spec_rule[column].dtype) for column in (*columns, "mirror_mark")}
    taken = [pl.coalesce(column, f"{column}_of_all", national[column]).alias(column) for column in columns]
    return found.select(*PAIR, *taken, national["mirror_mark"].alias("mirror_mark"))


def told_apart(components: pl.DataFrame, property: pl.DataFrame, same_spec: pl.DataFrame, spec_property: pl.DataFrame) -> pl.DataFrame:
    """``components`` with ``marks``, the values that tell their spec apart (empty where there are none), and ``marked`` 区分用的属性值.

    ``marked`` is false where a property that is required is missing. ``mirrored`` of the components says whether mirroring counts.
    """
    rules = _rules(same_spec, spec_property)
    found = _found(components, property, rules)
    marks = found.filter("tells").group_by([*KEY, "component_kind"]).agg(marks=pl.col("mark").unique().sort().str.join("; "))
    given = found.filter("required").group_by([*KEY, "component_kind"]).agg(given=pl.col("group").n_unique())
    required = rules.filter("required").rename({"component_kind": "kind", "project": "project_of"})
    wanted = _of_kind(components.select(PAIR).unique().join(required, how="cross"))
    wanted = wanted.group_by(PAIR).agg(wanted=pl.col("group").n_unique())
    on = [*KEY, "component_kind"]
    joined = components.join(marks, on=on, how="left").join(given, on=on, how="left").join(wanted, on=PAIR, how="left")
    marked = pl.col("given").fill_null(0) >= pl.col("wanted").fill_null(0)
    return joined.with_columns(pl.col("marks").fill_null(""), marked=marked).drop("given", "wanted")


def _rules(same_spec: pl.DataFrame, spec_property: pl.DataFrame) -> pl.DataFrame:
    """Every property that tells specs apart: whose rule it is, of which kind (null: all), set, name, and what it means."""
    own = same_spec.filter(pl.col("property").is_not_null()).select(*PAIR, "property", "means", "required")
    rules = pl.concat([own, spec_property], how="diagonal_relaxed").with_columns(
        pl.col("means").fill_null("other"),
        pl.col("required").fill_null(False),
        plain=pl.col("property").str.to_lowercase().str.strip_chars(),
    )
    parted = pl.col("plain").str.splitn(".", 2).struct
    group = pl.when(pl.col("means") == "other").then("plain").otherwise("means")
    return rules.with_columns(rule_set=parted.field("field_0"), rule_name=parted.field("field_1"), group=group).drop("property", "plain")


def _found(components: pl.DataFrame, property: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """The values components have of these properties, each with its mark, and whether it ``tells`` specs apart: mirroring only where it
    counts and is said to be so."""
    values = property.with_columns(
        rule_name=pl.col("name").str.to_lowercase(), set_name=pl.col("set_name").str.to_lowercase(), value=pl.col("value").str.strip_chars()
    ).filter(pl.col("value").fill_null("") != "")
    values = values.join(rules.rename({"project": "project_of", "component_kind": "kind"}), on="rule_name")
    values = values.filter((pl.col("rule_set") == "*") | (pl.col("rule_set") == pl.col("set_name")))
    found = values.join(components.select(*KEY, "component_kind", "mirrored"), on=KEY)
    found = _of_kind(found).with_columns(order=pl.col("origin").replace_strict(ORIGINS, default=2))
    one = [*KEY, "component_kind", "set_name", "rule_name", "group"]
    found = found.sort("order", "group", "value").unique(one, keep="first", maintain_order=True)
    said_not = (pl.col("means") == "mirrored") & pl.col("value").str.to_lowercase().is_in(NOT)
    ignored = (pl.col("means") == "mirrored") & (pl.col("mirrored") == "same")
    return found.with_columns(tells=~said_not & ~ignored, mark=pl.col("group") + "=" + pl.col("value"))


def _of_kind(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows whose rule is of their project, or of all, and of their kind, or of all."""
    of_project = pl.col("project_of").is_null() | (pl.col("project_of") == pl.col("project"))
    return frame.filter(of_project & (pl.col("kind").is_null() | (pl.col("kind") == pl.col("component_kind"))))
