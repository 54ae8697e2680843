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


STOREYS = [
    f"#10=IFCBUILDINGSTOREY('{guid(10)}',$,'1F',$,$,$,$,$,.ELEMENT.,0.);",
    f"#11=IFCBUILDINGSTOREY('{guid(11)}',$,'2F',$,$,$,$,$,.ELEMENT.,3600.);",
]


class Model:
    """A model written by hand, an element a call; the numbers of instances begin where it is told."""

    def __init__(self, first: int = 100) -> None:
        self.lines = list(STOREYS)
        self.next = first

    def line(self, text: str) -> int:
        """One instance, its number in front."""
        self.next += 1
        self.lines.append(f"#{self.next}={text};")
        return self.next

    def relation(self, kind: str, *attributes: str) -> None:
        self.line(f"{kind}('{guid(self.next + 1)}',$,$,$,{','.join(attributes)})")

    def element(self, id: str, name: str = "W", *, kind: str = "IFCWALL", storey: int = 10, tag: str | None = None, **held: object) -> int:
        """An element with ``volume`` [m³], ``properties`` of the set S, a ``type`` (name) with ``type_properties``, a ``material``."""
        said = f"'{tag}'" if tag else "$"
        number = self.line(f"{kind}('{id}',$,'{name}',$,$,$,$,{said},$)")
        self.relation("IFCRELCONTAINEDINSPATIALSTRUCTURE", f"(#{number})", f"#{storey}")
        if "volume" in held:
            quantity = self.line(f"IFCQUANTITYVOLUME('NetVolume',$,$,{held['volume']},$)")
            set = self.line(f"IFCELEMENTQUANTITY('{guid(self.next + 1)}',$,'Q',$,$,(#{quantity}))")
            self.relation("IFCRELDEFINESBYPROPERTIES", f"(#{number})", f"#{set}")
        if "properties" in held:
            self.relation("IFCRELDEFINESBYPROPERTIES", f"(#{number})", f"#{self.set(held['properties'])}")
        if "type" in held:
            sets = f"(#{self.set(held['type_properties'])})" if "type_properties" in held else "$"
            type = self.line(f"IFCWALLTYPE('{guid(self.next + 1)}',$,'{held['type']}',$,$,{sets},$,$,$,.STANDARD.)")
            self.relation("IFCRELDEFINESBYTYPE", f"(#{number})", f"#{type}")
        if "material" in held:
            material = self.line(f"IFCMATERIAL('{held['material']}',$,$)")
            self.relation("IFCRELASSOCIATESMATERIAL", f"(#{number})", f"#{material}")
        return number

    def set(self, properties: object) -> int:
        """A property set S of names and typed values."""
        assert isinstance(properties, dict)
        ids = [self.line(f"IFCPROPERTYSINGLEVALUE('{name}',$,{value},$)") for name, value in properties.items()]
        return self.line(f"IFCPROPERTYSET('{guid(self.next + 1)}',$,'S',$,({','.join(f'#{id}' for id in ids)}))")

    def text(self) -> str:
        return step(*self.lines)
