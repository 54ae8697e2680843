"""Errors 错误: one tree, each with words in Chinese and English and its facts.

QingzhuError
├── EvidenceError            what was handed in, or what is kept
│   ├── MalformedError       a file or row that cannot be read as what it claims to be
│   ├── MissingError         something named is not there
│   ├── BrokenChainError     what is kept no longer agrees with its hashes
│   └── BusyError            another process holds the store longer than the time limit
├── RuleError                the rulebook, a measure or a scheme
│   ├── MeasureError         a measure file the loader refuses, or a value that is not finite
│   ├── UnknownSchemeError   no such scheme or measure
│   └── NotInForceError      no edition is in force on the date of judgement
├── PlanError                no feasible plan
└── RefusedError             not permitted, wrong phase, wrong call
"""

from __future__ import annotations


class QingzhuError(Exception):
    """An error a person can act on: what is wrong, with what, what was wanted, what to do.

    ``code`` is a stable key (``ticket_tare_above_gross``), ``zh`` and ``en`` the same words in both
    languages, ``facts`` the objects they speak of (file, row, column, found, wanted).
    """

    def __init__(self, code: str, zh: str, en: str, **facts: object) -> None:
        super().__init__(f"{en} / {zh}")
        self.code = code
        self.zh = zh
        self.en = en
        self.facts = facts

    def words(self, lang: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class EvidenceError(QingzhuError):
    """What was handed in, or what is kept."""


class MalformedError(EvidenceError):
    """A file or row that cannot be read as what it claims to be."""


class MissingError(EvidenceError):
    """Something named is not there."""


class BrokenChainError(EvidenceError):
    """What is kept no longer agrees with its hashes."""


class BusyError(EvidenceError):
    """Another process holds the store longer than the time limit."""


class RuleError(QingzhuError):
    """The rulebook, a measure or a scheme."""


class MeasureError(RuleError):
    """A measure file the loader refuses, or a value that is not finite."""


class UnknownSchemeError(RuleError):
    """No such scheme or measure."""


class NotInForceError(RuleError):
    """No edition is in force on the date of judgement."""


class PlanError(QingzhuError):
    """No feasible plan."""


class RefusedError(QingzhuError):
    """Not permitted, wrong phase, wrong call."""
