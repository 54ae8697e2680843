"""Units 计量单位: one spelling a unit, its dimension, its factor to the unit evidence is kept in, its Chinese spelling.

Evidence is kept in one unit a dimension (t, m, m², m³, s, kWh, kgCO₂e; shares in %, 0-100; levels in dB(A); dust in µg/m³).
``convert`` goes between units of one dimension only: a volume becomes a mass through a density that is evidence, never here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from qingzhu.terms.errors import MalformedError


@dataclass(frozen=True)
class Unit:
    """A unit 计量单位. ``factor`` times a value in it is the value in the dimension's kept unit.

    ``text`` is the one spelling used in contracts, measures and rules, ``zh`` the one on Chinese pages,
    ``spellings`` what files write for it.
    """

    text: str
    dimension: str
    factor: float
    zh: str
    spellings: tuple[str, ...] = ()


UNITS: tuple[Unit, ...] = (
    Unit("t", "mass", 1.0, "吨", ("ton", "tonne", "tonnes", "公吨")),
    Unit("kg", "mass", 1e-3, "千克", ("公斤", "千克")),
    Unit("g", "mass", 1e-6, "克"),
    Unit("m", "length", 1.0, "米"),
    Unit("mm", "length", 1e-3, "毫米"),
    Unit("cm", "length", 1e-2, "厘米"),
    Unit("km", "length", 1e3, "千米", ("公里",)),
    Unit("m²", "area", 1.0, "平方米", ("m2", "m^2", "sqm", "㎡", "平米")),
    Unit("mm²", "area", 1e-6, "平方毫米", ("mm2", "mm^2")),
    Unit("cm²", "area", 1e-4, "平方厘米", ("cm2", "cm^2")),
    Unit("10⁴ m²", "area", 1e4, "万平方米", ("万m²", "万m2", "万平米", "10^4m2", "10000m2")),
    Unit("m³", "volume", 1.0, "立方米", ("m3", "m^3", "cbm", "方", "立方", "㎥")),
    Unit("mm³", "volume", 1e-9, "立方毫米", ("mm3", "mm^3")),
    Unit("cm³", "volume", 1e-6, "立方厘米", ("cm3", "cm^3")),
    Unit("L", "volume", 1e-3, "升", ("l", "litre", "liter", "dm³", "dm3")),
    Unit("t/m³", "density", 1.0, "吨/立方米", ("t/m3", "t/m^3", "吨/方", "g/cm³", "g/cm3")),
    Unit("kg/m³", "density", 1e-3, "千克/立方米", ("kg/m3", "kg/m^3")),
    Unit("s", "time", 1.0, "秒", ("sec",)),
    Unit("min", "time", 60.0, "分钟", ("分",)),
    Unit("h", "time", 3600.0, "小时", ("hour", "hours", "时")),
    Unit("d", "time", 86400.0, "天", ("day", "days", "日")),
    Unit("kWh", "energy", 1.0, "千瓦时", ("kw·h", "度")),
    Unit("MWh", "energy", 1e3, "兆瓦时"),
    Unit("kgCO₂e", "carbon", 1.0, "千克二氧化碳当量", ("kgco2e", "kgco2")),
    Unit("tCO₂e", "carbon", 1e3, "吨二氧化碳当量", ("tco2e", "tco2")),
    Unit("kgCO₂e/t", "carbon_per_mass", 1.0, "千克二氧化碳当量/吨", ("kgco2e/t", "kgco2/t")),
    Unit("kgCO₂e/kg", "carbon_per_mass", 1e3, "千克二氧化碳当量/千克", ("kgco2e/kg", "kgco2/kg", "tco2e/t", "tco2/t")),
    Unit("kgCO₂e/m³", "carbon_per_volume", 1.0, "千克二氧化碳当量/立方米", ("kgco2e/m3", "kgco2/m3", "kgco2/m³")),
    Unit("kgCO₂e/m²", "carbon_per_area", 1.0, "千克二氧化碳当量/平方米", ("kgco2e/m2", "kgco2/m2", "kgco2/m²")),
    Unit("kgCO₂e/(t·km)", "carbon_per_transport", 1.0, "千克二氧化碳当量/(吨·千米)", ("kgco2e/(t·km)", "kgco2e/(t*km)", "kgco2e/tkm")),
    Unit("%", "share", 1.0, "%", ("percent", "百分比")),
    Unit("1", "number", 1.0, "", ("-", "无量纲")),
    Unit("count", "number", 1.0, "个", ("pcs", "件", "块", "根", "次")),
    Unit("dB(A)", "level", 1.0, "分贝(A)", ("db", "dba", "分贝")),
    Unit("µg/m³", "concentration", 1.0, "微克/立方米", ("ug/m3", "ug/m³", "μg/m3", "µg/m3", "ug/m^3")),
    Unit("mg/m³", "concentration", 1e3, "毫克/立方米", ("mg/m3", "mg/m^3")),
    Unit("t/10⁴ m²", "mass_per_area", 1.0, "吨/万m²", ("t/10^4m2", "t/10000m2", "吨/万平方米", "t/万m²", "t/万m2")),
    Unit("kg/m²", "mass_per_area", 10.0, "千克/平方米", ("kg/m2", "kg/m^2")),
    Unit("points", "points", 1.0, "分", ("pts",)),
)
"""Every unit a file, contract, measure or rule may name. Decibels and points are compared, never scaled."""


def _folded(text: str) -> str:
    """A spelling without width, case and blanks: ``㎡`` and ``M2`` are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split())


def _index() -> dict[str, Unit]:
    """Spelling to unit. 分 is minutes to a file and points to a page: the first in the table is what a file means."""
    index: dict[str, Unit] = {}
    for unit in UNITS:
        for spelling in {unit.text, unit.zh, *unit.spellings} - {""}:
            index.setdefault(_folded(spelling), unit)
    return index


_BY_SPELLING = _index()
_BY_TEXT = {unit.text: unit for unit in UNITS}


def find(text: str | None) -> Unit | None:
    """The unit a file means by ``text``, or None where the spelling is not known."""
    return _BY_SPELLING.get(_folded(text)) if text else None


def unit(text: str) -> Unit:
    """The unit a file means by ``text``; raises :class:`MalformedError` with the spellings that are known."""
    found = find(text)
    if found is None:
        wanted = "、".join(_BY_TEXT)
        raise MalformedError(
            "unknown_unit",
            f"不认识的计量单位“{text}”。可用：{wanted}。",
            f"Unknown unit {text!r}. Known: {wanted}.",
            found=text,
            wanted=wanted,
        )
    return found


def exact(text: str) -> Unit | None:
    """The unit whose one spelling is ``text``; contracts, measures and rules write no other."""
    return _BY_TEXT.get(text)


def convert(value: float, given: str, wanted: str) -> float:
    """``value`` from unit ``given`` into unit ``wanted`` of the same dimension."""
    source, target = unit(given), unit(wanted)
    if source.dimension != target.dimension:
        raise MalformedError(
            "unlike_units",
            f"“{given}”与“{wanted}”不是同一量纲，不能换算。",
            f"{given!r} and {wanted!r} have different dimensions and cannot be converted.",
            found=given,
            wanted=wanted,
        )
    if source is target:
        return value
    return value * source.factor / target.factor


def factor(given: str, wanted: str) -> float:
    """What a value in ``given`` is multiplied by to stand in ``wanted``."""
    return convert(1.0, given, wanted)


def shown(text: str | None, lang: str) -> str:
    """The unit as a page in ``zh`` or ``en`` writes it: ``t/10⁴ m²`` is 吨/万m² on Chinese pages."""
    known = exact(text) if text else None
    if known is None:
        return text or ""
    if lang == "zh":
        return known.zh
    return "" if known.text == "1" else known.text
