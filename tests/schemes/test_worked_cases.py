"""The worked cases of the rulebook: a standards writer adds one to a TOML file, and it runs here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from qingzhu.rulebook.load import load
from qingzhu.schemes.determinations import Determination
from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme
from qingzhu.terms.figures import Figure, Node, Verdict, figure_id

BOOK = load()


def figures(case: dict, grain: list[str]) -> dict[str, Figure]:
    """The figures a case gives: a number, or value, high, coverage and gap; more grain values after a colon."""
    made = {}
    for name, given in case["figures"].items():
        measure, *more = name.split(":")
        said = given if isinstance(given, dict) else {"value": given}
        values = grain[:1] + more if measure.endswith(("_total", "_reported", "_area")) else [*grain, *more]
        id = figure_id(measure, values)
        made[id] = Figure(
            measure=measure,
            grain=dict(enumerate(values)),
            value=said.get("value"),
            unit="",
            gap=said.get("gap"),
            coverage=said.get("coverage"),
            high=said.get("high"),
        )
        assert made[id].id == id
    return made


def verdict(case: dict) -> Verdict:
    """What the scheme of a case says."""
    scheme = load_scheme(case["scheme"], case["on"], case.get("region"), BOOK)
    project, building = case["project"], case.get("building") if scheme.per == "building" else None
    grain = [project["project"], *([building["building"]] if building else [])]
    return judge(
        scheme,
        project,
        building,
        figures(case, grain),
        case["on"],
        case.get("buildings", []),
        determinations=determinations(case, building),
    )


def determinations(case: dict, building: dict | None) -> list[Determination]:
    """What a person determined of items of a case, a day before its own."""
    by = {"judged_by": "X", "judged_on": case["on"] - timedelta(days=1), "reason": "r", "document": "d"}
    code = building["building"] if building else None
    return [Determination(case["scheme"], code, item, outcome, **by) for item, outcome in case.get("determined", {}).items()]


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


@pytest.mark.parametrize("case", BOOK.cases, ids=lambda case: f"{case['scheme']}: {case['name']}")
class TestEveryWorkedCase:
    def test_comes_out_as_the_rule_has_it(self, case):
        found, expect = verdict(case), case["expect"]
        assert found.outcome == expect["outcome"]
        for key in ("final", "firm"):
            if key in expect:
                assert getattr(found, key) is expect[key], key
        for key in ("value", "high", "limit"):
            if key in expect:
                assert getattr(found, key) == pytest.approx(expect[key], abs=1e-9), key
        if "grade" in expect:
            assert (found.grade or "") == expect["grade"]
        steps = {node.key: node for node in nodes(found.tree) if node.kind != "figure"}
        for key, points in expect.get("points", {}).items():
            assert (steps[key].low, steps[key].high) == (pytest.approx(points), pytest.approx(points)), key
        for key, outcome in expect.get("outcomes", {}).items():
            assert steps[key].outcome == outcome, key
        assert set(expect.get("nodes", [])) <= set(steps)

    def test_explains_itself_in_both_languages(self, case):
        found = verdict(case)
        for words in [found.words, *(node.title for node in nodes(found.tree)), *(n.reason for n in nodes(found.tree) if n.reason)]:
            assert words["zh"].strip()
            assert words["en"].strip()
        assert "10⁴" not in found.words["zh"]

    def test_cites_its_clause_and_says_how_it_was_checked(self, case):
        found = verdict(case)
        assert found.clause["document"]
        assert found.clause["checked"]
        rules = [node for node in nodes(found.tree) if node.kind in ("limit", "score", "minimum", "gate")]
        assert all(node.clause and node.clause["checked"] for node in rules)

    def test_says_where_it_comes_from(self, case):
        assert case["name"]
        assert case["source"]
