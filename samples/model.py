"""A model 模型 written through IfcOpenShell: boxes with real bodies, shared types, materials, base quantities, and its own truth.

Lengths are millimetres in the file, areas m², volumes m³. Every element is remembered with role, construction, volume and area as
drawn, so that the expected findings come from the drawing and not from reading the file back. GlobalIds derive from names by hash.
"""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid

from samples.writing import FROZEN_STAMP

Entity = Any

_SOFTWARE = "Autodesk Revit 2021 (CHS)"


@dataclass(frozen=True)
class Spec:
    """A kind of element: IFC class, name, material, size [mm] as length × width × height, and what it is in truth."""

    ifc_class: str
    name: str
    material: str | None
    size: tuple[float, float, float]
    role: str
    construction: str | None = None
    predefined: str | None = None
    external: bool | None = None
    steps: int = 0

    @property
    def volume(self) -> float:
        """Volume of the body [m³]; a flight of stairs is a waist plate with steps on it."""
        length, width, height = self.size
        if self.steps:
            return _area(_flight(self)) * width * 1e-9
        return length * width * height * 1e-9

    @property
    def area(self) -> float:
        """The area that counts [m²]: one face of a wall, the plan of everything else."""
        length, width, height = self.size
        return length * (height if self.ifc_class.startswith("IfcWall") else width) * 1e-6


class Model:
    """One IFC file in the making 模型文件, and the list of what was drawn in it."""

    def __init__(self, project: str, file: str, title: str, schema: str = "IFC4", quantities: bool = True) -> None:
        self.key = f"{project}/{file}"
        self.drawn: list[tuple[str, Spec]] = []
        self.ifc = ifcopenshell.file(schema=schema)
        self.quantities = quantities
        self._groups: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self._specs: dict[Spec, None] = {}
        self._maps: dict[Spec, Entity] = {}
        self._counts: dict[str, int] = defaultdict(int)
        self._storeys: dict[str, Entity] = {}
        self._make_frame(title)

    def storey(self, name: str, elevation: float) -> None:
        """A storey with its elevation [mm]."""
        place = self._placement((0.0, 0.0, elevation), None, self._building.ObjectPlacement)
        self._storeys[name] = self._rooted(
            "IfcBuildingStorey", name, Name=name, ObjectPlacement=place, CompositionType="ELEMENT", Elevation=elevation
        )

    def add(self, spec: Spec, storey: str, x: float, y: float, z: float = 0.0, turned: bool = False) -> Entity:
        """One element of a spec, its lower left corner at x, y, z above the storey [mm]; ``turned`` by a quarter."""
        self._counts[spec.ifc_class] += 1
        number = len(self.drawn) + 1
        place = self._placement((x, y, z), (0.0, 1.0, 0.0) if turned else None, self._storeys[storey].ObjectPlacement)
        extra = self._particulars(spec)
        if spec.ifc_class != "IfcSpace":
            extra["Tag"] = str(310000 + number)
        element = self._rooted(
            spec.ifc_class,
            f"{number}",
            Name=self._name_of(spec),
            ObjectType=spec.name,
            ObjectPlacement=place,
            Representation=self._shape(spec),
            **extra,
        )
        self._groups["storey" if spec.ifc_class != "IfcSpace" else "part", storey].append(element)
        if spec.material:
            self._groups["material", spec.material].append(element)
        self._quantify(spec, element)
        self._groups["type", spec.name + spec.ifc_class].append(element)
        self._specs.setdefault(spec)
        self.drawn.append((storey, spec))
        return element

    def row(
        self,
        spec: Spec,
        storey: str,
        count: int,
        start: tuple[float, float],
        step: tuple[float, float],
        z: float = 0.0,
        turned: bool = False,
    ) -> None:
        """``count`` elements of a spec, each a step further [mm]."""
        for place in range(count):
            self.add(spec, storey, start[0] + place * step[0], start[1] + place * step[1], z, turned)

    def write(self, path: Path) -> None:
        """Finish the relations and write ``.ifc``, ``.ifc.gz`` or ``.ifczip``; same drawing, same bytes."""
        self._relate()
        self._head()
        text = self.ifc.to_string().encode("ascii")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name.endswith(".gz"):
            path.write_bytes(gzip.compress(text, 6, mtime=0))
        elif path.suffix == ".ifczip":
            entry = zipfile.ZipInfo(path.stem + ".ifc", FROZEN_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(entry, text)
        else:
            path.write_bytes(text)

    def volume(self, role: str, construction: str | None = None) -> float:
        """Sum of the volumes drawn with a role, and a construction when one is named [m³]."""
        return sum(spec.volume for _, spec in self.drawn if spec.role == role and construction in (None, spec.construction))

    def area(self, role: str, construction: str | None = None) -> float:
        """Sum of the areas drawn with a role, and a construction when one is named [m²]."""
        return sum(spec.area for _, spec in self.drawn if spec.role == role and construction in (None, spec.construction))

    def _make_frame(self, title: str) -> None:
        make = self.ifc.create_entity
        units = [
            make("IfcSIUnit", UnitType="LENGTHUNIT", Prefix="MILLI", Name="METRE"),
            make("IfcSIUnit", UnitType="AREAUNIT", Name="SQUARE_METRE"),
            make("IfcSIUnit", UnitType="VOLUMEUNIT", Name="CUBIC_METRE"),
            make("IfcSIUnit", UnitType="PLANEANGLEUNIT", Name="RADIAN"),
        ]
        self._origin = make("IfcAxis2Placement3D", make("IfcCartesianPoint", (0.0, 0.0, 0.0)))
        self._up = make("IfcDirection", (0.0, 0.0, 1.0))
        self._context = make("IfcGeometricRepresentationContext", None, "Model", 3, 1e-5, self._origin)
        self._body = make("IfcGeometricRepresentationSubContext", "Body", "Model", TargetView="MODEL_VIEW", ParentContext=self._context)
        self._owner = self._ownership() if self.ifc.schema == "IFC2X3" else None
        self._project = self._rooted(
            "IfcProject", "project", Name=title, RepresentationContexts=[self._context], UnitsInContext=make("IfcUnitAssignment", units)
        )
        self._site = self._rooted(
            "IfcSite", "site", Name="场地", CompositionType="ELEMENT", ObjectPlacement=self._placement((0.0, 0.0, 0.0), None, None)
        )
        place = self._placement((0.0, 0.0, 0.0), None, self._site.ObjectPlacement)
        self._building = self._rooted("IfcBuilding", "building", Name=title, CompositionType="ELEMENT", ObjectPlacement=place)
        self._same = make("IfcCartesianTransformationOperator3D", LocalOrigin=make("IfcCartesianPoint", (0.0, 0.0, 0.0)))

    def _ownership(self) -> Entity:
        make = self.ifc.create_entity
        organisation = make("IfcOrganization", Name="设计单位")
        person = make("IfcPersonAndOrganization", make("IfcPerson", FamilyName="建模员"), organisation)
        program = make("IfcApplication", organisation, "2018", _SOFTWARE, "Revit")
        return make("IfcOwnerHistory", person, program, ChangeAction="ADDED", CreationDate=1688112000)

    def _rooted(self, ifc_class: str, key: str, **values: Any) -> Entity:
        digest = hashlib.sha256(f"{self.key}/{ifc_class}/{key}".encode()).hexdigest()[:32]
        return self.ifc.create_entity(ifc_class, GlobalId=ifcopenshell.guid.compress(digest), OwnerHistory=self._owner, **values)

    def _placement(self, point: tuple[float, float, float], direction: tuple[float, float, float] | None, parent: Entity) -> Entity:
        make = self.ifc.create_entity
        axis = make("IfcAxis2Placement3D", make("IfcCartesianPoint", point))
        if direction:
            axis.Axis, axis.RefDirection = self._up, make("IfcDirection", direction)
        return make("IfcLocalPlacement", parent, axis)

    def _name_of(self, spec: Spec) -> str:
        return spec.name if spec.ifc_class != "IfcSpace" else f"{spec.name} {self._counts['IfcSpace']:02d}"

    def _particulars(self, spec: Spec) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        if spec.predefined and self.ifc.schema != "IFC2X3":
            extra["PredefinedType"] = spec.predefined
        if spec.ifc_class == "IfcSpace":
            extra |= {"LongName": spec.name, "CompositionType": "ELEMENT"}
        if spec.ifc_class in {"IfcDoor", "IfcWindow"}:
            extra |= {"OverallHeight": spec.size[2], "OverallWidth": spec.size[0]}
        return extra

    def _shape(self, spec: Spec) -> Entity:
        make = self.ifc.create_entity
        if spec not in self._maps:
            body = make("IfcShapeRepresentation", self._body, "Body", "SweptSolid", [self._solid(spec)])
            self._maps[spec] = make("IfcRepresentationMap", self._origin, body)
        mapped = make("IfcMappedItem", self._maps[spec], self._same)
        return make(
            "IfcProductDefinitionShape",
            Representations=[make("IfcShapeRepresentation", self._body, "Body", "MappedRepresentation", [mapped])],
        )

    def _solid(self, spec: Spec) -> Entity:
        make = self.ifc.create_entity
        length, width, height = spec.size
        if spec.steps:
            line = [make("IfcCartesianPoint", point) for point in _flight(spec)]
            profile = make("IfcArbitraryClosedProfileDef", "AREA", spec.name, make("IfcPolyline", [*line, line[0]]))
            axis, along = make("IfcDirection", (0.0, -1.0, 0.0)), make("IfcDirection", (1.0, 0.0, 0.0))
            place = make("IfcAxis2Placement3D", make("IfcCartesianPoint", (0.0, width, 0.0)), axis, along)
            return make("IfcExtrudedAreaSolid", profile, place, self._up, width)
        middle = make("IfcAxis2Placement2D", make("IfcCartesianPoint", (length / 2, width / 2)))
        profile = make("IfcRectangleProfileDef", "AREA", spec.name, middle, length, width)
        return make("IfcExtrudedAreaSolid", profile, self._origin, self._up, height)

    def _quantify(self, spec: Spec, element: Entity) -> None:
        amounts = quantities_of(spec)
        if not amounts or not self.quantities:
            return
        make = self.ifc.create_entity
        rows = [make(f"IfcQuantity{kind}", name, None, None, value) for name, kind, value in amounts]
        number = len(self.drawn)
        sets = (
            "BaseQuantities"
            if self.ifc.schema == "IFC2X3"
            else f"Qto_{spec.ifc_class.removeprefix('Ifc').removesuffix('StandardCase')}BaseQuantities"
        )
        amount_set = self._rooted("IfcElementQuantity", f"{number}", Name=sets, Quantities=rows)
        self._rooted("IfcRelDefinesByProperties", f"q{number}", RelatedObjects=[element], RelatingPropertyDefinition=amount_set)

    def _relate(self) -> None:
        for (kind, name), members in self._groups.items():
            if kind == "storey":
                self._rooted("IfcRelContainedInSpatialStructure", name, RelatedElements=members, RelatingStructure=self._storeys[name])
            elif kind == "part":
                self._rooted("IfcRelAggregates", f"spaces {name}", RelatingObject=self._storeys[name], RelatedObjects=members)
            elif kind == "material":
                material = self.ifc.create_entity("IfcMaterial", Name=name)
                self._rooted("IfcRelAssociatesMaterial", name, RelatedObjects=members, RelatingMaterial=material)
            elif kind == "type":
                self._type(name, members)
        self._rooted("IfcRelAggregates", "sites", RelatingObject=self._project, RelatedObjects=[self._site])
        self._rooted("IfcRelAggregates", "buildings", RelatingObject=self._site, RelatedObjects=[self._building])
        self._rooted("IfcRelAggregates", "storeys", RelatingObject=self._building, RelatedObjects=list(self._storeys.values()))

    def _type(self, key: str, members: list[Entity]) -> None:
        specs = [spec for spec in self._specs if spec.name + spec.ifc_class == key]
        first = specs[0]
        name = first.ifc_class.removesuffix("StandardCase") + "Type"
        if name == "IfcSpaceType" or (self.ifc.schema == "IFC2X3" and name in {"IfcDoorType", "IfcWindowType", "IfcStairFlightType"}):
            return
        maps = [self._maps[first]] if len(specs) == 1 else None
        predefined = first.predefined or "NOTDEFINED"
        extra = (
            {"PartitioningType": "SINGLE_PANEL"}
            if name == "IfcWindowType"
            else {"OperationType": "SINGLE_SWING_LEFT"}
            if name == "IfcDoorType"
            else {}
        )
        kind = self._rooted(name, key, Name=first.name, RepresentationMaps=maps, PredefinedType=predefined, **extra)
        self._rooted("IfcRelDefinesByType", key, RelatedObjects=members, RelatingType=kind)
        if first.external is not None:
            self._common(first, key, members)

    def _common(self, spec: Spec, key: str, members: list[Entity]) -> None:
        make = self.ifc.create_entity
        bearing = spec.role in {"bearing_wall", "column", "beam", "slab"}
        rows = [
            make("IfcPropertySingleValue", "Reference", None, make("IfcIdentifier", spec.name), None),
            make("IfcPropertySingleValue", "IsExternal", None, make("IfcBoolean", bool(spec.external)), None),
            make("IfcPropertySingleValue", "LoadBearing", None, make("IfcBoolean", bearing), None),
        ]
        common = self._rooted(
            "IfcPropertySet", key, Name=f"Pset_{spec.ifc_class.removeprefix('Ifc').removesuffix('StandardCase')}Common", HasProperties=rows
        )
        self._rooted("IfcRelDefinesByProperties", f"p{key}", RelatedObjects=members, RelatingPropertyDefinition=common)

    def _head(self) -> None:
        name = self.ifc.header.file_name
        name.name = self.key.rsplit("/", 1)[-1]
        name.time_stamp = "2023-06-30T18:00:00"
        name.author, name.organization = ("建模员",), ("设计单位",)
        name.preprocessor_version, name.originating_system, name.authorization = "IfcOpenShell", _SOFTWARE, ""


def quantities_of(spec: Spec) -> list[tuple[str, str, float]]:
    """Base quantities of an element as (name, kind, value): lengths in mm, areas in m², volumes in m³."""
    length, width, height = spec.size
    volumes = [("GrossVolume", "Volume", spec.volume), ("NetVolume", "Volume", spec.volume)]
    if spec.ifc_class == "IfcColumn":
        return [("Length", "Length", height), ("CrossSectionArea", "Area", length * width * 1e-6), *volumes]
    if spec.ifc_class == "IfcBeam":
        section = ("CrossSectionArea", "Area", width * height * 1e-6)
        return [("Length", "Length", length), section, ("ProjectedArea", "Area", spec.area), *volumes]
    if spec.ifc_class == "IfcSlab":
        plan = [("GrossArea", "Area", spec.area), ("NetArea", "Area", spec.area)]
        return [("Width", "Length", height), ("Length", "Length", length), ("Depth", "Length", width), *plan, *volumes]
    if spec.ifc_class.startswith("IfcWall"):
        sides = [("GrossSideArea", "Area", spec.area), ("NetSideArea", "Area", spec.area)]
        return [("Length", "Length", length), ("Width", "Length", width), ("Height", "Length", height), *sides, *volumes]
    if spec.ifc_class == "IfcStairFlight":
        return [("Length", "Length", (length**2 + height**2) ** 0.5), ("ProjectedArea", "Area", spec.area), *volumes]
    if spec.ifc_class in {"IfcDoor", "IfcWindow"}:
        return [("Width", "Length", length), ("Height", "Length", height), ("Area", "Area", length * height * 1e-6)]
    if spec.ifc_class == "IfcSpace":
        walls = 2 * (length + width) * height * 1e-6
        faces = [("GrossFloorArea", "Area", spec.area), ("GrossWallArea", "Area", walls), ("GrossCeilingArea", "Area", spec.area)]
        return [("Height", "Length", height), *faces, ("GrossVolume", "Volume", spec.volume)]
    return []


def _flight(spec: Spec) -> list[tuple[float, float]]:
    """The side of a flight: up the steps, back along the underside, a waist of 120 mm measured upright. [mm]"""
    length, _, height = spec.size
    going, rise = length / spec.steps, height / spec.steps
    points = [(0.0, 0.0)]
    for step in range(spec.steps):
        points += [(step * going, (step + 1) * rise), ((step + 1) * going, (step + 1) * rise)]
    return [*points, (length, height - rise - 120.0), (0.0, -120.0)]


def _area(points: list[tuple[float, float]]) -> float:
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2
