"""Dossiers 项目档案: walk a project's folder and hand every file in, survey first, corrections last, each on its own.

A file that can't be read is refused with its reason and never stops the others; a file that hasn't changed is not read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.corrections import in_hand, stale, write_refused
from qingzhu.collectors.dossier_files import REFUSED, Found, files_of, plain_model
from qingzhu.collectors.geometry_quantities import Geometry, GeometryRules
from qingzhu.collectors.libraries import read_library
from qingzhu.collectors.mappings import read_mapping
from qingzhu.collectors.mended import Corrections
from qingzhu.collectors.model_readers import cores
from qingzhu.collectors.models import read_model
from qingzhu.collectors.models_ahead import ModelsAhead
from qingzhu.collectors.readings import ReadingWords, read_readings
from qingzhu.collectors.remarks import Place, as_remark, remark
from qingzhu.collectors.survey import SurveyWords, read_survey
from qingzhu.collectors.weighings import WeighingWords, read_weighings
from qingzhu.ledger.files import sha256_of
from qingzhu.ledger.store import Slot, Store, Submission
from qingzhu.terms.errors import BusyError, MissingError, QingzhuError
from qingzhu.terms.readings import Reading, Remark

SURVEY_SLOT = "project"
"""Both forms of the survey fill one slot, so that project.xlsx supersedes project.toml."""

OF_THE_SURVEY = {
    "reading_unit_declared", "reading_unit_missing", "reading_unit_differs", "sensor_assumed", "sensor_missing", "sensor_undeclared",
    "quantity_assumed", "quantity_missing", "load_volume_declared", "load_volume_missing", "project_differs", "time_before_works",
}  # fmt: skip
"""Remarks whose cause may be the survey 依赖概况的说明: a file with one of them is read again when the survey has changed."""

TICKETS = ("submission", "row", "ticket", "time", "plate", "waste_as_given", "mass_as_given")


@dataclass(frozen=True)
class DossierWords:
    """What the rulebook tells the collectors 采集用词, a part for each."""

    survey: SurveyWords
    weighing: WeighingWords
    reading: ReadingWords
    known_quantities: Collection[str]
    roles: Collection[str]
    geometry: GeometryRules | None = None


class Collected(list[Submission]):
    """The submissions of a dossier 采集结果, in the order in which they were handed in.

    ``project`` is its code, ``left`` the submissions that count still though their file is gone, ``unread`` what was said of
    files that are no evidence, ``refused_files`` the files of refused rows that were written, ``mended`` the refused rows of each
    submission that corrections have mended, ``names`` what the caller calls a file that lies here under another name.
    """

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self.left: list[Submission] = []
        self.unread: list[Remark] = []
        self.refused_files: list[Path] = []
        self.mended: dict[str, set[int]] = {}
        self.names: dict[str, str] = {}


def collect(
    folder: Path,
    store: Store,
    words: DossierWords,
    *,
    given_by: str,
    given_at: datetime,
    out: Path | None = None,
    tell: Callable[[str, Submission], None] | None = None,
    geometry: Geometry | None = None,
    measured: Callable[[int, int], None] | None = None,
) -> Collected:
    """Hand in every file of a dossier 采集项目档案: survey, mapping, models, tickets, readings, corrections, by name within each.

    Refused rows are written to ``out/refused/`` (default ``folder/results``). ``tell`` is called after each file. ``geometry`` says of
    all models whose bodies are measured, whatever the survey asks for; ``measured`` is called with how many are, of how many.
    """
    if not folder.is_dir():
        zh, en = f"找不到项目档案文件夹 {folder}。", f"There is no dossier folder {folder}."
        raise MissingError("dossier_missing", zh, en, folder=str(folder))
    files, unread = files_of(folder, out)
    collector = _Collector(store, words, given_by, given_at, (out or folder / "results") / REFUSED)
    collector.here = {_slot_name(file) for file in files}
    collector.models = [file for file in files if file.kind == "model"]
    collector.geometry, collector.measured = geometry, measured
    collected = Collected(collector.name_project(folder, files))
    collected.unread = unread
    try:
        for file in files:
            submission = collector.hand_in(file)
            collected.append(submission)
            if tell:
                tell(file.name, submission)
    finally:
        if collector.ahead:
            collector.ahead.close()
    collected.left = collector.left(files)
    collector.write_refused(collected)
    return collected


class _Collector:
    """One walk through one dossier 一次采集: what the survey said is known to the files that follow."""

    def __init__(self, store: Store, words: DossierWords, given_by: str, given_at: datetime, refused: Path) -> None:
        self.store, self.words, self.given_by, self.given_at, self.refused = store, words, given_by, given_at, refused
        self.project = ""
        self.here: set[tuple[str, str]] = set()
        self.models: list[Found] = []
        self.ahead: ModelsAhead | None = None
        self.geometry: Geometry | None = None
        self.measured: Callable[[int, int], None] | None = None

    def name_project(self, folder: Path, files: list[Found]) -> str:
        """The project's code: from the survey, else the one this store holds, else the folder's name."""
        survey = next((file for file in files if file.kind == "survey"), None)
        code = _code_of(survey, self.words.survey) if survey else None
        if code is None:
            held = {one.slot.project for one in self.store.current() if one.slot.kind == "survey"}
            code = held.pop() if len(held) == 1 else folder.resolve().name
        self.project = code
        return code

    def hand_in(self, file: Found) -> Submission:
        """Hand one file in."""
        slot = Slot(self.project, file.kind, SURVEY_SLOT if file.kind == "survey" else file.name)
        try:
            return self._hand_in(slot, file.path, lambda path: self.read(path, file, slot), self._measured_otherwise(file))
        except BusyError:
            raise
        except QingzhuError as error:  # rows that break their contract: the file is refused with that, the others go on
            refused = Reading(remarks=[as_remark(error, Place(file.name))])
            return self._hand_in(slot, file.path, lambda _: refused)

    def _hand_in(self, slot: Slot, path: Path, read: Callable[[Path], Reading], anew: bool = False) -> Submission:
        return self.store.hand_in(slot, path, read, given_by=self.given_by, given_at=self.given_at, anew=anew)

    def read(self, path: Path, file: Found, slot: Slot) -> Reading:
        """What the collector of the file's kind makes of it; whatever goes wrong becomes a refusal in words."""
        try:
            reading = self._read(path, file, slot)
        except QingzhuError as error:
            reading = Reading(remarks=[as_remark(error, Place(file.name))])
        except (Exception, pl.exceptions.PanicException) as error:  # one bad file never stops the others; its cause is named
            reading = Reading(remarks=[as_remark(error, Place(file.name))])
        if reading.refused:
            reading.remarks += self._still_counting(file, slot)
        if any(one.code in OF_THE_SURVEY for one in reading.remarks):
            reading.leans_on += [one.id for one in self._current("survey")]
        return reading

    def _read(self, path: Path, file: Found, slot: Slot) -> Reading:
        name, project = file.name, self.project
        if file.kind == "survey":
            return read_survey(path, name, project, self.words.survey)
        if file.kind == "model":
            return self._model(path, name)
        if file.kind == "library":
            return read_library(path, name, project, self.words.survey)
        if file.kind == "mapping":
            return read_mapping(path, name, project, self.words.roles)
        return self._tickets(path, name, slot) if file.kind == "weighing" else self._readings(path, name, slot)

    def _model(self, path: Path, name: str) -> Reading:
        """A model, read ahead with the others where there are several; what is measured takes all cores by itself."""
        words, mode = self.words, self._geometry(name)
        if mode != "none":
            return read_model(
                path, name, self.project, words.known_quantities,
                geometry=mode, rules=words.geometry, tell=self.measured, workers=cores(),
            )  # fmt: skip
        if self.ahead is None:
            held = {one.slot.name: {original["sha256"] for original in one.originals} for one in self._current("model")}
            fresh = [one for one in self.models if sha256_of(one.path) not in held.get(one.name, ()) and self._geometry(one.name) == "none"]
            self.ahead = ModelsAhead(fresh if len(fresh) > 1 else (), self.project, words.known_quantities, words.geometry)
        return self.ahead.take(name, path) or read_model(path, name, self.project, words.known_quantities, rules=words.geometry)

    def _geometry(self, name: str) -> Geometry:
        """Whose bodies the caller, else the survey, asks to be measured in a model; where it lists one twice, the most."""
        if self.geometry is not None or self.words.geometry is None:
            return self.geometry or "none"
        rows = self.store.rows("model_file", self.project, ["model", "geometry"])
        asked = {mode for model, mode in rows.select("model", "geometry").iter_rows() if plain_model(model) == plain_model(name)}
        return "all" if "all" in asked else "needed" if "needed" in asked else "none"

    def _measured_otherwise(self, file: Found) -> bool:
        """Whether the model that counts now was read with other bodies measured than the survey asks for."""
        held = [one for one in self._current("model") if one.slot.name == file.name] if file.kind == "model" else []
        modes = [one.reading_report.get("facts", {}).get("geometry", {}).get("mode", "none") for one in held]
        return any(mode != self._geometry(file.name) for mode in modes)

    def _still_counting(self, file: Found, slot: Slot) -> list[Remark]:
        """What a file refused as a whole leaves counting: the submission before it under the same name."""
        earlier = [one for one in self.store.current(self.project) if one.slot == slot]
        return [remark("earlier_still_counts", Place(file.name), submission=one.id[:12], found=sum(one.tables.values())) for one in earlier]

    def _tickets(self, path: Path, name: str, slot: Slot) -> Reading:
        again = self._given_twice(path, name, slot)
        if again:
            return again
        corrections = Corrections(self.store, slot)
        known = self._known_tickets(slot, corrections)
        facts = {**self._facts(), "corrections": corrections}
        reading = read_weighings(path, name, self.project, self.words.weighing, known, given_at=self.given_at, **facts)
        return self._checked_correction(reading, name)

    def _known_tickets(self, slot: Slot, corrections: Corrections) -> pl.DataFrame:
        """Tickets of other files. Corrections of this one that are read again after it are none of them; rows alike to those of a
        correction that is not, or of a file that left the dossier, are the same rows."""
        later, steady = corrections.of_this_slot()
        known = self.store.rows("weighing", self.project, list(TICKETS), besides=slot).filter(~pl.col("submission").is_in(later))
        alike = dict.fromkeys(steady, "row_mended_before")
        names = {one.id: one.slot.name for one in self._current("weighing")}
        alike |= {id: "row_of_a_file_that_left" for id, name in names.items() if ("weighing", name) not in self.here}
        return known.with_columns(
            alike=pl.col("submission").replace_strict(alike, default=None, return_dtype=pl.String),
            name=pl.col("submission").replace_strict(names, default=None, return_dtype=pl.String),
        )

    def _readings(self, path: Path, name: str, slot: Slot) -> Reading:
        sensors = self.store.rows("sensor", self.project, ["sensor", "quantity", "unit"])
        known = _KnownReadings(self.store, self.project, slot)
        reading = read_readings(path, name, self.project, self.words.reading, sensors, known, given_at=self.given_at)
        return self._checked_correction(reading, name)

    def _facts(self) -> dict[str, Any]:
        """What the survey says of the project that tickets need."""
        rows = self.store.rows("project", self.project).to_dicts()
        first = rows[0] if rows else {}
        return {
            "project_names": [name for name in (first.get("name"),) if name],
            "load_volume": first.get("load_volume"),
            "works_from": first.get("works_from"),
        }

    def _given_twice(self, path: Path, name: str, slot: Slot) -> Reading | None:
        """The same bytes under another name would count every load twice."""
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        for one in self._current("weighing"):
            if one.slot != slot and any(original["sha256"] == sha256 for original in one.originals):
                code = "file_given_twice" if (one.slot.kind, one.slot.name) in self.here else "file_renamed"
                said = remark(code, Place(name), other=one.slot.name, submission=one.id[:12])
                return Reading(remarks=[said], leans_on=[one.id])
        return None

    def _checked_correction(self, reading: Reading, name: str) -> Reading:
        if reading.corrects and all(one.id != reading.corrects for one in self.store.submissions(self.project)):
            reading.remarks.append(remark("correction_unknown", Place(name), found=reading.corrects[:12]))
        return reading

    def _current(self, kind: str) -> list[Submission]:
        return [one for one in self.store.current(self.project) if one.slot.kind == kind]

    def write_refused(self, collected: Collected) -> None:
        """The refused rows of each file, to mend; those that a correction has mended are left out, and those that a correction failed to
        mend stand in the file of the original only. Files of an earlier run are taken away, but not one that a person is at work on."""
        known = self.store.submissions(self.project)
        ids = {one.id for one in known}
        handed_in = {original["sha256"] for one in known for original in one.originals}
        for given in [*collected, *collected.left]:
            if given.refused_rows is not None and given.status != "withdrawn" and given.corrects not in ids:
                mended = collected.mended[given.id] = Corrections(self.store, given.slot).mended_rows(given)
                facts = {"submission": given.id, "kind": given.slot.kind, "project": self.project, "name": given.slot.name}
                written = write_refused(_reading_of(given), self.refused, **facts, mended=mended, handed_in=handed_in)
                collected.refused_files += [written] if written else []
        for path in stale(self.refused, collected.refused_files, ids):
            if not in_hand(path, handed_in):
                path.unlink()
        edited = [path for path in sorted(self.refused.rglob("*.xlsx")) if in_hand(path, handed_in)]
        collected.unread += [remark("refused_file_in_hand", Place(path.name), found=str(path)) for path in edited]

    def left(self, files: list[Found]) -> list[Submission]:
        """Submissions that count though their file has left the dossier."""
        here = {_slot_name(file) for file in files}
        return [one for one in self.store.current(self.project) if (one.slot.kind, one.slot.name) not in here]


def _slot_name(file: Found) -> tuple[str, str]:
    """Kind and name of the slot a file fills."""
    return file.kind, SURVEY_SLOT if file.kind == "survey" else file.name


class _KnownReadings:
    """Readings that count already from other files 已计入的读数; rows are fetched only where another file's streams overlap in time."""

    def __init__(self, store: Store, project: str, slot: Slot) -> None:
        self.store, self.project, self.slot = store, project, slot

    def __call__(self, streams: pl.DataFrame) -> pl.DataFrame:
        """``submission sensor quantity time`` of overlapping submissions."""
        mine = {(s, q): (_stamp(first), _stamp(last)) for s, q, first, last in streams.iter_rows()}
        later, _ = Corrections(self.store, self.slot).of_this_slot()
        others = [one for one in self.store.current(self.project) if one.slot.kind == "reading" and one.slot != self.slot]
        others = [one for one in others if one.id not in later]
        overlapping = [one.id for one in others if _overlap(mine, one)]
        if not overlapping:
            return pl.DataFrame(schema=_KNOWN)
        window = pl.col("submission").is_in(overlapping) & pl.col("time").is_between(streams["from"].min(), streams["to"].max())
        return self.store.rows("reading", self.project, list(_KNOWN), where=window, besides=self.slot)


_KNOWN: dict[str, Any] = {"submission": pl.String, "sensor": pl.String, "quantity": pl.String, "time": pl.Datetime("us", "UTC")}


def _overlap(mine: dict[tuple[str, str], tuple[str, str]], other: Submission) -> bool:
    facts = other.reading_report.get("facts", {})
    if "streams" not in facts:
        return True
    for stream in facts["streams"]:
        first, last = mine.get((stream["sensor"], stream["quantity"]), ("~", ""))
        if stream["from"] <= last and first <= stream["to"]:
            return True
    return False


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _code_of(survey: Found, words: SurveyWords) -> str | None:
    try:
        return str(read_survey(survey.path, survey.name, None, words).facts["project"])
    except Exception:  # what is wrong with it is said when it is handed in
        return None


def _reading_of(submission: Submission) -> Reading:
    """What was refused when a file was read, as its reading report keeps it."""
    report = submission.reading_report
    remarks = [Remark(**one) for one in report["remarks"]]
    return Reading(remarks=remarks, refused_rows=submission.refused_rows, facts=report["facts"])
