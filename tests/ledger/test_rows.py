"""The hash of rows is what docs/spec/rows.md says, and what it says can be computed without us."""

from __future__ import annotations

import hashlib
import re
import struct
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.ledger.contracts import Column, Contract, load
from qingzhu.ledger.rows import hash_of_column, hash_of_rows

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/rows.md").read_text("utf-8")
TYPES = ["int64", "float64", "bool", "date", "timestamp", "string"]
CONTRACT = Contract(
    "things", {"zh": "物", "en": "Things"}, "test", None, (*load()["stage"].columns[:2], *(Column(f"a_{t}", t) for t in TYPES))
)


def by_the_page() -> dict[str, Any]:
    """What the plain Python of the page computes."""
    found: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.S).group(1), found)
    return found


def page_frame() -> pl.DataFrame:
    """The rows of the page, plates among them."""
    page = by_the_page()
    frame = pl.DataFrame(page["rows"], schema=[name for name, _ in page["columns"]], orient="row")
    return frame.with_columns(plate=pl.Series(["湘A12345", None, None]))


def frame(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame(columns, schema_overrides={name: dtype for name, dtype in CONTRACT.schema.items() if name in columns})


def hashed(**columns: Any) -> str:
    return hash_of_rows(frame(**columns), CONTRACT)


class TestTheExampleOnThePage:
    def test_is_what_its_own_plain_python_gives(self):
        assert f"Hash of rows: `{by_the_page()['hash_of_rows']}`" in PAGE

    def test_is_what_we_give(self):
        assert hash_of_rows(page_frame(), load()["weighing"]) == by_the_page()["hash_of_rows"]

    def test_lists_the_hash_of_every_column(self):
        listed = dict(re.findall(r"^\| (\w+) \| `([0-9a-f]{64})` \|$", PAGE, re.M))
        contract = load()["weighing"]
        ours = {name: hash_of_column(page_frame()[name], contract.column(name)).hex() for name in listed}
        assert listed == ours == {name: digest.hex() for name, digest in by_the_page()["digests"].items()}


class TestWhatTheHashDoesNotDependOn:
    def test_the_order_in_which_rows_are_stored(self):
        assert hashed(row=[1, 2, 3], a_string=["x", "y", "z"]) == hashed(row=[3, 1, 2], a_string=["z", "x", "y"])

    def test_nor_for_rows_of_one_line(self):
        assert hashed(row=[1, 1, 1], a_string=["b", None, "a"], a_float64=[0.0, 1.0, -0.0]) == hashed(
            row=[1, 1, 1], a_string=["a", "b", None], a_float64=[0.0, -0.0, 1.0]
        )

    def test_how_the_rows_lie_in_memory(self):
        whole = page_frame()
        parts = pl.concat([whole.slice(2), whole.slice(0, 1), whole.slice(1, 1)], rechunk=False)
        assert hash_of_rows(parts, load()["weighing"]) == hash_of_rows(whole, load()["weighing"])

    def test_the_sign_of_zero(self):
        assert hashed(row=[1, 2], a_float64=[0.0, 1.0]) == hashed(row=[1, 2], a_float64=[-0.0, 1.0])

    def test_personal_columns(self):
        assert hash_of_rows(page_frame().drop("plate"), load()["weighing"]) == hash_of_rows(page_frame(), load()["weighing"])

    def test_the_submission(self):
        named = page_frame().with_columns(submission=pl.lit("a" * 64))
        assert hash_of_rows(named, load()["weighing"]) == hash_of_rows(page_frame(), load()["weighing"])

    def test_a_column_that_came_later(self):
        later = page_frame().with_columns(driver=None, receiver=pl.lit(None, pl.String))
        assert hash_of_rows(later, load()["weighing"]) == hash_of_rows(page_frame(), load()["weighing"])


class TestWhatTheHashTellsApart:
    def test_nothing_and_an_empty_text(self):
        assert hashed(row=[1, 2], a_string=["", "x"]) != hashed(row=[1, 2], a_string=[None, "x"])

    def test_nothing_and_zero(self):
        assert hashed(row=[1, 2], a_float64=[0.0, 1.0]) != hashed(row=[1, 2], a_float64=[None, 1.0])

    def test_where_one_text_ends_and_the_next_begins(self):
        assert hashed(row=[1, 2], a_string=["ab", "c"]) != hashed(row=[1, 2], a_string=["a", "bc"])

    def test_the_line_a_value_stands_in(self):
        assert hashed(row=[1, 2], a_int64=[7, 8]) != hashed(row=[1, 3], a_int64=[7, 8])

    def test_one_row_and_the_same_row_twice(self):
        assert hashed(row=[1], a_int64=[7]) != hashed(row=[1, 1], a_int64=[7, 7])

    def test_the_last_bit_of_a_number(self):
        assert hashed(row=[1], a_float64=[0.1 + 0.2]) != hashed(row=[1], a_float64=[0.3])

    def test_no_rows_of_one_table_and_of_another(self):
        assert hash_of_rows(pl.DataFrame({"row": []}, {"row": pl.Int64}), CONTRACT) != hash_of_rows(
            pl.DataFrame({"row": []}, {"row": pl.Int64}), load()["stage"]
        )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
MOMENTS = st.integers(-(2**51), 2**51).map(lambda since: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since))
VALUES = {
    "int64": st.integers(-(2**63), 2**63 - 1),
    "float64": st.floats(allow_nan=False),
    "bool": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "timestamp": MOMENTS,
    "string": TEXTS,
}
ROWS = st.lists(st.tuples(*(st.none() | VALUES[kind] for kind in TYPES)), max_size=12)


def plainly(rows: list[tuple[Any, ...]]) -> str:
    """The hash by the page's own functions, and dates, which its example lacks."""
    page = by_the_page()
    columns = [("row", "int64", list(range(len(rows)))), *((f"a_{t}", t, [row[n] for row in rows]) for n, t in enumerate(TYPES))]
    columns = [(name, kind, values) for name, kind, values in columns if any(value is not None for value in values)]
    digests = b""
    for name, kind, values in columns:
        valid = bytes(value is not None for value in values)
        days = [struct.pack("<i", (value - date(1970, 1, 1)).days if value else 0) for value in values] if kind == "date" else None
        body = b"".join(days) if days is not None else page["values"](kind, values)
        digests += hashlib.sha256(page["text"](name) + page["text"](kind) + struct.pack("<Q", len(rows)) + valid + body).digest()
    head = b"qingzhu-rows/1\n" + page["text"]("things") + struct.pack("<QI", len(rows), len(columns))
    return hashlib.sha256(head + digests).hexdigest()


class TestAnyRows:
    @settings(max_examples=100, deadline=None)
    @given(ROWS)
    def test_hash_as_plain_python_hashes_them(self, rows):
        ours = frame(row=list(range(len(rows))), **{f"a_{kind}": [row[place] for row in rows] for place, kind in enumerate(TYPES)})
        assert hash_of_rows(ours, CONTRACT) == plainly(rows)
