"""Small IFC files written by hand, for tests of what is read from them."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = """ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1');
FILE_NAME('','',(''),(''),'','','');
FILE_SCHEMA(('{schema}'));
ENDSEC;
DATA;
"""

UNITS = """#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#2=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);
#3=IFCSIUNIT(*,.VOLUMEUNIT.,$,.CUBIC_METRE.);
#4=IFCSIUNIT(*,.MASSUNIT.,.KILO.,.GRAM.);
#5=IFCUNITASSIGNMENT((#1,#2,#3,#4));
#6=IFCPROJECT('0project00000000000000',$,'P',$,$,$,$,$,#5);
"""


def step(*lines: str, units: str = UNITS, schema: str = "IFC4") -> str:
    """A whole file from its instances."""
    return HEAD.format(schema=schema) + units + "\n".join(lines) + "\nENDSEC;\nEND-ISO-10303-21;\n"


def guid(number: int) -> str:
    """A GlobalId of 22 characters."""
    return f"{number:022d}"


def wall(number: int, name: str = "W", id: str | None = None) -> str:
    """An IfcWall of IFC4."""
    return f"#{number}=IFCWALL('{id or guid(number)}',$,'{name}',$,$,$,$,$,$);"


def quantities(number: int, elements: Sequence[int], *held: str) -> list[str]:
    """An IfcElementQuantity with its quantities, and the relation that hangs it on elements."""
    ids = [number + 2 + place for place in range(len(held))]
    lines = [f"#{id}={one};" for id, one in zip(ids, held, strict=True)]
    set = ",".join(f"#{id}" for id in ids)
    related = ",".join(f"#{id}" for id in elements)
    lines.append(f"#{number}=IFCELEMENTQUANTITY('{guid(number)}',$,'Q',$,$,({set}));")
    lines.append(f"#{number + 1}=IFCRELDEFINESBYPROPERTIES('{guid(number + 1)}',$,$,$,({related}),#{number});")
    return lines


def properties(number: int, elements: Sequence[int], *held: str) -> list[str]:
    """An IfcPropertySet with its properties, and the relation that hangs it on elements."""
    ids = [number + 2 + place for place in range(len(held))]
    lines = [f"#{id}={one};" for id, one in zip(ids, held, strict=True)]
    set = ",".join(f"#{id}" for id in ids)
    related = ",".join(f"#{id}" for id in elements)
    lines.append(f"#{number}=IFCPROPERTYSET('{guid(number)}',$,'S',$,({set}));")
    lines.append(f"#{number + 1}=IFCRELDEFINESBYPROPERTIES('{guid(number + 1)}',$,$,$,({related}),#{number});")
    return lines
