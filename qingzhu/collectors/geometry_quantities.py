"""Quantities from geometry 几何工程量: beside what a model's author wrote stands what the bodies hold, and whether the two agree.

Plan 三（四）. Rules and tolerances come from the rulebook (``quantities.toml``) as ``GeometryRules``. Nothing authored is changed: rows of
``source = geometry`` are added, ``agrees`` is set on both sides where they can be compared, and faults that are known are named.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from qingzhu.collectors.mesh_quantities import OPEN, OVERLAPPING
from qingzhu.collectors.model_files import ModelText
from qingzhu.collectors.model_geometry import NO_BODY, SHAPE, computed
from qingzhu.collectors.model_schema import schema
from qingzhu.collectors.remarks import Place, remark
from qingzhu.terms.readings import Remark

Geometry = Literal["none", "needed", "all"]
"""Of which elements geometry is asked: of none, of those without an authored NetVolume that could be right, of all that can count."""

SIDES = ("Length", "Width", "Height", "Depth")

REASONS = {
    "no_shape": ("内核没有给出形体", "it gave no shape"),
    "cut_away": ("洞口把形体全部切掉", "their openings leave nothing of them"),
    "too_long": ("耗时过长", "it took too long"),
    "kernel_crashed": ("内核崩溃", "it crashed"),
    "not_opened": ("内核打不开该文件", "it cannot open the file"),
    "no_unit": ("模型的长度单位未声明或无法换算", "the model's unit of length is not declared or cannot be converted"),
    "given_up": ("失败过多，未再尝试", "too many went wrong before, so they were not tried"),
}
"""Why an element has no shape, in words: see ``model_geometry``."""

SHAPED = {OPEN: "geometry_open", OVERLAPPING: "geometry_overlapping"}
"""Why a shape has no volume, and the remark that says so."""

SHOWN = 5
LISTED = 500
"""How many GlobalIds a remark names, and how many the facts list for each reason. [1]"""


@dataclass(frozen=True)
class Fault:
    """A known fault of exporters 已知导出错误: a number of this kind is so many times too large."""

    fault: str
    zh: str
    en: str
    kind: str
    at_least: float
    at_most: float


@dataclass(frozen=True)
class GeometryRules:
    """What the rulebook says of geometry 几何工程量规则. ``checks``: quantity → (``same`` or ``sides``, share up to which it is custom)."""

    kinds: tuple[str, ...]
    without: tuple[str, ...]
    agrees: float
    checks: Mapping[str, tuple[str, float]]
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, quantities: Mapping[str, Any]) -> GeometryRules:
        """From the rulebook's file ``quantities.toml``."""
        held = quantities["geometry"]
        checks = {name: (one["against"], float(one["custom"])) for one in quantities["quantity_check"] for name in one["quantities"]}
        faults = [
            Fault(one["fault"], one["title"]["zh"], one["title"]["en"], one["kind"], float(one["at_least"]), float(one["at_most"]))
            for one in quantities["quantity_fault"]
        ]
        return cls(tuple(held["kinds"]), tuple(held["without"]), float(held["agrees"]), checks, tuple(faults))


@dataclass
class Measured:
    """Quantity rows with those of geometry 含几何的工程量表, and what the reading report says of it."""

    quantity: pl.DataFrame
    facts: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    contradicted: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"global_id": pl.String, "quantity": pl.String}))


@dataclass(frozen=True)
class Asked:
    """What is asked of a model's geometry 几何计算要求; without ``rules`` not even whether written quantities contradict each other."""

    mode: Geometry = "none"
    rules: GeometryRules | None = None
    workers: int = 2
    tell: Callable[[int, int], None] | None = None

    def measured(self, given: ModelText, element: pl.DataFrame, quantity: pl.DataFrame, scaled: bool = True) -> Measured:
        """Add what geometry says. ``element`` has ``id``, ``global_id``, ``ifc_class``; ``quantity`` the authored rows by ``global_id``;
        ``scaled`` tells whether the model's unit of length is known: the kernel takes an unknown one for the metre."""
        if self.rules is None:
            return Measured(quantity)
        found = Measured(quantity) if self.mode == "none" else self._with_geometry(given, element, quantity, self.rules, scaled)
        written = faults_written(quantity, self.rules).join(
            found.contradicted, on=["global_id", "quantity"], how="anti", maintain_order="left"
        )
        found.remarks[:0] = written_remarks(written, self.rules, given.name)
        return found

    def _with_geometry(
        self, given: ModelText, element: pl.DataFrame, quantity: pl.DataFrame, rules: GeometryRules, scaled: bool
    ) -> Measured:
        chosen = asked(element, quantity, self.mode, given.schema, rules)
        names = dict(zip(chosen["id"], chosen["global_id"], strict=True))
        rows, without = self._of_bodies(given, names) if scaled else ([], {"no_unit": list(names.values())} if names else {})
        found = pl.DataFrame(rows, schema={"global_id": pl.String, "quantity": pl.String, "value": pl.Float64}, orient="row")
        frame, contradictions = compared(element, quantity, found, rules)
        facts = {
            "mode": self.mode,
            "kernel": _kernel(),
            "asked": chosen.height,
            "measured": found["global_id"].n_unique(),
            **_listed(without),
        }
        place = Place(given.name)
        said = [*_said(place, without), *_contradicted(place, contradictions, rules)]
        return Measured(frame, {"geometry": facts}, said, contradictions.select("global_id", "quantity"))

    def _of_bodies(self, given: ModelText, names: dict[int, str]) -> tuple[list[tuple[str, str, float]], dict[str, list[str]]]:
        """GlobalId, quantity and value [m, m², m³] of what the kernel makes, and the GlobalIds of those without a volume by reason."""
        rows: list[tuple[str, str, float]] = []
        without: dict[str, list[str]] = {}
        with tempfile.TemporaryDirectory() as folder:
            path = given.plain or Path(folder) / "model.ifc"
            if given.plain is None:
                path.write_bytes(given.text)
            for id, status, held in computed(path, list(names), "quantities", self.workers, self.tell):
                known, why = held if status == SHAPE else ({}, status)
                rows += [(names[id], name, value) for name, value in known.items()]
                if why is not None:
                    without.setdefault(why, []).append(names[id])
        return rows, without


def asked(element: pl.DataFrame, quantity: pl.DataFrame, mode: Geometry, schema_name: str, rules: GeometryRules) -> pl.DataFrame:
    """The elements whose geometry is looked at 待算图元."""
    known = schema(schema_name)
    physical = {
        one.name
        for one in (known.classes.values() if known else ())
        if one.kinds.intersection(rules.kinds) and not one.kinds.intersection(rules.without)
    }
    chosen = element.filter(pl.col("ifc_class").is_in(physical)).select("id", "global_id", "ifc_class")
    if mode == "needed":
        contradicted = faults_written(quantity, rules).filter(pl.col("quantity") == "NetVolume")
        net = quantity.filter(pl.col("known") & (pl.col("quantity") == "NetVolume") & (pl.col("value") > 0))
        net = net.join(contradicted, on="global_id", how="anti")
        chosen = chosen.join(net, on="global_id", how="anti", maintain_order="left")
    return chosen


def compared(element: pl.DataFrame, quantity: pl.DataFrame, found: pl.DataFrame, rules: GeometryRules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Authored rows and those of geometry with ``agrees``, in the order of elements; and what contradicts, with the ratio of the two."""
    wide = found.pivot(on="quantity", index="global_id", values="value") if found.height else found.select("global_id").unique()
    sides = [pl.col(side) for side in SIDES if side in wide.columns]
    authored = quantity.join(wide, on="global_id", how="left", maintain_order="left")
    ratio, custom = pl.lit(None, pl.Float64), pl.lit(None, pl.Float64)
    for name, (against, share) in rules.checks.items():
        here = pl.col("quantity") == name
        ours: pl.Expr | None = pl.col(name) if name in wide.columns else None
        if against == "sides":
            ours = _nearest(sides) if sides else None
        if ours is not None:
            ratio, custom = pl.when(here).then(pl.col("value") / ours).otherwise(ratio), pl.when(here).then(share).otherwise(custom)
    usable = pl.col("known") & (pl.col("value") > 0)
    authored = authored.with_columns(ratio=pl.when(usable).then(ratio), custom=custom)
    off = (pl.col("ratio") - 1).abs()
    agrees = pl.when(off <= rules.agrees).then(True).when(off > pl.col("custom")).then(False)
    authored = authored.with_columns(agrees=agrees)
    beyond = (pl.col("kind") != "area") | (pl.col("value") > (_largest_face(sides) if sides else 0.0))
    contradictions = authored.filter(~pl.col("agrees")).select("global_id", "quantity", "kind", "ratio", beyond=beyond)
    said = authored.filter(pl.col("agrees").is_not_null()).group_by("global_id", "quantity").agg(pl.col("agrees").all())
    ours_too = _rows(found).join(said, on=["global_id", "quantity"], how="left", maintain_order="left")
    frame = pl.concat([authored.select(quantity.columns), ours_too.select(quantity.columns)])
    order = element.select("global_id").with_row_index("place")
    frame = frame.join(order, on="global_id", how="left", maintain_order="left").sort("place", maintain_order=True).drop("place")
    fault = pl.when("beyond").then(_fault(pl.col("ratio"), rules))
    return frame, contradictions.with_columns(fault=fault).drop("beyond")


def _largest_face(sides: list[pl.Expr]) -> pl.Expr:
    return pl.concat_list(sides).list.drop_nulls().list.sort(descending=True).list.head(2).list.eval(pl.element().product()).list.first()


def _nearest(sides: list[pl.Expr]) -> pl.Expr:
    """Of the sides the one that a written length is off from by the smallest share."""
    shares = [(pl.col("value") / side).log().abs() for side in sides]
    least = pl.min_horizontal(shares)
    return pl.coalesce(pl.when(share == least).then(side) for share, side in zip(shares, sides, strict=True))


def _fault(ratio: pl.Expr, rules: GeometryRules) -> pl.Expr:
    """The known fault a ratio tells of, by the kind of quantity."""
    found = [
        pl.when((pl.col("kind") == one.kind) & ratio.is_between(one.at_least, one.at_most)).then(pl.lit(one.fault)) for one in rules.faults
    ]
    return pl.coalesce(*found, pl.lit(None, pl.String))


def _rows(found: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("quantity")
    area = pl.when(name.str.ends_with("Area")).then(pl.lit("area")).otherwise(pl.lit("length"))
    kind = pl.when(name.str.ends_with("Volume")).then(pl.lit("volume")).otherwise(area)
    unit = kind.replace_strict({"volume": "m³", "area": "m²", "length": "m"})
    return found.with_columns(
        set_name=pl.lit(None, pl.String), kind=kind, given=pl.col("value"), given_unit=unit, known=pl.lit(True), source=pl.lit("geometry")
    )


def faults_written(quantity: pl.DataFrame, rules: GeometryRules) -> pl.DataFrame:
    """Contradictions among what is written itself 工程量自相矛盾: ``global_id quantity kind ratio fault``, without geometry.

    A net quantity above its gross; a gross that is a known fault's multiple of its net, or a net that is one of its gross; a volume that
    is one of the product of area and thickness.
    """
    usable = quantity.filter(pl.col("known") & (pl.col("value") > 0))
    one = usable.group_by("global_id", "quantity", "kind", maintain_order=True).agg(pl.col("value").min())
    value = one.select("global_id", "kind", "quantity", "value")
    net = value.filter(pl.col("quantity").str.starts_with("Net")).with_columns(base=pl.col("quantity").str.slice(3))
    gross = value.filter(pl.col("quantity").str.starts_with("Gross")).with_columns(base=pl.col("quantity").str.slice(5))
    pair = net.join(gross, on=["global_id", "kind", "base"], suffix="_gross").with_columns(times=pl.col("value_gross") / pl.col("value"))
    above = pair.filter(pl.col("times") < 1 / (1 + rules.agrees)).select("global_id", "quantity", "kind", ratio=1 / pl.col("times"))
    above = above.with_columns(fault=pl.coalesce(_fault(pl.col("ratio"), rules), pl.lit("net_above_gross")))
    far = pair.select("global_id", pl.col("quantity_gross").alias("quantity"), "kind", ratio=pl.col("times"))
    far = far.with_columns(fault=_fault(pl.col("ratio"), rules)).filter(pl.col("fault").is_not_null() & (pl.col("kind") == "volume"))
    product = _of_area_and_width(value, rules).join(far, on=["global_id", "quantity"], how="anti")
    return pl.concat([above, far, product]).unique(["global_id", "quantity"], keep="first", maintain_order=True)


def _of_area_and_width(value: pl.DataFrame, rules: GeometryRules) -> pl.DataFrame:
    """Volumes that are a known fault's multiple of area × thickness."""
    faces = {"NetVolume": ["NetSideArea", "NetArea"], "GrossVolume": ["GrossSideArea", "GrossArea"]}
    width = value.filter(pl.col("quantity").is_in(["Width", "Thickness"])).group_by("global_id").agg(width=pl.col("value").min())
    held = []
    for name, areas in faces.items():
        area = value.filter(pl.col("quantity").is_in(areas)).group_by("global_id").agg(area=pl.col("value").max())
        both = value.filter(pl.col("quantity") == name).join(area, on="global_id").join(width, on="global_id")
        both = both.with_columns(ratio=pl.col("value") / (pl.col("area") * pl.col("width")))
        held.append(both.select("global_id", "quantity", "kind", "ratio").with_columns(fault=_fault(pl.col("ratio"), rules)))
    return pl.concat(held).filter(pl.col("fault").is_not_null())


def written_remarks(found: pl.DataFrame, rules: GeometryRules, name: str) -> list[Remark]:
    """Doubts about quantities that contradict each other as they are written 工程量自相矛盾, one for each name and fault."""
    titles = {one.fault: one for one in rules.faults}
    said = []
    for (quantity_name, fault), rows in sorted(found.group_by("quantity", "fault"), key=lambda one: str(one[0])):
        facts: dict[str, Any] = {"found": _ids(rows["global_id"].to_list()), "count": rows.height, "column": str(quantity_name)}
        if fault == "net_above_gross":
            said.append(remark("net_above_gross", Place(name), **facts))
        else:
            one = titles[str(fault)]
            times = _times(rows["ratio"].median())
            said.append(remark("quantity_fault_written", Place(name), times=times, fault_zh=one.zh, fault_en=one.en, **facts))
    return said


def _times(ratio: Any) -> str:
    """A ratio as a person reads it: 1,000; 2.25; 0.013."""
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _said(place: Place, without: dict[str, list[str]]) -> list[Remark]:
    said = []
    for reason, ids in sorted(without.items()):
        if reason not in (NO_BODY, *SHAPED):
            zh, en = REASONS[reason]
            said.append(remark("geometry_failed", place, reason_zh=zh, reason_en=en, found=_ids(ids), count=len(ids)))
    for reason, code in SHAPED.items():
        if reason in without:
            said.append(remark(code, place, found=_ids(without[reason]), count=len(without[reason])))
    return said


def _contradicted(place: Place, contradictions: pl.DataFrame, rules: GeometryRules) -> list[Remark]:
    """One doubt for each name and known fault, one for each name besides."""
    titles = {one.fault: one for one in rules.faults}
    said = []
    for (name, fault), rows in sorted(contradictions.group_by("quantity", "fault"), key=lambda one: str(one[0])):
        facts: dict[str, Any] = {
            "found": _ids(rows["global_id"].unique(maintain_order=True).to_list()),
            "count": rows.height,
            "column": str(name),
        }
        if fault is None:
            said.append(remark("quantities_disagree", place, times=_range(rows["ratio"]), **facts))
        else:
            one = titles[str(fault)]
            said.append(remark("quantity_fault", place, times=_times(rows["ratio"].median()), fault_zh=one.zh, fault_en=one.en, **facts))
    return said


def _range(ratios: pl.Series) -> str:
    least, most = _times(ratios.min()), _times(ratios.max())
    return least if least == most else f"{least}–{most}"


def _ids(ids: list[str]) -> str:
    return ", ".join(ids[:SHOWN]) + (" …" if len(ids) > SHOWN else "")


def _listed(without: dict[str, list[str]]) -> dict[str, Any]:
    counts = Counter({reason: len(ids) for reason, ids in without.items()})
    return {
        "without_volume": dict(sorted(counts.items())),
        "ids": {reason: ids[:LISTED] for reason, ids in sorted(without.items()) if reason != NO_BODY},
    }


def _kernel() -> str:
    import ifcopenshell

    return f"IfcOpenShell {ifcopenshell.version}, OpenCASCADE"
