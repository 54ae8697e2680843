"""A dossier 项目档案 in the making: where its files go, what its survey says, and the findings that follow from what was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from samples.chance import Chance
from samples.loads import Load, by_class, months_between, months_with, tonnes
from samples.slots import dust_over, noise_over, total_dust_over
from samples.streams import FESTIVAL, Stream, city
from samples.truth import LATER, Truth
from samples.writing import write_readings, write_survey_book, write_toml

REGION = "江苏省/常州市"
FROZEN_DAY = date(2023, 6, 30)
COUNTED = ("works_waste", "demolition_waste", "decoration_waste")
"""Origins that count against the limit: spoil and slurry do not (建质〔2020〕46号)."""

RECOVERED = ("资源化利用", "回收利用", "回填")
"""What tickets call being recovered."""


@dataclass
class Dossier:
    """One project's folder, its survey tables and its truth."""

    folder: Path
    chance: Chance
    truth: Truth
    survey: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Code of the project, P01 to P12."""
        return self.truth.project

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        """Rows of a survey table: building, storey, stage, room, takeoff, model_file, sensor, suspension."""
        self.survey.setdefault(table, []).extend(rows)

    def project(self, **facts: Any) -> None:
        """The one row of the project table."""
        self.survey["project"] = {"project": self.code, "name": self.truth.name, "region": REGION, **facts}

    def festival(self) -> None:
        """The rest over Spring Festival as a suspension."""
        self.add("suspension", {"from_date": FESTIVAL[0], "to_date": FESTIVAL[1], "reason": "spring_festival", "document": "春节停工通知"})

    def write_survey(self) -> None:
        """``project.toml``, its keys the columns of the survey tables."""
        write_toml(self.folder / "project.toml", self.survey, f"{self.truth.name}：项目概况（虚构）")

    def write_survey_book(self) -> None:
        """``project.xlsx``, the same tables as an office fills them in."""
        write_survey_book(self.folder / "project.xlsx", self.survey)

    def city_stream(self) -> Stream:
        """The city's own PM10, the same bytes for every project; declared as a reference and handed in with the dossier."""
        stream = city(Chance(self.chance.seed, "city"), date(2023, 1, 1), FROZEN_DAY)
        self.sensor(stream, "µg/m³", "市环境监测站", site="市监测站", is_reference=True)
        values = {"监测点": stream.sensor, "时间": stream.times.astype("datetime64[us]"), "PM10": stream.values}
        write_readings(self.folder / "readings" / "city_pm10.csv", pl.DataFrame(values))
        return stream

    def sensor(self, stream: Stream, unit: str, maker: str, **more: Any) -> None:
        """Declare a stream in the survey."""
        first = stream.times[0].astype("datetime64[D]").item()
        last = stream.times[-1].astype("datetime64[D]").item()
        window = {} if last >= FROZEN_DAY else {"to_date": last}
        row = {"sensor": stream.sensor, "quantity": stream.quantity, "interval": stream.interval, "unit": unit, "maker": maker}
        self.add("sensor", {**row, "from_date": first, **window, **more})

    def wide(self, file: str, streams: list[Stream], headers: list[str], units: list[float], extra: dict[str, Any] | None = None) -> None:
        """A table with one column a quantity, as platforms export it; all streams share their times."""
        first = streams[0]
        frame = {"监测点编号": first.sensor, "监测时间": first.times.astype("datetime64[us]")}
        for stream, header, per in zip(streams, headers, units, strict=True):
            frame[header] = np.round(stream.values / per, 4)
        frame |= extra or {}
        write_readings(self.folder / "readings" / file, pl.DataFrame(frame))

    def expect_waste(self, loads: list[Load], zeros: list[date], first: date, last: date | None, area: float | None) -> None:
        """Intensity, masses by origin and class, months reported, from the loads that were made."""
        counted = tonnes(loads, *COUNTED)
        months = months_between(first, min(last or FROZEN_DAY, FROZEN_DAY))
        reported = (months_with(loads) | set(zeros)) & set(months)
        self.truth.facts |= {
            "tickets": len(loads),
            "counted_t": round(counted, 3),
            "months_of_works": len(months),
            "months_reported": len(reported),
        }
        for origin in sorted({load.material.origin for load in loads}):
            self.truth.figure("waste_discharged", origin, tonnes(loads, origin), "sum of the loads made [t]")
        later = months_between(first, last or date.fromisoformat(LATER))
        share = 100.0 * len(reported) / len(later)
        self.truth.figure("waste_months_reported", "", share, f"{len(reported)} of {len(later)} months, as no ticket came since", on=LATER)
        share = 100.0 * len(reported) / len(months)
        self.truth.figure("waste_months_reported", "", share, f"{len(reported)} of {len(months)} months have a ticket or a zero report")
        if self.code != "P12":
            recovered = sum(load.mass for load in loads if load.material.origin in COUNTED and load.material.disposal in RECOVERED)
            self.truth.figure("recovery_rate", "", 100 * recovered / counted, f"{recovered:.2f} of {counted:.2f} t")
        if area:
            self.truth.figure("waste_intensity", "", 1e4 * counted / area, f"{counted:.2f} t on {area:g} m²")
            masses = by_class([load for load in loads if load.material.origin in COUNTED])
            for waste_class, mass in sorted((key, mass) for key, mass in masses.items() if key):
                self.truth.figure("waste_intensity_by_class", waste_class, 1e4 * mass / area, f"{mass:.2f} t")

    def expect_stream(self, stream: Stream, background: Stream | None = None) -> float:
        """Exceedances, hours and episodes of a stream; the number of exceedances is handed back."""
        if stream.quantity == "noise":
            counts = {f"noise_{period}": amounts for period, amounts in noise_over(stream).items()}
            periods = {"noise_day": "day", "noise_night": "night"}
        elif stream.quantity == "tsp":
            counts, periods = {"tsp_mean": total_dust_over(stream)}, {"tsp_mean": "all"}
        elif background is not None:
            counts, periods = {"pm10_difference": dust_over(stream, background)}, {"pm10_difference": "all"}
        else:
            return 0.0
        term = "noise" if stream.quantity == "noise" else "dust"
        for rule, amounts in counts.items():
            for what, amount in amounts.items():
                grain = f"{stream.sensor}:{rule}:{periods[rule]}"
                self.truth.figure(f"{term}_{what}", grain, amount, "counted from the readings that were made")
        return sum(amounts["exceedances"] for amounts in counts.values())

    def expect_completeness(self, stream: Stream, expected: float, why: str) -> None:
        """Share of the expected readings that are there and valid [%]."""
        valid = float(np.isfinite(stream.values).sum())
        self.truth.figure("reading_completeness", f"{stream.sensor}:{stream.quantity}", 100.0 * valid / expected, why)
