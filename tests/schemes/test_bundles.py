"""Proof bundles: a figure opens to rows, rules, entries and a signed checkpoint; whatever was altered is told with its place."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from qingzhu.cli.hand_in import collect_one
from qingzhu.cli.proof import outcome
from qingzhu.cli.words import rulebook
from qingzhu.ledger import policies, proofs
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.keys import Verifier
from qingzhu.ledger.notes import Note
from qingzhu.ledger.policies import Policy
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import verifiers
from qingzhu.measures.engines import open_engine
from qingzhu.measures.engines.bounded import bounded_rows
from qingzhu.measures.inputs import Tables
from qingzhu.schemes import bundle_checks
from qingzhu.schemes.bundle_findings import Finding
from qingzhu.schemes.bundles import bundle
from qingzhu.schemes.evaluate import open_session
from qingzhu.schemes.runs import recorded, run_for
from qingzhu.terms.errors import MalformedError, MissingError
from tests.ledger.log_makers import key
from tests.schemes.forged import FOREIGN, FORGERIES, UNREAD_BY_BROWSERS, forged, frame_of, put

NOW = datetime(2023, 7, 1, tzinfo=UTC)
ON = date(2023, 6, 30)
SURVEY = '[project]\nproject = "P01"\nname = "一号"\n\n[[building]]\nbuilding = "B1"\nfloor_area = 1500\n'
TICKETS = (
    "单号,过磅时间,垃圾来源,净重（t）,车牌号\nT1,2023-03-01 08:00,工程垃圾,12.5,苏A12345\nT2,2023-03-02 08:00,工程垃圾,15.625,苏A12345\n"
)
FIGURE = "waste_intensity:P01"
ALL_FORGERIES = FORGERIES | UNREAD_BY_BROWSERS
ALL = ["files", "signature", "witnesses", "run", "figure", "input", "submissions", "rows", "rules", "recomputed", "originals"]


class Proven:
    """A store of two projects, the bundle of a figure of one, and the keys to check it by."""

    def __init__(self, folder: Path) -> None:
        for code in ("P01", "P02"):
            dossier = folder / code
            dossier.mkdir()
            (dossier / "project.toml").write_text(SURVEY.replace("P01", code), "utf-8")
            (dossier / "weighings.csv").write_text(TICKETS.replace("T1", f"{code}-1").replace("T2", f"{code}-2"), "utf-8")
        self.store = Store.open(folder / "store")
        for code in ("P01", "P02"):
            collect_one(folder / code, self.store, folder / code / "results", "site team", lambda what: None)
        self.keys: list[Verifier] = verifiers(self.store.keys)

    def bundle(self, id: str = FIGURE, *, originals: bool = False) -> bytes:
        engine = open_engine()
        try:
            session = open_session(self.store, rulebook(), None, ON, engine, ["P01"], [id.split(":")[0]])
            figures = [one for one in session.figures([id.split(":")[0]]) if one.grain["project"] == "P01"]
            recorded(session, "P01", figures, [], "officer", NOW)
            record = run_for(self.store, "P01", ON.isoformat(), session.pin.position, id)
            return bundle(session, id, record, originals=originals)
        finally:
            engine.close()

    def policy(self, witnesses: int = 0, quorum: int = 0) -> Policy:
        return policies.any_of(self.keys, [key(f"w{n}.example/x", "ml-dsa-44").verifier for n in range(witnesses)], quorum)


@pytest.fixture(scope="module")
def proven(tmp_path_factory) -> Proven:
    return Proven(tmp_path_factory.mktemp("proven"))


@pytest.fixture(scope="module")
def data(proven) -> bytes:
    return proven.bundle()


def checked(data: bytes, policy: Policy) -> list[Finding]:
    return bundle_checks.checked(data, policy, rulebook())


def states(findings: list[Finding]) -> dict[str, str]:
    return {one.key: one.state for one in findings}


def altered(data: bytes, path: str, change: Callable[[bytes], bytes], *, listed: bool = True) -> bytes:
    """The bundle with one file changed, and the list made to agree where ``listed``."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        files = {name: held.read(name) for name in held.namelist()}
    assert change(files[path]) != files[path]
    files[path] = change(files[path])
    if listed and path != "bundle.json":
        told = json.loads(files["bundle.json"])
        told["files"][path] = hashlib.sha256(files[path]).hexdigest()
        files["bundle.json"] = json.dumps(told).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return written.getvalue()


def listing(told: bytes, path: str, other: str) -> bytes:
    """A list of a bundle with a file more, or, where it has that already, with another file less."""
    found = json.loads(told)
    if path in found["files"]:
        del found["files"][other]
    found["files"].setdefault(path, "0" * 64)
    return canonical(found)


def failing(findings: list[Finding]) -> Finding:
    return next(one for one in findings if one.state == "fails")


def heavier(parquet: bytes) -> bytes:
    """The rows with a hundred tonnes less on the first ticket."""
    frame = pl.read_parquet(io.BytesIO(parquet)).with_columns(net_mass=pl.col("net_mass") - 10.0)
    written = io.BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


class TestABundle:
    def test_holds_from_the_figure_to_the_rows_without_the_store(self, proven, data):
        findings = checked(data, proven.policy())
        assert [one.key for one in findings] == ALL
        assert set(states(findings).values()) == {"holds", "not_checked"}
        assert {name for name, state in states(findings).items() if state == "not_checked"} == {"witnesses", "originals"}
        assert "= 187.5 t/10⁴ m²" in next(one for one in findings if one.key == "figure").en

    def test_with_its_originals_holds_throughout(self, proven):
        assert states(checked(proven.bundle(originals=True), proven.policy()))["originals"] == "holds"

    def test_shows_no_rows_of_others(self, data):
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            frames = {name: pl.read_parquet(io.BytesIO(held.read(name))) for name in held.namelist() if name.startswith("rows/")}
        assert {code for frame in frames.values() for code in frame["project"]} == {"P01"}
        assert frames["rows/weighing.parquet"]["ticket"].to_list() == ["P01-1", "P01-2"]

    def test_of_the_same_figure_has_the_same_bytes_but_for_its_signatures(self, proven):
        def files(data: bytes) -> dict[str, bytes]:
            with zipfile.ZipFile(io.BytesIO(data)) as held:
                return {name: held.read(name) for name in held.namelist() if "proof" not in name and name != "bundle.json"}

        assert files(proven.bundle()) == files(proven.bundle())

    def test_of_a_figure_derived_by_code_holds(self, proven):
        findings = checked(proven.bundle("unmapped_count:P01:B1"), proven.policy())
        assert states(findings)["recomputed"] == "holds"

    def test_of_a_figure_the_run_did_not_give_is_none(self, proven):
        with pytest.raises(MissingError, match="gave no figure"):
            proven.bundle("waste_intensity:P99")


class TestWitnesses:
    def test_a_quorum_that_is_missing_fails(self, proven, data):
        findings = checked(data, proven.policy(3, 2))
        assert failing(findings).key == "witnesses"
        assert "0 of 3" in failing(findings).en

    def test_who_cosigned_is_counted(self, proven):
        log = proven.store.log()
        log.refresh()
        log.cosign(log.note, [key(f"w{n}.example/x", "ml-dsa-44").sign(log.note.text, 1_700_000_000) for n in (0, 2)])
        findings = checked(proven.bundle(), proven.policy(3, 2))
        witnesses = next(one for one in findings if one.key == "witnesses")
        assert (witnesses.state, "2 of 3 (w0.example/x, w2.example/x), quorum 2" in witnesses.en) == ("holds", True)

    def test_a_time_beyond_every_calendar_is_told_as_a_number(self, proven):
        log = proven.store.log()
        log.refresh()
        log.cosign(log.note, [key("late.example/x", "ml-dsa-44").sign(log.note.text, 2**62)])
        policy = policies.any_of(proven.keys, [key("late.example/x", "ml-dsa-44").verifier], 1)
        witnesses = next(one for one in checked(proven.bundle(), policy) if one.key == "witnesses")
        assert (witnesses.state, "the last at 4611686018427387904 s" in witnesses.en) == ("holds", True)

    def test_a_key_that_is_none_to_cosign_with_is_refused(self, proven):
        with pytest.raises(MalformedError, match="none to cosign with"):
            policies.any_of(proven.keys, [proven.keys[0]], 1)

    def test_a_cosignature_without_a_time_does_not_count(self, proven):
        log, timeless = proven.store.log(), key("timeless.example/x", "ml-dsa-44")
        log.refresh()
        log.cosign(log.note, [timeless.sign(log.note.text, 0)])
        words = failing(checked(proven.bundle(), policies.any_of(proven.keys, [timeless.verifier], 1))).en
        assert "0 of 1 (—), quorum 1: no quorum" in words


class TestWhatWasAltered:
    @pytest.mark.parametrize(
        ("key", "path", "change"),
        [
            ("figure", "figure.json", lambda data: data.replace(b"187.5", b"107.5")),
            ("run", "run.json", lambda data: data.replace(b'"on":"2023-06-30"', b'"on":"2023-06-29"')),
            ("rows", "rows/weighing.parquet", heavier),
            ("rules", "measures/waste/waste_intensity.sql", lambda data: data.replace(b"10000", b"1000")),
            ("submissions", "bundle.json", lambda data: data.replace(b'"weighing":["', b'"weighing":["a')),
            ("signature", "run.tlog-proof", lambda data: data.replace(b"\xe2\x80\x94 qingzhu/", b"\xe2\x80\x94 qingzhv/")),
            ("files", "bundle.json", lambda data: data.replace(b'"README.txt"', b'"readme.txt"')),
            ("input", "bundle.json", lambda data: data.replace(b'"input":[', b'"input":["00",')),
        ],
    )
    def test_is_found_where_it_lies(self, proven, data, key, path, change):
        assert failing(checked(altered(data, path, change), proven.policy())).key == key

    def test_a_row_is_told_with_its_table_and_submission(self, proven, data):
        words = failing(checked(altered(data, "rows/weighing.parquet", heavier), proven.policy())).en
        assert words.startswith("Rows: the rows of submission ")
        assert "in table weighing do not have the hash of their entry: they were changed" in words

    def test_an_entry_is_found(self, proven, data):
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            path = next(name for name in held.namelist() if name.startswith("entries/") and name.endswith(".json"))
        changed = altered(data, path, lambda entry: entry.replace(b'"project":"P01"', b'"project":"P02"'))
        assert failing(checked(changed, proven.policy())).key == "submissions"

    @pytest.mark.parametrize("path", ["README.txt", "figure.json", "run.json"])
    def test_a_file_that_is_not_as_listed_is_found(self, proven, data, path):
        changed = altered(data, path, lambda text: text + b"!", listed=False)
        assert (failing(checked(changed, proven.policy())).key, len(checked(changed, proven.policy()))) == ("files", len(ALL))

    def test_a_file_that_is_not_listed_or_not_there_is_found(self, proven, data):
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            path = next(name for name in held.namelist() if name.startswith("entries/") and name.endswith(".json"))
        for more in (f"originals/{'0' * 64}", "README.txt"):
            changed = altered(data, "bundle.json", lambda told, more=more: listing(told, more, path))
            found = failing(checked(changed, proven.policy()))
            assert (found.key, "is not as the list says" in found.en) == ("files", True)

    @pytest.mark.parametrize("change", [(b"qingzhu/", b"qingzhv/"), (b"index ", b"index 1")], ids=["checkpoint", "place"])
    def test_a_proof_of_another_checkpoint_or_place_is_found(self, proven, data, change):
        """It stands beside what the list calls it; what it says of itself would be read by others."""
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            path = next(name for name in held.namelist() if name.startswith("entries/") and name.endswith(".tlog-proof"))
        found = failing(checked(altered(data, path, lambda proof: proof.replace(*change)), proven.policy()))
        assert (found.key, "is not under the same checkpoint" in found.en) == ("submissions", True)

    def test_another_key_trusts_nothing_of_it(self, proven, data):
        stranger = policies.any_of([key(proven.keys[0].name).verifier], [], 0)
        assert failing(checked(data, stranger)).key == "signature"
        assert failing(checked(data, policies.any_of([key().verifier], [], 0))).key == "signature"

    def test_extension_lines_that_no_key_of_the_log_signed_are_found(self, proven, data):
        second = next(key for key in proven.keys if key.kind == "ml-dsa-44")

        def longer(given: bytes) -> bytes:
            told = proofs.read(given)
            line = next(one for one in told.note.signatures if one.key_id == second.key_id)
            return Proof(told.index, told.hashes, Note(told.note.text + "closed from 2027 on\n", (line,))).written()

        found = failing(checked(altered(data, "run.tlog-proof", longer), proven.policy()))
        assert (found.key, "extension lines" in found.en) == ("signature", True)

    def test_a_list_nested_without_end_is_said(self, proven, data):
        with pytest.raises(MalformedError, match="no proof bundle"):
            checked(altered(data, "bundle.json", lambda _: b"[" * 100_000), proven.policy())

    @pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"no zip at all" * 100])
    def test_what_is_no_bundle_is_said(self, proven, data):
        with pytest.raises(MalformedError, match="no proof bundle"):
            checked(data, proven.policy())

    def test_no_bit_of_any_file_can_be_turned_over_unseen(self, proven, data):
        chance = random.Random(5)
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            names = [name for name in held.namelist() if name != "bundle.json"]
        for number in range(80):
            name = names[number % len(names)]
            changed = altered(data, name, lambda content: turned(content, chance))
            told = any(one.state == "fails" for one in checked(changed, proven.policy()))
            assert told or the_same_rows(name, changed, data), name

    @pytest.mark.parametrize(
        ("key", "change"),
        [
            ("rows", lambda frame: pl.concat([frame, frame.head(1).with_columns(submission=pl.lit(None, dtype=pl.String))])),
            ("rows", lambda frame: pl.concat([frame, frame.head(1).with_columns(submission=pl.lit("a" * 64))])),
            ("rows", lambda frame: frame.with_columns(time=pl.col("time").to_physical().cast(pl.Datetime("ns", "UTC")))),
            ("rows", lambda frame: frame.with_columns(plate=pl.lit("forged"))),
            ("rows", lambda frame: frame.drop("net_mass")),
            ("rows", lambda frame: frame.head(1)),
        ],
        ids=["of nobody", "of a stranger", "another unit of time", "a column more", "a column less", "a row less"],
    )
    def test_rows_that_no_entry_vouches_for_are_refused(self, proven, data, key, change):
        def swapped(parquet: bytes) -> bytes:
            written = io.BytesIO()
            change(pl.read_parquet(io.BytesIO(parquet))).write_parquet(written)
            return written.getvalue()

        assert failing(checked(altered(data, "rows/weighing.parquet", swapped), proven.policy())).key == key

    def test_rows_made_to_swell_are_refused_before_they_take_memory(self, proven, data):
        def swollen(parquet: bytes) -> bytes:
            written = io.BytesIO()
            pl.read_parquet(io.BytesIO(parquet)).head(1).select(pl.all().repeat_by(200_000).explode()).write_parquet(written)
            return written.getvalue()

        found = failing(checked(altered(data, "rows/weighing.parquet", swollen), proven.policy()))
        assert (found.key, "it has 200000 rows, at most 2 are told of it" in found.en) == ("rows", True)

    def test_a_bare_row_beside_a_survey_is_refused(self, proven, data):
        def more(parquet: bytes) -> bytes:
            frame = pl.read_parquet(io.BytesIO(parquet))
            bare = frame.clear(1).with_columns(submission=pl.lit("unsurveyed"), project=pl.lit("P01"), name=pl.lit("P01"))
            written = io.BytesIO()
            pl.concat([frame, bare]).write_parquet(written)
            return written.getvalue()

        assert failing(checked(altered(data, "rows/project.parquet", more), proven.policy())).key == "rows"

    def test_tables_and_measures_that_were_left_out_are_missed(self, proven, data):
        without_table = relisted(data, {"rows/building.parquet"}, lambda told: told["evidence"].pop("building"))
        assert failing(checked(without_table, proven.policy())).key == "submissions"
        without_measure = relisted(data, {"measures/waste/waste_load.sql"}, lambda told: told["measures"].remove("waste_load"))
        assert failing(checked(without_measure, proven.policy())).key == "rules"

    @pytest.mark.parametrize(("path", "key"), [("measures/vocabulary.toml", "rules"), ("README.txt", "files")])
    def test_files_beside_the_figure_are_held_too(self, proven, data, path, key):
        assert failing(checked(altered(data, path, lambda text: text + b"\n"), proven.policy())).key == key

    def test_a_file_of_no_kind_is_refused(self, proven, data):
        more = relisted(data, set(), lambda told: None, {"measures/../evil.sql": b"SELECT 1"})
        assert failing(checked(more, proven.policy())).key == "files"

    def test_something_before_or_behind_the_files_is_refused(self, proven, data):
        for changed in (b"x" + data, data[:-2] + b"\x01\x00!"):
            with pytest.raises(MalformedError):
                checked(changed, proven.policy())

    @pytest.mark.parametrize(("key", "changes"), ALL_FORGERIES.values(), ids=ALL_FORGERIES.keys())
    def test_a_false_log_with_true_signatures_is_found(self, proven, data, key, changes):
        assert failing(checked(forged(proven.store, data, **changes), proven.policy())).key == key

    def test_a_parameter_table_of_others_proves_nothing(self, proven, data):
        def swap(files: dict[str, bytes], told: dict, run: dict) -> None:
            rows = frame_of(files, "parameters/waste_origin.parquet").with_columns(in_intensity=pl.lit(value=False))
            put(files, "parameters/waste_origin.parquet", rows)
            run["parameters"]["waste_origin"] = Tables({}, {"waste_origin": rows}, Path()).key("waste_origin", ON)

        findings = checked(forged(proven.store, data, files_of=swap), proven.policy())
        assert (states(findings)["rules"], states(findings)["recomputed"], outcome(findings)) == ("holds", "not_checked", None)
        assert "another waste_origin than the run" in next(one for one in findings if one.key == "recomputed").en

    def test_a_true_log_signed_once_more_holds(self, proven, data):
        assert outcome(checked(forged(proven.store, data), proven.policy())) is True

    @pytest.mark.parametrize(("name", "change"), FOREIGN.values(), ids=FOREIGN.keys())
    def test_a_foreign_rule_proves_nothing_and_breaks_nothing(self, proven, data, name, change):
        findings = checked(forged(proven.store, data, files_of=change), proven.policy())
        assert (states(findings)["rules"], states(findings)["recomputed"], outcome(findings)) == ("holds", "not_checked", None)
        assert f"not this program's: {name}" in next(one for one in findings if one.key == "rules").en
        assert f"another {name} than the run" in next(one for one in findings if one.key == "recomputed").en


def the_same_rows(name: str, one: bytes, other: bytes) -> bool:
    """Whether two bundles hold the same rows in a Parquet file: a bit of it may be of no meaning."""
    frames = []
    for data in (one, other):
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            frames.append(bounded_rows(held.read(name), 100) if name.endswith(".parquet") else None)
    return frames[0] is not None and frames[0].equals(frames[1])


def turned(content: bytes, chance: random.Random) -> bytes:
    """The content with one bit turned over."""
    data = bytearray(content)
    at = chance.randrange(8 * len(data))
    data[at // 8] ^= 1 << at % 8
    return bytes(data)


def relisted(data: bytes, without: set[str], change: Callable[[dict], object], more: dict[str, bytes] | None = None) -> bytes:
    """The bundle without some files and with others, its list changed and made to agree."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        files = {name: held.read(name) for name in held.namelist() if name not in without} | (more or {})
    told = json.loads(files["bundle.json"])
    change(told)
    told["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "bundle.json"}
    files["bundle.json"] = json.dumps(told).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return written.getvalue()
