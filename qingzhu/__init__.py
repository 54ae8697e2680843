"""Qingzhu 青筑: green construction, with every figure open to its evidence."""

__version__ = "0.1.0"
