"""Benchmarks 基准: tables with ratios, both sides in one run. ``make bench``; none of them is a test."""
