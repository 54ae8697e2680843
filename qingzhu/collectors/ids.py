"""Information delivery specifications 信息交付规范 (IDS 1.0): the ``.ids`` file as plain data, with the line of each part.

Plan 三（四）. A file is read once, by expat, without a document type: no entity is ever expanded and nothing is fetched.
What is not well formed is refused in words; what is well formed but not as the schema wants is read as far as it goes,
because :mod:`qingzhu.schemes.ids_audit` names everything that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from qingzhu.terms.errors import MalformedError

IDS = "{http://standards.buildingsmart.org/IDS}"
XS = "{http://www.w3.org/2001/XMLSchema}"

LARGEST = 8 * 2**20
"""A specification is text that people write: the largest public ones are below 2 MB. Convention. [byte]"""

DEEPEST = 64
"""An IDS nests nine deep; beyond this the file is a bomb. Convention. [1]"""

ELEMENTS_AT_MOST = 250_000
"""Each takes some 300 bytes of memory; those of an IDS are long, 8 MB hold fewer: beyond this the file is a bomb. Convention. [1]"""

KINDS = ("entity", "partOf", "classification", "attribute", "property", "material")
"""The six facets of IDS 1.0."""

PARAMETERS = {
    "entity": ("name", "predefinedType"),
    "partOf": ("name", "predefinedType"),
    "classification": ("system", "value"),
    "attribute": ("name", "value"),
    "property": ("propertySet", "baseName", "value"),
    "material": ("value",),
}
"""The values each facet may hold, in the order the schema gives them; those of partOf stand in its entity."""


@dataclass(frozen=True)
class Value:
    """What a parameter must be 取值要求: one text (``simple``), or a restriction with its base type and its limits in order."""

    simple: str | None = None
    base: str = ""
    limits: tuple[tuple[str, str], ...] = ()
    line: int = 0

    def of(self, name: str) -> list[str]:
        """The texts of one kind of limit, as ``enumeration``."""
        return [text for kind, text in self.limits if kind == name]


@dataclass(frozen=True)
class Facet:
    """One condition on an element 一项条件, in an applicability or among the requirements."""

    kind: str
    values: dict[str, Value]
    cardinality: str = "required"
    relation: str | None = None
    data_type: str | None = None
    uri: str | None = None
    instructions: str | None = None
    line: int = 0


@dataclass(frozen=True)
class Specification:
    """One specification 一条规范: to which elements it applies, and what is asked of them."""

    number: int
    name: str
    versions: tuple[str, ...]
    applicability: tuple[Facet, ...]
    requirements: tuple[Facet, ...]
    least: str = "1"
    most: str = "1"
    identifier: str | None = None
    description: str | None = None
    instructions: str | None = None
    asked: str | None = None
    line: int = 0

    @property
    def usage(self) -> str:
        """``required``, ``optional`` or ``prohibited``, from minOccurs and maxOccurs of its applicability."""
        if self.most == "0":
            return "prohibited"
        return "optional" if self.least == "0" else "required"


@dataclass(frozen=True)
class IdsFile:
    """An ``.ids`` file 信息交付规范文件: its head, its specifications, and the tree with the line of each of its nodes."""

    name: str
    sha256: str
    info: dict[str, str]
    specifications: tuple[Specification, ...]
    root: Any = field(repr=False, compare=False)
    lines: dict[int, int] = field(repr=False, compare=False)
    prefixes: dict[str, str] = field(repr=False, compare=False)


def read_ids(path: Path, name: str | None = None) -> IdsFile:
    """Read an ``.ids`` file 读取; raises MalformedError for what is no XML, no IDS, packed, too large or made to harm."""
    name = name or path.name
    if path.stat().st_size > LARGEST:
        raise _too_large(name, path.stat().st_size)
    return ids_of(path.read_bytes(), name)


def ids_of(data: bytes, name: str) -> IdsFile:
    """The same from bytes 由字节读取."""
    _refuse_other_formats(data, name)
    tree = _Tree(name)
    root = tree.parse(data)
    if root.tag != f"{IDS}ids":
        raise _no_ids(name, root.tag)
    info = {_local(child.tag): (child.text or "").strip() for child in root.iterfind(f"{IDS}info/*")}
    specifications = tuple(
        _specification(node, number, tree.lines) for number, node in enumerate(root.iterfind(f"{IDS}specifications/{IDS}specification"), 1)
    )
    return IdsFile(name, sha256(data).hexdigest(), info, specifications, root, tree.lines, tree.prefixes)


class _Tree:
    """A tree of elements that remembers lines; a document type stops it before any entity could be declared."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[int, int] = {}
        self.prefixes: dict[str, str] = {}
        self._depth = self._count = 0
        self._builder = TreeBuilder()
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._builder.data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartNamespaceDeclHandler = lambda prefix, uri: self.prefixes.setdefault(prefix or "", uri or "")

    def parse(self, data: bytes) -> Element:
        """The root; raises MalformedError."""
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise _not_xml(self.name, error) from error
        return self._builder.close()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > ELEMENTS_AT_MOST:
            raise _bomb(self.name, self._parser.CurrentLineNumber, f"> {DEEPEST if self._depth > DEEPEST else ELEMENTS_AT_MOST}")
        element = self._builder.start(_clark(tag), {_clark(key): value for key, value in attributes.items()})
        self.lines[id(element)] = self._parser.CurrentLineNumber

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(_clark(tag))

    def _doctype(self, *_: object) -> None:
        raise _bomb(self.name, self._parser.CurrentLineNumber, "<!DOCTYPE>")


def _clark(tag: str) -> str:
    return "{" + tag if "}" in tag else tag


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _specification(node: Element, number: int, lines: dict[int, int]) -> Specification:
    applicability, requirements = node.find(f"{IDS}applicability"), node.find(f"{IDS}requirements")
    return Specification(
        number,
        node.get("name", ""),
        tuple(node.get("ifcVersion", "").split()),
        tuple(_facets(applicability, lines)),
        tuple(_facets(requirements, lines)),
        "1" if applicability is None else applicability.get("minOccurs", "1"),
        "1" if applicability is None else applicability.get("maxOccurs", "1"),
        node.get("identifier"),
        node.get("description"),
        node.get("instructions"),
        None if requirements is None else requirements.get("description"),
        lines[id(node)],
    )


def _facets(clause: Element | None, lines: dict[int, int]) -> Iterator[Facet]:
    for node in clause if clause is not None else ():
        kind = _local(node.tag)
        if kind in KINDS:
            holder = node.find(f"{IDS}entity") if kind == "partOf" else node
            values = {} if holder is None else {key: _value(holder.find(IDS + key), lines) for key in PARAMETERS[kind]}
            yield Facet(
                kind,
                {key: value for key, value in values.items() if value is not None},
                node.get("cardinality", "required"),
                node.get("relation"),
                node.get("dataType"),
                node.get("uri"),
                node.get("instructions"),
                lines[id(node)],
            )


def _value(node: Element | None, lines: dict[int, int]) -> Value | None:
    if node is None:
        return None
    simple, restriction = node.find(f"{IDS}simpleValue"), node.find(f"{XS}restriction")
    if restriction is not None:
        limits = [(_local(child.tag), child.get("value", "")) for child in restriction if _local(child.tag) != "annotation"]
        return Value(None, restriction.get("base", ""), tuple(limits), lines[id(restriction)])
    return Value("" if simple is None else simple.text or "", line=lines[id(node)])


def _refuse_other_formats(data: bytes, name: str) -> None:
    """What begins as something else is told by what it is."""
    if len(data) > LARGEST:
        raise _too_large(name, len(data))
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise MalformedError("ids_empty", f"{name} 是空文件，请重新导出 IDS。", f"{name} is empty: export the IDS again.", file=name)
    told = {
        b"PK\x03\x04": ("zip 压缩包", "a zip file"),
        b"\x1f\x8b": ("gzip 压缩文件", "a gzip file"),
        b"version https://git-lfs": ("Git LFS 指针", "a pointer of Git LFS"),
        b"ISO-10303-21": ("IFC 模型（参数次序应为：先 IDS，后模型）", "an IFC model (the order is: first the IDS, then the models)"),
    }
    for magic, (zh, en) in told.items():
        if head.startswith(magic):
            raise MalformedError(
                "ids_other_format",
                f"{name} 是{zh}，不是 .ids 文件；请给出解压后的 .ids（XML）文件。",
                f"{name} is {en}, not an .ids file: give the unpacked .ids file (XML).",
                file=name,
                found=en,
                wanted="XML",
            )


def _not_xml(name: str, error: Exception) -> MalformedError:
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    reason = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
    zh, en = (f"第 {line} 行第 {column} 列：", f"line {line}, column {column}: ") if line else ("", "")
    return MalformedError(
        "ids_not_xml",
        f"{name} 不是合法的 XML（{zh}{reason}）；请用 IDS 编辑软件重新导出，编码用 UTF-8。",
        f"{name} is no well-formed XML ({en}{reason}): export it again from an IDS editor, in UTF-8.",
        file=name,
        line=line,
        found=reason,
    )


def _bomb(name: str, line: int, found: str) -> MalformedError:
    return MalformedError(
        "ids_forbidden_xml",
        f"{name} 第 {line} 行含有 IDS 用不到而可能有害的内容"
        f"（{found}：文档类型声明、外部实体、嵌套过深或元素过多），未读取；请删去后重试。",
        f"{name}, line {line}, holds what no IDS needs and what may do harm ({found}: a document type, entities, nesting too deep or "
        "too many elements). It was not read: remove it and try again.",
        file=name,
        line=line,
        found=found,
    )


def _no_ids(name: str, tag: str) -> MalformedError:
    return MalformedError(
        "ids_other_root",
        f"{name} 的根元素是 {tag}，应为 {IDS}ids；旧版或其他格式请用 IDS 编辑软件另存为 IDS 1.0。",
        f"{name} has the root element {tag}, wanted {IDS}ids: save older or other formats as IDS 1.0 with an IDS editor.",
        file=name,
        found=tag,
        wanted=f"{IDS}ids",
    )


def _too_large(name: str, size: int) -> MalformedError:
    return MalformedError(
        "ids_too_large",
        f"{name} 有 {size / 2**20:.0f} MB，IDS 至多 {LARGEST // 2**20} MB，未读取；请拆分为几个 .ids 文件。",
        f"{name} has {size / 2**20:.0f} MB, an IDS at most {LARGEST // 2**20} MB: it was not read. Split it into several .ids files.",
        file=name,
        found=f"{size} B",
        wanted=f"<= {LARGEST} B",
    )
