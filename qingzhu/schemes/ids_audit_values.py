"""The restrictions of an IDS 限制审核: written as XSD wants them, fit for their type, and possible to meet.

Source: buildingSMART IDS 1.0, restrictions.md, DataTypes.md, tolerance.md; XML Schema 1.0, part 2.
"""

from __future__ import annotations

from qingzhu.collectors.ids import Value
from qingzhu.schemes.ids_findings import Place
from qingzhu.schemes.ids_values import BOUNDS, FORMS, LENGTHS, LONGEST_LENGTH, SUPPORTED, TOLERANCE, compiled, is_written, to_number

NUMBERS = ("double", "integer")
ORDERED = (*NUMBERS, "date", "dateTime", "time", "duration")
TEXTS = ("string",)


def audit_value(place: Place, parameter: str, value: Value, base: str = "string", named: str = "") -> None:
    """One parameter 审核一个取值: ``base`` is the XML base type of what it is held against, ``named`` says whose type that is."""
    if value.simple is not None:
        if value.simple == "":
            place.say("error", "empty_value", parameter, value, what=parameter)
        elif not is_written(value.simple, base):
            place.say("error", "not_castable", parameter, value, text=value.simple, base=base, named=named or parameter)
        elif value.simple != value.simple.strip():
            place.say("warning", "spaces_around", parameter, value, text=value.simple)
        return
    own = value.base.rpartition(":")[2]
    if own not in FORMS:
        place.say("error", "base_unknown", parameter, value, base=value.base or "—", known=", ".join(FORMS))
        return
    if own != base:
        place.say("error", "base_differs", parameter, value, base=own, wanted=base, named=named or parameter)
    if not value.limits:
        place.say("error", "no_limit", parameter, value, what=parameter)
    for kind in dict.fromkeys(kind for kind, _ in value.limits):
        if kind not in SUPPORTED:
            place.say("error", "limit_unsupported", parameter, value, kind=kind, known=", ".join(SUPPORTED))
    _enumerations(place, parameter, value, own)
    _patterns(place, parameter, value, own)
    _lengths(place, parameter, value, own)
    _bounds(place, parameter, value, own)


def _enumerations(place: Place, parameter: str, value: Value, base: str) -> None:
    texts = value.of("enumeration")
    for text in texts:
        if text == "":
            place.say("error", "empty_value", parameter, value, what=parameter)
        elif not is_written(text, base):
            place.say("error", "not_castable", parameter, value, text=text, base=base, named=parameter)
    if twice := sorted({text for text in texts if texts.count(text) > 1}):
        place.say("warning", "enumerated_twice", parameter, value, texts=", ".join(twice))


def _patterns(place: Place, parameter: str, value: Value, base: str) -> None:
    for text in value.of("pattern"):
        if base not in TEXTS:
            place.say("error", "pattern_on_number", parameter, value, text=text, base=base)
        try:
            compiled(text)
        except ValueError as error:
            place.say("error", "pattern_broken", parameter, value, text=text, reason=str(error))


def _lengths(place: Place, parameter: str, value: Value, base: str) -> None:
    given = {kind: value.of(kind) for kind in LENGTHS if value.of(kind)}
    if not given:
        return
    if base not in TEXTS:
        place.say("error", "length_on_number", parameter, value, base=base)
    for kind, texts in given.items():
        sound = is_written(texts[0], "integer") and len(texts[0]) <= LONGEST_LENGTH and int(texts[0]) >= 0
        if len(texts) > 1 or not sound:
            place.say("error", "length_broken", parameter, value, kind=kind, text=", ".join(texts))
            return
    least = max(int(given[kind][0]) for kind in given if kind != "maxLength") if set(given) - {"maxLength"} else 0
    most = min((int(given[kind][0]) for kind in given if kind != "minLength"), default=least)
    if least > most:
        place.say("error", "nothing_fits", parameter, value, low=least, high=most)


def _bounds(place: Place, parameter: str, value: Value, base: str) -> None:
    given = {kind: value.of(kind) for kind in BOUNDS if value.of(kind)}
    if not given:
        return
    if base not in ORDERED:
        place.say("error", "bound_on_text", parameter, value, base=base)
        return
    for kind, texts in given.items():
        if len(texts) > 1:
            place.say("error", "bound_twice", parameter, value, kind=kind)
        if not is_written(texts[0], base):
            place.say("error", "not_castable", parameter, value, text=texts[0], base=base, named=kind)
            return
    for pair in (("minInclusive", "minExclusive"), ("maxInclusive", "maxExclusive")):
        if all(kind in given for kind in pair):
            place.say("error", "bound_twice", parameter, value, kind=" + ".join(pair))
    low, high = (next((given[kind][0] for kind in BOUNDS if kind in given and kind.startswith(end)), None) for end in ("min", "max"))
    if low is not None and high is not None and base in NUMBERS:
        _spread(place, parameter, value, low, high, "minExclusive" in given or "maxExclusive" in given)


def _spread(place: Place, parameter: str, value: Value, low: str, high: str, open_end: bool) -> None:
    """A lower bound above the upper one; a spread that the tolerance swallows (tolerance.md)."""
    least, most = to_number(low), to_number(high)
    if least is None or most is None:
        return
    if least > most or (least == most and open_end):
        place.say("error", "nothing_fits", parameter, value, low=low, high=high)
    elif least != most and most - least < 2 * TOLERANCE * (max(abs(least), abs(most)) + 1):
        place.say("warning", "spread_below_tolerance", parameter, value, low=low, high=high)
