"""The engines every measure is tested on: DuckDB in this process, and Spark through a Sail server of this test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qingzhu.measures.engines import Engine, open_engine


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    engine = open_engine("duckdb:")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    pysail = pytest.importorskip("pysail.spark", reason="the cluster extra is not installed: pip install 'qingzhu[cluster]'")
    server = pysail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    engine = open_engine(f"sc://{host}:{port}")
    yield engine
    engine.close()
    server.stop()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each test that asks for it runs twice, once on each engine."""
    return request.getfixturevalue(f"{request.param}_engine")
