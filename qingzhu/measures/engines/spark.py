"""Spark through Spark Connect 集群引擎: Apache Spark at scale, or Sail on one machine; the same SQL files, the same figures.

The server must see the files under the same paths (a shared folder). Needs the extra ``cluster``.
"""

from __future__ import annotations

import logging
import socket
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import polars as pl

from qingzhu.measures.engines.engine import Column, by_columns, quoted, view_sql
from qingzhu.terms.errors import RefusedError

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

DEFAULT_PORT = 15002
"""The port of Spark Connect where an address names none."""

PATIENCE = 10.0
"""How long a server may take to answer a knock. [s]"""


class SparkEngine:
    """One session on a Spark Connect server 集群会话. [address: ``sc://host:port``]"""

    name = "spark"
    dialect = "spark"

    def __init__(self, address: str) -> None:
        self.session = _session(address)
        self.session.conf.set("spark.sql.session.timeZone", "UTC")
        self.version: str = self.session.version

    def register(self, name: str, files: list[str], columns: list[Column], where: str | None = None) -> None:
        """A typed view of Parquet files; see :class:`~qingzhu.measures.engines.engine.Engine`."""
        sources = []
        for at, (members, present) in enumerate(by_columns(files)):
            self.session.read.parquet(*members).createOrReplaceTempView(f"{name}__{at}")
            sources.append((quoted("spark", f"{name}__{at}"), present))
        self.session.sql(view_sql("spark", sources, columns, where)).createOrReplaceTempView(quoted("spark", name).strip("`"))

    def run(self, sql: str) -> pl.DataFrame:
        """The rows of a query."""
        return pl.DataFrame(self.session.sql(sql).toArrow())

    def write(self, sql: str, folder: Path) -> list[str]:
        """The rows of a query as Parquet files, as many as the cluster makes."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.session.sql(sql).write.mode("overwrite").parquet(str(folder))
        return sorted(str(file) for file in folder.glob("*.parquet"))

    def explain(self, sql: str) -> str:
        """Spark's plan of a query."""
        rows = self.session.sql(f"EXPLAIN {sql}").toArrow().to_pylist()
        return "\n".join(str(value) for row in rows for value in row.values())

    def close(self) -> None:
        """End the session; the server goes on."""
        self.session.stop()


def _session(address: str) -> SparkSession:
    try:
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise RefusedError(
            "cluster_missing",
            "集群引擎需要附加组件：pip install 'qingzhu[cluster]'",
            "an engine on a cluster needs an extra: pip install 'qingzhu[cluster]'",
            wanted="qingzhu[cluster]",
        ) from error
    _reach(address)
    logging.getLogger("pyspark.sql.connect").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SparkSession.builder.remote(address).create()


def _reach(address: str) -> None:
    """Knock once, so that a server which is not there is told in seconds; the client itself would wait for minutes."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or DEFAULT_PORT), timeout=PATIENCE).close()
    except OSError as error:
        raise RefusedError(
            "engine_unreachable",
            f"连不上计算引擎 {address}（{error}）：请检查地址，并确认 Spark Connect 服务已启动。",
            f"The engine at {address} can't be reached ({error}): check the address and that a Spark Connect server runs there.",
            found=address,
        ) from error
