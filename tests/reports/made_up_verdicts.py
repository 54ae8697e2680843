"""The verdicts of the made-up evaluation, with their trees."""

from __future__ import annotations

from datetime import date
from typing import Any

from qingzhu.terms.figures import Node, Verdict

ON = date(2023, 6, 30)
AREA = 36_500.0

WASTE_CLAUSE = {
    "document": "建质〔2020〕46号",
    "article": "一（三）",
    "quote": "装配式建筑施工现场建筑垃圾（不包括工程渣土、工程泥浆）排放量每万平方米不高于200吨",
    "checked": "two transcriptions",
}
CLASSES = {"inorganic": 421.5, "wood": 96.2, "other": 76.0, "metal": 68.4, "plastic": 21.5}
STAGES = {"underground": 212.4, "aboveground": 331.0, "fit_out": 140.2}


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def clause_51129(number: str, checked: str = "two transcriptions") -> dict[str, Any]:
    return {"document": "GB/T 51129-2017", "clause": number, "checked": checked}


def waste_tree(value: float) -> Node:
    """Scope, the limit with its figure, and the months that must be accounted for."""
    secondary = {"document": "建质〔2020〕46号", "article": "一（三）", "checked": "secondary"}
    months_clause = {"document": "青筑约定", "clause": "月度完整", "checked": "convention"}
    unit = "t/10⁴ m²"
    known = words("22 个月中 20 个月有过磅单或零报告", "20 of 22 months have a ticket or a zero report")
    silent = words("2022年12月、2023年5月无记录", "December 2022 and May 2023 are silent")
    figure = Node("waste_intensity", "figure", words("单位面积排放量", "Waste per floor area"), "met", known, value, value, None, unit,
                  None, "waste_intensity:P01", WASTE_CLAUSE)  # fmt: skip
    limit = Node("limit", "limit", words("装配式建筑限值", "Limit for prefabricated buildings"), "met", None, value, value, None, unit,
                 200.0, None, WASTE_CLAUSE, (figure,))  # fmt: skip
    scope = words("新建建筑，全部为装配式建筑", "New building, all of it prefabricated")
    applies = Node("applies", "applies", scope, "met", clause=secondary)
    months = Node("months", "gate", words("各月均有记录", "Every month is accounted for"), "unknown", silent, 90.9, 100.0, None, "%",
                  100.0, "waste_months_reported:P01", months_clause)  # fmt: skip
    title = words("施工现场建筑垃圾减量化", "Waste reduction on site")
    return Node("waste_reduction", "limit", title, "met", children=(applies, limit, months))


def waste_verdict() -> Verdict:
    value = round(10_000 * sum(CLASSES.values()) / AREA, 6)
    said = words(
        "已计量 683.6 吨，按 3.65 万平方米计；两个月无记录，装修阶段未结束，只能说目前未超限。",
        "683.6 t weighed over 36,500 m²; two months are silent and fit-out goes on, so it is within the limit only so far.",
    )
    return Verdict(
        "waste_reduction", "P01", None, ON, "met", False, False, waste_tree(value), value, None, "t/10⁴ m²", 200.0, None, said, WASTE_CLAUSE
    )


def score(key: str, zh: str, en: str, points: tuple[float, float], maximum: float, ratio: tuple[float, float] | None, number: str) -> Node:
    outcome = "unknown" if points[0] != points[1] else "met" if points[0] > 0 else "not_met"
    children = ()
    if ratio:
        figure = f"{key}:P01:B1" if points[0] == points[1] else f"{key}:P01:B2"
        children = (Node(key, "figure", words("比率", "Ratio"), outcome, low=ratio[0], high=ratio[1], unit="%", figure=figure),)
    return Node(
        f"score_{key}",
        "score",
        words(zh, en),
        outcome,
        low=points[0],
        high=points[1],
        maximum=maximum,
        unit="points",
        clause=clause_51129(number),
        children=children,
    )


def points(key: str, zh: str, en: str, scores: tuple[Node, ...], maximum: float, minimum: float | None) -> Node:
    low, high = (round(sum(getattr(node, end) for node in scores), 3) for end in ("low", "high"))
    children = scores
    if minimum is not None:
        outcome = "met" if low >= minimum else "not_met" if high < minimum else "unknown"
        gate = Node(
            f"{key}_minimum",
            "minimum",
            words("最低分", "Minimum"),
            outcome,
            low=low,
            high=high,
            unit="points",
            limit=minimum,
            clause=clause_51129("3.0.3"),
        )
        children = (*scores, gate)
    return Node(
        key,
        "sum",
        words(zh, en),
        "met",
        low=low,
        high=high,
        maximum=maximum,
        unit="points",
        clause=clause_51129("4.0.1"),
        children=children,
    )


Q1 = (
    ("vertical_precast_ratio", "柱、支撑、承重墙等竖向构件", "Columns, braces, bearing walls", (22.2, 26.9), 30, (44.6875, 65.8), "4.0.2"),
    ("horizontal_precast_ratio", "梁、板、楼梯、阳台、空调板", "Beams, slabs, stairs, balconies", (15.0, 20.0), 20, (75.0, 84.0), "4.0.4"),
)
Q2 = (
    ("enclosure_non_masonry_ratio", "非承重围护墙非砌筑", "Enclosure wall without masonry", (5.0, 5.0), 5, (90.0, 90.0), "4.0.6"),
    ("enclosure_integrated_ratio", "围护墙与保温、装饰一体化", "Enclosure integrated", (3.5, 3.5), 5, (65.0, 65.0), "4.0.7"),
    ("inner_wall_non_masonry_ratio", "内隔墙非砌筑", "Inner wall without masonry", (0.0, 5.0), 5, (65.0, 81.0), "4.0.8"),
    ("inner_wall_integrated_ratio", "内隔墙与管线、装修一体化", "Inner wall integrated", (0.0, 0.0), 5, (40.0, 40.0), "4.0.9"),
)
Q3 = (
    ("full_fit_out_ratio", "全装修", "Full fit-out", (6.0, 6.0), 6, None, "4.0.1"),
    ("dry_floor_ratio", "干式工法楼面、地面", "Dry floors", (6.0, 6.0), 6, (72.05, 72.05), "4.0.10"),
    ("integrated_kitchen_ratio", "集成厨房", "Integrated kitchens", (4.5, 6.0), 6, (80.0, 95.0), "4.0.11"),
    ("integrated_bathroom_ratio", "集成卫生间", "Integrated bathrooms", (6.0, 6.0), 6, (95.0, 95.0), "4.0.12"),
    ("separated_pipe_ratio", "管线分离", "Separated pipes", (0.0, 0.0), 6, (45.0, 45.0), "4.0.13"),
)
"""Measure, title, points and ratio from the lowest to the highest, full points, clause. B2 has the whole range, B1 its lower end."""

KNOWN_OF_B1 = {"inner_wall_non_masonry_ratio": (5.0, 5.0)}
"""Where B1 isn't at the lower end."""


def scores(rows: tuple[Any, ...], b2: bool) -> tuple[Node, ...]:
    made = []
    for key, zh, en, range_of_points, maximum, ratio, number in rows:
        known = KNOWN_OF_B1.get(key, (range_of_points[0],) * 2)
        shown = ratio if b2 or ratio is None else (ratio[0], ratio[0])
        made.append(score(key, zh, en, range_of_points if b2 else known, maximum, shown, number))
    return tuple(made)


def assembly_tree(b2: bool) -> Node:
    sums = (
        points("Q1", "主体结构", "Main structure", scores(Q1, b2), 50, 20),
        points("Q2", "围护墙和内隔墙", "Enclosure and inner walls", scores(Q2, b2), 20, 10),
        points("Q3", "装修和设备管线", "Fit-out and services", scores(Q3, b2), 30, 6),
    )
    low, high = (round(sum(getattr(node, end) for node in sums), 3) for end in ("low", "high"))
    rate = words("装配率", "Assembly rate")
    total = Node("P", "sum", rate, "met", None, low, high, 100, "%", 60.0, None, clause_51129("4.0.1"), sums)
    open_text = words("条文在 75 与 76 之间留有空隙，按 ≥60、≥76、≥91 处理", "The text leaves 75 to 76 open; read as ≥60, ≥76, ≥91")
    grade_title = words("A 级：60% ≤ P < 76%", "Grade A: 60 % ≤ P < 76 %")
    grade = Node("grade", "grade", grade_title, "unknown" if b2 else "met", open_text, clause=clause_51129("5.0.2"))
    title = words("装配式建筑评价（GB/T 51129-2017）", "Assembly rate (GB/T 51129-2017)")
    return Node("gbt51129_2017", "grade", title, "met", children=(total, grade))


def assembly_verdicts() -> list[Verdict]:
    common = {"scheme": "gbt51129_2017", "project": "P01", "on": ON, "unit": "%", "clause": clause_51129("3.0.3")}
    none = Node(
        "gbt51129_2017",
        "applies",
        words("装配式建筑评价（GB/T 51129-2017）", "Assembly rate (GB/T 51129-2017)"),
        "not_applicable",
        reason=words("工业建筑不在该标准范围内", "An industrial building is outside this standard"),
        clause=clause_51129("1.0.2"),
    )
    return [
        Verdict(
            **common,
            building="B1",
            outcome="met",
            final=True,
            firm=True,
            tree=assembly_tree(b2=False),
            value=73.2,
            high=73.2,
            limit=60.0,
            grade="A",
            words=words("装配率 73.2%，各项最低分均满足，评为 A 级。", "Assembly rate 73.2 %; every minimum is met; grade A."),
        ),
        Verdict(
            **common,
            building="B2",
            outcome="unknown",
            final=False,
            firm=False,
            tree=assembly_tree(b2=True),
            value=68.2,
            high=84.4,
            limit=60.0,
            words=words(
                "43 个内隔墙图元没有材料，等级在 A 与 AA 之间；补全映射后可判定。",
                "43 inner walls have no material: the grade lies between A and AA until the mapping is completed.",
            ),
        ),
        Verdict(
            **common,
            building="B3",
            outcome="not_applicable",
            final=True,
            firm=True,
            tree=none,
            words=words("开闭所为工业建筑，不适用本标准。", "The switching station is an industrial building."),
        ),
    ]


def site_verdicts() -> list[Verdict]:
    return [noise_verdict(), dust_verdict(), variety_verdict(), local_verdict()]


def noise_verdict() -> Verdict:
    clause = {"document": "GB 12523-2011", "clause": "4.1", "checked": "two transcriptions", "quote": "昼间 70 dB(A)，夜间 55 dB(A)"}
    above = words("14 个 20 分钟时段等效声级高于 55 dB(A)", "14 slots of 20 minutes above 55 dB(A)")
    night = Node("night", "limit", words("夜间，东侧场界 N1", "Night, east boundary N1"), "not_met", above, 14, 22, None, "count", 0,
                 "noise_exceedances:P01:N1:gb12523:night", clause)  # fmt: skip
    day = Node("day", "limit", words("昼间，东侧场界 N1", "Day, east boundary N1"), "met", None, 0, 0, None, "count", 0,
               "noise_exceedances:P01:N1:gb12523:day", clause)  # fmt: skip
    tree = Node("noise", "limit", words("施工场界噪声", "Noise at the site boundary"), "not_met", children=(night, day))
    said = words(
        "夜间 14 个时段疑似超标，共 4.7 小时，集中在 5 月 11 日至 14 日。",
        "14 night slots above the limit, 4.7 h, from 11 to 14 May.",
    )
    return Verdict("noise", "P01", None, ON, "not_met", False, True, tree, 14, 22, "count", 0, None, said, clause)


def dust_verdict() -> Verdict:
    clause = {"document": "DB32/4437-2022", "clause": "4.2", "checked": "unverified"}
    reason = words("没有城市 PM10 对照站读数，差值无法计算", "No city PM10 readings: the difference cannot be computed")
    title = words("城市背景值", "City background")
    missing = Node("reference", "missing", title, "unknown", reason, figure="dust_exceedances:P01:D1:db32_4437_pm10:all", clause=clause)
    tree = Node("dust", "limit", words("施工场地扬尘", "Site dust"), "unknown", children=(missing,))
    said = words(
        "限值为与城市背景之差；没有背景读数，无法判定。", "The limit is a difference to the city background, which is not at hand."
    )
    return Verdict("dust", "P01", None, ON, "unknown", False, False, tree, None, None, "count", 0, None, said, clause)


def variety_verdict() -> Verdict:
    clause = {"document": "青筑约定", "clause": "少规格", "checked": "convention"}
    title = words("叠合板前三种规格占比", "Share of the three most frequent slab specs")
    slab = Node("slab", "limit", title, "met", None, 88.0, 88.0, None, "%", 60.0, "top_share:P01:B1:slab", clause)
    tree = Node("variety", "limit", words("少规格、多组合", "Few specs, many combinations"), "met", children=(slab,))
    said = words("叠合板 5 种规格，前三种占 88%。", "Five slab specs; the first three are 88 %.")
    return Verdict("variety", "P01", "B1", ON, "met", True, True, tree, 88.0, 88.0, "%", 60.0, None, said, clause)


def local_verdict() -> Verdict:
    clause = {"document": "DB32/T 3753-2020", "checked": "unverified"}
    reason = words("尚未取得标准原文，分值与限值未录入", "The text is not at hand: points and limits are not entered")
    text = Node("text", "missing", words("条文缺失", "Text missing"), "unknown", reason, clause=clause)
    title = words("江苏省预制装配率（DB32/T 3753-2020）", "Jiangsu precast rate (DB32/T 3753-2020)")
    tree = Node("jiangsu_prefabrication", "missing", title, "unknown", children=(text,))
    said = words("缺标准原文，不作评价。", "The text of the standard is missing.")
    return Verdict("jiangsu_prefabrication", "P01", "B1", ON, "unknown", False, False, tree, words=said, clause=clause)
