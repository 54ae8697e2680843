"""Engines 计算引擎: DuckDB embedded, Spark Connect on a cluster, behind one protocol."""
