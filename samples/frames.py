"""Frames 框架 and what other offices deliver: a school, an office, models of architecture only, models made after the fact."""

from __future__ import annotations

from samples.housing import BLOCK, CAST, LIGHT, PANEL, cast_slab, inner_wall, outer_wall, plank, room, stair, topping
from samples.model import Model, Spec


def column(side: int, grade: str, height: float, precast: bool) -> Spec:
    """A square column; precast or cast in place stands in the material alone, the name is the same."""
    material = f"{'预制' if precast else '现浇'}混凝土 {grade}"
    size = (float(side), float(side), height)
    return Spec(
        "IfcColumn", f"矩形柱 {side}×{side}-{grade}", material, size, "column", "precast" if precast else "cast_in_place", "COLUMN", False
    )


def beam(width: int, depth: int, span: float, precast: bool) -> Spec:
    """A beam, composite with a precast lower part or cast in place."""
    if precast:
        return Spec(
            "IfcBeam", f"叠合梁 PCL-{width}×{depth}", "预制混凝土 C40", (span, float(width), float(depth)), "beam", "precast", "BEAM", False
        )
    return Spec("IfcBeam", f"矩形梁 {width}×{depth}-C35", CAST, (span, float(width), float(depth)), "beam", "cast_in_place", "BEAM", False)


def teaching_building(model: Model, storeys: int = 4) -> None:
    """中学教学楼: 9 bays of 7.2 m, three rows of columns of which twelve are precast, 64.8 × 18.0 m, 3.9 m high."""
    for number in range(1, storeys + 1):
        level = f"{number}F"
        model.storey(level, (number - 1) * 3900.0)
        for line, precast in enumerate((10, 0, 2)):
            model.row(column(600, "C40", 3900.0, True), level, precast, (-300.0, line * 8700.0), (7200.0, 0.0))
            model.row(column(600, "C40", 3900.0, False), level, 10 - precast, (precast * 7200.0 - 300.0, line * 8700.0), (7200.0, 0.0))
            model.row(beam(300, 700, 6600.0, line == 0), level, 9, (300.0, line * 8700.0 + 150.0), (7200.0, 0.0), 3070.0)
        model.row(beam(300, 700, 8100.0, False), level, 10, (150.0, 600.0), (7200.0, 0.0), 3070.0, turned=True)
        for bay in range(9):
            model.row(plank(6900, 2700), level, 4, (bay * 7200.0 + 150.0, 300.0), (0.0, 2700.0), 3770.0)
        model.row(topping(21600.0, 10800.0), level, 3, (0.0, 300.0), (21600.0, 0.0), 3830.0)
        model.row(cast_slab(21600.0, 6600.0), level, 3, (0.0, 11300.0), (21600.0, 0.0), 3770.0)
        model.row(stair(1950.0, 13, 1800.0), level, 4, (1000.0, 14200.0), (18000.0, 0.0))
        model.row(outer_wall("ALC外墙板 200mm", PANEL, 6600.0, 3200.0), level, 18, (300.0, 0.0), (3600.0, 0.0))
        model.row(inner_wall("ALC内墙板 150mm", PANEL, 8100.0, 150.0, 3200.0), level, 9, (7200.0, 600.0), (7200.0, 0.0), turned=True)
        model.row(inner_wall("砌块内墙 200mm", BLOCK, 6600.0, 200.0, 3200.0), level, 6, (300.0, 8800.0), (7200.0, 0.0))
        model.row(room("卫生间", 7200.0, 4500.0, 3000.0), level, 2, (0.0, 14000.0), (57600.0, 0.0))


def research_office(model: Model, storeys: int = 6) -> None:
    """科研办公楼: 6 bays of 8.4 m, three rows of columns of which the outer left halves are precast, 50.4 × 16.8 m, 4.2 m high."""
    for number in range(1, storeys + 1):
        level = f"{number}F"
        model.storey(level, (number - 1) * 4200.0)
        for line in range(3):
            model.row(column(700, "C50", 4200.0, True), level, 3, (-350.0, line * 8050.0), (8400.0, 0.0))
            model.row(column(700, "C50", 4200.0, False), level, 4, (24850.0, line * 8050.0), (8400.0, 0.0))
            model.row(beam(350, 700, 7700.0, False), level, 6, (350.0, line * 8050.0), (8400.0, 0.0), 3370.0)
        model.row(beam(350, 700, 7350.0, False), level, 14, (200.0, 700.0), (3850.0, 0.0), 3370.0, turned=True)
        for bay in range(6):
            model.row(plank(4000, 2500), level, 5, (bay * 8400.0, 300.0), (0.0, 2500.0), 4070.0)
            model.row(plank(4000, 2500), level, 5, (bay * 8400.0 + 4200.0, 300.0), (0.0, 2500.0), 4070.0)
        model.row(topping(25200.0, 12500.0), level, 2, (0.0, 300.0), (25200.0, 0.0), 4130.0)
        model.row(cast_slab(25200.0, 4000.0), level, 2, (0.0, 12800.0), (25200.0, 0.0), 4070.0)
        model.row(stair(2100.0, 14, 1500.0), level, 4, (2000.0, 13000.0), (12000.0, 0.0))
        model.row(outer_wall("ALC外墙板 200mm", PANEL, 7700.0, 3500.0), level, 16, (350.0, 0.0), (3150.0, 0.0))
        model.row(inner_wall("轻钢龙骨隔墙 120mm", LIGHT, 7350.0, 120.0, 3500.0), level, 14, (3850.0, 700.0), (3350.0, 0.0), turned=True)
        model.row(inner_wall("砌块内墙 200mm", BLOCK, 4000.0, 200.0, 3500.0), level, 4, (1000.0, 12600.0), (12000.0, 0.0))
        model.row(room("卫生间", 4000.0, 3600.0, 2800.0), level, 4, (200.0, 13000.0), (12000.0, 0.0))


def hospital_architecture(model: Model, storeys: int = 4) -> None:
    """医院门诊楼, architecture only: walls, doors, windows and rooms; no column, beam or slab."""
    door = Spec("IfcDoor", "单扇木门 M1021", "木材", (1000.0, 50.0, 2100.0), "door", predefined="DOOR")
    window = Spec("IfcWindow", "断桥铝合金窗 C1518", "断桥铝合金", (1500.0, 80.0, 1800.0), "window", predefined="WINDOW")
    for number in range(1, storeys + 1):
        level = f"{number}F"
        model.storey(level, (number - 1) * 4500.0)
        model.row(outer_wall("ALC外墙板 200mm", PANEL, 7800.0, 3900.0), level, 16, (0.0, 0.0), (8100.0, 0.0))
        model.row(inner_wall("轻钢龙骨隔墙 150mm", LIGHT, 6000.0, 150.0, 3900.0), level, 24, (0.0, 6000.0), (5400.0, 0.0), turned=True)
        model.row(inner_wall("砌块内墙 200mm", BLOCK, 3000.0, 200.0, 3900.0), level, 6, (0.0, 12000.0), (9000.0, 0.0))
        model.row(door, level, 20, (500.0, 6000.0), (6000.0, 0.0))
        model.row(window, level, 16, (2000.0, 60.0), (8100.0, 0.0), 900.0)
        model.row(room("卫生间", 6000.0, 4000.0, 3000.0), level, 4, (0.0, 13000.0), (30000.0, 0.0))


def station_annex(model: Model, storeys: int = 2) -> None:
    """车站附属用房, architecture only and without a single material: what it is made of stays unknown."""
    door = Spec("IfcDoor", "M1221", None, (1200.0, 50.0, 2100.0), "door", predefined="DOOR")
    outer = Spec("IfcWall", "外墙-200", None, (6000.0, 200.0, 3600.0), "enclosure_wall", None, "SOLIDWALL", True)
    inner = Spec("IfcWall", "内墙-100", None, (4500.0, 100.0, 3600.0), "inner_wall", None, "PARTITIONING", False)
    slab = Spec("IfcSlab", "楼板-150", None, (9000.0, 9000.0, 150.0), "slab", None, "FLOOR", False)
    for number in range(1, storeys + 1):
        level = f"{number}F"
        model.storey(level, (number - 1) * 4200.0)
        model.row(outer, level, 18, (0.0, 0.0), (6000.0, 0.0))
        model.row(inner, level, 22, (0.0, 6000.0), (4500.0, 0.0))
        model.row(slab, level, 8, (0.0, 0.0), (9000.0, 0.0), 4050.0)
        model.row(door, level, 10, (1000.0, 100.0), (6000.0, 0.0))


def historic_lane(model: Model) -> None:
    """历史街区, architecture only: brick walls, timber columns and trusses of old houses, surveyed for repair."""
    post = Spec("IfcColumn", "木柱 φ240", "木材 杉木", (240.0, 240.0, 3600.0), "column", "timber", "COLUMN", False)
    purlin = Spec("IfcBeam", "木檩条 φ180", "木材 杉木", (3600.0, 180.0, 180.0), "beam", "timber", "BEAM", False)
    brick = Spec("IfcWall", "青砖墙 370", "青砖砌体", (3600.0, 370.0, 3600.0), "bearing_wall", "masonry", "SOLIDWALL", True)
    lattice = Spec("IfcWindow", "木格窗 C1215", "木材 杉木", (1200.0, 60.0, 1500.0), "window", predefined="WINDOW")
    for number in range(1, 3):
        level = f"{number}F"
        model.storey(level, (number - 1) * 3600.0)
        model.row(post, level, 24, (0.0, 0.0), (3600.0, 0.0))
        model.row(purlin, level, 30, (0.0, 1200.0), (3600.0, 0.0), 3400.0)
        model.row(brick, level, 22, (0.0, 6000.0), (3600.0, 0.0))
        model.row(lattice, level, 18, (900.0, 6000.0), (3600.0, 0.0), 900.0)


def after_the_fact(model: Model, levels: int, walls: int, posts: int, slabs: int) -> None:
    """A model drawn for the file after the works stood: one construction, every name 常规-200mm, one storey name a level."""
    name, material = "常规 - 200mm", "默认为新建"
    wall = Spec("IfcWall", name, material, (6000.0, 200.0, 6000.0), "wall")
    post = Spec("IfcColumn", name, material, (200.0, 200.0, 6000.0), "column")
    slab = Spec("IfcSlab", name, material, (6000.0, 8000.0, 200.0), "slab")
    for number in range(1, levels + 1):
        level = f"标高 {number}"
        model.storey(level, (number - 1) * 6000.0)
        model.row(wall, level, walls, (0.0, 0.0), (6000.0, 0.0))
        model.row(post, level, posts, (0.0, 8000.0), (6000.0, 0.0))
        model.row(slab, level, slabs, (0.0, 0.0), (6000.0, 0.0), 5800.0)
