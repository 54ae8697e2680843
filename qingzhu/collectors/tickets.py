"""Tickets 联单检查: what makes a row of the ticket file refused or doubtful, and which rows stand there twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from qingzhu.collectors.checks import Check, say
from qingzhu.collectors.headers import plain
from qingzhu.collectors.remarks import Place
from qingzhu.terms.readings import Remark
from qingzhu.terms.times import LOCAL, LOCAL_OFFSET_HOURS

if TYPE_CHECKING:
    from qingzhu.collectors.weighings import WeighingWords

TEXTS = (
    "ticket", "time", "date", "clock", "waste", "waste_origin", "waste_class", "unit", "basis", "zero_report", "disposal",
    "receiver", "plate", "driver", "project", "remarks", "corrects_row",
)  # fmt: skip
"""The columns of a ticket file that are text; the amounts are in ``loads``."""

ALIKE = ("time", "plate", "waste_as_given", "mass_as_given")
"""Two rows without ticket number that agree in all of these look like one load entered twice."""


def ticket_checks(
    words: WeighingWords, given_at: datetime | None, works_from: date | None, project: str, names: Iterable[str]
) -> list[Check]:
    """Every check of a single row 逐行检查, in the order in which the reasons are given."""
    return [*_on_time(words, given_at, works_from), *_on_mass(words), *_on_waste(words), *_on_words(project, names)]


def _on_time(words: WeighingWords, given_at: datetime | None, works_from: date | None) -> list[Check]:
    time, text = pl.col("time"), pl.col("time_as_given")
    checks = [
        Check("time_missing", time.is_null() & text.is_null(), "time"),
        Check("time_unreadable", time.is_null() & text.is_not_null(), "time", text),
        Check("time_too_early", time.dt.year() < words.earliest_year, "time", text, {"wanted": pl.lit(words.earliest_year)}),
    ]
    if works_from is not None:
        earliest = datetime.combine(works_from, datetime.min.time(), LOCAL) - timedelta(days=words.days_before_works)
        early = (time < earliest) & (time.dt.year() >= words.earliest_year)
        facts = {"works_from": pl.lit(works_from.isoformat()), "wanted": pl.lit(words.days_before_works)}
        checks.append(Check("time_before_works", early, "time", text, facts))
    if given_at is not None:
        facts = {"given_at": pl.lit(local_text(given_at))}
        checks.append(Check("time_in_future", time > given_at, "time", text, facts))
    return checks


def local_text(moment: datetime) -> str:
    """A moment as people here write it: local, to the minute."""
    return moment.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


def _on_mass(words: WeighingWords) -> list[Check]:
    gross, tare, net, zero = pl.col("gross_mass"), pl.col("tare_mass"), pl.col("net_given"), pl.col("zero_report_row")
    weighed = {"gross_mass": gross.round(6), "tare_mass": tare.round(6)}
    difference = (gross - tare).round(6)
    off = (net - difference).abs() > words.net_mass_tolerance
    nothing = pl.coalesce("weighed", "volume", pl.col("loads").cast(pl.Float64))
    only_loads = ~zero & pl.col("weighed").is_null() & pl.col("volume").is_null() & (pl.col("loads") > 0)
    only_volume = ~zero & pl.col("by_volume") & pl.col("density").is_null() & pl.col("waste_problem").is_null()
    each = pl.col("weighed") / pl.max_horizontal(pl.col("loads").fill_null(1), 1)
    return [
        Check("tare_above_gross", tare > gross, "tare_mass", facts=weighed),
        Check("net_differs", (tare <= gross) & off, "net_mass", facts={**weighed, "net_mass": net.round(6), "difference": difference}),
        Check("amount_missing", ~zero & nothing.is_null(), "net_mass"),
        Check("amount_zero", ~zero & (nothing == 0), "net_mass", pl.col("mass_as_given")),
        Check("zero_report_with_amount", zero & (nothing > 0), "zero_report", pl.col("mass_as_given")),
        Check("load_heavy", each > words.heaviest_load, "net_mass", each.round(3), {"wanted": pl.lit(words.heaviest_load)}),
        Check("load_volume_missing", only_loads, "loads", pl.col("loads").cast(pl.String)),
        Check("density_missing", only_volume & (pl.col("volume") > 0), "volume", pl.col("waste_as_given")),
    ]


def _on_waste(words: WeighingWords) -> list[Check]:
    near = pl.col("waste_near")
    facts = {
        "near_zh": pl.when(near.is_not_null()).then(pl.format("（最接近的是“{}”）", near)).otherwise(pl.lit("")),
        "near_en": pl.when(near.is_not_null()).then(pl.format(" (the nearest is “{}”)", near)).otherwise(pl.lit("")),
    }
    of_load = ~pl.col("zero_report_row")
    return [
        Check(code, of_load & (pl.col("waste_problem") == code), "waste", pl.col("waste_found"), facts)
        for code in ("waste_missing", "waste_unknown", "waste_not_construction", "waste_conflict")
    ]


def _on_words(project: str, names: Iterable[str]) -> list[Check]:
    ours = [plain(text) for text in (project, *names)]
    said = pl.col("project").str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", "")
    other = said.is_not_null() & ~said.is_in(ours)
    unknown = pl.col("disposal").is_not_null() & pl.col("disposal_key").is_null() & pl.col("receiver").is_not_null()
    return [
        Check("answer_unknown", pl.col("answer_unknown"), "zero_report", pl.col("zero_report")),
        Check("disposal_unknown", unknown & ~pl.col("zero_report_row"), "disposal", pl.col("disposal")),
        Check("basis_unknown", pl.col("basis").is_not_null() & pl.col("basis_key").is_null(), "basis", pl.col("basis")),
        Check("project_differs", other, "project", pl.col("project"), {"wanted": pl.lit(project)}),
    ]


def rows_twice(
    sound: pl.DataFrame, known: pl.DataFrame | None, place: Place, titles: dict[str, str]
) -> tuple[list[Remark], set[int], list[str]]:
    """Rows that stand twice 重复: in this file (the later one is refused) or in evidence that counts already.

    Gives the remarks, the rows refused, and the submissions because of which rows were refused.
    """
    frame = sound.with_columns(ticket_key=ticket_key(pl.col("ticket")), month=month_of(pl.col("time")))
    remarks, refused = _tickets_twice(frame, place, titles)
    leans_on: list[str] = []
    if known is not None and known.height:
        said, again, leans_on = _handed_in_before(frame.filter(~pl.col("row").is_in(list(refused))), known, place, titles)
        remarks, refused = remarks + said, refused | again
    frame = frame.filter(~pl.col("row").is_in(list(refused)))
    said, again = _zero_reports(frame, place)
    alike, out, because = _alike(frame, known, place)
    return remarks + said + alike, refused | again | out, list(dict.fromkeys([*leans_on, *because]))


def _line(place: Place) -> pl.Expr:
    return pl.col("first").map_elements(place.line, return_dtype=pl.String)


_BEFORE = (pl.col("submission").str.slice(0, 12), pl.col("first").cast(pl.String))
"""Where a row stood before, as a remark shows it."""


def ticket_key(ticket: pl.Expr) -> pl.Expr:
    """A ticket number as it is compared: NFKC, upper case, no blanks."""
    return ticket.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"\s+", "")


def month_of(time: pl.Expr) -> pl.Expr:
    """The local month of a moment as ``2023-03``."""
    return (time + pl.duration(hours=LOCAL_OFFSET_HOURS)).dt.strftime("%Y-%m")


def _tickets_twice(frame: pl.DataFrame, place: Place, titles: dict[str, str]) -> tuple[list[Remark], set[int]]:
    ticketed = frame.filter(pl.col("ticket_key").is_not_null() & ~pl.col("zero_report_row")).sort("row")
    same = pl.all_horizontal(pl.col(c).eq_missing(pl.col(c).first().over("ticket_key")) for c in ALIKE)
    hits = ticketed.with_columns(first=pl.col("row").first().over("ticket_key"), same=same).filter(pl.col("row") != pl.col("first"))
    facts = hits.select(
        "row",
        pl.col("ticket").alias("_found"),
        _line(place),
        pl.when("same").then(pl.lit("，内容相同")).otherwise(pl.lit("，内容不同")).alias("same_zh"),
        pl.when("same").then(pl.lit(", with the same content")).otherwise(pl.lit(", with other content")).alias("same_en"),
    )
    return say("ticket_twice", facts, place, titles.get("ticket")), set(hits["row"])


def _handed_in_before(
    frame: pl.DataFrame, known: pl.DataFrame, place: Place, titles: dict[str, str]
) -> tuple[list[Remark], set[int], list[str]]:
    before = known.filter(pl.col("ticket").is_not_null()).sort("submission", "row")
    before = before.select("submission", pl.col("row").alias("first"), ticket_key=ticket_key(pl.col("ticket")))
    before = before.unique("ticket_key", keep="first", maintain_order=True)
    hits = frame.filter(~pl.col("zero_report_row")).join(before, on="ticket_key").sort("row")
    facts = hits.select("row", pl.col("ticket").alias("_found"), *_BEFORE)
    leans_on = hits["submission"].unique(maintain_order=True).to_list()
    return say("ticket_handed_in_before", facts, place, titles.get("ticket")), set(hits["row"]), leans_on


def _zero_reports(frame: pl.DataFrame, place: Place) -> tuple[list[Remark], set[int]]:
    zero = frame.filter("zero_report_row").sort("row").with_columns(first=pl.col("row").first().over("month"))
    twice = zero.filter(pl.col("row") != pl.col("first"))
    facts = twice.select("row", pl.col("month").alias("_found"), _line(place))
    loaded = frame.filter(~pl.col("zero_report_row"))["month"].unique()
    contradicted = zero.filter((pl.col("row") == pl.col("first")) & pl.col("month").is_in(loaded.implode()))
    doubts = say("zero_report_contradicted", contradicted.select("row", pl.col("month").alias("_found")), place, None)
    return say("zero_report_twice", facts, place, None) + doubts, set(twice["row"])


def _alike(frame: pl.DataFrame, known: pl.DataFrame | None, place: Place) -> tuple[list[Remark], set[int], list[str]]:
    """Rows without number alike to others: a doubt, but refused where ``known`` says with ``alike`` that they are the same rows."""
    loads = frame.filter(pl.col("ticket").is_null() & ~pl.col("zero_report_row")).sort("row")
    within = loads.with_columns(first=pl.col("row").first().over(ALIKE)).filter(pl.col("row") != pl.col("first"))
    facts = within.select("row", pl.lit(None, dtype=pl.String).alias("_found"), _line(place))
    remarks = say("row_looks_twice", facts, place, None)
    if known is None or known.is_empty():
        return remarks, set(), []
    if "alike" not in known.columns:
        known = known.with_columns(alike=pl.lit(None, dtype=pl.String), name=pl.lit(None, dtype=pl.String))
    before = known.filter(pl.col("ticket").is_null()).sort(pl.col("alike").is_null(), "submission", "row")
    before = before.unique(ALIKE, keep="first", maintain_order=True)
    before = before.select(*ALIKE, "submission", "alike", pl.col("name").alias("other"), pl.col("row").alias("first"))
    both = loads.join(before, on=ALIKE, nulls_equal=True).sort("row")
    for code in ("row_looks_handed_in_before", *both["alike"].drop_nulls().unique(maintain_order=True)):
        hits = both.filter(pl.col("alike").fill_null("row_looks_handed_in_before") == code)
        remarks += say(code, hits.select("row", pl.lit(None, dtype=pl.String).alias("_found"), "other", *_BEFORE), place, None)
    same = both.filter(pl.col("alike").is_not_null())
    return remarks, set(same["row"]), same["submission"].unique(maintain_order=True).to_list()
