"""The audit: what runs gave against what their evidence gives today, each difference with its reason, or an alarm."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qingzhu.cli.evaluation import judged
from qingzhu.cli.figures import measure
from qingzhu.cli.hand_in import collect_one
from qingzhu.cli.words import rulebook
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import Engine, open_engine
from qingzhu.reports.audit_text import audit_text, summed
from qingzhu.rulebook.book import Rulebook
from qingzhu.schemes import audit as auditing
from qingzhu.schemes.audit import Audited, chosen, newest, same
from qingzhu.schemes.audit_reasons import Difference
from qingzhu.schemes.rule_hashes import JUDGING
from tests.ledger.log_makers import plain_root
from tests.schemes.small_dossier import TICKETS, written

ROOT = Path(__file__).resolve().parents[2]
ON = date(2023, 6, 30)
SURVEY = (
    '[project]\nproject = "P01"\nname = "一号"\nwork = "new"\ncategory = "housing"\n\n[[building]]\nbuilding = "B1"\nfloor_area = 1500\n'
)
SURVEY += "prefabricated = true\n"
INTENSITY = "waste_intensity:P01"


@pytest.fixture
def dossier(tmp_path) -> Path:
    return written(tmp_path / "dossier", SURVEY)


@pytest.fixture
def store(dossier, tmp_path) -> Store:
    """A store with one evaluation: 28.125 t on 1,500 m² are 187.5 t/10⁴ m²."""
    kept = Store.open(tmp_path / "store")
    evaluated(dossier, kept)
    return kept


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    running = open_engine("duckdb:")
    yield running
    running.close()


def evaluated(dossier: Path, store: Store, on: date = ON) -> None:
    """Handed in and judged as the command does it."""
    collect_one(dossier, store, dossier / "results", "site team", lambda what: None)
    judged(store, ["P01"], on, "duckdb:", "officer")


def audited(store: Store, engine: Engine, rules: Rulebook | None = None, records: list[Any] | None = None) -> list[Audited]:
    return auditing.audit(store, rules or rulebook(), engine, chosen(store) if records is None else records)


def by_id(run: Audited) -> dict[str, Difference]:
    return {one.id: one for one in run.differences}


def stored_lines(store: Store, run: int = -1) -> Path:
    """The file of the lines of a run, ready to be written over."""
    path = store.original(list(store.refresh().runs.values())[run]["run"]["rows"]["sha256"])
    path.chmod(0o644)
    return path


def altered_ticket(store: Store, mass: float, to: float) -> None:
    """A row of the table of tickets changed behind the store's back."""
    for path in (store.path / "tables/weighing").glob("*.parquet"):
        frame = pl.read_parquet(path)
        changed = pl.when(pl.col("net_mass") == mass).then(to).otherwise(pl.col("net_mass")).alias("net_mass")
        frame.with_columns(changed).write_parquet(path)


class TestASoundStore:
    def test_differs_in_nothing(self, store, engine):
        (run,) = audited(store, engine)
        assert (run.project, run.on, run.differences, run.faults, run.alarm) == ("P01", "2023-06-30", [], [], False)
        assert run.lines == run.equal > 40

    def test_is_left_as_it_was(self, store, engine):
        before = {path: path.read_bytes() for path in store.path.rglob("*") if path.is_file()}
        audited(store, engine)
        assert {path: path.read_bytes() for path in store.path.rglob("*") if path.is_file()} == before


class TestARunOfAnEarlierPin:
    def test_is_recomputed_from_the_evidence_of_then(self, dossier, store, engine):
        (dossier / "weighings.csv").write_text(TICKETS.replace("12.5", "20.0"), "utf-8")
        (dossier / "project.toml").write_text(SURVEY.replace("1500", "3000"), "utf-8")
        evaluated(dossier, store)
        first, second = audited(store, engine, records=chosen(store, every=True))
        assert first.position < second.position
        assert [run.differences + run.faults for run in (first, second)] == [[], []]

    def test_knows_no_doubt_and_no_determination_of_later(self, dossier, store, engine):
        bad = TICKETS + "T3,2023-03-03 08:00,工程垃圾,-4\n"
        (dossier / "weighings.csv").write_text(bad, "utf-8")
        evaluated(dossier, store)
        decided = '\n[[determination]]\nscheme = "waste_reduction"\noutcome = "met"\nby = "李工"\non = 2023-06-29\n'
        (dossier / "project.toml").write_text(f'{SURVEY}{decided}reason = "已核实"\ndocument = "常建函1号"\n', "utf-8")
        evaluated(dossier, store)
        runs = audited(store, engine, records=chosen(store, every=True))
        assert [run.differences + run.faults for run in runs] == [[], [], []]

    def test_of_evidence_withdrawn_since_stands_as_it_was(self, store, engine):
        (given,) = [one for one in store.current("P01") if one.slot.kind == "weighing"]
        store.withdraw(given.id, "重复", given_by="officer", given_at=datetime(2023, 7, 2, tzinfo=UTC))
        (run,) = audited(store, engine)
        assert (run.differences, run.alarm) == ([], False)


class TestAnAlteredStoredLine:
    def test_is_found_with_what_stands_and_what_comes_out(self, store, engine):
        path = stored_lines(store)
        path.write_bytes(path.read_bytes().replace(b'"value":187.5', b'"value":150.0'))
        (run,) = audited(store, engine)
        assert run.alarm
        assert [fault.code for fault in run.faults] == ["lines_changed"]
        found = by_id(run)[INTENSITY]
        assert (found.kind, found.fields["value"], found.relative, found.alarm) == ("value", [150.0, 187.5], 0.25, True)
        assert [reason.kind for reason in found.reasons] == ["lines"]

    def test_taken_out_is_found(self, store, engine):
        path = stored_lines(store)
        path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(True) if INTENSITY.encode() not in line[:200]))
        (run,) = audited(store, engine)
        assert (by_id(run)[INTENSITY].kind, run.alarm) == ("only_recomputed", True)

    def test_that_is_no_line_any_more_is_a_fault(self, store, engine):
        path = stored_lines(store)
        path.write_bytes(b"x" + path.read_bytes()[1:])
        (run,) = audited(store, engine)
        assert [fault.code for fault in run.faults] == ["lines_changed", "lines_unreadable"]

    def test_of_a_file_that_is_gone_is_a_fault(self, store, engine):
        stored_lines(store).unlink()
        (run,) = audited(store, engine)
        assert ([fault.code for fault in run.faults], run.lines, run.alarm) == (["lines_missing"], 0, True)

    def test_recorded_with_the_right_hashes_is_an_alarm_that_nothing_explains(self, store, engine):
        given = list(store.refresh().runs.values())[-1]["run"]
        lines = store.original(given["rows"]["sha256"]).read_bytes().replace(b'"value":187.5', b'"value":150.0').splitlines()
        forge(store, given, lines)
        (run,) = audited(store, engine)
        found = by_id(run)[INTENSITY]
        assert (run.faults, found.fields["value"], found.reasons, found.alarm) == ([], [150.0, 187.5], [], True)
        assert run.alarm


def forge(store: Store, run: dict[str, Any], lines: list[bytes]) -> None:
    """A run recorded by somebody who has the keys and lies: other lines, all hashes right."""
    data = b"".join(line + b"\n" for line in lines)
    root = plain_root([sha256(b"\x00" + line).digest() for line in lines]).hex()
    rows = {**run["rows"], "root": root, "sha256": sha256(data).hexdigest(), "size": len(data)}
    store.record_run({**run, "rows": rows}, data, given_by="forger", given_at=datetime(2023, 7, 2, tzinfo=UTC))


class TestAnAlteredRow:
    def test_of_a_table_is_found_by_the_figures_it_changes_and_named(self, store, engine):
        altered_ticket(store, 12.5, 2.5)
        (run,) = audited(store, engine)
        assert [fault.code for fault in run.faults] == ["rows_changed"]
        assert "weighings.csv" in run.faults[0].en
        found = by_id(run)[INTENSITY]
        assert found.fields["value"][0] == 187.5
        assert found.fields["value"][1] == pytest.approx(18.125 / 0.15)  # 2.5 + 15.625 t on 1,500 m²
        assert [(reason.kind, reason.name) for reason in found.reasons] == [("rows", "weighings.csv (weighing)")]
        assert found.alarm
        assert by_id(run)["waste_reduction:P01"].alarm

    def test_that_changes_no_figure_is_a_fault_all_the_same(self, store, engine):
        for path in (store.path / "tables/weighing").glob("*.parquet"):
            pl.read_parquet(path).with_columns(ticket=pl.lit("T9")).write_parquet(path)
        (run,) = audited(store, engine)
        assert ([fault.code for fault in run.faults], run.alarm) == (["rows_changed"], True)

    def test_in_a_file_that_cannot_be_read_any_more_leaves_the_other_projects_audited(self, store, engine, tmp_path):
        other = tmp_path / "other"
        other.mkdir()
        (other / "project.toml").write_text(SURVEY.replace("P01", "P02"), "utf-8")
        collect_one(other, store, other / "results", "site team", lambda what: None)
        judged(store, ["P02"], ON, "duckdb:", "officer")
        for path in (store.path / "tables/building").glob("*.parquet"):
            if "P01" in pl.read_parquet(path)["project"]:
                path.write_bytes(path.read_bytes()[:100])
        first, second = audited(store, engine)
        assert (first.alarm, {fault.code for fault in first.faults}) == (True, {"not_recomputed", "rows_changed"})
        assert "条，未能重算" in audit_text(summed([first.as_dict()]), "zh").replace("\n", "")
        assert second.project == "P02"

    def test_of_a_reading_report_is_named(self, store, engine):
        (given,) = [one for one in store.current("P01") if one.slot.kind == "weighing"]
        given.report_path.chmod(0o644)
        given.report_path.write_bytes(given.report_path.read_bytes() + b" ")
        (run,) = audited(store, engine)
        assert ([fault.code for fault in run.faults], run.alarm) == (["report_changed"], True)


class TestChangedRules:
    def test_a_changed_limit_is_told_as_a_changed_rule_and_no_alarm(self, store, engine):
        (run,) = audited(store, engine, with_limits(rulebook(), 100))
        assert not run.alarm
        found = by_id(run)["waste_reduction:P01"]
        assert (found.fields["limit"], found.fields["outcome"][1]) == ([200.0, 100.0], "not_met")  # 187.5
        assert [(reason.kind, reason.name) for reason in found.reasons] == [("scheme", "waste_reduction")]
        assert {one.of for one in run.differences} == {"verdict"}

    def test_a_changed_parameter_is_told_with_its_table_and_what_rests_on_it(self, store, engine):
        (run,) = audited(store, engine, without_works_waste(rulebook()))
        found = by_id(run)
        assert [(reason.kind, reason.name) for reason in found[INTENSITY].reasons] == [("parameters", "waste_origin")]
        assert [(reason.kind, reason.name) for reason in found["waste_reduction:P01"].reasons] == [("figure", INTENSITY)]
        assert not run.alarm

    def test_a_changed_measure_is_told_by_its_file(self, store, engine):
        given = next(iter(store.refresh().runs.values()))["run"]
        lines = store.original(given["rows"]["sha256"]).read_bytes().replace(b'"value":187.5', b'"value":150.0').splitlines()
        forge(store, {**given, "measures": {**given["measures"], "waste_intensity": "0" * 64}}, lines)
        (run,) = audited(store, engine)
        (reason,) = by_id(run)[INTENSITY].reasons
        assert (reason.kind, reason.name, reason.then, run.alarm) == ("measure", "waste_intensity", "0" * 64, False)

    @pytest.mark.parametrize(("key", "then"), [("engine", "spark 4.0.0"), ("vocabulary", "0" * 64)])
    def test_another_engine_or_vocabulary_is_told(self, store, engine, key, then):
        given = next(iter(store.refresh().runs.values()))["run"]
        lines = store.original(given["rows"]["sha256"]).read_bytes().replace(b'"value":187.5', b'"value":187.4').splitlines()
        forge(store, {**given, key: then}, lines)
        (run,) = audited(store, engine)
        (reason,) = by_id(run)[INTENSITY].reasons
        assert (reason.kind, reason.then, run.alarm) == (key, then, False)

    def test_a_changed_rule_explains_no_changed_row(self, store, engine):
        altered_ticket(store, 12.5, 2.5)
        (run,) = audited(store, engine, with_limits(rulebook(), 100))
        assert by_id(run)["waste_reduction:P01"].alarm
        assert run.alarm

    def test_every_file_that_judging_reads_is_in_its_hash(self):
        assert {name for name in imported("schemes/judge.py") if not name.startswith(BELOW)} <= set(JUDGING)


BELOW = ("rulebook/", "measures/", "ledger/", "terms/errors", "terms/readings", "collectors/")
"""Rules, measures and evidence have hashes of their own; errors are no verdicts."""


def imported(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """A file of the house and all files it imports, directly or not."""
    found = {name}
    tree = ast.parse((ROOT / "qingzhu" / name).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qingzhu."):
            stem = str(node.module).removeprefix("qingzhu.").replace(".", "/")
            for file in (f"{stem}.py", *(f"{stem}/{alias.name}.py" for alias in node.names)):
                if (ROOT / "qingzhu" / file).is_file() and file not in seen and not file.startswith(BELOW):
                    found |= imported(file, seen | found)
    return found


def with_limits(book: Rulebook, limit: float) -> Rulebook:
    """The rulebook with one limit for every kind of building in the scheme of waste."""
    rules = book.schemes["waste_reduction"]
    choices = [{**one, "at_most": limit} for one in rules["limit"][0]["choice"]]
    changed = {**rules, "limit": [{**rules["limit"][0], "choice": choices}]}
    return replace(book, schemes={**book.schemes, "waste_reduction": changed})


def without_works_waste(book: Rulebook) -> Rulebook:
    """The rulebook with no origin of waste that counts per floor area."""
    origins = [{**one, "in_intensity": False} for one in book.waste_classes["origin"]]
    return replace(book, files={**book.files, "waste_classes.toml": {**book.waste_classes, "origin": origins}})


class TestWhichRuns:
    def test_are_the_newest_of_each_project_and_date(self, dossier, store):
        evaluated(dossier, store, date(2023, 7, 30))
        (dossier / "weighings.csv").write_text(TICKETS.replace("12.5", "12.6"), "utf-8")
        evaluated(dossier, store)
        assert [(record["run"]["on"], record["run"]["pin"]["position"]) for record in chosen(store)] == [
            ("2023-07-30", 2),
            ("2023-06-30", 5),
        ]
        assert len(chosen(store, every=True)) == 3
        assert [record["run"]["on"] for record in chosen(store, on=ON)] == ["2023-06-30"]
        assert chosen(store, "P02") == []
        assert [record["run"]["pin"]["position"] for record in newest(store)] == [5]

    def test_of_one_measure_alone_takes_the_place_of_no_evaluation(self, store, engine):
        measure(store.path, None, "waste_intensity", on=ON, lang="zh", engine="duckdb:", by="officer", json=False)
        whole, alone = audited(store, engine)
        assert (whole.lines > 40, alone.lines, alone.equal, alone.differences) == (True, 1, 1, [])
        assert newest(store) == chosen(store)[:1]


class TestEqualNumbers:
    @pytest.mark.parametrize(
        ("one", "other", "equal"),
        [
            (1.0, 1.0 + 1e-12, True),
            (1.0, 1.0 + 1e-6, False),
            (0.0, 1e-300, False),
            (None, 0.0, False),
            (True, 1, True),
            ({"a": [1.0, "x"]}, {"a": [1.0 + 1e-13, "x"]}, True),
            ({"a": 1.0}, {"a": 1.0, "b": None}, False),
        ],
    )
    def test_agree_to_the_bar_of_engines(self, one, other, equal):
        assert same(one, other) is equal
