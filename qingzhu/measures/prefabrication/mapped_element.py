"""Mapped elements 已映射图元: one row an element, with what it is, how it is made, how much of it there is, and whether it counts.

Serves the ratios of GB/T 51129, the count of specs and the completeness of models. Two things are decided here and nowhere
else: what a mapping says of an element (docs/spec/mapping.md), and which of its written quantities are taken.

* One GlobalId counted from several models of a building is one element: that which speaks least for the project counts, and an amount
  they do not agree on lies between the least and the greatest of them (``_once``).
* A project's own mapping speaks first: its first row that matches an element gives all that row says. What is then still
  open is filled field by field from the defaults. A part that nobody maps is what its assembly is.
* An assembly and its parts are the same matter: ``assemblies.py`` settles which of them counts.
* Volume is NetVolume, else what geometry says, else GrossVolume (``quantity_choice``; ``NetVolume (geometry)`` names its source);
  nothing, zero or less is unknown, which is null. A number many times (``quantity_rule``) what the element's own sides allow is a slip
  of the unit: it is passed over, and counted in ``impossible``, as is one that is written twice with values that do not agree (but the
  one geometry confirms stands; else it lies between ``_least`` and ``_most`` of what is written), and one that geometry shows to be a
  known fault of exporters (``quantity_fault``: 1000 ×, 2 ×). Of a
  net and a gross that are a slip apart neither is taken, unless geometry or the written sides tell; a net area twice its gross is not.
  Sides allow length × width × height, or thickness × perimeter²/4π; real exports write litres and mm³ as m³.
* Where a side is not written and geometry knows all three, all three are geometry's (``size_from`` is ``geometry``).
* Of a flat element whose width and height are the same number the thickness is written twice, and its width unknown.
* One side that is not written is that of a box of the same volume. Where only the length is written, the section has the area the
  volume leaves, but its shape is unknown (``size_from`` is ``section``). With less than that the sides are unknown.
"""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from qingzhu.measures.prefabrication.assemblies import settled
from qingzhu.measures.prefabrication.selectors import Selectors, first_row, first_value
from qingzhu.measures.prefabrication.storey_level import OF, placed

FIELDS = ("role", "construction", "material_key", "grade", "system")
SIDES = ("length", "width", "height")
KEY = ["project", "model", "global_id"]

UNKNOWN = "unknown"
"""What a default says where property and words contradict each other: nothing, and no later row either."""

RULE_COLUMNS = [
    "place", "ifc_class", "name", "type_name", "material", "text", "layer", "property", "classification", "storey", "model", *FIELDS,
]  # fmt: skip

INPUTS = {
    "element": [
        "submission", "row", *KEY, "ifc_class", "predefined_type", "name", "long_name", "type_name", "object_type",
        "storey", "storey_elevation", "assembly", "materials", "classification",
    ],
    "property": [*KEY, "set_name", "name", "value", "origin"],
    "element_material": [*KEY, "material", "category", "kind", "thickness"],
    "quantity": [*KEY, "set_name", "quantity", "kind", "value", "known", "source"],
    "mapping": ["project", *RULE_COLUMNS],
    "model_file": ["project", "model", "building", "counts"],
    "building": ["project", "building"],
    "storey": ["project", "building", "storey", "elevation"],
}  # fmt: skip
"""Evidence tables and the columns read of them."""

PARAMETERS = {
    "role": ["role", "gbt51129", "component_kind", "area", "area_sides", "needs_construction", "spec"],
    "construction": ["construction", "counts_in_volume", "counts_in_area", "masonry", "concrete"],
    "mapping_default": ["place", "ifc_class", "text", "unless", "property", *FIELDS, "external"],
    "quantity_choice": ["dimension", "quantity", "place"],
    "quantity_rule": ["slip", "agrees"],
    "quantity_fault": ["kind", "at_least", "at_most"],
    "possible_role": ["ifc_class", "area"],
    "ground_rule": ["least_height"],
}
"""Parameter tables and the columns read of them."""

KINDS = {
    "length": "length", "width": "length", "height": "length", "perimeter": "length", "volume": "volume", "plan": "area", "face": "area",
}  # fmt: skip
"""The kind of quantity each dimension must be written as."""

DIMENSIONS = ("length", "width", "height", "perimeter", "volume", "plan", "face")
"""The order in which dimensions are taken: sides first, as they bound the others."""

SPANS = ("length", "volume", "plan", "face")
"""Dimensions that are an amount in a figure: where one contradicts itself, the figure runs from the least to the greatest written."""

_ROUND = pl.col("perimeter").pow(2) / (4 * math.pi)
LARGEST = {
    "volume": pl.coalesce(pl.col("length") * pl.col("width") * pl.col("height"), _ROUND * pl.col("width")),
    "plan": _ROUND,
    "face": pl.col("length") * pl.col("height"),
}
"""The largest a dimension can be: the box of its sides; of all plates with one perimeter the round one is largest. [m³, m²]"""


def mapped_element(
    *,
    element: pl.DataFrame,
    property: pl.DataFrame,
    element_material: pl.DataFrame,
    quantity: pl.DataFrame,
    mapping: pl.DataFrame,
    model_file: pl.DataFrame,
    building: pl.DataFrame,
    storey: pl.DataFrame,
    role: pl.DataFrame,
    construction: pl.DataFrame,
    mapping_default: pl.DataFrame,
    quantity_choice: pl.DataFrame,
    quantity_rule: pl.DataFrame,
    quantity_fault: pl.DataFrame,
    possible_role: pl.DataFrame,
    ground_rule: pl.DataFrame,
) -> pl.DataFrame:
    """One row an element 已映射图元. Lengths in m, areas in m², volumes in m³; unknown is null. See the module for the rules."""
    frame = _mapped(element, property, element_material, mapping, mapping_default)
    agrees = float(quantity_rule["agrees"].max() or 0.0)  # type: ignore[arg-type]
    slip = quantity_rule["slip"].max()
    frame = _measured(frame, _faults_marked(quantity, quantity_fault, slip, agrees), quantity_choice, slip, agrees)
    frame = settled(frame, role, construction, agrees).join(role, on="role", how="left", maintain_order="left")
    frame = frame.join(construction, on="construction", how="left", maintain_order="left")
    frame = frame.with_columns(concrete=pl.when("other_matter").then(False).otherwise("concrete"))
    frame = _within_spans(_with_sizes(_with_area(frame, possible_role)))
    frame = _counted(_grounded(_placed(frame, model_file, building), storey, ground_rule), model_file)
    mapped = pl.col("role").is_not_null() & (~pl.col("needs_construction") | pl.col("construction").is_not_null())
    precast = pl.col("construction").is_in(["precast", "composite"])
    component = pl.when(pl.col("spec") == "precast").then(precast).otherwise(pl.col("spec") == "all")
    component = pl.when(pl.col("spec").is_null()).then(False).otherwise(component)
    frame = frame.with_columns(mapped=mapped.fill_null(False), component=component)
    return _once(frame, agrees).select(COLUMNS)


FAVOURING = ("integrated", "dry", "separated")
"""Systems that count in favour in a ratio."""

COUNTING = {
    "counted": "stands", "volume_counted": "volume_stands", "matter_counted": "matter_stands", "concrete_counted": "concrete_stands",
}  # fmt: skip
"""Whether an element counts: by number and area, by volume in a ratio, in mass and carbon, in volumes of concrete; each where it stands."""

AGREED = [
    "volume", "volume_least", "volume_most", "volume_quantity", "area", "area_least", "area_most", "area_quantity",
    "length", "length_least", "length_most", "size_from",
]  # fmt: skip
"""What elements of one GlobalId have to agree on."""

COLUMNS = [
    "submission", "row", "project", "building", "model", "global_id", "ifc_class", "name", "type_name", "storey", "storey_elevation",
    "above_ground", "materials",
    *FIELDS, "rule_source", "rule_place", "material_source", "grade_source",
    "listed_as", "mapped", *COUNTING, "repeated", "external",
    "gbt51129", "needs_construction", "component", "component_kind",
    "counts_in_volume", "counts_in_area", "masonry", "concrete",
    "volume", "volume_least", "volume_most", "volume_quantity", "area", "area_least", "area_most", "area_quantity",
    *SIDES, "length_least", "length_most", "size_from", "unwritten", "impossible",
]  # fmt: skip
"""The columns of the result, as ``mapped_element.toml`` has them."""


def _mapped(
    element: pl.DataFrame, property: pl.DataFrame, material: pl.DataFrame, mapping: pl.DataFrame, default: pl.DataFrame
) -> pl.DataFrame:
    """What the project's mapping says, then the defaults field by field."""
    rules = pl.concat([mapping.select("property"), default.select("property")])
    selectors = Selectors(element, property, rules, material if mapping["layer"].count() else None)
    own_rows = mapping.sort("project", "place").to_dicts()
    own = pl.DataFrame(first_row(selectors, own_rows, FIELDS), schema={**dict.fromkeys(FIELDS, pl.String), "place": pl.Int64})
    default_rows = default.sort("place").to_dicts()
    frame = element.with_columns(own)
    for field in FIELDS:
        found = pl.DataFrame(first_value(selectors, default_rows, field), schema={field: pl.String, "place": pl.Int64})
        found = found.select(pl.when(pl.col(field) != UNKNOWN).then(pl.all()))
        if field == "role":
            frame = frame.with_columns(found["place"].alias("default_place"))
        frame = frame.with_columns(pl.coalesce(pl.col(field), found[field]).alias(field))
    external = first_value(selectors, default_rows, "external")["external"]
    frame = frame.with_columns(pl.Series("external", external, dtype=pl.Boolean))
    own_role = own["role"].is_not_null()
    return frame.with_columns(
        rule_source=pl.when(own_role).then(pl.lit("mapping")).when(pl.col("default_place").is_not_null()).then(pl.lit("default")),
        rule_place=pl.when(own_role).then("place").otherwise("default_place"),
        material_source=pl.when(own["material_key"].is_not_null()).then(pl.lit("mapping")),
        grade_source=pl.when(own["grade"].is_not_null()).then(pl.lit("mapping")),
    ).drop("place", "default_place")


def _measured(frame: pl.DataFrame, quantity: pl.DataFrame, choice: pl.DataFrame, slip: Any, agrees: float) -> pl.DataFrame:
    """The quantity of the first place each element has for each dimension, and its name; none that cannot be or is contradicted."""
    standard = pl.col("set_name").str.contains("^(Qto_|BaseQuantities$)").fill_null(False)
    usable = quantity.filter(pl.col("known") & (pl.col("value") > 0)).with_columns(standard=standard)
    frame = frame.with_columns(impossible=pl.lit(0, dtype=pl.Int64))
    frame = _and_impossible(frame, usable.filter("fault").join(choice, on="quantity", how="semi"))
    usable = usable.filter(~pl.col("fault"))
    for dimension in DIMENSIONS:
        wanted = choice.filter(pl.col("dimension") == dimension).select("quantity", "place")
        found = usable.filter(pl.col("kind") == KINDS[dimension]).join(wanted, on="quantity", how="inner")
        if dimension in LARGEST:
            found = found.join(frame.select(*KEY, LARGEST[dimension].alias("largest")), on=KEY, how="inner")
            cannot_be = (pl.col("value") > pl.col("largest") * pl.lit(slip, dtype=pl.Float64)).fill_null(False)
            frame = _and_impossible(frame, found.filter(cannot_be))
            found = found.filter(~cannot_be)
        named = found.group_by(*KEY, "place", "standard", "quantity").agg(value=pl.col("value").min(), most=pl.col("value").max())
        taken = named.sort("place", "standard", descending=[False, True]).unique(KEY, keep="first", maintain_order=True)
        agree = pl.col("most") <= pl.col("value") * (1 + agrees)
        frame = _and_impossible(frame, taken.filter(~agree))
        if dimension in SPANS:
            frame = frame.join(_span(dimension, taken.filter(~agree), found), on=KEY, how="left", maintain_order="left")
        taken = taken.filter(agree).select(*KEY, pl.col("value").alias(dimension), pl.col("quantity").alias(f"{dimension}_quantity"))
        frame = frame.join(taken, on=KEY, how="left", maintain_order="left")
        if dimension == "height":
            frame = _with_sides_of_geometry(_thickness_once(frame, agrees), usable)
    return frame


def _span(dimension: str, contradicted: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The least and the greatest of what is written, or measured, of each quantity that contradicts itself: nobody knows which is right."""
    name = pl.col("quantity").str.strip_suffix(GEOMETRY)
    bounds = {f"{dimension}_least": pl.col("value").min(), f"{dimension}_most": pl.col("value").max()}
    every = found.group_by(*KEY, name).agg(**bounds)
    return contradicted.select(*KEY, name).join(every, on=[*KEY, "quantity"]).drop("quantity")


def _thickness_once(frame: pl.DataFrame, agrees: float) -> pl.DataFrame:
    """Flat elements whose width and height (depth) are the same number have their thickness written twice: the width is unknown."""
    flat = pl.col("ifc_class").is_in(["IfcSlab", "IfcSlabStandardCase", "IfcPlate", "IfcPlateStandardCase", "IfcCovering", "IfcRoof"])
    twice = flat & ((pl.col("width") - pl.col("height")).abs() <= pl.col("height") * agrees).fill_null(False)
    return frame.with_columns(pl.when(~twice).then(name).alias(name) for name in ("width", "width_quantity"))


GEOMETRY = " (geometry)"
"""What ``quantity_choice`` and the columns of sources put behind the name of a quantity that geometry gave."""


def _faults_marked(quantity: pl.DataFrame, quantity_fault: pl.DataFrame, slip: Any, agrees: float) -> pl.DataFrame:
    """Quantities, those of geometry named so; ``fault`` where one is a known fault of exporters, or geometry confirms another of its name.

    What shows a fault is geometry, else the gross one of a net. But of a net and a gross that differ by a slip of the unit nobody knows
    which is wrong, so both are, unless of a volume the written sides tell.
    """
    ours = (pl.col("source") == "geometry").fill_null(False)
    frame = _compared(quantity, ours, agrees)
    value, other, box, alone = pl.col("value"), pl.col("other"), pl.col("box"), pl.col("shape").is_null()
    gross = pl.when(pl.col("quantity").str.starts_with("Net")).then("other")
    apart = pl.max_horizontal(value / other, other / value)
    once = value.n_unique().over(*KEY, "quantity") == 1
    faults, slips = [pl.lit(False)], [(pl.col("kind") == "volume") & alone & once & (apart >= pl.lit(slip, dtype=pl.Float64))]
    for kind, least, most in quantity_fault.iter_rows():
        here = pl.col("kind") == kind
        if slip is not None and least >= slip:
            faults.append(here & (value / pl.col("shape")).is_between(least, most))
            slips.append(here & alone & apart.is_between(least, most))
        else:
            faults.append(here & (value / pl.coalesce("shape", gross)).is_between(least, most))
    beyond = (pl.col("kind") != "area") | (value > pl.col("face").fill_null(0.0))
    larger = pl.max_horizontal(value, other)
    told = pl.when(value < other).then(larger > box * slip).otherwise(larger.is_between(box / slip, box * slip)).fill_null(False)
    fault = (pl.any_horizontal(faults).fill_null(False) & beyond) | (pl.any_horizontal(slips).fill_null(False) & ~told)
    fault = fault | (pl.col("confirmed") & ~pl.col("agreeing")).fill_null(False)
    named = pl.when(ours).then(pl.col("quantity") + GEOMETRY).otherwise("quantity")
    return frame.with_columns(fault=fault & ~ours, quantity=named).drop("shape", "other", "box", "face", "agreeing", "confirmed")


def _compared(quantity: pl.DataFrame, ours: pl.Expr, agrees: float) -> pl.DataFrame:
    """Quantities beside what can show a fault of theirs, in m, m², m³.

    ``shape``: what geometry says of that name; ``face``: the largest of its box; ``other``: the written gross of
    a net, net of a gross, where it has one value;
    ``box``: of a volume, what the written sides hold; whether it is ``agreeing`` with geometry, and any of that name so ``confirmed``.
    """
    positive = quantity.filter(pl.col("known") & (pl.col("value") > 0))
    shape = positive.filter(ours).group_by(*KEY, "quantity").agg(shape=pl.col("value").min())
    sides = positive.filter(ours & (pl.col("kind") == "length"))
    face = sides.group_by(KEY).agg(face=pl.col("value").top_k(2).product())  # a face full of holes is half its outline too
    written = positive.filter(~ours)
    sole = pl.when(pl.col("value").n_unique() == 1).then(pl.col("value").min())
    other = written.group_by(*KEY, "quantity").agg(other=sole)
    net = pl.col("quantity").str.starts_with("Net")
    turned = pl.when(net).then(pl.col("quantity").str.replace("^Net", "Gross"))
    other = other.with_columns(quantity=turned.otherwise(pl.col("quantity").str.replace("^Gross", "Net")))
    frame = quantity.join(shape, on=[*KEY, "quantity"], how="left", maintain_order="left")
    frame = frame.join(face, on=KEY, how="left", maintain_order="left")
    frame = frame.join(other, on=[*KEY, "quantity"], how="left", maintain_order="left")
    frame = frame.join(_boxes_written(written, agrees), on=[*KEY, "kind"], how="left", maintain_order="left")
    off = (pl.col("value") / pl.col("shape") - 1).abs()
    frame = frame.with_columns(agreeing=pl.when(pl.col("known") & ~ours).then(off <= agrees))
    return frame.with_columns(confirmed=pl.col("agreeing").any().over(*KEY, "quantity"))


def _boxes_written(written: pl.DataFrame, agrees: float) -> pl.DataFrame:
    """The larger of length × width × height and face × thickness of each element, as ``box`` [m³]; a thickness written twice makes none."""
    named = {"length": ["Length"], "width": ["Width", "Thickness"], "height": ["Height", "Depth"]}
    sides = [pl.col("value").filter(pl.col("quantity").is_in(names)).max().alias(side) for side, names in named.items()]
    faces = pl.col("value").filter(pl.col("quantity").is_in(["NetSideArea", "GrossSideArea", "NetArea", "GrossArea"])).max().alias("area")
    held = written.group_by(KEY).agg(*sides, faces)
    product = pl.col("length") * pl.col("width") * pl.col("height")
    twice = (pl.col("width") - pl.col("height")).abs() <= pl.col("height") * agrees
    box = pl.max_horizontal(pl.when(~twice).then(product), pl.col("area") * pl.col("width"))
    return held.select(*KEY, box=box, kind=pl.lit("volume"))


def _with_sides_of_geometry(frame: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """All three sides of geometry where one of them was taken from it: programs call sides differently, and mixed they make no box."""
    mixed = pl.any_horizontal(pl.col(f"{side}_quantity").str.ends_with(GEOMETRY).fill_null(False) for side in SIDES)
    names = {"length": ["Length"], "width": ["Width"], "height": ["Height", "Depth"]}
    for side, held in names.items():
        found = usable.filter(pl.col("quantity").is_in([name + GEOMETRY for name in held])).unique(KEY, keep="first", maintain_order=True)
        frame = frame.join(found.select(*KEY, ours="value", named="quantity"), on=KEY, how="left", maintain_order="left")
        frame = frame.with_columns(pl.col("ours").alias(f"{side}_ours"), pl.col("named").alias(f"{side}_named")).drop("ours", "named")
    whole = mixed & pl.all_horizontal(pl.col(f"{side}_ours").is_not_null() for side in SIDES)
    taken = [pl.when(whole).then(f"{side}_ours").otherwise(side).alias(side) for side in SIDES]
    named = [pl.when(whole).then(f"{side}_named").otherwise(f"{side}_quantity").alias(f"{side}_quantity") for side in SIDES]
    return frame.with_columns(*taken, *named).drop(f"{side}_{last}" for side in SIDES for last in ("ours", "named"))


def _and_impossible(frame: pl.DataFrame, quantities: pl.DataFrame) -> pl.DataFrame:
    """Elements with ``impossible`` counted up by the quantities of theirs that were not taken."""
    more = quantities.group_by(KEY).agg(more=pl.len().cast(pl.Int64))
    frame = frame.join(more, on=KEY, how="left", maintain_order="left")
    return frame.with_columns(impossible=pl.col("impossible") + pl.col("more").fill_null(0)).drop("more")


def _with_area(frame: pl.DataFrame, possible_role: pl.DataFrame) -> pl.DataFrame:
    """The area a role asks for, else the product of the two sides it names; unmapped, the largest of what its class could be."""
    face_sides = pl.col("length") * pl.col("height")
    flat = pl.when(pl.col("area_sides") == "length width").then(pl.col("length") * pl.col("width"))
    sides = flat.when(pl.col("area_sides") == "length height").then(face_sides)
    asked = pl.col("area")
    written = pl.when(asked == "plan").then("plan").when(asked == "face").then("face")
    named = pl.when(asked == "plan").then("plan_quantity").when(asked == "face").then("face_quantity")
    area, taken = pl.coalesce(written, sides), pl.coalesce(named, pl.when(sides.is_not_null()).then("area_sides"))
    of_class = possible_role.group_by("ifc_class").agg(may=pl.col("area").drop_nulls().unique())
    frame = frame.join(of_class, on="ifc_class", how="left", maintain_order="left")
    plan = pl.when(pl.col("may").list.contains("plan")).then("plan")
    face = pl.when(pl.col("may").list.contains("face")).then(pl.coalesce("face", face_sides))
    largest = pl.max_horizontal(plan, face)
    face_named = pl.coalesce("face_quantity", pl.lit("length height"))
    largest_taken = pl.when(largest.is_null()).then(None).when(largest == face).then(face_named).otherwise("plan_quantity")
    nobody = pl.col("role").is_null()
    return frame.with_columns(
        asked_area=asked,
        area=pl.when(nobody).then(largest).otherwise(area),
        area_quantity=pl.when(nobody).then(largest_taken).otherwise(taken),
    )


def _within_spans(frame: pl.DataFrame) -> pl.DataFrame:
    """``_least`` and ``_most`` of volume, length and the area asked for (unmapped: of either), null where the amount itself is known."""
    nobody, asked = pl.col("role").is_null(), pl.col("asked_area")
    of_area = {}
    for end, either in (("least", pl.min_horizontal), ("most", pl.max_horizontal)):
        plan, face = f"plan_{end}", f"face_{end}"
        of_area[f"area_{end}"] = pl.when(nobody).then(either(plan, face)).when(asked == "plan").then(plan).when(asked == "face").then(face)
    frame = frame.with_columns(**of_area)
    spans = [(name, f"{name}_{end}") for name in ("volume", "area", "length") for end in ("least", "most")]
    return frame.with_columns(pl.when(pl.col(name).is_null()).then(pl.col(span)).alias(span) for name, span in spans)


def _with_sizes(frame: pl.DataFrame) -> pl.DataFrame:
    """One side that is not written follows from the volume; of two beside a written length only their product does, taken as a square's."""
    missing = pl.sum_horizontal(pl.col(side).is_null().cast(pl.Int64) for side in SIDES)
    known = pl.fold(pl.lit(1.0), lambda product, side: product * side.fill_null(1.0), [pl.col(side) for side in SIDES])
    box = (pl.col("volume") / known).pow(1.0 / pl.max_horizontal(missing, pl.lit(1)))
    measured = pl.col("volume").is_not_null()
    of_geometry = pl.all_horizontal(pl.col(f"{side}_quantity").str.ends_with(GEOMETRY).fill_null(False) for side in SIDES)
    size_from = (
        pl.when((missing == 0) & of_geometry)
        .then(pl.lit("geometry"))
        .when(missing == 0)
        .then(pl.lit("written"))
        .when(measured & (missing == 1))
        .then(pl.lit("volume"))
        .when(measured & (missing == 2) & pl.col("length").is_not_null())
        .then(pl.lit("section"))
    )
    box = pl.when(size_from.is_not_null()).then(box)
    unwritten = pl.concat_str([pl.when(pl.col(side).is_null()).then(pl.lit(side)) for side in SIDES], separator=" ", ignore_nulls=True)
    return frame.with_columns(*[pl.coalesce(side, box).alias(side) for side in SIDES], size_from=size_from, unwritten=unwritten)


def _placed(frame: pl.DataFrame, model_file: pl.DataFrame, building: pl.DataFrame) -> pl.DataFrame:
    """The building its model is named for, else the only building of the project, else none; a model named for two is of neither."""
    named = model_file.select("project", _plain(pl.col("model")).alias("plain"), "building", "counts", listed_as="model")
    one = pl.when(pl.col("building").n_unique() == 1).then(pl.col("building").first())
    named = named.group_by("project", "plain", maintain_order=True).agg(one.alias("building"), pl.col("counts", "listed_as").first())
    only = building.group_by("project").agg(pl.col("building").unique()).filter(pl.col("building").list.len() == 1)
    only = only.select("project", pl.col("building").list.first().alias("only_building"))
    frame = frame.with_columns(plain=_plain(pl.col("model"))).join(named, on=["project", "plain"], how="left", maintain_order="left")
    frame = frame.join(only, on="project", how="left", maintain_order="left")
    return frame.with_columns(building=pl.coalesce("building", "only_building"))


def _plain(model: pl.Expr) -> pl.Expr:
    """A path in ``models/`` without its endings, so that tower.ifc and tower.ifc.gz are one model, and b1/tower.ifc is another."""
    return model.str.to_lowercase().str.replace(r"^models/", "").str.replace(r"\.(ifc|ifczip)(\.gz)?$", "")


def _grounded(frame: pl.DataFrame, storey: pl.DataFrame, ground_rule: pl.DataFrame) -> pl.DataFrame:
    """Whether each element is above ground: by the elevation the survey gives its storey, else the model; by neither it is taken to be."""
    surveyed = storey.group_by(*OF, "storey").agg(pl.col("elevation").min())
    frame = frame.join(surveyed, on=[*OF, "storey"], how="left", maintain_order="left")
    frame = frame.with_columns(pl.coalesce("elevation", "storey_elevation").alias("elevation"))
    levels = placed(pl.concat([frame.select(*OF, "elevation"), storey.select(*OF, "elevation")]), ground_rule)
    frame = frame.join(levels, on=[*OF, "elevation"], how="left", nulls_equal=True, maintain_order="left")
    return frame.with_columns(pl.col("above_ground").fill_null(True))


def _counted(frame: pl.DataFrame, model_file: pl.DataFrame) -> pl.DataFrame:
    """Counted unless its model is not counted for its role, or its assembly or its parts stand for it."""
    counts = pl.col("counts").str.replace_all(r"[,;，、；\s]+", " ").str.strip_chars()
    every = counts.is_null() | (counts == "")
    listed = counts.str.split(" ").list.contains(pl.col("role"))
    counting = every | listed.fill_null(False) | pl.col("role").is_null()
    return frame.with_columns(**{name: pl.col(one) & counting for name, one in COUNTING.items()})


def _once(frame: pl.DataFrame, agrees: float) -> pl.DataFrame:
    """Of the elements of one building with one GlobalId the one that favours least counts, its amounts from least to greatest of all.

    ``repeated`` marks them all. What they do not agree on is not known, as of a quantity that contradicts itself; areas and lengths are
    held against those of the same role alone.
    """
    counting = pl.any_horizontal(*COUNTING) & pl.col("building").is_not_null()
    same = ["project", "building", "global_id"]
    favour = pl.sum_horizontal(
        pl.col("counts_in_volume", "counts_in_area").cast(pl.Float64).fill_null(0.5),
        (~pl.col("masonry")).cast(pl.Float64).fill_null(0.5),
        pl.col("system").is_in(FAVOURING).cast(pl.Float64).fill_null(0.5),
    )
    rows = frame.with_row_index("at").with_columns(favour=favour).filter(counting)
    rows = rows.filter(pl.col("model").n_unique().over(same) > 1)
    rows = _agreed(rows, same, agrees)
    kept = rows.sort("favour", "volume", "model", descending=[False, True, False], nulls_last=True).unique(
        same, keep="first", maintain_order=True
    )
    frame = frame.with_row_index("at").join(kept.select("at", *AGREED), on="at", how="left", maintain_order="left", suffix="_kept")
    repeated, is_kept = pl.col("at").is_in(rows["at"].implode()), pl.col("at").is_in(kept["at"].implode())
    return frame.with_columns(
        *[pl.when(is_kept).then(f"{name}_kept").otherwise(name).alias(name) for name in AGREED],
        *[pl.col(name) & (~repeated | is_kept) for name in COUNTING],
        repeated=repeated,
    )


def _agreed(rows: pl.DataFrame, same: list[str], agrees: float) -> pl.DataFrame:
    """Elements with the amounts all of their GlobalId agree on; of others ``_least`` and ``_most`` of all, in m, m², m³."""
    for name, of in {"volume": same, "area": [*same, "role"], "length": [*same, "role"]}.items():
        least, most = (pl.coalesce(name, f"{name}_{end}") for end in ("least", "most"))
        least, most = least.min().over(of), most.max().over(of)
        torn = (most > least * (1 + agrees)).fill_null(False)
        found: dict[str, pl.Expr] = {name: pl.when(~torn).then(name)}
        found |= {f"{name}_{end}": pl.when(torn).then(one).otherwise(f"{name}_{end}") for end, one in (("least", least), ("most", most))}
        taken_from = "size_from" if name == "length" else f"{name}_quantity"
        rows = rows.with_columns(**found, **{taken_from: pl.when(~torn).then(taken_from)})
    return rows
