"""Verdicts and figures in, documents out 报告."""
