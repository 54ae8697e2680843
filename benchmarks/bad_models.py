"""Bad models 坏模型: each kind of bad input, what it is answered, how long that takes and how much memory.

Run: ``python -m benchmarks.bad_models [name …]``. Each is read by a process of its own. The tests take the small ones from here
(tests/collectors/test_bad_models.py); the large ones take minutes and stand here alone.
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS_AT_MOST, MEMORY_FACTOR, MEMORY_FREE = 60.0, 12.0, 300.0
"""What an answer may take at most: seconds, and megabytes a megabyte of the (unpacked) file and besides."""

HEAD = "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');FILE_SCHEMA(('{}'));ENDSEC;\nDATA;\n"
TAIL = "ENDSEC;\nEND-ISO-10303-21;\n"
WALL = "#10=IFCWALL('0wall',$,'W',$,$,$,$,$,$);\n"
SINGLE = "#{}=IFCPROPERTYSINGLEVALUE('P{}',$,IFCLABEL('v'),$);\n"


@dataclass(frozen=True)
class Bad:
    """One bad input: what it is, the code it is answered with (``read`` where it is read completely), and whether a test takes it."""

    name: str
    answer: str
    made: Callable[[], bytes]
    small: bool = True


def step(*lines: str, schema: str = "IFC4") -> bytes:
    return (HEAD.format(schema) + "".join(lines) + TAIL).encode()


def hung(definition: int, *on: int) -> str:
    return (
        f"#{9_000_000 + definition}=IFCRELDEFINESBYPROPERTIES('rel{definition}',$,$,$,({','.join(f'#{id}' for id in on)}),#{definition});\n"
    )


def sets(*held: int) -> str:
    return f"#20=IFCPROPERTYSET('set',$,'S',$,({','.join(f'#{id}' for id in held)}));\n" + hung(20, 10)


def gzip_bomb() -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as file:
        file.write(HEAD.format("IFC4").encode())
        for _ in range(300):
            file.write(bytes([32]) * 2**20)
    return out.getvalue()


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def lying_zip() -> bytes:
    """An archive that says its model is small, and holds 300 MB."""
    data = bytearray(zipped(("model.ifc", HEAD.format("IFC4").encode() + bytes([32]) * (300 * 2**20))))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(data)


def laughs() -> Iterator[str]:
    """Complex properties of ten complex properties each, nine deep: a billion values from eighty lines."""
    for deep in range(9):
        held = ",".join(f"#{100 + 10 * (deep + 1) + place}" for place in range(10))
        for place in range(10):
            yield f"#{100 + 10 * deep + place}=IFCCOMPLEXPROPERTY('C{place}',$,'u',({held}));\n"
    yield from (SINGLE.format(190 + place, place) for place in range(10))


def many_on_many() -> bytes:
    """30,000 walls that share one set of 3,000 properties: 90 million rows from 4 MB."""
    walls = (f"#{100000 + number}=IFCWALL('{number:022d}',$,'W',$,$,$,$,$,$);\n" for number in range(30000))
    singles = (SINGLE.format(1000 + number, number) for number in range(3000))
    on = hung(20, *range(100000, 130000))
    return step(WALL, *walls, *singles, sets(*range(1000, 4000)), on.replace("#9000020=", "#9000021="))


def chain(relation: str) -> bytes:
    """100,000 walls, each part of the next."""
    count = 100_000
    walls = (f"#{1000 + number}=IFCWALL('{number:022d}',$,'W',$,$,$,$,$,$);\n" for number in range(count))
    parts = (f"#{1000000 + at}={relation}('r{at}',$,$,$,#{1001 + at},(#{1000 + at}));\n" for at in range(count - 1))
    return step(*walls, *parts)


SOUND = step(WALL, SINGLE.format(21, 1), SINGLE.format(22, 2), sets(21, 22))


def second() -> bytes:
    """Another file, whose numbers are none of ``SOUND``."""
    return step(*(f"#{at}=IFCWALL('{at:022d}',$,'second',$,$,$,$,$,$);\n" for at in range(1000, 1200)))


BAD = [
    Bad("empty", "model_empty", lambda: b""),
    Bad("blank", "model_empty", lambda: b" \r\n\t"),
    Bad("pointer of Git LFS", "model_is_pointer", lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 26922931\n"),
    Bad("PDF", "model_not_step", lambda: b"%PDF-1.7 \xff\xfe"),
    Bad("ifcXML", "model_not_step", lambda: b"<?xml version='1.0'?><ifcXML/>"),
    Bad("cut in the middle", "model_truncated", lambda: SOUND[: len(SOUND) // 2]),
    Bad("cut in the last line", "model_truncated", lambda: SOUND[:-8]),
    Bad("cut, and its end in a string", "model_truncated", lambda: SOUND.replace(b"'W'", b"'END-ISO-10303-21;'")[:-60]),
    Bad("a second file behind the first", "text_after_end", lambda: SOUND + SOUND),
    Bad("a second file of 10 kB behind the first", "text_after_end", lambda: SOUND + second()),
    Bad("a second file where the end of the first is missing", "read_by_ifcopenshell", lambda: SOUND[: -len(TAIL)] + second()),
    Bad("a signature of 10 kB behind the end", "text_after_end", lambda: SOUND + b"SIGNATURE;" + b"A" * 10**4 + b"ENDSEC;"),
    Bad("cut inside, with the end still there", "read_by_ifcopenshell", lambda: SOUND[:-140] + SOUND[-30:]),
    Bad("a schema never released", "model_schema_refused", lambda: step(WALL, schema="IFC4X3_RC2")),
    Bad("a schema before IFC2X3", "model_schema_refused", lambda: step(WALL, schema="IFC2X2_FINAL")),
    Bad("no schema named", "model_schema_refused", lambda: SOUND.replace(b"FILE_SCHEMA(('IFC4'));", b"")),
    Bad("no element", "model_without_elements", lambda: step(SINGLE.format(21, 1))),
    Bad("an apostrophe too few", "parser_warned", lambda: SOUND.replace(b"'W'", b"'W")),
    Bad("a parenthesis too few", "read_by_ifcopenshell", lambda: SOUND.replace(b"(#21,#22)", b"(#21,#22")),
    Bad("a comment without end", "instances_lost", lambda: SOUND.replace(b"#20=", b"/* #20=")),
    Bad("gzip bomb", "model_too_large", gzip_bomb),
    Bad("zip bomb", "model_too_large", lambda: zipped(("model.ifc", HEAD.format("IFC4").encode() + bytes([32]) * (300 * 2**20)))),
    Bad("zip bomb that lies about its size", "model_packing_broken", lying_zip),
    Bad("zip in a zip", "model_not_one", lambda: zipped(("inner.ifczip", zipped(("model.ifc", SOUND))))),
    Bad("zip with two models", "model_not_one", lambda: zipped(("a.ifc", SOUND), ("b.ifc", SOUND))),
    Bad("broken gzip", "model_packing_broken", lambda: gzip.compress(SOUND)[:-20]),
    Bad("a wall that is part of itself", "read", lambda: step(WALL, "#11=IFCRELAGGREGATES('a',$,$,$,#10,(#10));\n")),
    Bad("a wall nested in itself", "read", lambda: step(WALL, "#11=IFCRELNESTS('a',$,$,$,#10,(#10));\n")),
    Bad(
        "walls that are parts of each other",
        "read",
        lambda: step(
            WALL,
            WALL.replace("#10", "#12").replace("0w", "1w"),
            *(f"#2{at}=IFCRELAGGREGATES('a{at}',$,$,$,#{above},(#{below}));\n" for at, above, below in ((1, 10, 12), (2, 12, 10))),
        ),
    ),
    Bad("a wall that is its own type", "instance_malformed", lambda: step(WALL, "#11=IFCRELDEFINESBYTYPE('a',$,$,$,(#10),#10);\n")),
    Bad(
        "a complex property in itself",
        "instance_malformed",
        lambda: step(WALL, sets(21), "#21=IFCCOMPLEXPROPERTY('C',$,'u',(#21,#21,#22));\n", SINGLE.format(22, 2)),
    ),
    Bad(
        "a complex quantity in itself",
        "instance_malformed",
        lambda: step(
            WALL,
            "#20=IFCELEMENTQUANTITY('q',$,'Q',$,$,(#21));\n",
            hung(20, 10),
            "#21=IFCPHYSICALCOMPLEXQUANTITY('C',$,(#21,#21),'d',$,$);\n",
        ),
    ),
    Bad("a billion properties from eighty lines", "instance_malformed", lambda: step(WALL, sets(100), *laughs())),
    Bad(
        "a list of materials in itself",
        "read",
        lambda: step(WALL, "#11=IFCMATERIALLIST((#11,#11));\n", "#12=IFCRELASSOCIATESMATERIAL('m',$,$,$,(#10),#11);\n"),
    ),
    Bad(
        "units made of each other",
        "quantity_unreadable",
        lambda: step(
            WALL,
            "#20=IFCELEMENTQUANTITY('q',$,'Q',$,$,(#21));\n",
            hung(20, 10),
            "#21=IFCQUANTITYLENGTH('Length',$,#22,1.,$);\n",
            "#22=IFCDERIVEDUNIT((" + ",".join(["#23"] * 100) + "),.USERDEFINED.,'u');\n#23=IFCDERIVEDUNITELEMENT(#22,1);\n",
        ),
    ),
    Bad("an instance number twice", "instances_lost", lambda: step(WALL, WALL.replace("0wall", "1wall"))),
    Bad("a number of a wall and of a point", "instances_lost", lambda: step(WALL, "#10=IFCCARTESIANPOINT((0.,0.));\n")),
    Bad("a GlobalId twice", "global_id_repeated", lambda: step(WALL, WALL.replace("#10", "#11"))),
    Bad("no GlobalId", "global_id_missing", lambda: step(WALL, "#11=IFCWALL($,$,'X',$,$,$,$,$,$);\n")),
    Bad(
        "references to nothing",
        "read_by_ifcopenshell",
        lambda: step(WALL, sets(21, 99), SINGLE.format(21, 1), hung(98, 10), "#13=IFCRELAGGREGATES('a',$,$,$,#97,(#10,#96));\n"),
    ),
    Bad(
        "an instance number of 30 digits",
        "model_unparsed",
        lambda: step(WALL, "#123456789012345678901234567890=IFCCARTESIANPOINT((0.,0.));\n"),
    ),
    Bad("100,000 parentheses in a shape", "read", lambda: step(WALL, "#11=IFCCARTESIANPOINT(" + "(" * 10**5 + "0." + ")" * 10**5 + ");\n")),
    Bad("100,000 parentheses in a wall", "model_nested_too_deep", lambda: step(WALL.replace("'W'", "(" * 10**5 + ")" * 10**5))),
    Bad(
        "100,000 parentheses in a value",
        "model_nested_too_deep",
        lambda: step(WALL, sets(21), "#21=IFCPROPERTYSINGLEVALUE('P',$," + "IFCLABEL(" * 10**5 + "'v'" + ")" * 10**5 + ",$);\n"),
    ),
    Bad("100,000 walls, each part of the next", "read", lambda: chain("IFCRELAGGREGATES"), small=False),
    Bad("NUL bytes between instances", "read", lambda: SOUND.replace(b"\n#20", b"\n\0\0\0#20")),
    Bad("NUL bytes in a string", "read", lambda: SOUND.replace(b"'W'", b"'W\0V'")),
    Bad("a tail of NUL bytes, as after a crash", "model_truncated", lambda: SOUND[: len(SOUND) // 2] + bytes(8192)),
    Bad("separators of our own in a string", "read_by_ifcopenshell", lambda: SOUND.replace(b"'W'", b"'W\x1f\x1eV'")),
    Bad("UTF-8 with a byte order mark", "read", lambda: b"\xef\xbb\xbf" + SOUND),
    Bad("UTF-16", "model_not_step", lambda: SOUND.decode().encode("utf-16")),
    Bad("a line break in a string", "read", lambda: SOUND.replace(b"'W'", b"'W\nV'")),
    Bad("everything on one line", "read", lambda: SOUND.replace(b"\n", b"")),
    Bad(
        "numbers beyond any machine",
        "quantity_unreadable",
        lambda: step(
            WALL, "#20=IFCELEMENTQUANTITY('q',$,'Q',$,$,(#21));\n", hung(20, 10), "#21=IFCQUANTITYLENGTH('Length',$,$,1.E999,$);\n"
        ),
    ),
    Bad(
        "an integer of 10,000 digits",
        "model_unparsed",
        lambda: step(WALL, sets(21), "#21=IFCPROPERTYSINGLEVALUE('P',$,IFCINTEGER(" + "9" * 10**4 + "),$);\n"),
    ),
    Bad("90 million rows from 4 MB", "model_too_many_rows", many_on_many, small=False),
    Bad(
        "a million properties on one element",
        "read",
        lambda: step(WALL, *(SINGLE.format(1000 + at, at) for at in range(10**6)), sets(*range(1000, 1000 + 10**6))),
        small=False,
    ),
    Bad(
        "100 MB on one line",
        "read",
        lambda: step(*(f"#{10 + at}=IFCWALL('{at:022d}',$,'W',$,$,$,$,$,$);" for at in range(1_700_000))),
        small=False,
    ),
    Bad("a string of 10 MB", "read", lambda: step(WALL.replace("'W'", "'" + "W" * 10**7 + "'")), small=False),
    Bad(
        "ten strings of 10 MB, full of escapes",
        "read",
        lambda: step(*(f"#{at}=IFCWALL('{at}',$,'" + "\\X2\\4E2D6587\\X0\\" * 625000 + "',$,$,$,$,$,$);\n" for at in range(10, 20))),
        small=False,
    ),
    Bad(
        "one instance of 100 MB",
        "read",
        lambda: step(WALL, "#11=IFCCARTESIANPOINTLIST3D((" + ",".join(["(0.,0.,0.)"] * 9_000_000) + "),$);\n"),
        small=False,
    ),
]
"""Every kind of bad input."""


def answered(path: Path) -> dict[str, object]:
    """What a process of its own answers: codes and words of its remarks, rows, seconds and peak memory; ``died`` where it did."""
    code = (
        "import json,sys,pathlib,benchmarks.models as b;from qingzhu.collectors.models import read_model;"
        "r=read_model(pathlib.Path(sys.argv[1]),'m.ifc','P',('Length',));"
        "print(json.dumps({'remarks':[[x.level,x.code,x.zh,x.en] for x in r.remarks],'rows':{k:v.height for k,v in r.tables.items()}}));"
        "b.own()"
    )
    begun = time.perf_counter()
    try:
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=SECONDS_AT_MOST, check=False)
    except subprocess.TimeoutExpired:
        return {"died": f"no answer in {SECONDS_AT_MOST:.0f} s"}
    if done.returncode:
        return {"died": f"exit {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"}
    said, memory = done.stdout.strip().splitlines()[-2:]
    return {**json.loads(said), "memory": float(memory), "seconds": time.perf_counter() - begun}


def main(names: list[str]) -> bool:
    """Print the table; true where every answer is the one wanted, in time and in memory."""
    held = True
    print(f"{'bad input':44}{'MB':>6}{'s':>7}{'peak [MB]':>11}  answer")
    with TemporaryDirectory() as folder:
        for bad in BAD:
            if names and bad.name not in names:
                continue
            path = Path(folder) / "m.ifc"
            path.write_bytes(bad.made())
            size, told = path.stat().st_size / 1e6, answered(path)
            if "died" in told:
                held = False
                print(f"{bad.name:44}{size:6.1f}  {told['died']}  WANTED {bad.answer}")
                continue
            remarks, memory, seconds = told["remarks"], float(str(told["memory"])), float(str(told["seconds"]))
            assert isinstance(remarks, list)
            codes = [code for _, code, _, _ in remarks] or ["read"]
            good = bad.answer in codes and memory <= MEMORY_FACTOR * size + MEMORY_FREE
            held &= good
            words = next((f"{level}: {en}" for level, code, _, en in remarks if code == bad.answer), f"{codes} {told['rows']}")
            wrong = "" if good else f"NOT MET, wanted {bad.answer}: "
            print(f"{bad.name:44}{size:6.1f}{seconds:7.1f}{memory:11.0f}  {wrong}{words[:150]}", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
