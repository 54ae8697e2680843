"""Housing of precast shear walls 装配式剪力墙住宅, storey by storey: walls, composite slabs (plank and topping), stairs, wet rooms.

Names are those Chinese offices export (叠合板 PCB-67-3330: 60 mm plank, 70 mm topping, 3300 × 3000). The lowest storeys are cast in
place, as the reinforced zone of such towers is.
"""

from __future__ import annotations

from dataclasses import replace

from samples.model import Model, Spec

PRECAST, CAST, TOPPING = "预制混凝土 C40", "现浇混凝土 C35", "现浇混凝土 C30"
PANEL, BLOCK, LIGHT = "蒸压加气混凝土条板", "蒸压加气混凝土砌块", "轻质隔墙板"


def plank(span: int, width: int) -> Spec:
    """A plank of 60 mm for a composite slab, ``PCB-67-<span in dm><width in dm>``."""
    name = f"叠合板 PCB-67-{span // 100}{width // 100:02d}"
    return Spec("IfcSlab", name, "预制混凝土 C30", (float(span), float(width), 60.0), "slab", "precast", "FLOOR", False)


def topping(length: float, width: float) -> Spec:
    """The 70 mm cast on the planks, an object of its own."""
    return Spec("IfcSlab", "叠合板现浇层 70mm", TOPPING, (length, width, 70.0), "topping", "cast_in_place", "FLOOR", False)


def cast_slab(length: float, width: float, thickness: float = 130.0) -> Spec:
    """A slab cast on formwork, in wet zones and halls."""
    return Spec("IfcSlab", f"现浇板 {thickness:.0f}mm", TOPPING, (length, width, thickness), "slab", "cast_in_place", "FLOOR", False)


def precast_wall(mark: str, length: float, height: float) -> Spec:
    """A precast shear wall panel of 200 mm."""
    name = f"预制剪力墙 {mark}-{length / 100:.0f}{height / 100:.0f}"
    return Spec("IfcWall", name, PRECAST, (length, 200.0, height), "bearing_wall", "precast", "SHEAR", mark == "YWQ")


def cast_wall(length: float, height: float) -> Spec:
    """A shear wall cast in place, 200 mm."""
    return Spec("IfcWall", "现浇剪力墙 200-C35", CAST, (length, 200.0, height), "bearing_wall", "cast_in_place", "SHEAR", False)


def stair(rise: float, steps: int, width: float = 1200.0, going: float = 280.0) -> Spec:
    """A precast flight, ``LT-<rise in cm>-<width in dm>``."""
    name = f"预制楼梯 LT-{rise / 10:.0f}-{width / 100:.0f}"
    return Spec("IfcStairFlight", name, "预制混凝土 C30", (steps * going, width, rise), "stair", "precast", "STRAIGHT", False, steps)


def inner_wall(name: str, material: str, length: float, thickness: float, height: float) -> Spec:
    """A partition that bears nothing."""
    construction = "masonry" if "砌块" in material else "panel"
    return Spec("IfcWall", name, material, (length, thickness, height), "inner_wall", construction, "PARTITIONING", False)


def outer_wall(name: str, material: str, length: float, height: float) -> Spec:
    """An enclosure wall that bears nothing, 200 mm."""
    construction = "masonry" if "砌块" in material else "panel"
    return Spec("IfcWall", name, material, (length, 200.0, height), "enclosure_wall", construction, "SOLIDWALL", True)


def room(use: str, length: float, width: float, height: float = 2600.0) -> Spec:
    """A kitchen 厨房 or bathroom 卫生间 as a space."""
    return Spec("IfcSpace", use, None, (length, width, height), {"厨房": "kitchen"}.get(use, "bathroom"))


def as_cast(spec: Spec) -> Spec:
    """The same wall, cast in place: for the reinforced zone. Outer walls are a type of their own."""
    return replace(spec, name="现浇剪力墙 200-C35" + (" 外" if spec.external else ""), material=CAST, construction="cast_in_place")


def resettlement_tower(model: Model, storeys: int = 12, cast_storeys: int = 2) -> None:
    """安置房 B1: four flats of 9.0 × 13.5 m a storey, 2.9 m high, 486 m² in plan."""
    for number in range(1, storeys + 1):
        level = f"{number}F"
        model.storey(level, (number - 1) * 2900.0)
        form = as_cast if number <= cast_storeys else (lambda spec: spec)
        model.row(form(precast_wall("YWQ", 3000.0, 2900.0)), level, 10, (0.0, 0.0), (3600.0, 0.0))
        model.row(form(precast_wall("YNQ", 2400.0, 2900.0)), level, 8, (200.0, 4200.0), (4500.0, 0.0), turned=True)
        model.row(cast_wall(1800.0, 2900.0), level, 10, (600.0, 13300.0), (3600.0, 0.0))
        model.row(cast_wall(4200.0, 2900.0), level, 3, (9100.0, 8600.0), (9000.0, 0.0), turned=True)
        model.row(cast_wall(600.0, 2900.0), level, 6, (3000.0, 0.0), (6000.0, 0.0))
        beam = Spec("IfcBeam", "矩形梁 200×400-C35", CAST, (3300.0, 200.0, 400.0), "beam", "cast_in_place", "BEAM", False)
        model.row(beam, level, 8, (600.0, 6700.0), (4500.0, 0.0), 2370.0)
        _flats(model, level)
        model.row(stair(1450.0, 9), level, 2, (17000.0, 9000.0), (0.0, 1400.0))


def _flats(model: Model, level: str) -> None:
    for flat in range(4):
        left = flat * 9000.0
        model.row(plank(3300, 3000), level, 4, (left, 0.0), (0.0, 3000.0), 2770.0)
        model.add(plank(3300, 1200), level, left, 12000.0, 2770.0)
        model.row(plank(3300, 3000), level, 2, (left + 3300.0, 0.0), (0.0, 3000.0), 2770.0)
        model.add(plank(3300, 1200), level, left + 3300.0, 6000.0, 2770.0)
        model.row(plank(2400, 3000), level, 3, (left + 6600.0, 0.0), (0.0, 3000.0), 2770.0)
        model.add(topping(9000.0, 9880.0), level, left, 0.0, 2830.0)
        model.add(cast_slab(3300.0, 6000.0), level, left + 3300.0, 7300.0, 2770.0)
        model.row(inner_wall("轻质隔墙板 100mm", LIGHT, 3000.0, 100.0, 2770.0), level, 3, (left + 300.0, 3900.0), (0.0, 2700.0))
        model.add(room("厨房", 1800.0, 3000.0), level, left + 3400.0, 7400.0)
        model.add(room("卫生间", 1500.0, 2400.0), level, left + 5300.0, 7400.0)
    model.row(inner_wall("砌块内墙 200mm", BLOCK, 2700.0, 200.0, 2770.0), level, 2, (16500.0, 10400.0), (2700.0, 0.0))
    model.row(outer_wall("保温装饰一体化外墙板 200mm", PANEL, 3000.0, 2770.0), level, 6, (100.0, 13500.0), (3600.0, 0.0))
    model.row(outer_wall("ALC外墙板 200mm", PANEL, 3000.0, 2770.0), level, 4, (21700.0, 13500.0), (3600.0, 0.0))
    balcony = Spec("IfcSlab", "预制阳台板 YB-3314", "预制混凝土 C30", (3300.0, 1400.0, 100.0), "balcony", "precast", "FLOOR", True)
    model.row(balcony, level, 2, (3300.0, -1400.0), (18000.0, 0.0), 2770.0)
    shelf = Spec("IfcSlab", "预制空调板 KB-1207", "预制混凝土 C30", (1200.0, 700.0, 100.0), "ac_slab", "precast", "FLOOR", True)
    model.row(shelf, level, 2, (7000.0, -700.0), (18000.0, 0.0), 2770.0)


def rental_tower(model: Model, storeys: int = 11, cast_storeys: int = 3) -> None:
    """保障房 B1: twelve small flats a storey along a corridor, 42.0 × 15.6 m, 2.8 m high, walls of blocks outside and in."""
    for number in range(1, storeys + 1):
        level = f"{number}F"
        model.storey(level, (number - 1) * 2800.0)
        form = as_cast if number <= cast_storeys else (lambda spec: spec)
        model.row(form(precast_wall("YNQ", 3600.0, 2800.0)), level, 14, (0.0, 600.0), (3200.0, 0.0), turned=True)
        model.row(cast_wall(2100.0, 2800.0), level, 12, (700.0, 15400.0), (3500.0, 0.0))
        beam = Spec("IfcBeam", "矩形梁 200×500-C35", CAST, (3500.0, 200.0, 500.0), "beam", "cast_in_place", "BEAM", False)
        model.row(beam, level, 6, (0.0, 7200.0), (7000.0, 0.0), 2170.0)
        for half in range(2):
            model.row(plank(3500, 3000), level, 12, (0.0, half * 9000.0), (3500.0, 0.0), 2670.0)
            model.row(plank(3500, 2700), level, 12, (0.0, half * 9000.0 + 3000.0), (3500.0, 0.0), 2670.0)
            model.add(topping(42000.0, 5700.0), level, 0.0, half * 9000.0, 2730.0)
        model.add(cast_slab(42000.0, 3300.0), level, 0.0, 5700.0, 2670.0)
        model.row(stair(1400.0, 9), level, 2, (20000.0, 6000.0), (0.0, 1400.0))
        model.row(outer_wall("砌块外墙 200mm", BLOCK, 3200.0, 2670.0), level, 14, (100.0, 0.0), (3500.0 * 12 / 14, 0.0))
        model.row(inner_wall("轻质隔墙板 90mm", LIGHT, 3600.0, 90.0, 2670.0), level, 6, (3500.0, 9000.0), (7000.0, 0.0), turned=True)
        model.row(inner_wall("砌块内墙 100mm", BLOCK, 2400.0, 100.0, 2670.0), level, 5, (1800.0, 3900.0), (7000.0, 0.0))
        model.row(room("厨房", 1600.0, 2400.0), level, 6, (100.0, 6500.0), (7000.0, 0.0))
        model.row(room("卫生间", 1400.0, 2000.0), level, 6, (2000.0, 6500.0), (7000.0, 0.0))
