"""Every word of the vocabulary gives the same on both engines: what null, zero and NaN give is settled in vocabulary.toml."""

from __future__ import annotations

import math

import pytest

from qingzhu.measures.engines.engine import TYPES
from qingzhu.measures.vocabulary import spell, vocabulary
from qingzhu.terms.errors import MeasureError

CASES = [(function.name, case) for function in vocabulary().values() for case in function.cases]
KINDS = {"x": "float64", "y": "float64", "n": "int64", "b": "bool", "s": "string", "t": "timestamp", "d": "date"}


def given(case: dict, types: dict[str, str]) -> str:
    """The rows of a case as SQL of an engine."""

    def literal(name: str, value: object) -> str:
        text = {"null": "NULL", "nan": "'NaN'", True: "TRUE", False: "FALSE"}.get(value) if isinstance(value, str | bool) else str(value)
        zone = "+00" if name == "t" else ""
        quoted = text if text is not None else f"'{value}{zone}'"
        return f"CAST({quoted} AS {types[KINDS[name]]}) AS {name}"

    columns = {name: case[name] for name in KINDS if name in case}
    rows = zip(*columns.values(), strict=True)
    return " UNION ALL ".join("SELECT " + ", ".join(map(literal, columns, row)) for row in rows)


def answer(engine, case: dict) -> object:
    rows = given(case, TYPES[engine.dialect])
    if over := case.get("over"):
        rows = f"SELECT *, {spell('SELECT ' + over, engine.dialect).removeprefix('SELECT ')} FROM ({rows}) AS g"
    call = spell(f"SELECT {case['call']} AS answer", engine.dialect)
    return engine.run(f"{call} FROM ({rows}) AS g").item()


class TestEveryWord:
    @pytest.mark.parametrize(
        ("name", "case"), CASES, ids=[f"{name}: {case['call']} of {case.get('x', case.get('n', ''))}" for name, case in CASES]
    )
    def test_gives_what_the_vocabulary_says(self, engine, name, case):
        found, wanted = answer(engine, case), case["gives"]
        if wanted == "null":
            assert found is None
        elif wanted == "nan":
            assert math.isnan(found)
        else:
            assert found == pytest.approx(wanted, rel=1e-12)

    @pytest.mark.parametrize("function", vocabulary().values(), ids=lambda function: function.name)
    def test_says_what_null_gives(self, function):
        window = any("over" in case for case in function.cases)
        assert window or any("null" in case.get(name, []) for case in function.cases for name in KINDS)

    @pytest.mark.parametrize("function", vocabulary().values(), ids=lambda function: function.name)
    def test_has_words_in_both_languages(self, function):
        assert function.words["zh"]
        assert function.words["en"]


class TestALevelAtTheLimit:
    @pytest.mark.parametrize("level", [55, 70])
    def test_that_never_changes_averages_to_itself_exactly(self, engine, level):
        case = {"call": "10 * lg(avg(energy(x)))", "x": [level] * 20}
        assert answer(engine, case) == level


class TestSpelling:
    def test_puts_macros_inside_macros_in_place(self):
        assert "epoch_us" in spell("SELECT slot(t, 900) AS slot", "duckdb").lower()
        assert "unix_timestamp" in spell("SELECT slot(t, 900) AS slot", "spark").lower()

    def test_takes_numbers_with_a_point_as_float64(self, engine):
        found = engine.run(spell("SELECT 0.1 + 0.2 AS answer", engine.dialect)).item()
        assert (type(found), found) == (float, 0.1 + 0.2)

    def test_refuses_a_wrong_number_of_arguments(self):
        with pytest.raises(MeasureError) as refusal:
            spell("SELECT lg(x, 2) AS y", "duckdb")
        assert refusal.value.code == "measure_arguments"
