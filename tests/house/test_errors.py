"""One tree of errors, drawn on top of its module."""

from __future__ import annotations

import inspect

from qingzhu.terms import errors


def subclasses(kind: type) -> list[type]:
    return [kind, *(below for child in kind.__subclasses__() for below in subclasses(child))]


class TestTheTreeOfErrors:
    def test_every_error_is_drawn(self):
        drawn = inspect.getdoc(errors) or ""
        ours = [kind for kind in subclasses(errors.QingzhuError) if kind.__module__ == errors.__name__]
        assert [kind.__name__ for kind in ours if kind.__name__ not in drawn] == []

    def test_no_error_of_ours_stands_elsewhere(self):
        assert [
            kind for kind in subclasses(errors.QingzhuError) if kind.__module__.startswith("qingzhu") and kind.__module__ != errors.__name__
        ] == []

    def test_an_error_speaks_both_languages(self):
        error = errors.MalformedError("ticket_tare_above_gross", "皮重大于毛重", "tare above gross", row=7)
        assert (error.words("zh"), error.words("en"), error.facts) == ("皮重大于毛重", "tare above gross", {"row": 7})
