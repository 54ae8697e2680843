"""Mappings 映射: what a project says its elements are, read from ``mapping.toml``; and a first such file to complete by hand.

Rows of selectors, the first that matches an element wins; docs/spec/mapping.md has the form. A row that cannot be
applied as written is refused by itself, with what comes nearest; the other rows hold.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Level, Reading, Remark
from qingzhu.terms.selectors import class_conditions, insensitive, layer_condition, property_conditions

PATTERNS = ("name", "type_name", "material", "text", "classification", "storey")
SELECTORS = ("ifc_class", *PATTERNS, "layer", "property", "model")
RESULTS = ("role", "construction", "material_key", "grade", "system")

CONSTRUCTIONS = ("precast", "cast_in_place", "composite", "masonry", "panel", "steel", "timber", "glazed")
"""How an element may be made 建造方式, in the words of ``rulebook/roles.toml``."""

SYSTEMS = (
    "integrated", "not_integrated", "dry", "wet", "separated", "embedded",
    "vertical_strip", "ring_beam", "node", "column_joint", "slab_strip",
)  # fmt: skip
"""What a ratio or counting rule may ask beyond role and construction 体系; other words are kept and mean nothing to them."""

SCHEMA = {"row": pl.Int64, "project": pl.String, "place": pl.Int64, **dict.fromkeys((*SELECTORS, *RESULTS), pl.String)}

THICKEST = 5.0
"""No layer of a building element is thicker: the range was written in mm or cm. [m]"""

NAMES_AT_MOST = 20
"""How many names, but for their numbers, a suggested row lists; a row of more is for a person to narrow."""

GROUPS_AT_MOST = 200
"""How many groups a suggested mapping lists, the largest; beyond, nobody reads on."""


def read_mapping(path: Path, name: str, project: str, roles: Collection[str]) -> Reading:
    """Read a mapping file 读入映射 into the table ``mapping``: one row for each ``[[mapping]]``, ``place`` from 1.

    ``roles`` are the words a row may use for ``role``. A file that is no TOML, or holds no ``[[mapping]]``, is refused as a whole.
    """
    try:
        text, rows = _parsed(path, name)
    except MalformedError as error:
        return Reading(remarks=[Remark("refused", error.code, error.zh, error.en, found=str(error.facts.get("found", "")) or None)])
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*mapping\s*\]\]", line)]
    reader = _Rows(name, roles)
    kept = []
    for place, row in enumerate(rows, start=1):
        line = lines[place - 1] if len(lines) == len(rows) else place
        plain = reader.read(row, line)
        if plain is not None:
            kept.append({"row": line, "project": project, "place": place, **plain})
    frame = pl.DataFrame([{column: row.get(column) for column in SCHEMA} for row in kept], schema=SCHEMA)
    refused = pl.DataFrame(reader.refused) if reader.refused else None
    return Reading(tables={"mapping": frame}, remarks=reader.remarks, refused_rows=refused, facts={"rows": len(rows)})


def _parsed(path: Path, name: str) -> tuple[str, list[Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise MalformedError(
            "mapping_not_utf8",
            f"{name} 不是 UTF-8 编码（第 {error.start} 字节）；请另存为 UTF-8。",
            f"{name} is not UTF-8 (byte {error.start}): save it as UTF-8.",
            file=name,
            found=f"byte {error.start}",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(
            "mapping_not_toml",
            f"{name} 不是合法的 TOML：{error}；正则表达式请用单引号，如 name = '^PCB-'。",
            f"{name} is no legal TOML: {error}. Write patterns in single quotes, as name = '^PCB-'.",
            file=name,
            found=str(error),
        ) from error
    rows = content.get("mapping")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise MalformedError(
            "mapping_empty",
            f"{name} 中没有 [[mapping]]；每条映射以 [[mapping]] 开头。",
            f"{name} holds no [[mapping]]: begin each row with [[mapping]].",
            file=name,
            found=", ".join(content) or "nothing",
            wanted="[[mapping]]",
        )
    return text, rows


class _Rows:
    """Reads rows one by one, keeping what was remarked and refused."""

    def __init__(self, name: str, roles: Collection[str]) -> None:
        self.name = name
        self.words = {"role": sorted(roles), "construction": list(CONSTRUCTIONS)}
        self.remarks: list[Remark] = []
        self.refused: list[dict[str, Any]] = []
        self.seen: dict[str, int] = {}

    def read(self, row: Mapping[str, Any], line: int) -> dict[str, str] | None:
        """The row as text, or None when it is refused."""
        plain = {key: self._text(value) for key, value in row.items()}
        for key, value in plain.items():
            problem = self._problem(key, value)
            if problem:
                self._say("refused", "mapping_" + problem[0], line, key, value, problem[1], problem[2])
                self.refused.append({"row": line, "mapping": json.dumps(row, ensure_ascii=False, default=str)})
                return None
        if not any(key in plain for key in RESULTS):
            self._say(
                "refused", "mapping_says_nothing", line, None, None, "没有 role、construction 等结果。", "it has no result such as role."
            )
            self.refused.append({"row": line, "mapping": json.dumps(row, ensure_ascii=False, default=str)})
            return None
        self._doubts(plain, line)
        return plain

    @staticmethod
    def _text(value: Any) -> str:
        return "|".join(str(part) for part in value) if isinstance(value, list) else str(value)

    def _problem(self, key: str, value: str) -> tuple[str, str, str] | None:
        """Code and words of what is wrong with one entry, or None."""
        if key not in (*SELECTORS, *RESULTS):
            return ("key_unknown", *_nearest(key, [*SELECTORS, *RESULTS]))
        if not value.strip():
            return "value_empty", "不能为空；不需要就删去这一行。", "it must not be empty: leave the line out."
        if key in self.words and value not in self.words[key]:
            return (f"{key}_unknown", *_nearest(value, self.words[key]))
        try:
            if key == "ifc_class":
                class_conditions(value)
            elif key == "property":
                for condition in property_conditions(value):
                    _check_pattern(condition.pattern)
            elif key == "layer":
                _check_pattern(layer_condition(value).pattern)
            elif key in PATTERNS:
                _check_pattern(value)
        except (ValueError, pl.exceptions.ComputeError) as error:
            return (f"{key}_malformed", *_wanted(key, error))
        return None

    def _doubts(self, plain: Mapping[str, str], line: int) -> None:
        selectors = {key: plain[key] for key in SELECTORS if key in plain}
        if not selectors:
            zh, en = (
                "没有选择条件，命中所有图元，其后各条不再生效。",
                "it has no selector: it matches every element, and no later row holds.",
            )
            self._say("doubt", "mapping_matches_all", line, None, None, zh, en)
        written = json.dumps(selectors, sort_keys=True)
        if written in self.seen:
            zh = f"选择条件与第 {self.seen[written]} 行的相同，不会生效。"
            en = f"its selectors are those of line {self.seen[written]}: it never holds."
            self._say("doubt", "mapping_twice", line, None, None, zh, en)
        self.seen.setdefault(written, line)
        layer = layer_condition(plain["layer"]) if "layer" in plain else None
        if layer and max(layer.at_least or 0.0, layer.at_most or 0.0) > THICKEST:
            zh = f"厚度大于 {THICKEST:g} m，没有这样的材料层；厚度以 m 计，200 mm 写作 0.2。"
            en = f"a thickness above {THICKEST:g} m, which no layer has: write it in m, 200 mm as 0.2."
            self._say("doubt", "mapping_layer_thick", line, "layer", plain["layer"], zh, en)
        if plain.get("system", SYSTEMS[0]) not in SYSTEMS:
            self._say("doubt", "mapping_system_unknown", line, "system", plain["system"], *_nearest(plain["system"], SYSTEMS))

    def _say(self, level: Level, code: str, line: int, key: str | None, found: str | None, zh: str, en: str) -> None:
        where_zh = f"{self.name} 第 {line} 行" + (f" {key} = “{found}”" if key else "")
        where_en = f"{self.name}, line {line}" + (f", {key} = “{found}”" if key else "")
        self.remarks.append(Remark(level, code, f"{where_zh}：{zh}", f"{where_en}: {en}", row=line, column=key, found=found))


def _check_pattern(pattern: str) -> None:
    """Raise where the pattern is none the matcher can apply (no look-around, no back-references: they cost unbounded time)."""
    pl.Series([""]).str.contains(insensitive(pattern))


def _nearest(found: str, words: Iterable[str]) -> tuple[str, str]:
    known = list(words)
    near = difflib.get_close_matches(found, known, 1, 0.5)
    listed = "、".join(known), ", ".join(known)
    if near:
        return f"不识此词，是否为“{near[0]}”？可用：{listed[0]}。", f"an unknown word; did you mean “{near[0]}”? Known: {listed[1]}."
    return f"不识此词。可用：{listed[0]}。", f"an unknown word. Known: {listed[1]}."


def _wanted(key: str, error: Exception) -> tuple[str, str]:
    if key == "ifc_class":
        return f"“{error}”不是 IFC 类；应如 IfcWall|IfcSlab.ROOF。", f"“{error}” is no IFC class; write IfcWall|IfcSlab.ROOF."
    reason = str(error).split("\n")[0][:200]
    if key == "layer":
        zh, en = f"应如 混凝土 @ 0.1..0.2，厚度以 m 计（{reason}）。", "write pattern, or pattern @ 0.1..0.2 with the thickness in m"
        return zh, f"{en} ({reason})."
    if key == "property":
        return f"应如 属性集.属性=正则表达式（{reason}）。", f"write Set.Property=pattern ({reason})."
    return (
        f"正则表达式有误（{reason}）；不支持环视与反向引用。",
        f"no pattern that can be applied ({reason}); no look-around or back-references.",
    )


def unmapped_groups(mapped: pl.DataFrame, weighed: pl.DataFrame) -> list[dict[str, Any]]:
    """Unmapped elements in groups alike 未映射图元分组: class, type, materials, with count, volume [m³] and mass [t], the heaviest first.

    ``mapped`` holds rows of ``mapped_element``: without a role, or with one whose construction must be known (foundations, toppings
    and roofs among them) and is not. ``weighed`` holds rows of ``element_carbon``: a group is ranked by its mass, where that is not
    known by what the coverage weighs it with (``mass_bound``), then by volume and count. Where a row with class, type and material of a
    group would match other elements, ``name_pattern`` finds its names and none of theirs; where none does, ``reaches`` is their number.
    """
    key = ["project", "model", "global_id"]
    total = {name: pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()) for name in ("mass", "mass_bound")}
    held = weighed.group_by(key).agg(**total)
    rows = mapped.filter(pl.col("counted") & ~pl.col("mapped")).join(held, on=key, how="left")
    found = rows.group_by("ifc_class", "type_name", "materials", "role").agg(
        count=pl.len(),
        volume=pl.col("volume").sum(),
        without_volume=pl.col("volume").is_null().sum(),
        **total,
        name=pl.col("name").min(),
    )
    order = ["mass_bound", "volume", "count", "ifc_class", "type_name", "materials", "role"]
    groups = found.sort(order, descending=[True, True, True, False, False, False, False], nulls_last=True).drop("mass_bound").to_dicts()
    told = _told_apart(groups[:GROUPS_AT_MOST], mapped.filter(pl.col("counted") | pl.col("mapped")))
    return [group | one for group, one in zip(groups, [*told, *[{}] * len(groups)], strict=False)]


def _told_apart(groups: Iterable[Mapping[str, Any]], mapped: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Of each group ``name_pattern`` and ``reaches``; its row has its class, its type and the first of its materials."""
    grouped = pl.col("counted") & ~pl.col("mapped")
    type_name, materials = (
        pl.col("type_name").str.to_lowercase(),
        pl.col("materials").str.to_lowercase().str.json_decode(pl.List(pl.String)),
    )
    frame = mapped.with_columns(plain_type=type_name, held=materials)
    for group in groups:
        reached = pl.col("ifc_class").is_in([name for name, _ in class_conditions(group["ifc_class"])])
        if group["type_name"]:
            reached &= pl.col("plain_type") == group["type_name"].lower()
        for material in json.loads(group["materials"] or "[]")[:1]:
            reached &= pl.col("held").list.contains(material.lower())
        own = grouped & pl.all_horizontal(
            pl.col(key).eq_missing(pl.lit(group[key])) for key in ("ifc_class", "type_name", "materials", "role")
        )
        found = frame.filter(reached.fill_null(False)).select("name", own=own)
        others = found.filter(~pl.col("own"))
        pattern = _names_alone(found.filter("own")["name"], others["name"]) if others.height else None
        yield {"name_pattern": pattern, "reaches": 0 if pattern else others.height}


def _names_alone(own: pl.Series, others: pl.Series) -> str | None:
    """A pattern that finds all of these names and none of the others: with any number where a number stands, else each as it is."""
    if own.null_count():
        return None
    literals = {_literal(name) for name in own.unique()}
    for alternatives in ({re.sub(r"[0-9]+", "[0-9]+", name) for name in literals}, literals):
        pattern = f"^({'|'.join(sorted(alternatives))})$"
        if len(alternatives) <= NAMES_AT_MOST and not others.str.contains(insensitive(pattern)).any():
            return pattern
    return None


def suggested_mapping(groups: Iterable[Mapping[str, Any]]) -> str:
    """A first ``mapping.toml`` to complete by hand 待补充的映射文件, a row for each group of :func:`unmapped_groups`.

    A row matches its group alone; one that cannot is a comment as a whole, as it would go before what already holds for others.
    Results are left as comments: what nobody knows is not filled in, and what was learned from other mappings (``proposals`` of a
    group) is for a person to take or leave.
    """
    listed = list(groups)
    head = [
        "# 待补充的映射：未映射的图元按类、类型、材料分组，重者在前。补全 role 与 construction，去掉行首的 #，存为 mapping.toml。",
        "# A mapping to complete: unmapped elements by class, type and material, the heaviest first. Fill in role and construction,",
        "# remove the # before them, save as mapping.toml. The first row that matches an element wins.",
        "# role: column bearing_wall enclosure_wall inner_wall beam slab topping stair balcony joint … other",
        f"# construction: {' '.join(CONSTRUCTIONS)}",
    ]
    rest = len(listed) - GROUPS_AT_MOST
    tail = [f"# 其余 {rest} 组未列 / {rest} more groups are not listed"] if rest > 0 else []
    return "\n".join([*head, *(_suggestion(group) for group in listed[:GROUPS_AT_MOST]), *tail]) + "\n"


def _suggestion(group: Mapping[str, Any]) -> str:
    volume = group.get("volume") or 0.0
    without = group.get("without_volume") or 0
    mass = f", {group['mass']:.3f} t" if group.get("mass") else ""
    size = f"{group.get('count', 0)} 个 elements, {volume:.3f} m³{mass}" + (
        f"，其中 {without} 个无体积 / {without} without volume" if without else ""
    )
    head = ["", f"# {size}" + (f"；如 e.g. {_comment(group['name'])}" if group.get("name") else "")]
    lines = ["[[mapping]]"]
    lines.append(f"ifc_class = {_toml(group['ifc_class'])}")
    if group.get("type_name"):
        lines.append(f"type_name = {_toml('^' + _literal(group['type_name']) + '$')}")
    for material in json.loads(group.get("materials") or "[]")[:1]:
        lines.append(f"material = {_toml('^' + _literal(material) + '$')}")
    if group.get("name_pattern"):
        lines.append(f"name = {_toml(group['name_pattern'])}")
    known = group.get("role")
    if known:
        lines.append(f"role = {_toml(known)}")
    proposed = [line for one in group.get("proposals") or () for line in _proposed(one, known)]
    unknown = [*([] if known else ['# role = ""']), '# construction = ""']
    lines += proposed or unknown
    if reaches := group.get("reaches"):
        head.append(f"# 此条还会命中已映射或别组的 {reaches} 个图元并改写它们，故未启用：请先加选择条件，再去掉行首的 #。")
        head.append(
            f"# This row would also take over {reaches} elements that are mapped or of another group: add a selector before you use it."
        )
        lines = ["# " + line.removeprefix("# ") for line in lines]
    return "\n".join([*head, *lines])


def _proposed(proposal: Mapping[str, Any], known: str | None) -> list[str]:
    """A proposal as comments: where it was learned and how alike it is, then what it says."""
    learned = ", ".join(f"{key} = {_toml(value)}" for key, value in proposal["learned_from"].items())
    share, project, place = f"{proposal['similarity']:.0%}", proposal["project"], proposal["place"]
    head = f"# 建议，未采用：与 {project} 的第 {place} 条映射相似 {share} / proposal, not applied: {share} like row {place} of {project}: "
    results = [column for column in RESULTS if column in proposal and not (column == "role" and known)]
    return [head + _comment(learned), *(f"# {column} = {_toml(proposal[column])}" for column in results)]


def _literal(text: str) -> str:
    """A text as a pattern that matches it and nothing else."""
    return re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", text)


def _toml(text: str) -> str:
    """A string as TOML writes it; JSON's escapes are TOML's, but for the one character JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return " ".join(text.split())
