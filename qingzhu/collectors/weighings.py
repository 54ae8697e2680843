"""Weighings 过磅单: tickets of loads of construction waste and zero reports, read row by row (the Plan, 三（三）).

Masses are kept in t. A volume ticket is converted with a bulk density that is kept beside it; 车数 × 方 with a volume per
load. What a ticket does not tell is unknown, never 0. A row that contradicts itself is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.cells import clean, clocks, moments
from qingzhu.collectors.checks import check_rows, say
from qingzhu.collectors.headers import Synonyms, Table, plain
from qingzhu.collectors.loads import amounts
from qingzhu.collectors.mended import Corrections, Outcome
from qingzhu.collectors.remarks import Place, remark
from qingzhu.collectors.sheets import Book, read_book
from qingzhu.collectors.tables import SheetWords, tables_of, text_columns
from qingzhu.collectors.tickets import TEXTS, rows_twice, ticket_checks
from qingzhu.collectors.units import UnitWords
from qingzhu.collectors.waste_names import Resolved, WasteWords
from qingzhu.terms.readings import Reading, Remark
from qingzhu.terms.times import LOCAL_OFFSET_HOURS

NEEDED = (("net_mass", "gross_mass", "amount", "volume", "loads", "zero_report"), ("time", "date"))
"""A sheet of tickets has an amount of some kind and a time."""


@dataclass(frozen=True)
class WeighingWords:
    """What the rulebook tells the reader of tickets 过磅单用词: synonyms, units, waste names, densities, marks.

    ``net_mass_tolerance`` [t]: largest |net − (gross − tare)| that is rounding; ``heaviest_load`` [t]: above it a load is a doubt.
    ``earliest_year``: a ticket before it is refused; ``days_before_works`` [d]: one so long before the works began is a doubt.
    """

    sheets: SheetWords
    units: UnitWords
    waste: WasteWords
    yes: frozenset[str]
    no: frozenset[str]
    totals: frozenset[str]
    grand_totals: frozenset[str]
    zero_reports: frozenset[str]
    basis: Mapping[str, str]
    disposal: Mapping[str, str]
    net_mass_tolerance: float
    heaviest_load: float
    earliest_year: int
    days_before_works: int

    @staticmethod
    def of(headers: Mapping[str, Any], waste_words: Mapping[str, Any]) -> WeighingWords:
        """The words from the data files ``headers.toml`` and ``waste_words.toml``, as ``tomllib`` reads them."""
        words, values, marks = headers["words"], headers["weighing_values"], waste_words["marks"]
        sets = {key: frozenset(plain(word) for word in words[key]) for key in ("yes", "no", "totals", "grand_totals", "zero_reports")}
        return WeighingWords(
            SheetWords(Synonyms.of(headers["weighing"]), NEEDED, *(tuple(words[key]) for key in _PASSED)),
            UnitWords.of(headers["units"]),
            WasteWords.of(waste_words),
            **sets,
            basis=_by_word(values["basis"]),
            disposal=_by_word(values["disposal"]),
            net_mass_tolerance=marks["net_mass_tolerance"],
            heaviest_load=marks["heaviest_load"],
            earliest_year=marks["earliest_year"],
            days_before_works=marks["days_before_works"],
        )


_PASSED = ("summary_sheets", "ignored", "instruction_sheets")
"""Words for what is passed over in a book of tickets, in the order of :class:`SheetWords`."""


def _by_word(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {plain(word): key for key, synonyms in words.items() for word in [key, *synonyms]}


CHECKED = {
    "original text": "已核对原文",
    "two transcriptions": "两份转录一致",
    "secondary": "二手来源",
    "unverified": "未经核对",
    "convention": "本系统约定",
}
"""How a density was checked, in Chinese."""


def read_weighings(
    path: Path,
    name: str,
    project: str,
    words: WeighingWords,
    known: pl.DataFrame | None = None,
    *,
    given_at: datetime | None = None,
    project_names: Iterable[str] = (),
    load_volume: float | None = None,
    works_from: date | None = None,
    corrections: Corrections | None = None,
) -> Reading:
    """Read a file of tickets 读过磅单 into the table ``weighing``.

    ``known``: tickets that count already from other files (``submission row ticket time plate waste_as_given mass_as_given``, and
    ``alike`` where rows alike to them are refused: the code and ``name`` for it); ``corrections`` what was mended already;
    ``given_at``: rows later than it are refused; ``project_names``: names that mean this project; ``load_volume`` [m³]: what
    the project declares for a load of which only the number is known; ``works_from``: its first day. Raises ``MalformedError``
    when the file is no table.
    """
    book = read_book(path, name)
    tables, remarks = tables_of(book, words.sheets)
    titles = {column: table.header.text(column) for table in reversed(tables) for column in table.header.columns}
    titles.setdefault("time", titles.get("date", "time"))
    raw = pl.concat([table.raw for table in tables], how="diagonal")
    work, problems = _work(tables, words, load_volume)
    counted, passed = _without_totals(work, words, book.place)
    remarks += passed
    problems = problems.filter(pl.col("row").is_in(counted["row"].implode()) & ~pl.col("row").is_in(_zero_rows(counted).implode()))
    remarks += _on_cells(problems, book.place, titles)
    overlong = [row for table in tables for row in table.overlong if row in set(counted["row"])]
    remarks += [remark("cells_beyond_header", book.place, row=row) for row in overlong]
    bad = {*problems["row"], *overlong}
    checked, refused = check_rows(counted, ticket_checks(words, given_at, works_from, project, project_names), book.place, titles)
    remarks += [said for said in checked if not (said.row in bad and said.code in ("amount_missing", "amount_zero"))]
    bad |= refused
    sound, corrects = counted.filter(~pl.col("row").is_in(list(bad))), _corrects(book, tables)
    mended = Outcome() if not corrects or corrections is None else corrections.check(corrects, _corrected(sound), book.place)
    sound = sound.filter(~pl.col("row").is_in(list(mended.refused)))
    again, twice, leans_on = rows_twice(sound, known, book.place, titles)
    sound, over = sound.filter(~pl.col("row").is_in(list(twice))), twice | mended.refused
    bad |= over
    remarks += mended.remarks + again + _on_what_was_assumed(sound, words, book.place, load_volume)
    remarks += _on_the_whole(sound, counted, book.place, mended=bool(corrects and over))
    leans_on = list(dict.fromkeys([*leans_on, *sorted(mended.leans_on)]))
    frame = _evidence(sound, project, corrects=bool(corrects))
    refused_rows = raw.filter(pl.col("row").is_in(list(bad))) if bad else None
    facts = {**book.facts, "header_row": tables[0].header.line + 1, "header": tables[0].header.texts}
    unit = next((text for text in tables[0].header.title_units if words.units.meaning(text)), None)
    facts |= {"title_unit": unit} if unit else {}
    return Reading({"weighing": frame}, remarks, refused_rows, leans_on, corrects, facts)


def _corrects(book: Book, tables: list[Table]) -> str | None:
    """The submission a file of corrections names, on its hidden sheet or in a column."""
    if book.marker.get("submission"):
        return book.marker["submission"]
    named = [text for table in tables if "corrects" in table.rows.columns for text in table.rows["corrects"].drop_nulls()]
    return named[0] if named else None


def _corrects_row() -> pl.Expr:
    return clean(pl.col("corrects_row")).cast(pl.Int64, strict=False)


def _corrected(sound: pl.DataFrame) -> pl.DataFrame:
    """Each row and the row it corrects."""
    return sound.select("row", _corrects_row().alias("corrects_row"))


def _work(tables: list[Table], words: WeighingWords, load_volume: float | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every row with its texts, amounts, time, waste and mass; and the cells that could not be read."""
    frames, problems = [], []
    for table in tables:
        found, bad = amounts(table, words.units)
        texts = text_columns(table.rows, TEXTS).select("row", *TEXTS).hstack(_totals_said(table.raw, words))
        frames.append(texts.join(found, on="row", maintain_order="left"))
        problems.append(bad)
    work = pl.concat(frames)
    work = work.with_columns(_answers(words)).with_columns(_zero(words))
    work = _timed(work)
    work = _named(work, words)
    return _massed(work, words, load_volume), pl.concat(problems)


def _key(column: str) -> pl.Expr:
    """The text of a cell as words are compared: :func:`headers.plain`, vectorised."""
    return pl.col(column).str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", "").str.strip_chars("*:")


def _totals_said(raw: pl.DataFrame, words: WeighingWords) -> pl.DataFrame:
    """Whether any cell of a row, read or not, is a word for a total 合计, and for the total of the whole sheet."""

    def said(these: frozenset[str]) -> pl.Expr:
        return pl.any_horizontal(_key(column).is_in(list(these)).fill_null(False) for column in raw.columns if column != "row")

    return raw.select(total_said=said(words.totals), grand_said=said(words.grand_totals))


def _answers(words: WeighingWords) -> list[pl.Expr]:
    said = _key("zero_report")
    yes = list(words.yes | words.zero_reports)
    return [
        said.is_in(yes).fill_null(False).alias("said_zero"),
        (said.is_not_null() & ~said.is_in([*yes, *words.no])).alias("answer_unknown"),
        _key("basis").replace_strict(words.basis, default=None, return_dtype=pl.String).alias("basis_key"),
        _key("disposal").replace_strict(words.disposal, default=None, return_dtype=pl.String).alias("disposal_key"),
    ]


def _zero(words: WeighingWords) -> pl.Expr:
    texts = ("waste", "ticket", "remarks", "disposal")
    told = pl.any_horizontal(_key(column).is_in(list(words.zero_reports)).fill_null(False) for column in texts)
    amount = _key("mass_as_given").is_in(list(words.zero_reports)).fill_null(False)
    nothing = pl.coalesce("net_mass", "volume", pl.lit(0.0)) == 0
    return (pl.col("said_zero") | amount | (told & nothing)).alias("zero_report_row")


def _zero_rows(frame: pl.DataFrame) -> pl.Series:
    """Zero reports whose amount is a word (无外运): that cell is no unreadable number."""
    told = pl.col("zero_report_row") & pl.coalesce("net_mass", "volume", "gross_mass", "loads").is_null()
    return frame.filter(told)["row"]


def _timed(work: pl.DataFrame) -> pl.DataFrame:
    """``time`` from one column, or from a date and a time of day in two."""
    one = moments(work["time"]).with_columns(pl.when(pl.col("time").dt.year() > _EXCEL_YEARS).then("time").alias("time"))
    day = moments(work["date"]).select(pl.all().name.prefix("day_"))
    frame = work.rename({"time": "time_text"}).hstack(one).hstack(day)
    frame = frame.with_columns(clock=clocks(work["clock"]), time_clock=clocks(work["time"]))
    own = pl.col("time").is_not_null()
    unreadable = pl.col("time_text").is_not_null() & ~own & pl.col("time_clock").is_null()
    base = pl.when(~unreadable).then(pl.coalesce("time", "day_time"))
    at_midnight = (base + pl.duration(hours=LOCAL_OFFSET_HOURS)).dt.time() == time()
    clock = pl.coalesce("clock", pl.when(~own).then("time_clock"))
    return frame.with_columns(
        time=pl.when(at_midnight & clock.is_not_null()).then(base + clock).otherwise(base),
        zoned=pl.when(own).then("zoned").otherwise("day_zoned"),
        month_only=pl.when(own).then("month_only").otherwise("day_month_only"),
        serial=pl.when(own).then("serial").otherwise("day_serial"),
        time_as_given=pl.coalesce(pl.concat_str("date", "time_text", separator=" "), "time_text", "date"),
    )


_EXCEL_YEARS = 1904
"""A cell with a time of day only is a moment of 1899 or 1904 to a spreadsheet."""


def _named(work: pl.DataFrame, words: WeighingWords) -> pl.DataFrame:
    columns = ("waste", "waste_origin", "waste_class")
    resolved = {texts: words.waste.resolve(texts) for texts in work.select(columns).unique().iter_rows()}
    each = [resolved[texts] for texts in work.select(columns).iter_rows()]
    given = [" / ".join(text for text in texts if text) or None for texts in work.select(columns).iter_rows()]
    return work.drop(columns).with_columns(pl.Series("waste_as_given", given, dtype=pl.String), *_waste_columns(each))


def _waste_columns(each: list[Resolved]) -> list[pl.Series]:
    def column(name: str, values: list[Any], kind: Any = pl.String) -> pl.Series:
        return pl.Series(name, values, dtype=kind)

    return [
        column("waste_origin", [one.waste.origin for one in each]),
        column("waste_class", [one.waste.waste_class for one in each]),
        column("density_key", [one.waste.density for one in each]),
        column("waste_problem", [one.problem for one in each]),
        column("waste_found", [one.found for one in each]),
        column("waste_near", [one.near for one in each]),
        column("origin_assumed", [one.assumed for one in each], pl.Boolean),
    ]


def _massed(work: pl.DataFrame, words: WeighingWords, load_volume: float | None) -> pl.DataFrame:
    """The net mass 净重 [t]: as weighed, gross − tare, or volume × density; and how it is known."""
    table = {key: density.value for key, density in words.waste.densities.items()}
    volume_of_load = pl.coalesce("load_volume", pl.lit(load_volume, dtype=pl.Float64))
    work = work.with_columns(
        weighed=pl.coalesce("net_mass", pl.col("gross_mass") - pl.col("tare_mass")),
        net_given=pl.col("net_mass"),
        volume=pl.coalesce("volume", pl.col("loads") * volume_of_load),
        from_loads=pl.col("volume").is_null() & pl.col("loads").is_not_null(),
        by_declared=pl.col("volume").is_null() & pl.col("loads").is_not_null() & pl.col("load_volume").is_null(),
        density=pl.coalesce("density_given", pl.col("density_key").replace_strict(table, default=None, return_dtype=pl.Float64)),
    )
    by_volume = pl.col("weighed").is_null() & pl.col("volume").is_not_null()
    weighed = pl.coalesce("basis_key", pl.lit("weighbridge"))
    how = pl.when("zero_report_row").then(pl.lit("zero_report")).when(pl.col("weighed").is_not_null()).then(weighed)
    return work.with_columns(
        net_mass=pl.coalesce("weighed", pl.col("volume") * pl.col("density")),
        density=pl.when(by_volume).then("density"),
        by_volume=by_volume,
        how=how.when(pl.col("from_loads")).then(pl.lit("loads")).otherwise(pl.lit("volume")),
    )


def _without_totals(work: pl.DataFrame, words: WeighingWords, place: Place) -> tuple[pl.DataFrame, list[Remark]]:
    """The rows without totals and footers, with a remark that names those and one where a total does not agree."""
    amount = pl.coalesce("mass_as_given", pl.col("gross_mass").cast(pl.String))
    ticketed = pl.col("ticket").is_not_null() & ~_key("ticket").is_in(list(words.totals)) & pl.col("time").is_not_null()
    total = pl.col("total_said") & ~ticketed
    numbered = pl.col("ticket").fill_null("").str.contains(r"\d")
    footer = ~total & amount.is_null() & pl.col("time").is_null() & ~numbered & ~pl.col("zero_report_row")
    kept = work.filter(~total & ~footer)
    remarks = [
        remark(code, place, found="、".join(place.line(row) for row in rows), count=len(rows))
        for code, rows in (("totals_row", work.filter(total)["row"].to_list()), ("footnote_row", work.filter(footer)["row"].to_list()))
        if rows
    ]
    grand = work.filter(total & pl.col("grand_said"))
    return kept, remarks + _on_grand_totals(grand, kept, words, place)


def _on_grand_totals(grand: pl.DataFrame, rows: pl.DataFrame, words: WeighingWords, place: Place) -> list[Remark]:
    """A grand total that is not the sum of the rows above it on its sheet; looked at only where there is one total on the sheet."""
    remarks = []
    step = pl.col("row") // 10_000_000
    for sheet, total in grand.filter(pl.col("net_mass").is_not_null()).group_by(step, maintain_order=True):
        above = rows.filter((step == sheet[0]) & (pl.col("row") < total["row"][0]))
        summed = above["net_mass"].sum()
        if total.height == 1 and abs(summed - total["net_mass"][0]) > words.net_mass_tolerance:
            facts: dict[str, Any] = {"found": f"{total['net_mass'][0]:.10g}", "wanted": f"{summed:.10g}"}
            remarks.append(remark("total_differs", place, row=total["row"][0], **facts))
    return remarks


def _on_cells(problems: pl.DataFrame, place: Place, titles: dict[str, str]) -> list[Remark]:
    remarks: list[Remark] = []
    for (code, column), hits in problems.group_by("code", "column", maintain_order=True):
        facts = hits.select("row", pl.col("found").alias("_found"), "wanted", "header_unit")
        remarks += say(str(code), facts, place, titles.get(str(column), str(column)))
    return remarks


def _on_what_was_assumed(sound: pl.DataFrame, words: WeighingWords, place: Place, load_volume: float | None) -> list[Remark]:
    """One note for each thing that was assumed, with how many rows it touches."""
    dated = sound.filter(pl.col("zoned").not_())
    notes = [
        ("time_without_zone", dated, None),
        ("time_serial", sound.filter("serial"), "time_as_given"),
        ("month_only", sound.filter(pl.col("month_only") & ~pl.col("zero_report_row")), None),
        ("net_from_gross_and_tare", sound.filter(pl.col("net_given").is_null() & pl.col("weighed").is_not_null()), None),
        ("origin_assumed", sound.filter(pl.col("origin_assumed") & ~pl.col("zero_report_row")), "waste_as_given"),
        ("disposal_is_receiver", sound.filter(_place_named()), "disposal"),
    ]
    remarks = [
        remark(code, place, count=hits.height, found=hits[column][0] if column else None) for code, hits, column in notes if hits.height
    ]
    declared = sound.filter(pl.col("by_declared") & pl.col("weighed").is_null() & pl.col("volume").is_not_null())
    if declared.height:
        remarks.append(remark("load_volume_declared", place, count=declared.height, found=f"{load_volume:.10g}"))
    for column in ("volume", "load_volume", "density"):
        hits = sound.filter(f"assumed_{column}")
        if hits.height:
            title = words.sheets.synonyms.title(column)
            unit = "t/m³" if column == "density" else "m³"
            remarks.append(remark("unit_assumed", place, found=unit, count=hits.height, column_zh=title, column_en=column))
    return remarks + _on_densities(sound, words, place)


def _on_densities(sound: pl.DataFrame, words: WeighingWords, place: Place) -> list[Remark]:
    used = sound.filter(pl.col("by_volume") & pl.col("density_given").is_null() & pl.col("density").is_not_null())
    remarks = []
    for (key,), hits in used.group_by("density_key", maintain_order=True):
        density = words.waste.densities[str(key)]
        facts: dict[str, Any] = {
            "found_zh": density.zh,
            "found_en": density.en,
            "checked_zh": CHECKED[density.checked],
            "checked_en": density.checked,
        }
        remarks.append(remark("density_used", place, found=key, count=hits.height, density=density.value, **facts))
    return remarks


def _place_named() -> pl.Expr:
    """去向 names a place and no column names the receiver."""
    return pl.col("disposal").is_not_null() & pl.col("disposal_key").is_null() & pl.col("receiver").is_null() & ~pl.col("zero_report_row")


def _on_the_whole(sound: pl.DataFrame, counted: pl.DataFrame, place: Place, *, mended: bool) -> list[Remark]:
    """``mended``: a correction whose rows count elsewhere by now; it is read and adds nothing, so that an earlier reading of it ends."""
    if counted.is_empty():
        return [remark("no_rows", place)]
    if sound.is_empty() and mended:
        return [remark("correction_adds_nothing", place, found=counted.height)]
    return [remark("every_row_refused", place, found=counted.height)] if sound.is_empty() else []


def _evidence(sound: pl.DataFrame, project: str, *, corrects: bool) -> pl.DataFrame:
    """The columns of the contract ``weighing``."""
    zero = pl.col("zero_report_row")
    return sound.select(
        pl.lit(project).alias("project"),
        "row",
        pl.col("ticket").str.strip_chars(),
        pl.col("time").cast(pl.Datetime("us", "UTC")),
        zero.alias("zero_report"),
        pl.when(~zero).then("waste_origin").alias("waste_origin"),
        pl.when(~zero).then("waste_class").alias("waste_class"),
        "waste_as_given",
        pl.when(zero).then(0.0).otherwise("net_mass").alias("net_mass"),
        "gross_mass",
        "tare_mass",
        "volume",
        "density",
        "loads",
        pl.col("how").alias("basis"),
        "mass_as_given",
        "unit_as_given",
        pl.col("disposal_key").alias("disposal"),
        pl.when(_place_named()).then("disposal").otherwise("receiver").alias("receiver"),
        "plate",
        "driver",
        pl.when(pl.lit(corrects)).then(_corrects_row()).alias("corrects_row"),
    )
