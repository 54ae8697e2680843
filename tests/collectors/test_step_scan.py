"""STEP files as columns: whatever a file looks like, every instance is found with its parameters."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.collectors import step_scan
from qingzhu.collectors.model_schema import SCHEMAS, schema
from qingzhu.collectors.step_scan import Classes, Scanned, scan
from qingzhu.collectors.step_values import Reference, Typed, UnreadableError, string, value

WANTED = {"IFCWALL": 4, "IFCSLAB": 2, "IFCDOOR": 1}
KNOWN = {*WANTED, "IFCCARTESIANPOINT", "IFCPOLYLOOP"}
HEAD = "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('a;b'),'2;1');\nENDSEC;\nDATA;\n"


def found(text: str) -> list[tuple[int, str, list[str]]]:
    """Every instance that was kept, by its number."""
    got = scanned(text)
    assert (got.strange, got.repeated, got.misfit) == (0, 0, None)
    held = []
    for name, rows in got.rows.items():
        fields = rows.text.decode().split("\x1f")[:-1]
        held += [(int(id), name, fields[row * WANTED[name] : (row + 1) * WANTED[name]]) for row, id in enumerate(rows.ids)]
    return sorted(held)


def scanned(text: str) -> Scanned:
    return scan((HEAD + text + "\nENDSEC;\nEND-ISO-10303-21;\n").encode(), Classes(KNOWN, WANTED))


ONE = [(1, "IFCWALL", ["'a'", "$", "(#2,#3)", "1.5"])]


class TestHowAFileIsWritten:
    @pytest.mark.parametrize(
        "text",
        [
            "#1=IFCWALL('a',$,(#2,#3),1.5);",
            "#1= IFCWALL ( 'a' , $ , ( #2 , #3 ) , 1.5 ) ;",
            "#1 =IFCWALL('a',\r\n$,\r\n(#2,\n#3),1.5);\r\n",
            "#5=IFCPOLYLOOP((#1));#1=IFCWALL('a',$,(#2,#3),1.5);#6=IFCPOLYLOOP((#1));",
            "#1=IFCWALL(/* it's */'a',$,(#2,#3)/*;*/,1.5);",
            "\n\n  \t#1=IFCWALL('a',$,\n#2\n".replace("#2\n", "(\n#2,\n#3),1.5);"),
        ],
    )
    def test_makes_no_difference(self, text):
        assert found(text) == ONE

    @pytest.mark.parametrize("held", ["it''s", "a;b", "#7=IFCSLAB('x');", "a,(b", "/* text */", "\\\\", "\\S\\'", "line\nbroken", "中文"])
    def test_what_a_string_holds_is_text(self, held):
        ((id, entity, parameters),) = found(f"#1=IFCSLAB('{held}',$);")
        assert (id, entity, parameters[1]) == (1, "IFCSLAB", "$")
        assert string(parameters[0][1:-1]) == ("§" if held == "\\S\\'" else string(held))

    def test_every_instance_is_counted_and_those_of_no_known_class_are_told(self):
        told = scanned("#2=IFCPOLYLOOP((#1));#1=IFCDOOR('a');#3=IFCNOSUCHTHING();#4;")
        assert told.total == 3
        assert told.strange >= 2

    @pytest.mark.parametrize(
        "text",
        [
            "#1=IFCPOLYLOOP('(#3));\n#2=IFCWALL('a');\n#3=IFCSLAB('b');",
            "#1=IFCPOLYLOOP('(#3));\n#2=IFCPOLYLOOP((#3));",
            "#1=IFCPOLYLOOP((#3)\n#2=IFCWALL('a');",
            "#1=IFCPOLYLOOP((#3);#2=IFCWALL('a';",
            "#1=IFCWALL('a')",
        ],
    )
    def test_an_instance_that_another_swallows_is_told(self, text):
        assert scanned(text).strange > 0

    @pytest.mark.parametrize("again", ["ISO-10303-21;", "/* a file */ END-ISO-10303-21 ;"])
    def test_a_second_beginning_or_end_is_told(self, again):
        assert scanned(f"#1=IFCDOOR('a');{again}#2=IFCDOOR('b');").strange == 1

    def test_an_instance_longer_than_a_block_is_whole(self):
        long = "x" * (3 * step_scan.BLOCK)
        assert found(f"#1=IFCSLAB('{long}',$);#2=IFCDOOR('b');") == [(1, "IFCSLAB", [f"'{long}'", "$"]), (2, "IFCDOOR", ["'b'"])]

    def test_blocks_end_anywhere(self, monkeypatch):
        text = "".join(
            f"#{number}=IFCWALL('it''s {number};',(#1,#2),$,$);\n#{number + 1}=IFCCARTESIANPOINT((0.,0.));" for number in range(1, 400, 2)
        )
        whole = found(text)
        for size in (1, 7, 64, 1000):
            monkeypatch.setattr(step_scan, "BLOCK", size)
            assert found(text) == whole


class TestNumbers:
    @pytest.mark.parametrize("number", [0, 7, 12345678, 123456789, 9999999999999999])
    def test_are_read_whatever_their_length(self, number):
        assert found(f"#{number}=IFCDOOR('a');") == [(number, "IFCDOOR", ["'a'"])]

    @pytest.mark.parametrize("number", ["", "1a", "-1", "12345678a", "1 2", "12345678901234567", "１"])
    def test_what_is_none_is_told(self, number):
        assert scanned(f"#{number}=IFCDOOR('a');").strange > 0

    def test_one_that_was_taken_is_told_wherever_it_stands(self):
        assert scanned("#7=IFCPOLYLOOP((#1));#5=IFCPOLYLOOP((#1));#7=IFCDOOR('a');").repeated == 1


class TestParameters:
    @pytest.mark.parametrize("inside", ["'a',", "'a','b'", "('a','b'", "'a'),('b'", "'a')", "('a'))(('b')"])
    def test_too_few_too_many_and_parentheses_that_do_not_pair_are_told(self, inside):
        assert scanned(f"#1=IFCDOOR({inside});#2=IFCDOOR('c');").misfit in ("#1", "#2")


class TestClasses:
    def test_no_two_classes_of_a_schema_have_the_same_number(self):
        names = sorted(set().union(*(schema(name).classes for name in SCHEMAS)))
        text = "".join(f"={name}(" for name in names)
        opens = np.flatnonzero(np.frombuffer(text.encode(), dtype=np.uint8) == ord("("))
        keys = step_scan.keys_of(np.frombuffer(text.encode() + bytes(64), dtype=np.uint8), np.append(0, opens[:-1] + 1), opens)
        assert len(set(keys.tolist())) == len(names)


class TestValues:
    @pytest.mark.parametrize(
        ("text", "is_"),
        [
            ("$", None),
            ("*", None),
            ("#12", Reference(12)),
            ("'it''s \\\\X2\\\\ \\X2\\4E2D6587\\X0\\ \\X\\E4 \\S\\a'", "it's \\X2\\ 中文 ä á"),
            ("'\\X4\\0001F600\\X0\\'", "😀"),
            ("-0.", -0.0),
            ("1.2345678901234567E-05", 1.2345678901234567e-05),
            ("0.", 0.0),
            ("7", 7),
            ("7.", 7.0),
            ("7.E0", 7.0),
            (".T.", True),
            (".U.", "UNKNOWN"),
            (".NOTDEFINED.", "NOTDEFINED"),
            ('"0F"', "1111"),
            ("IFCLABEL('a')", Typed("IFCLABEL", "a")),
            ("IFCCOMPLEXNUMBER((1.,2.))", Typed("IFCCOMPLEXNUMBER", (1.0, 2.0))),
            ("((#1,#2),($))", ((Reference(1), Reference(2)), (None,))),
            ("()", ()),
        ],
    )
    def test_are_what_the_standard_says(self, text, is_):
        assert repr(value(text)) == repr(is_)  # so that −0 is not 0, and 7 not 7.0

    @pytest.mark.parametrize("text", ["", "'a", "(#1", "#", "1,2", "IFCLABEL('a'", "(1,,2)", ")", "(" * 100 + ")" * 100])
    def test_what_it_does_not_allow_is_refused(self, text):
        with pytest.raises(UnreadableError):
            value(text)


pieces = st.sampled_from(["'", "''", "(", ")", ",", ";", "#", "=", "\\", "\n", " ", "IFCWALL", "1", "/*", "*/", "$", "中"])


class TestAnything:
    @settings(max_examples=400, deadline=None)
    @given(st.lists(pieces, max_size=60))
    def test_the_scanner_takes_without_harm(self, parts):
        scanned("".join(parts))

    @settings(max_examples=400, deadline=None)
    @given(st.lists(pieces, max_size=40))
    def test_a_value_is_read_or_refused(self, parts):
        with contextlib.suppress(UnreadableError):
            value("".join(parts))

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x4FFF), max_size=12), min_size=1, max_size=8), st.randoms())
    def test_strings_come_back_however_the_file_is_broken(self, texts, chance: random.Random):
        written = ["'" + text.replace("\\", "\\\\").replace("'", "''") + "'" for text in texts]
        blanks = [chance.choice(["", " ", "\r\n", "\t"]) for _ in written]
        line = "#1=IFCDOOR((" + ",".join(blank + one for blank, one in zip(blanks, written, strict=True)) + "));"
        ((_, _, (parameter,)),) = found(line)
        assert value(parameter) == tuple(texts)
