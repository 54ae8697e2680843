"""Figures and rules in, verdicts out 评价."""
