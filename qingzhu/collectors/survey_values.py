"""Values of a survey 概况取值: text, numbers with their unit, yes and no, dates and words of a closed list, by the contract's column."""

from __future__ import annotations

import difflib
import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from qingzhu.collectors.cells import moments, numbers
from qingzhu.collectors.headers import plain
from qingzhu.collectors.remarks import WORDINGS
from qingzhu.terms import units as known_units
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.plurals import filled
from qingzhu.terms.times import local_date

if TYPE_CHECKING:
    from qingzhu.collectors.survey import SurveyWords


def refused(code: str, found: object, **facts: Any) -> MalformedError:
    """The error for a value that is not what its column wants 值被拒; its facts are those of the remark ``code``."""
    wording, facts = WORDINGS[code], {**facts, "found": found}
    return MalformedError(code, filled(wording.zh, facts), filled(wording.en, facts), **facts)


def value_of(value: Any, column: Any, unit: str, words: SurveyWords) -> Any:
    """The value for a column of a contract 取值, in the column's type and unit; None where the cell is empty.

    ``unit`` is what the header says in brackets. Raises ``MalformedError`` for a value of the wrong kind.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if column.type in ("float64", "int64"):
        return _number(value, column, unit, words)
    if column.type == "bool":
        return _answer(value, words)
    return _day(value) if column.type == "date" else _text(value, column, words)


def _text(value: Any, column: Any, words: SurveyWords) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refused("value_not_text", value)
    text = str(value).strip()
    if column.one_of:
        return _one_of(text, column, words)
    if column.name == "quantity":
        match = words.quantities.match(text)
        if match is None:
            raise _not_one_of(text, sorted({quantity for quantity, _ in words.quantities.ranks.values()}))
        return match[0]
    return text


def _one_of(text: str, column: Any, words: SurveyWords) -> str:
    key = words.values.get(column.name, {}).get(plain(text), plain(text))
    if key not in column.one_of:
        raise _not_one_of(text, list(column.one_of))
    return key


def _not_one_of(text: str, wanted: list[str]) -> MalformedError:
    near = difflib.get_close_matches(plain(text), wanted, n=1, cutoff=0.6)
    facts = {"near_zh": f"（最接近的是“{near[0]}”）" if near else "", "near_en": f" (the nearest is “{near[0]}”)" if near else ""}
    return refused("value_not_one_of", text, wanted=", ".join(wanted), **facts)


def _number(value: Any, column: Any, unit: str, words: SurveyWords) -> float | int:
    code = "value_not_whole" if column.type == "int64" else "value_not_number"
    wrong = refused(code, value, unit_zh=f"（{column.unit}）" if column.unit else "", unit_en=f" [{column.unit}]" if column.unit else "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise wrong
    found, suffix = _parsed(value)
    if found is None or not math.isfinite(found):
        raise wrong
    found *= _factor(suffix or unit, column.unit, words, wrong)
    if column.at_least is not None and found < column.at_least:
        raise refused("value_too_small", value, wanted=column.at_least)
    if column.type == "int64" and found != round(found):
        raise wrong
    return round(found) if column.type == "int64" else found


def _parsed(value: str | float) -> tuple[float | None, str]:
    if not isinstance(value, str):
        return float(value), ""
    parsed = numbers(pl.Series([value])).row(0)
    return parsed[0], parsed[1] or ""


def _factor(unit: str, wanted: str | None, words: SurveyWords, wrong: MalformedError) -> float:
    """What the number is multiplied by to stand in the contract's unit; a unit of another kind is refused."""
    if not unit or not wanted or plain(unit) == plain(wanted):
        return 1.0
    try:
        return known_units.factor(words.units.spellings.get(plain(unit), unit), wanted)
    except MalformedError:
        raise wrong from None


def _answer(value: Any, words: SurveyWords) -> bool:
    if isinstance(value, bool):
        return value
    said = plain(str(value))
    if said not in words.yes | words.no:
        raise refused("value_not_bool", value)
    return said in words.yes


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return local_date(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    found = moments(pl.Series([str(value)])).row(0, named=True) if isinstance(value, str | int | float) else None
    if not found or found["time"] is None or found["month_only"]:
        raise refused("value_not_date", value)
    return local_date(found["time"])
