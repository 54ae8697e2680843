"""Made models 自制模型: as many walls as one likes, each with a placement, a type, properties and quantities, about 830 bytes a wall.

Run: ``python -m benchmarks.made_models 50000 walls.ifc``. The same count gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

HEAD = """ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1');
FILE_NAME('','',(''),(''),'','','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#2=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);
#3=IFCSIUNIT(*,.VOLUMEUNIT.,$,.CUBIC_METRE.);
#4=IFCUNITASSIGNMENT((#1,#2,#3));
#5=IFCPROJECT('0project00000000000000',$,'Made',$,$,$,$,$,#4);
"""

WALL = """#{0}=IFCCARTESIANPOINT(({x}.,{y}.,0.));
#{1}=IFCAXIS2PLACEMENT3D(#{0},$,$);
#{2}=IFCLOCALPLACEMENT($,#{1});
#{3}=IFCWALL('{guid}',$,'Wall {number}',$,$,#{2},$,'{number}',.SOLIDWALL.);
#{4}=IFCPROPERTYSINGLEVALUE('LoadBearing',$,IFCBOOLEAN(.{bearing}.),$);
#{5}=IFCPROPERTYSINGLEVALUE('Reference',$,IFCIDENTIFIER('W-{type}'),$);
#{6}=IFCPROPERTYSET('{set}',$,'Pset_WallCommon',$,(#{4},#{5}));
#{7}=IFCRELDEFINESBYPROPERTIES('{relation}',$,$,$,(#{3}),#{6});
#{8}=IFCQUANTITYLENGTH('Length',$,$,{length}.,$);
#{9}=IFCQUANTITYVOLUME('NetVolume',$,$,{volume},$);
#{10}=IFCELEMENTQUANTITY('{quantities}',$,'Qto_WallBaseQuantities',$,$,(#{8},#{9}));
#{11}=IFCRELDEFINESBYPROPERTIES('{hung}',$,$,$,(#{3}),#{10});
"""
A_WALL, TYPES, STOREYS, FIRST = 12, 40, 20, 1000


def walls(count: int, file: Path) -> None:
    """Write a model of so many walls: 200 mm thick, 3 m high, 1 to 5 m long; of ``TYPES`` types, on ``STOREYS`` storeys."""
    with file.open("w", encoding="ascii") as out:
        out.write(HEAD)
        for number in range(count):
            first = FIRST + A_WALL * number
            length = 1000 + 10 * (number % 401)
            out.write(
                WALL.format(
                    *range(first, first + A_WALL),
                    x=1000 * (number % 100),
                    y=10 * number,
                    number=number,
                    type=number % TYPES,
                    bearing="T" if number % 3 else "F",
                    length=length,
                    volume=f"{length * 0.0006:.4f}",
                    guid=f"{number:022d}",
                    set=f"S{number:021d}",
                    relation=f"R{number:021d}",
                    quantities=f"Q{number:021d}",
                    hung=f"H{number:021d}",
                )
            )
        out.write(_shared(count))
        out.write("ENDSEC;\nEND-ISO-10303-21;\n")


def _shared(count: int) -> str:
    """Types and storeys, and which walls are of them: some walls and every so-many-th after them."""
    lines, id = [], FIRST + A_WALL * count
    for kind, many in (("type", TYPES), ("storey", STOREYS)):
        for place in range(min(many, count)):
            related = ",".join(f"#{FIRST + A_WALL * number + 3}" for number in range(place, count, many))
            if kind == "type":
                lines.append(f"#{id}=IFCWALLTYPE('T{place:021d}',$,'W-{place}',$,$,$,$,$,$,.SOLIDWALL.);")
                lines.append(f"#{id + 1}=IFCRELDEFINESBYTYPE('D{place:021d}',$,$,$,({related}),#{id});")
            else:
                lines.append(f"#{id}=IFCBUILDINGSTOREY('F{place:021d}',$,'Level {place}',$,$,$,$,$,$,{3000 * place}.);")
                lines.append(f"#{id + 1}=IFCRELCONTAINEDINSPATIALSTRUCTURE('C{place:021d}',$,$,$,({related}),#{id});")
            id += 2
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    walls(int(sys.argv[1]), Path(sys.argv[2]))
