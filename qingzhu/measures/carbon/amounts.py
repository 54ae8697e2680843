"""How much of a material there is 材料量: volume by share, mass by density or written weight, carbon by factor, transport by distance."""

from __future__ import annotations

import polars as pl

KEY = ["project", "model", "global_id"]

WORDS = {"weight": "mass", "area": "area"}
"""The kind of quantity that each dimension must be written as."""

OWN_BASIS = {"kgCO₂e/t": "t", "kgCO₂e/m³": "m³", "kgCO₂e/m²": "m²"}
"""What a factor that a project gives is multiplied by, by its unit."""


def written(elements: pl.DataFrame, quantity: pl.DataFrame, choice: pl.DataFrame) -> pl.DataFrame:
    """Elements with the ``weight`` [t] that the model writes, and their ``area`` [m²].

    The area is the one their role asks for, else the first that is written, else that of the two sides that a window or door writes.
    """
    of_role = pl.when(pl.col("role").is_not_null()).then(pl.col("area"))
    elements = elements.with_columns(of_role=of_role).drop("area")
    for dimension, kind in WORDS.items():
        wanted = choice.filter(pl.col("dimension") == dimension).select("quantity", "place")
        found = quantity.filter(pl.col("known") & (pl.col("kind") == kind) & (pl.col("value") > 0)).join(wanted, on="quantity", how="inner")
        taken = found.sort("place", "value").unique(KEY, keep="first", maintain_order=True)
        elements = elements.join(taken.select(*KEY, pl.col("value").alias(dimension)), on=KEY, how="left", maintain_order="left")
    unwritten = pl.col("unwritten").fill_null("")
    framed = pl.col("ifc_class").str.contains("^Ifc(Window|Door)") & ~unwritten.str.contains("width|height")
    sides = pl.when(framed).then(pl.col("width") * pl.col("height"))
    return elements.with_columns(area=pl.coalesce("of_role", "area", sides)).drop("of_role")


def weighed(rows: pl.DataFrame, densities: pl.DataFrame, factors: pl.DataFrame, unknown_density: float | None) -> pl.DataFrame:
    """Parts with ``volume``, ``density``, ``mass`` [t], the value of their factor, and ``mass_bound`` [t]. See ``element_carbon``."""
    rows = _least(rows).with_columns(volume=pl.col("whole_volume") * pl.col("share"))
    held = densities.select(density_key="density", held="value", per="basis")
    rows = rows.join(held, on="density_key", how="left", maintain_order="left")
    by_area = (pl.col("per") == "m²").fill_null(False) & pl.col("given_density").is_null()
    rows = rows.with_columns(density=pl.coalesce("given_density", pl.when(~by_area).then("held")))
    by_volume = pl.col("volume") * pl.col("density")
    by_surface = pl.when(by_area & pl.col("alone")).then(pl.col("area") * pl.col("held"))
    by_weight = pl.when("alone").then(pl.col("weight") * pl.col("share"))
    by_rate = pl.col("volume") * pl.col("rate") / 1000
    mass = pl.when(pl.col("kind") == "rate").then(by_rate).otherwise(pl.coalesce(by_surface, by_volume, by_weight))
    mass_most = pl.when(by_surface.is_null() | (pl.col("kind") == "rate")).then(mass * pl.col("times"))
    rows = rows.with_columns(mass=mass, mass_most=mass_most, volume=pl.when(pl.col("kind") != "rate").then("volume"))
    return _bounded(_priced(rows, factors), unknown_density)


def _least(rows: pl.DataFrame) -> pl.DataFrame:
    """``whole_volume``: of one that contradicts itself, where no weight is written, the least; ``times`` how often the most holds it."""
    weighed_alone = (pl.col("alone") & pl.col("weight").is_not_null()).fill_null(False)
    least = pl.when(~weighed_alone).then("volume_least")
    times = pl.when(pl.col("volume").is_null()).then(pl.col("volume_most") / least)
    return rows.with_columns(whole_volume=pl.coalesce("volume", least), times=times).drop("volume")


def _priced(rows: pl.DataFrame, factors: pl.DataFrame) -> pl.DataFrame:
    """The factor of a part: the project's own, else that of the table its key leads to."""
    table = factors.select("factor", table_value="value", table_basis="basis", table_source="source", table_name="name", checked="checked")
    rows = rows.join(table, on="factor", how="left", maintain_order="left")
    nearest = factors.select(nearest="factor", nearest_name="name")
    rows = rows.join(nearest, on="nearest", how="left", maintain_order="left")
    own = pl.col("given_factor").is_not_null()
    own_basis = pl.col("given_unit").replace_strict(OWN_BASIS, default=None, return_dtype=pl.String)
    found = rows.with_columns(
        factor=pl.when(own).then(pl.lit("material_factor")).when(pl.col("table_value").is_not_null()).then("factor"),
        factor_name=pl.when(own).then("given_document").otherwise("table_name"),
        value=pl.coalesce("given_factor", "table_value"),
        basis=pl.when(own).then(own_basis).otherwise("table_basis"),
        source=pl.when(own).then("given_document").otherwise("table_source"),
        checked=pl.when(~own).then("checked"),
    )
    return found.with_columns(nearest=pl.when(pl.col("value").is_null()).then("nearest_name"))


def _bounded(rows: pl.DataFrame, unknown_density: float | None) -> pl.DataFrame:
    """``mass_bound``: the mass, else the volume as dense as what nobody knows, else the largest of its role in the building."""
    share = pl.coalesce("share", 1.0 / pl.col("parts"))
    most = pl.col("whole_volume") * pl.coalesce("times", pl.lit(1.0))
    thick = pl.when(pl.col("kind") != "rate").then(most * share * pl.coalesce("density", pl.lit(unknown_density, pl.Float64)))
    rows = rows.with_columns(mass_bound=pl.coalesce("mass_most", "mass", thick))
    whole = pl.when(pl.col("mass_bound").null_count().over(KEY) == 0).then(pl.col("mass_bound").sum().over(KEY))
    alike = ["project", "building", pl.coalesce("role", "ifc_class")]
    largest = whole.max().over(alike) / pl.col("parts")
    return rows.with_columns(mass_bound=pl.coalesce("mass_bound", pl.when(pl.col("kind") != "rate").then(largest)))


def carbon(rows: pl.DataFrame) -> pl.DataFrame:
    """Parts with ``carbon`` [kgCO₂e], at most ``carbon_most``, or ``why`` there is none 碳排放或原因."""
    by_volume = pl.coalesce("volume", pl.when(pl.col("density") > 0).then(pl.col("mass") / pl.col("density")))
    basis = pl.col("basis")
    amount = pl.when(basis == "t").then("mass").when(basis == "m³").then(by_volume).when((basis == "m²") & pl.col("alone")).then("area")
    nothing = ((pl.col("mass") == 0) | (pl.col("volume") == 0)).fill_null(False)
    rows = rows.with_columns(carbon=pl.when(nothing).then(0.0).otherwise(amount * pl.col("value")))
    known = pl.any_horizontal(pl.col("whole_volume", "weight").is_not_null())
    factorless = (
        pl.when((pl.col("material_key") == "concrete") & pl.col("grade").is_null())
        .then(pl.lit("grade_unknown"))
        .when(~pl.col("mixed") & (pl.col("material_key").is_not_null() | pl.col("nearest").is_not_null()))
        .then(pl.lit("no_factor"))
        .when(pl.col("material").is_null())
        .then(pl.lit("no_material"))
        .otherwise(pl.lit("material_unknown"))
    )
    why = (
        pl.when(pl.col("carbon").is_not_null())
        .then(None)
        .when(pl.col("share").is_null())
        .then(pl.lit("share_unknown"))
        .when(pl.col("value").is_null())
        .then(factorless)
        .when(known & (basis != "m²"))
        .then(pl.lit("density_unknown"))
        .otherwise(pl.lit("no_quantity"))
    )
    times = pl.when(basis == "m³").then("times").when(basis == "t").then(pl.col("mass_most") / pl.col("mass"))
    return rows.with_columns(why=why, carbon_most=pl.col("carbon") * times)


def transport(rows: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Parts with their ``distance`` [km] and the carbon of their ``transport`` [kgCO₂e] 运输碳排放."""
    named = rules.filter(pl.col("material_key").is_not_null()).sort("place").unique("material_key", keep="first")
    other = rules.filter(pl.col("material_key").is_null()).sort("place").head(1)
    of_key = named.select("material_key", of_key="distance", per_key="value")
    rows = rows.join(of_key, on="material_key", how="left", maintain_order="left")
    default = [pl.lit(other[name][0] if other.height else None, pl.Float64) for name in ("distance", "value")]
    distance, per = pl.coalesce("given_distance", "of_key", default[0]), pl.coalesce("per_key", default[1])
    moved = {"transport": pl.col("mass") * distance * per, "transport_most": pl.col("mass_most") * distance * per}
    return rows.with_columns(distance=distance, **moved)
