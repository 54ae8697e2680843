"""Engines 计算引擎: DuckDB in this process, Spark through Spark Connect, behind one protocol."""

from qingzhu.measures.engines.engine import Column, Engine, instant, open_engine, typed

__all__ = ["Column", "Engine", "instant", "open_engine", "typed"]
