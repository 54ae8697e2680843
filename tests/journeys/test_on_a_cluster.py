"""The same dossier on DuckDB and through Spark Connect: the same figures, the same verdicts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samples.region import make_one
from tests.journeys.dossiers import as_json

ON = "2023-06-30"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    pysail = pytest.importorskip("pysail.spark", reason="the cluster extra is not installed: pip install 'qingzhu[cluster]'")
    server = pysail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


class TestTheSameDossierOnBothEngines:
    def test_has_the_same_figures_and_verdicts(self, cluster, tmp_path):
        make_one("P01", tmp_path)
        here = as_json("evaluate", tmp_path / "P01", "--on", ON, expect=1)["evaluation"]
        there = as_json("evaluate", tmp_path / "P01", "--on", ON, "--engine", cluster, expect=1)["evaluation"]
        assert len(here["figures"]) > 100
        assert [one["id"] for one in there["figures"]] == [one["id"] for one in here["figures"]]
        for ours, theirs in zip(here["figures"], there["figures"], strict=True):
            assert theirs["gap"] == ours["gap"], ours["id"]
            for column in ("value", "high", "coverage"):
                wanted = ours[column] if ours[column] is None else pytest.approx(ours[column], rel=1e-9)
                assert theirs[column] == wanted, (ours["id"], column)
        assert [(one["id"], one["outcome"], one["firm"]) for one in there["verdicts"]] == [
            (one["id"], one["outcome"], one["firm"]) for one in here["verdicts"]
        ]
