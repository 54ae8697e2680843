"""Loads of waste leaving a site 建筑垃圾外运: how much, of what, when, in the rhythm of a real site.

Spoil goes at night in the first months; works waste comes in bursts after formwork is stripped (拆模) and grows with the stage;
nothing leaves during a suspension. The tonnes made here are the truth the expected findings are counted from.
Bulk densities (t/m³, loose) are engineering values inside the ranges in common use; they are written into the ticket files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from samples.chance import Chance
from samples.writing import at


@dataclass(frozen=True)
class Material:
    """A kind of waste as a gate clerk calls it: origin, class, tonnes a truck carries, loose density [t/m³], where it goes."""

    name: str
    origin: str
    waste_class: str
    low: float
    high: float
    density: float
    disposal: str


MATERIALS = {
    material.name: material
    for material in (
        Material("废混凝土", "works_waste", "inorganic", 7.5, 13.5, 1.5, "资源化利用"),
        Material("碎砖", "works_waste", "inorganic", 6.5, 11.5, 1.5, "资源化利用"),
        Material("废砂浆", "works_waste", "inorganic", 5.5, 9.5, 1.5, "资源化利用"),
        Material("废钢筋", "works_waste", "metal", 1.8, 4.6, 1.0, "回收利用"),
        Material("型钢余料", "works_waste", "metal", 1.2, 3.8, 1.0, "回收利用"),
        Material("废模板", "works_waste", "wood", 1.6, 3.4, 0.3, "回收利用"),
        Material("包装塑料", "works_waste", "plastic", 0.4, 0.9, 0.15, "回收利用"),
        Material("废石膏板", "works_waste", "other", 1.0, 2.4, 0.425, "填埋"),
        Material("混合建筑垃圾", "works_waste", "mixed", 4.5, 8.5, 1.15, "填埋"),
        Material("工程渣土", "spoil", "spoil", 18.0, 27.0, 1.45, "回填"),
        Material("工程泥浆", "slurry", "slurry", 14.0, 19.0, 1.2, "消纳"),
        Material("拆除垃圾", "demolition_waste", "", 8.0, 14.0, 1.5, "资源化利用"),
        Material("装修垃圾", "decoration_waste", "", 3.5, 7.0, 1.15, "填埋"),
    )
}

UNDERGROUND = {"废混凝土": 6, "废钢筋": 2, "废模板": 2, "混合建筑垃圾": 1}
ABOVEGROUND = {"废混凝土": 5, "碎砖": 2, "废钢筋": 2, "废模板": 3, "包装塑料": 1, "混合建筑垃圾": 1}
FIT_OUT = {"碎砖": 3, "废砂浆": 3, "包装塑料": 3, "废石膏板": 2, "混合建筑垃圾": 3, "废钢筋": 1}
STEEL = {"型钢余料": 5, "废混凝土": 4, "包装塑料": 2, "混合建筑垃圾": 2}
RENEWAL = {"拆除垃圾": 6, "装修垃圾": 4}

RECEIVERS = ("横林建筑垃圾资源化利用厂", "雪堰渣土消纳场", "奔牛再生资源分拣中心")
_DRIVERS = ("王建军", "李国强", "张伟", "刘洋", "陈小兵", "周志明", "吴海龙", "徐永刚")


@dataclass(frozen=True)
class Load:
    """One ticket: what left, when, and the mass the file will show [t]. ``day_row`` tickets stand for several trucks."""

    when: datetime
    material: Material
    mass: float
    ticket: str = ""
    plate: str = ""
    driver: str = ""
    receiver: str = ""
    gross: float | None = None
    tare: float | None = None
    trucks: int = 1
    per_truck: float | None = None

    @property
    def volume(self) -> float | None:
        """Loose volume of all trucks of the row [m³]."""
        return None if self.per_truck is None else self.trucks * self.per_truck


@dataclass(frozen=True)
class Phase:
    """A stretch of works: local days (both included), tonnes of works waste to make, and the mix by number of trucks."""

    first: date
    last: date
    tonnes: float
    mix: dict[str, int]


@dataclass(frozen=True)
class Habit:
    """How a site hauls: prefix of its tickets, hours at the gate, days it rests, days between two strippings of formwork."""

    prefix: str
    night: bool = False
    rests: tuple[tuple[date, date], ...] = ()
    cycle: int = 8
    by_volume: bool = False
    fleet: int = 7
    receivers: tuple[str, ...] = field(default=RECEIVERS[:1])

    def rests_on(self, day: date) -> bool:
        """True on a day of suspension."""
        return any(first <= day <= last for first, last in self.rests)


def works_waste(chance: Chance, phases: list[Phase], habit: Habit) -> list[Load]:
    """Loads until each phase's tonnes are reached; two thirds of them within two days after formwork is stripped."""
    loads: list[Load] = []
    for number, phase in enumerate(phases):
        draw = chance.child(f"phase {number}")
        days = [day for day in _days(phase.first, phase.last) if not habit.rests_on(day)]
        left = phase.tonnes
        while left > 0:
            load = _load(draw, MATERIALS[draw.weighted({k: float(v) for k, v in phase.mix.items()})], _day(draw, days, habit), habit)
            loads.append(load)
            left -= load.mass
    return _numbered(chance, loads, habit)


def spoil(chance: Chance, first: date, last: date, trucks_a_night: int, habit: Habit, material: str = "工程渣土") -> list[Load]:
    """One row a night for the excavation: so many trucks, each full; no hauling when it rains (one night in four)."""
    loads = []
    for day in _days(first, last):
        if habit.rests_on(day) or chance.uniform(0, 1) < 0.25:
            continue
        trucks = max(1, trucks_a_night + chance.integer(-3, 3))
        kind = MATERIALS[material]
        volume = 15.0 if material == "工程渣土" else 12.0
        when = at(day, chance.uniform(21.0, 28.5))
        loads.append(Load(when, kind, round(trucks * volume * kind.density, 3), trucks=trucks, per_truck=volume))
    return _numbered(chance.child("spoil"), loads, replace(habit, prefix=habit.prefix + "Z"))


def months_between(first: date, last: date) -> list[date]:
    """The first day of each calendar month touched, both ends included."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count + 1)]


def silent_months(loads: list[Load], first: date, last: date) -> list[date]:
    """The months of works in which no load left."""
    return [month for month in months_between(first, last) if month not in months_with(loads)]


def months_with(loads: list[Load]) -> set[date]:
    """The months in which at least one load left."""
    return {load.when.date().replace(day=1) for load in loads}


def tonnes(loads: list[Load], *origins: str) -> float:
    """Sum of the masses of the given origins (all when none is named) [t]."""
    return sum(load.mass for load in loads if not origins or load.material.origin in origins)


def by_class(loads: list[Load]) -> dict[str, float]:
    """Tonnes by class of waste [t]."""
    sums: dict[str, float] = {}
    for load in loads:
        sums[load.material.waste_class] = sums.get(load.material.waste_class, 0.0) + load.mass
    return sums


def _load(draw: Chance, material: Material, day: date, habit: Habit) -> Load:
    when = at(day, draw.uniform(21.5, 28.0) if habit.night else draw.uniform(8.5, 17.5))
    if habit.by_volume:
        per_truck = draw.choice((6.0, 8.0, 10.0))
        trucks = draw.integer(1, 2) if material.density > 1 else 1
        return Load(when, material, round(trucks * per_truck * material.density, 3), trucks=trucks, per_truck=per_truck)
    net = round(draw.uniform(material.low, material.high), 2)
    tare = round(draw.uniform(9.8, 12.6) if material.high > 5 else draw.uniform(3.9, 5.2), 2)
    return Load(when, material, net, gross=round(net + tare, 2), tare=tare)


def _day(draw: Chance, days: list[date], habit: Habit) -> date:
    if draw.uniform(0, 1) < 0.67:
        burst = draw.integer(0, max(0, (len(days) - 1) // habit.cycle))
        return days[min(len(days) - 1, burst * habit.cycle + draw.integer(0, 1))]
    return draw.choice(days)


def _numbered(chance: Chance, loads: list[Load], habit: Habit) -> list[Load]:
    fleet = [f"苏D{chance.choice('ABCDEFGHJK')}{chance.integer(1000, 9999)}" for _ in range(habit.fleet)]
    numbered = []
    for number, load in enumerate(sorted(loads, key=lambda one: (one.when, one.material.name, one.mass)), 1):
        truck = chance.integer(0, habit.fleet - 1)
        numbered.append(
            replace(
                load,
                ticket=f"{habit.prefix}{load.when:%y%m}-{number:04d}",
                plate=fleet[truck],
                driver=_DRIVERS[truck % len(_DRIVERS)],
                receiver=chance.choice(habit.receivers),
            )
        )
    return numbered


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
