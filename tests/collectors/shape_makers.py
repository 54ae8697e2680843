"""Elements with bodies written by hand, for tests of what geometry says of them. Lengths in mm, as ``model_makers.UNITS`` has them."""

from __future__ import annotations

from tests.collectors.model_makers import UNITS, guid, step

CONTEXT = """#900=IFCCARTESIANPOINT((0.,0.,0.));
#901=IFCAXIS2PLACEMENT3D(#900,$,$);
#902=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#901,$);
#903=IFCDIRECTION((0.,0.,1.));
#906=IFCPROJECT('0project00000000000000',$,'P',$,$,$,$,(#902),#5);
"""
METRES = UNITS.replace(".MILLI.", "$")


def drawn(*lines: str, units: str = UNITS) -> str:
    """A whole file of elements with bodies."""
    units = "\n".join(line for line in units.splitlines() if "IFCPROJECT" not in line) + "\n"
    return step(*CONTEXT.splitlines(), *lines, units=units)


def placement(number: int, at: tuple[float, float, float], along: tuple[float, float, float], up: tuple[float, float, float]) -> list[str]:
    """IfcLocalPlacement ``number`` with its X along one direction and its Z along another (uses the three numbers before it too)."""
    return [
        f"#{number - 4}=IFCCARTESIANPOINT({at});".replace(" ", ""),
        f"#{number - 3}=IFCDIRECTION({tuple(map(float, up))});".replace(" ", ""),
        f"#{number - 2}=IFCDIRECTION({tuple(map(float, along))});".replace(" ", ""),
        f"#{number - 1}=IFCAXIS2PLACEMENT3D(#{number - 4},#{number - 3},#{number - 2});",
        f"#{number}=IFCLOCALPLACEMENT($,#{number - 1});",
    ]


def box(number: int, sides: tuple[float, float, float], kind: str = "SLAB", turned: float | None = None, **place: tuple) -> list[str]:
    """An element ``number`` (a multiple of 100) whose body is a box from the origin of its placement; uses the numbers up to +20.

    ``turned``: the x-component of the direction along which the profile lies inside the placement (its y is what makes it of length 1).
    """
    x, y, z = map(float, sides)
    at, along, up = (
        place.get("at", (0.0, 0.0, 0.0)),
        place.get("along", (1.0, 0.0, 0.0)),
        place.get("up", (0.0, 0.0, 1.0)),
    )
    cosine = 1.0 if turned is None else float(turned)
    return [
        *placement(number + 5, at, along, up),
        f"#{number + 6}=IFCCARTESIANPOINT(({x / 2},{y / 2}));",
        f"#{number + 7}=IFCAXIS2PLACEMENT2D(#{number + 6},$);",
        f"#{number + 8}=IFCRECTANGLEPROFILEDEF(.AREA.,$,#{number + 7},{x},{y});",
        f"#{number + 9}=IFCDIRECTION(({cosine},{(1 - cosine**2) ** 0.5},0.));",
        f"#{number + 10}=IFCAXIS2PLACEMENT3D(#900,#903,#{number + 9});",
        f"#{number + 11}=IFCEXTRUDEDAREASOLID(#{number + 8},#{number + 10},#903,{z});",
        *body(number, kind, number + 5, f"'SweptSolid',(#{number + 11})"),
    ]


def extruded(number: int, outline: list[tuple[float, float]], height: float, kind: str) -> list[str]:
    """An element ``number`` (a multiple of 100) that stands on an outline; uses the numbers up to +20 and from +30."""
    points = [f"#{number + 30 + place}=IFCCARTESIANPOINT(({float(x)},{float(y)}));" for place, (x, y) in enumerate(outline)]
    ring = ",".join(f"#{number + 30 + place}" for place in (*range(len(outline)), 0))
    profile = [
        f"#{number + 14}=IFCPOLYLINE(({ring}));",
        f"#{number + 8}=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#{number + 14});",
    ]
    rest = [line for line in box(number, (1.0, 1.0, height), kind) if not line.startswith(f"#{number + 8}=")]
    return [*points, *profile, *rest]


def twice(lines: list[str]) -> list[str]:
    """An element of ``box`` whose solid is drawn again in the same place."""
    solid = next(line for line in lines if "IFCEXTRUDEDAREASOLID" in line)
    number = int(solid[1 : solid.index("=")])
    again = solid.replace(f"#{number}=", f"#{number + 4}=")
    return [again, *(line.replace(f"(#{number})", f"(#{number},#{number + 4})") for line in lines)]


def mirrored_beside(number: int, sides: tuple[float, float, float], other: tuple[float, float, float], kind: str) -> list[str]:
    """An element ``number`` (a multiple of 100) of two mapped boxes, from x = 1 m on: the second is mirrored, so it goes from −1 m down."""
    lines = [
        "#904=IFCDIRECTION((1.,0.,0.));", "#905=IFCDIRECTION((-1.,0.,0.));", "#907=IFCDIRECTION((0.,1.,0.));",
        "#908=IFCCARTESIANPOINT((1000.,0.,0.));", "#909=IFCAXIS2PLACEMENT3D(#908,$,$);",
    ]  # fmt: skip
    for at, ((x, y, z), along) in enumerate(((sides, 904), (other, 905))):
        here = number + 30 + 20 * at
        lines += [
            f"#{here}=IFCCARTESIANPOINT(({x / 2},{y / 2}));",
            f"#{here + 1}=IFCAXIS2PLACEMENT2D(#{here},$);",
            f"#{here + 2}=IFCRECTANGLEPROFILEDEF(.AREA.,$,#{here + 1},{float(x)},{float(y)});",
            f"#{here + 3}=IFCEXTRUDEDAREASOLID(#{here + 2},#909,#903,{float(z)});",
            f"#{here + 4}=IFCSHAPEREPRESENTATION(#902,'Body','SweptSolid',(#{here + 3}));",
            f"#{here + 5}=IFCREPRESENTATIONMAP(#901,#{here + 4});",
            f"#{here + 6}=IFCCARTESIANTRANSFORMATIONOPERATOR3D(#{along},#907,#900,1.,#903);",
            f"#{here + 7}=IFCMAPPEDITEM(#{here + 5},#{here + 6});",
        ]
    place = placement(number + 5, (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    return [*place, *lines, *body(number, kind, number + 5, f"'MappedRepresentation',(#{number + 37},#{number + 57})")]


def part_of(number: int, whole: int, part: int) -> list[str]:
    """An element is a part of another."""
    return [f"#{number}=IFCRELAGGREGATES('{guid(number)}',$,$,$,#{whole},(#{part}));"]


def body(number: int, kind: str, placed: int, items: str) -> list[str]:
    """An element ``number`` with a body of the given type and items."""
    rest = (
        ",$" if kind == "BUILDINGELEMENTPART" else ",$,$" if kind == "ELEMENTASSEMBLY" else ",$,$" if kind in ("DOOR", "WINDOW") else ",$"
    )
    return [
        f"#{number + 12}=IFCSHAPEREPRESENTATION(#902,'Body',{items});",
        f"#{number + 13}=IFCPRODUCTDEFINITIONSHAPE($,$,(#{number + 12}));",
        f"#{number}=IFC{kind}('{guid(number)}',$,'{kind}',$,$,#{placed},#{number + 13},$" + rest + ");",
    ]


def opening(number: int, host: int, sides: tuple[float, float, float], at: tuple[float, float, float]) -> list[str]:
    """An opening ``number`` (a multiple of 100) of a host, placed in the world."""
    return [
        *box(number, sides, "OPENINGELEMENT", at=at),
        f"#{number + 20}=IFCRELVOIDSELEMENT('{guid(number + 20)}',$,$,$,#{host},#{number});",
    ]


def faces(number: int, points: list[tuple[float, float, float]], polygons: list[tuple[int, ...]], kind: str = "SLAB") -> list[str]:
    """An element ``number`` (a multiple of 100) drawn as a surface of polygons, closed or not; uses the numbers up to +20 and from +30."""
    ends = [f"#{number + 30 + place}=IFCCARTESIANPOINT({tuple(map(float, point))});".replace(" ", "") for place, point in enumerate(points)]
    lines, ids, next_id = ends, [], number + 30 + len(points)
    for polygon in polygons:
        loop = ",".join(f"#{number + 30 + point}" for point in polygon)
        lines += [
            f"#{next_id}=IFCPOLYLOOP(({loop}));",
            f"#{next_id + 1}=IFCFACEOUTERBOUND(#{next_id},.T.);",
            f"#{next_id + 2}=IFCFACE((#{next_id + 1}));",
        ]
        ids.append(f"#{next_id + 2}")
        next_id += 3
    lines += [f"#{number + 15}=IFCOPENSHELL(({','.join(ids)}));", f"#{number + 16}=IFCSHELLBASEDSURFACEMODEL((#{number + 15}));"]
    place = placement(number + 5, (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    return [*place, *lines, *body(number, kind, number + 5, f"'SurfaceModel',(#{number + 16})")]


CUBE = [(0, 0, 0), (1000, 0, 0), (1000, 1000, 0), (0, 1000, 0), (0, 0, 1000), (1000, 0, 1000), (1000, 1000, 1000), (0, 1000, 1000)]
"""The corners of a cube of 1 m."""

SIX = [(0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)]
"""Its faces, looking out."""


def broken(number: int, kind: str = "SLAB") -> list[str]:
    """An element whose body is an extrusion of depth nought along its own plane, of which no kernel makes a solid."""
    lines = box(number, (1000.0, 1000.0, 100.0), kind)
    at = next(place for place, line in enumerate(lines) if "IFCRECTANGLEPROFILEDEF" in line)
    lines[at] = f"#{number + 8}=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#{number + 14});"
    return [f"#{number + 14}=IFCPOLYLINE((#{number + 6},#{number + 6}));", *lines]
