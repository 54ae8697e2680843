"""Carbon of elements 图元碳排放: one row a material of an element, with its volume, mass, factor and carbon, or why there is none.

Serves the carbon of materials of GB/T 51366-2019 (6.2, C_sc = Σ M·F) and their transport (6.3, C_ys = Σ M·D·T). In words:

* Counted is what ``matter_counted`` of ``mapped_element`` counts, so whole and parts once; openings, spaces, furniture and equipment are
  no building material (``carbon_role``).
* A material has the element's volume times its share (``element_material``). Where the shares are unknown nobody knows how the element
  is divided, unless the project's own mapping says of what it is. A model read before shares were kept has the names in ``element``.
* What a material is, its own words say (``kinds.py``); an element of one material is also told by its name, type and mapping.
* Factor and density: the project's own (``material_factor``), those that a third party verified first (6.2.4), else the first row of
  ``carbon_rule``. No row, no factor: the row says why, and ``nearest`` what comes closest. Nothing is interpolated.
* Mass is volume × density, else the weight that the model writes. Unknown density is unknown mass, never zero.
* Of a volume that contradicts itself, without a weight, volume, mass and carbon are by its least, ``_most`` by its greatest.
* Bars are counted where they are modelled: at least those. Else the project may give a rate (``rebar_rate``); without either they are
  unknown (``rebar`` is ``unknown``; ``possible`` in roles that need not be reinforced), never assumed. Only a rate bounds them above.
* ``mass_bound`` is what the coverage weighs a row with: its mass at most, else its volume as dense as ``unknown_density``, else the
  largest of its role in the building; null where none of the role is measured.
"""

from __future__ import annotations

import polars as pl

from qingzhu.measures.carbon.amounts import KEY, carbon, transport, weighed, written
from qingzhu.measures.carbon.kinds import chosen, named, parts

INPUTS = {
    "mapped_element": [
        "submission", "row", "project", "building", "model", "global_id", "ifc_class", "name", "type_name", "materials", "role",
        "material_key", "grade", "material_source", "grade_source", "matter_counted", "volume", "volume_least", "volume_most", "area",
        "width", "height", "unwritten",
    ],
    "element_material": [*KEY, "place", "material", "category", "kind", "share", "ventilated"],
    "quantity": [*KEY, "quantity", "kind", "value", "known"],
    "property": [*KEY, "set_name", "name", "value", "origin"],
    "material_factor": [
        "project", "row", "material", "material_key", "grade", "factor", "unit", "density", "distance", "verified", "document",
    ],
    "rebar_rate": ["project", "row", "building", "role", "rate"],
}  # fmt: skip
"""Tables and the columns read of them."""

PARAMETERS = {
    "mapping_default": ["place", "ifc_class", "text", "unless", "property", "material_key", "grade"],
    "carbon_factor": ["factor", "name", "value", "basis", "source", "checked"],
    "carbon_rule": ["place", "field", "text", "unless", "role", "material_key", "grade", "gives", "nearest"],
    "carbon_role": ["role", "material", "reinforced", "main"],
    "carbon_quantity": ["dimension", "quantity", "place"],
    "material_density": ["density", "value", "basis"],
    "grade_property": ["place", "name"],
    "transport_rule": ["place", "material_key", "distance", "value"],
    "unknown_density": ["density"],
}
"""Parameter tables and the columns read of them."""

COLUMNS = [
    "submission", "row", "project", "material", "material_key", "mass", "carbon", "factor_name", "why", "nearest", "volume", "grade",
    "role", "building", "model", "global_id", "ifc_class", "place", "kind", "share", "area", "density", "mass_bound", "factor", "value",
    "basis", "source", "checked", "distance", "transport", "rebar", "mass_most", "carbon_most", "transport_most",
]  # fmt: skip
"""The columns of the result, as ``element_carbon.toml`` has them."""


def element_carbon(
    *,
    mapped_element: pl.DataFrame,
    element_material: pl.DataFrame,
    quantity: pl.DataFrame,
    property: pl.DataFrame,
    material_factor: pl.DataFrame,
    rebar_rate: pl.DataFrame,
    mapping_default: pl.DataFrame,
    carbon_factor: pl.DataFrame,
    carbon_rule: pl.DataFrame,
    carbon_role: pl.DataFrame,
    carbon_quantity: pl.DataFrame,
    material_density: pl.DataFrame,
    grade_property: pl.DataFrame,
    transport_rule: pl.DataFrame,
    unknown_density: pl.DataFrame,
) -> pl.DataFrame:
    """One row a material of an element 图元碳排放. m³, m², t/m³, t, kgCO₂e, km; unknown is null. See the module for the rules."""
    elements = _matter(mapped_element, carbon_role)
    elements = written(elements, quantity, carbon_quantity)
    rows = named(parts(elements, element_material), mapping_default, carbon_rule, property, grade_property)
    rows = chosen(rows, carbon_rule, material_factor)
    rows = _with_rebar(rows, rebar_rate)
    rows = weighed(rows, material_density, carbon_factor, unknown_density["density"].max())  # type: ignore[arg-type]
    return transport(carbon(rows), transport_rule).select(COLUMNS)


def _matter(mapped_element: pl.DataFrame, carbon_role: pl.DataFrame) -> pl.DataFrame:
    """Elements that count and are building material; of a role of its own kind only what has a volume or a material."""
    frame = mapped_element.join(carbon_role, on="role", how="left", maintain_order="left")
    something = pl.col("volume").is_not_null() | (pl.col("materials") != "[]") | (pl.col("role") != "other")
    return frame.filter(pl.col("matter_counted") & pl.col("material").fill_null(True) & something.fill_null(True)).drop("material")


def _with_rebar(rows: pl.DataFrame, rebar_rate: pl.DataFrame) -> pl.DataFrame:
    """Rows of bars by the project's rate, one for each row of concrete, where the building has none modelled.

    Concrete of roles that are not always reinforced, and of what nobody mapped, may have bars: ``possible``, unless a rate says how many,
    or the building's bars are modelled: they may be in any concrete of it.
    """
    place = ["project", "building"]
    bars = (pl.col("material_key") == "rebar") & pl.col("share").is_not_null()
    modelled = rows.filter(bars).select(place).unique().with_columns(modelled=pl.lit(True))
    rows = rows.join(modelled, on=place, how="left", nulls_equal=True, maintain_order="left").with_row_index("at")
    concrete = (pl.col("material_key") == "concrete").fill_null(False)
    surely = pl.col("reinforced").fill_null(False)
    rates = rebar_rate.sort("project", "row").rename({"building": "of_building", "role": "of_role", "row": "rate_row"})
    of_building = pl.col("of_building").is_null() | (pl.col("of_building") == pl.col("building"))
    of_role = pl.col("of_role").is_null() | (pl.col("of_role") == pl.col("role"))
    given = rows.filter(concrete & pl.col("modelled").is_null()).select("at", "project", "building", "role").join(rates, on="project")
    given = given.filter(of_building & of_role).sort("at", "rate_row").unique("at", keep="first", maintain_order=True).select("at", "rate")
    rows = rows.join(given, on="at", how="left", maintain_order="left")
    told = (
        pl.when(pl.col("modelled"))
        .then(pl.lit("modelled"))
        .when(pl.col("rate").is_not_null())
        .then(pl.lit("rate"))
        .otherwise(pl.when(surely).then(pl.lit("unknown")).otherwise(pl.lit("possible")))
    )
    rows = rows.with_columns(rebar=pl.when(concrete).then(told))
    unset = ("material", "grade", "nearest", "density_key", "given_density", "given_distance", "weight", "area")
    added = rows.filter(pl.col("rate").is_not_null()).with_columns(
        *[pl.lit(None, rows.schema[name]).alias(name) for name in unset],
        kind=pl.lit("rate"),
        material_key=pl.lit("rebar"),
        factor=pl.lit("rebar"),
        given_factor=pl.lit(None, pl.Float64),
        rebar=pl.lit(None, pl.String),
    )
    return pl.concat([rows.with_columns(rate=pl.lit(None, pl.Float64)), added]).sort("at", maintain_order=True)
