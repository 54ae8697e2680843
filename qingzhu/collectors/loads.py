"""Loads 载量: the amounts of a table of tickets (masses, volumes, loads, densities) in the units evidence is kept in.

The unit of an amount is looked for behind the number (12.5吨), in the header (净重（kg）), in a column of units, above the
header (单位：吨), and in the header's own word (吨数). A mass without a unit is refused: kilograms read as tonnes are 1000 times wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from qingzhu.collectors.cells import numbers
from qingzhu.collectors.headers import Table, plain
from qingzhu.collectors.units import LOAD, UnitWords

MASSES = ("net_mass", "gross_mass", "tare_mass")


@dataclass(frozen=True)
class Amount:
    """How one column of amounts is read 数量列: the dimensions it may have and the unit it has when none is written."""

    column: str
    dimensions: tuple[str, ...]
    default: str | None = None
    wanted: str = "t, kg"


AMOUNTS = (
    Amount("net_mass", ("mass", "volume", LOAD)),
    Amount("gross_mass", ("mass",)),
    Amount("tare_mass", ("mass",)),
    Amount("amount", ("mass", "volume", LOAD), wanted="t, kg, m³, 车/load"),
    Amount("volume", ("volume",), "m³", "m³"),
    Amount("load_volume", ("volume",), "m³", "m³"),
    Amount("density", ("density",), "t/m³", "t/m³, kg/m³"),
    Amount("loads", (LOAD,), LOAD, "车/load"),
)
"""Every column of amounts a ticket may have; 外运量 may be in t or m³, so the first and fourth take their dimension from the unit."""


def amounts(table: Table, units: UnitWords) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The amounts of a table 数量, one row a ticket, and the cells that could not be read.

    First frame: ``row``, ``net_mass gross_mass tare_mass`` [t], ``volume load_volume`` [m³], ``density`` [t/m³], ``loads``,
    ``mass_as_given``, ``unit_as_given``, ``assumed_<column>`` (the default unit was taken).
    Second: ``row column code found wanted header_unit``.
    """
    frame = table.rows.select("row")
    problems = []
    for amount in AMOUNTS:
        cells = _cells(table, amount, units)
        problems.append(cells.filter(pl.col("code").is_not_null()).select("row", pl.lit(amount.column).alias("column"), *_PROBLEM))
        frame = frame.hstack(cells.select(pl.exclude("row").name.prefix(f"{amount.column}.")))
    return frame.select("row", *_combined()), pl.concat(problems)


_PROBLEM = ("code", "found", "wanted", "header_unit")


def _cells(table: Table, amount: Amount, units: UnitWords) -> pl.DataFrame:
    column = amount.column
    if column not in table.rows.columns:
        return table.rows.select("row", **{name: pl.lit(None, dtype=kind) for name, kind in _CELL.items()})
    parsed = numbers(table.rows[column]).with_columns(row=table.rows["row"], **{"unit_cell": _unit_cell(table, column)})
    parsed = parsed.with_columns(unit=_unit(table, amount, units))
    parsed = parsed.join(units.table(parsed["unit"]), on="unit", how="left", maintain_order="left")
    merged = pl.col("row").is_in(table.merged.get(column, []))
    header_unit = table.header.units.get(column)
    conflict = _conflict(table, column, units)
    assumed = pl.lit(_is_assumed(table, amount, units)) & pl.col("suffix").is_null() & pl.col("unit_cell").is_null()
    return parsed.with_columns(code=_problem(amount, merged, conflict)).select(
        "row",
        "dimension",
        "given",
        "unit",
        "code",
        value=pl.when(pl.col("dimension").is_in(amount.dimensions)).then(_kept()),
        assumed=pl.col("value").is_not_null() & assumed,
        found=pl.when(pl.col("code") == "unit_unknown").then("unit").when(conflict).then("unit_cell").otherwise("given"),
        wanted=pl.lit(amount.wanted),
        header_unit=pl.lit(header_unit, dtype=pl.String),
    )


def _kept() -> pl.Expr:
    """The number in the kept unit; 13200 kg is divided by 1000, which gives 13.2 t and no 13.200000000000001."""
    value, factor = pl.col("value"), pl.col("factor")
    return pl.when(factor < 1).then(value / (1 / factor).round()).otherwise(value * factor)


_CELL = {
    "value": pl.Float64,
    "dimension": pl.String,
    "given": pl.String,
    "unit": pl.String,
    "assumed": pl.Boolean,
    "code": pl.String,
    "found": pl.String,
    "wanted": pl.String,
    "header_unit": pl.String,
}


def _unit_cell(table: Table, column: str) -> pl.Series:
    if "unit" in table.rows.columns and column in (*MASSES, "amount"):
        return table.rows["unit"]
    return pl.Series("unit", [None] * table.rows.height, dtype=pl.String)


def _unit(table: Table, amount: Amount, units: UnitWords) -> pl.Expr:
    """The first place that names a unit: behind the number, header, unit column, above the header, header's own word, default."""
    places = [pl.col("suffix"), pl.lit(table.header.units.get(amount.column), dtype=pl.String), pl.col("unit_cell")]
    return pl.coalesce(*places, pl.lit(_fallback(table, amount, units), dtype=pl.String))


def _fallback(table: Table, amount: Amount, units: UnitWords) -> str | None:
    word = plain(table.header.text(amount.column)).removesuffix("数")
    for text in (*table.header.title_units, word):
        meaning = units.meaning(text)
        if text and meaning and meaning[0] in amount.dimensions:
            return text
    return amount.default


def _is_assumed(table: Table, amount: Amount, units: UnitWords) -> bool:
    """The default was taken, and it is not told by the column's own word (方量, 车数)."""
    named = amount.column in table.header.units or _fallback(table, amount, units) != amount.default
    return amount.default is not None and amount.column in ("volume", "load_volume", "density") and not named


def _conflict(table: Table, column: str, units: UnitWords) -> pl.Expr:
    """The unit column names another unit of the same dimension than the header does."""
    meaning = units.meaning(table.header.units.get(column))
    if meaning is None or column not in MASSES:
        return pl.lit(False)
    texts = table.rows.get_column("unit", default=pl.Series([], dtype=pl.String)).drop_nulls().unique()
    return pl.col("unit_cell").is_in([text for text in texts if _other(units, text, meaning)])


def _other(units: UnitWords, text: str, meaning: tuple[str, float]) -> bool:
    found = units.meaning(text)
    return found is not None and found[0] == meaning[0] and found[1] != meaning[1]


def _problem(amount: Amount, merged: pl.Expr, conflict: pl.Expr) -> pl.Expr:
    given, value = pl.col("given").is_not_null(), pl.col("value")
    unreadable = "loads_unreadable" if amount.column == "loads" else "number_unreadable"
    return (
        pl.when(given & merged)
        .then(pl.lit("amount_merged"))
        .when(given & value.is_null())
        .then(pl.lit(unreadable))
        .when(given & (value < 0))
        .then(pl.lit("number_negative"))
        .when(given & conflict)
        .then(pl.lit("unit_conflict"))
        .when(given & pl.col("unit").is_null())
        .then(pl.lit("unit_missing"))
        .when(given & ~pl.col("dimension").is_in(amount.dimensions).fill_null(False))
        .then(pl.lit("unit_unknown"))
        .when((given & (value != value.round())) if amount.column == "loads" else pl.lit(False))
        .then(pl.lit("loads_unreadable"))
    )


def _combined() -> list[pl.Expr]:
    """The columns of the first frame of :func:`amounts`: 外运量 in m³ is a volume, 数量 in 车 a number of loads."""

    def of(dimension: str, *columns: str) -> pl.Expr:
        return pl.coalesce(*(pl.when(pl.col(f"{c}.dimension") == dimension).then(pl.col(f"{c}.value")) for c in columns))

    def first(name: str) -> pl.Expr:
        columns = ("net_mass", "amount", "volume", "loads")
        return pl.coalesce(*(pl.when(pl.col(f"{c}.given").is_not_null()).then(pl.col(f"{c}.{name}")) for c in columns))

    weighed = pl.format("{} - {}", pl.col("gross_mass.given"), pl.col("tare_mass.given"))
    return [
        of("mass", "net_mass", "amount").alias("net_mass"),
        pl.col("gross_mass.value").alias("gross_mass"),
        pl.col("tare_mass.value").alias("tare_mass"),
        of("volume", "volume", "net_mass", "amount").alias("volume"),
        pl.col("load_volume.value").alias("load_volume"),
        pl.col("density.value").alias("density_given"),
        of(LOAD, "loads", "net_mass", "amount").cast(pl.Int64, strict=False).alias("loads"),
        pl.coalesce(first("given"), weighed).alias("mass_as_given"),
        pl.when(first("given").is_not_null()).then(first("unit")).otherwise(pl.col("gross_mass.unit")).alias("unit_as_given"),
        *(pl.col(f"{c}.assumed").fill_null(False).alias(f"assumed_{c}") for c in ("volume", "load_volume", "density")),
    ]
