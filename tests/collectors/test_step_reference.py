"""The scanner against a second reader: whatever a file looks like, both find the same, or the scanner says that something is wrong."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.collectors import step_scan
from qingzhu.collectors.step_scan import Classes, scan, uncommented
from qingzhu.collectors.step_values import Reference, Typed, value
from tests.collectors.step_reference import Kept, MalformedStepError, instances, statements

ARITY = {"IFCWALL": 3, "IFCSLAB": 2, "IFCDOOR": 1}
KNOWN = {*ARITY, "IFCCARTESIANPOINT", "IFCPOLYLOOP"}
CLASSES = Classes(KNOWN, ARITY)


def told(text: str) -> tuple[Kept, int] | None:
    """What the scanner finds, or None where it says that something is wrong."""
    found = scan(text.encode("latin-1"), CLASSES)
    if found.strange or found.repeated or found.misfit:
        return None
    kept: Kept = {}
    for name, rows in found.rows.items():
        fields = rows.text.decode("latin-1").split("\x1f")[:-1]
        for row, id in enumerate(rows.ids.tolist()):
            kept[id] = name, fields[row * ARITY[name] : (row + 1) * ARITY[name]]
    return kept, found.total


blanks = st.text(st.sampled_from(" \t\r\n"), max_size=2) | st.sampled_from(["", "", "", "/* it's; #9=(,) */", "/**/"])
characters = st.sampled_from(
    [*list("ab#;,()=/*$ \n\té"), "''", "\\\\", "\\S\\'", "\\S\\a", "\\X\\E4", "\\X2\\4E2D\\X0\\", "/*", "*/", "#1=", "END"]
)
strings = st.lists(characters, max_size=6).map(lambda parts: "'" + "".join(parts) + "'")
scalars = (
    strings | st.integers().map(str) | st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.integers(1, 99).map("#{}".format)
    | st.sampled_from(["$", "*", ".T.", ".NOTDEFINED.", '"0F"'])
)  # fmt: skip
values = st.recursive(
    scalars.map(lambda one: [one]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda held: ["(", *_joined(held), ")"]) | inner.map(lambda held: ["IFCLABEL", "(", *held, ")"])
    ),
    max_leaves=6,
)


def _joined(held: list[list[str]]) -> list[str]:
    """Tokens with commas between the parts."""
    return [token for at, part in enumerate(held) for token in ([",", *part] if at else part)]


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Kept, int]:
    """A legal file, the instances to be kept, and how many there are of all."""
    ids = draw(st.lists(st.integers(1, 10**16 - 1), unique=True, max_size=8))
    text, kept = "ISO-10303-21;HEADER;FILE_DESCRIPTION(('a;=#1=b'),'2;1');ENDSEC;DATA;", {}
    for id in ids:
        name = draw(st.sampled_from(sorted(KNOWN)))
        held = draw(st.lists(values, min_size=ARITY.get(name, 0), max_size=ARITY.get(name, 4)))
        tokens = [f"#{id}", "=", name, "(", *_joined(held), ")", ";"]
        text += "".join(draw(blanks) + token for token in tokens) + draw(blanks)
        if name in ARITY:
            kept[id] = name, ["".join(part) for part in held]
    return text + "ENDSEC;END-ISO-10303-21;", kept, len(ids)


class TestLegalFiles:
    @settings(max_examples=300, deadline=None)
    @given(files(), st.sampled_from([1, 7, 64, 1 << 20]))
    def test_are_read_as_the_second_reader_reads_them(self, file, block):
        text, kept, total = file
        whole, step_scan.BLOCK = step_scan.BLOCK, block
        try:
            found = told(text)
        finally:
            step_scan.BLOCK = whole
        again = {id: (name, [part.replace("\\S\\'", "\\X\\A7") for part in parts]) for id, (name, parts) in kept.items()}
        assert instances(text, ARITY, KNOWN) == (again, total)
        swallows = any(token.startswith("'") and ";" in token for tokens in statements(text) for token in tokens)
        if found is not None or not swallows:  # a string of ``;#`` is taken for swallowed instances, which IfcOpenShell then judges
            assert found == (again, total)


pieces = st.sampled_from(["'", "''", "(", ")", ",", ";", "#", "=", "\\S\\", "\n", " ", "IFCWALL", "1", "/*", "*/", "$", "#7=", "é", "\0"])


class TestFilesWithFaults:
    @settings(max_examples=1000, deadline=None)
    @given(files(), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), pieces), min_size=1, max_size=4))
    def test_are_told_or_read_alike(self, file, faults):
        text = file[0]
        start = text.index("DATA;") + 5
        for place, gone, piece in faults:
            at = start + place % max(len(text) - start, 1)
            text = text[:at] + piece + text[at + gone :]
        found = told(text)
        if found is not None:
            assert found == instances(text, ARITY, KNOWN)

    @settings(max_examples=300, deadline=None)
    @given(st.lists(pieces, max_size=40))
    def test_comments_go_and_strings_stay(self, parts):
        text = "".join(parts)
        try:
            wanted = statements(text + ";")
        except MalformedStepError:
            return
        assert statements(uncommented((text + ";").encode("latin-1")).decode("latin-1")) == wanted


class TestValues:
    @settings(max_examples=500, deadline=None)
    @given(
        st.recursive(
            st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
            | st.text(st.characters(min_codepoint=32, max_codepoint=126)) | st.integers(0, 10**9).map(Reference),
            lambda inner: st.lists(inner, max_size=4).map(tuple) | inner.map(lambda held: Typed("IFCLABEL", held)),
            max_leaves=8,
        )
    )  # fmt: skip
    def test_written_down_come_back(self, held):
        found = value(written(held))
        assert found == held
        assert str(found) == str(held)


def written(held: object) -> str:
    """A value as ISO 10303-21 writes it."""
    match held:
        case None:
            return "$"
        case bool():
            return ".T." if held else ".F."
        case int():
            return str(held)
        case float():
            digits = repr(held)
            return digits.upper() if "." in digits else digits.upper().replace("E", ".E") if "e" in digits else digits + "."
        case str():
            return "'" + held.replace("\\", "\\\\").replace("'", "''") + "'"
        case Reference():
            return f"#{held.id}"
        case Typed():
            return f"{held.type}({written(held.value)})"
        case tuple():
            return "(" + " , ".join(written(one) for one in held) + ")"
    raise TypeError(held)
