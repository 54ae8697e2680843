"""Opening a model 打开模型文件: plain, gzip or zip, checked before and after parsing, with every failure in words.

Plan 三（四）. IfcOpenShell parses; this module sees to what it would pass over: cut-off files, pointers of Git
LFS, compressed bombs, text in a code page, instances that were lost on the way.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qingzhu.collectors.guards import RATIO_AT_MOST, RATIO_FROM, UNPACKED_AT_MOST
from qingzhu.collectors.model_losses import BROKEN
from qingzhu.collectors.model_schema import schema
from qingzhu.collectors.model_text import legal_text, whole_characters
from qingzhu.collectors.model_units import SI_PREFIXES
from qingzhu.collectors.step_scan import census
from qingzhu.terms.errors import MalformedError, MissingError
from qingzhu.terms.readings import Remark


@dataclass(frozen=True)
class ModelLimits:
    """How large a model may be once unpacked 解压上限. ``size`` [byte]; ``ratio`` of unpacked to packed size [1]."""

    size: int = UNPACKED_AT_MOST
    ratio: int = RATIO_AT_MOST


MODEL_LIMITS = ModelLimits()
"""The largest public IFC files are below 1 GB and pack 5 to 20 times smaller; a bomb packs a thousand times. Convention."""

RATIO_FREE = RATIO_FROM
"""One rule for workbooks and models. Below this size no ratio is asked: a small file of blanks is harmless. [byte]"""

BEFORE = re.compile(rb"(?:\s++|/\*.*?\*/)*+", re.DOTALL)
"""Blanks and comments."""

STATEMENT = re.compile(rb"(?:[^';/]++|'[^']*+'|/\*.*?\*/|/)*+;", re.DOTALL)
"""One statement of the header with its comments; a doubled apostrophe is two strings."""

COMMENT_OR_STRING = re.compile(rb"/\*.*?\*/|('[^']*+')", re.DOTALL)
SCHEMA = re.compile(rb"\s*FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'")

END = re.compile(rb"END-ISO-10303-21\s*;?")
END_OUTSIDE = re.compile(rb"'(?:[^'\\]++|\\S\\'|\\)*+'|/\*.*?\*/|(END-ISO-10303-21)\s*;?", re.DOTALL)
"""The last statement, or a string or comment, in which it is only text."""

BLANKS = b" \t\r\n\0\x1a"
"""What may stand behind the end: line ends, and what programs fill a file up with."""

DEEPEST = 256
"""How deep parentheses may nest for IfcOpenShell, which a hundred thousand end without a word; IFC needs four. [1]"""

SI_UNIT = re.compile(rb"#(?P<id>\d+)\s*=\s*IFCSIUNIT\s*\([^;]*?,(?P<prefix>[^,;]*),[^,;]*;")
LOG_HEAD = re.compile(r"^(\[[^\]]*\] ?)+")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
READABLE = "IFC2X3, IFC4, IFC4X3"
RELEASES = dict.fromkeys(("IFC4X3", "IFC4X3_TC1", "IFC4X3_ADD1"), "IFC4X3_ADD2")
"""Releases of IFC 4.3 that are read by the classes of its last one; what that lacks or counts otherwise, the guards find."""


@dataclass(frozen=True)
class ModelText:
    """A model's file, unpacked and checked 模型文本: ``text`` with legal strings, the schema its header names, what was remarked."""

    name: str
    text: bytes
    schema: str
    facts: dict[str, Any]
    remarks: list[Remark]
    plain: Path | None
    """The file itself where it holds just this text."""


@dataclass
class OpenedModel:
    """A parsed model 已打开模型, what it said of itself and what was remarked while opening it."""

    model: Any
    facts: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def model_text(path: Path, name: str, limits: ModelLimits = MODEL_LIMITS) -> ModelText:
    """Unpack and check 读取模型文本; raises MalformedError for what is no complete model."""
    packed, data = unpacked(path, name, limits)
    end = check_step(data, name)
    after = data[end:].strip(BLANKS)
    whole = data[:end] if after else data
    whole, halves = whole_characters(whole.removeprefix(BYTE_ORDER_MARK))
    text, encoding, lost = legal_text(whole)
    text, schema, released = _last_release(text)
    facts: dict[str, Any] = {"packing": packed, "size": len(data)} | ({"encoding": encoding} if encoding else {})
    remarks = [_encoding_remark(encoding, lost)] if encoding else []
    remarks += [_halves(halves)] if halves else []
    remarks += [_after_end(after)] if after else []
    remarks += [_read_as(released, schema)] if released else []
    return ModelText(name, text, schema, facts, remarks, path if text is data and not packed else None)


def parsed(given: ModelText) -> OpenedModel:
    """Parse with IfcOpenShell 解析; raises MalformedError for what it cannot read, MissingError without IfcOpenShell."""
    instances, deepest = census(given.text)
    if deepest > DEEPEST:
        raise _too_deep(given.name, deepest)
    model = _parse(given)
    _without_units_misread(model, given.text)
    opened = OpenedModel(model, {"schema": model.schema_identifier, **given.facts, "application": application(model)}, list(given.remarks))
    _compare_instances(opened, instances)
    _say_what_the_parser_said(opened)
    return opened


def _without_units_misread(model: Any, text: bytes) -> None:
    """The parser reads a prefix that is none of SI's as no prefix, so millimetres would be metres: such a unit is nothing it knows."""
    for found in SI_UNIT.finditer(text):
        prefix = found["prefix"].strip()
        if prefix not in (b"$", b"*") and prefix.strip(b".").decode("ascii", "replace") not in SI_PREFIXES:
            with contextlib.suppress(*BROKEN):
                model.by_id(int(found["id"])).Name = None


def unpacked(path: Path, name: str, limits: ModelLimits = MODEL_LIMITS) -> tuple[str | None, bytes]:
    """How the file is packed (gzip, zip or None) and its plain bytes 解压, whatever it is called."""
    with path.open("rb") as file:
        magic = file.read(4)
    size = path.stat().st_size
    if size > limits.size:
        raise _too_large(name, limits, f"{size / 1024**2:.0f} MB")
    if magic[:2] == b"\x1f\x8b":
        return "gzip", _gunzip(path, name, limits)
    if magic == b"PK\x03\x04":
        return "zip", _unzip(path, name, limits)
    return None, path.read_bytes()


def _gunzip(path: Path, name: str, limits: ModelLimits) -> bytes:
    limit = _limit(path.stat().st_size, limits)
    try:
        with gzip.open(path) as file:
            data = file.read(limit + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _broken_packing(name, "gzip", str(error)) from error
    if len(data) > limit:
        raise _too_large(name, limits, f"> {limit / 1024**2:.0f} MB")
    return data


def _unzip(path: Path, name: str, limits: ModelLimits) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if member.filename.lower().endswith(".ifc") and not _hidden(member)]
            if len(members) != 1:
                raise _not_one_model(name, [member.filename for member in archive.infolist()], len(members))
            limit = _limit(members[0].compress_size, limits)
            with archive.open(members[0]) as file:  # the declared size may lie, so the bytes are counted
                data = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise _broken_packing(name, "zip", str(error)) from error
    if len(data) > limit:
        raise _too_large(name, limits, f"> {limit / 1024**2:.0f} MB")
    return data


def _hidden(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("__MACOSX/") or Path(member.filename).name.startswith(".")


def _limit(packed_size: int, limits: ModelLimits) -> int:
    return min(limits.size, max(RATIO_FREE, limits.ratio * packed_size))


def check_step(data: bytes, name: str) -> int:
    """Refuse what is no complete STEP file 检查完整性: empty, pointer, other format, cut off; where it ends is given back."""
    begin = BEFORE.match(data, len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0)
    head = data[begin.end() : begin.end() + 4096] if begin else b""
    if not head:
        raise MalformedError("model_empty", f"{name} 是空文件，请重新导出模型。", f"{name} is empty: export the model again.", file=name)
    if head.startswith(b"version https://git-lfs"):
        raise MalformedError(
            "model_is_pointer",
            f"{name} 只是 Git LFS 指针（{len(data)} 字节），不是模型本身；请执行 git lfs pull 后再提交。",
            f"{name} is a pointer of Git LFS ({len(data)} bytes), not the model: run `git lfs pull` and hand it in again.",
            file=name,
            found="git-lfs pointer",
        )
    if not head.startswith(b"ISO-10303-21"):
        raise _not_step(name, head)
    end = _end(data)
    if end is None:
        raise MalformedError(
            "model_truncated",
            f"{name} 不完整：缺少结尾 END-ISO-10303-21，最后的内容是“{_excerpt(data[-60:])}”；请重新导出或重新上传。",
            f"{name} is cut off: it lacks END-ISO-10303-21 at its end, which reads “{_excerpt(data[-60:])}”. Export or upload it again.",
            file=name,
            found=_excerpt(data[-60:]),
            wanted="END-ISO-10303-21;",
        )
    return end


def _end(data: bytes) -> int | None:
    """Behind the first END-ISO-10303-21 that is a statement, no part of a string or comment: behind it is another file, if any."""
    last = END.search(data)
    if last is None or (_ends_here(data, last.start()) and not data[last.end() :].strip(BLANKS)):  # nearly always
        return last and last.end()
    return next((found.end() for found in END_OUTSIDE.finditer(data) if found[1] and _ends_here(data, found.start())), None)


def _ends_here(data: bytes, at: int) -> bool:
    """Whether a statement or a comment ends before this place."""
    return data[max(at - 4096, 0) : at].rstrip().endswith((b";", b"*/"))


def _after_end(after: bytes) -> Remark:
    """What is behind the end is no part of the file: it is either a signature, or what should have stood before it."""
    found = _excerpt(after[:60])
    zh, en = f"文件结尾之后还有内容（“{found}”），未读入。", f"Something stands behind the end of the file (“{found}”): it was not read."
    return Remark("doubt", "text_after_end", zh, en, found=found)


def _last_release(text: bytes) -> tuple[bytes, str, str | None]:
    """The text with the last release of IFC 4.3 in its header, the schema it names then, and the release it named where that is another."""
    begin, end, named = _schema_statement(text)
    last = RELEASES.get(named.upper())
    if last is None:
        return text, named, None
    return text[:begin] + f"FILE_SCHEMA(('{last}'));".encode("ascii") + text[end:], last, named


def _schema_statement(text: bytes) -> tuple[int, int, str]:
    """Where FILE_SCHEMA stands among the statements of the header, and the first schema it names; ``?`` where it is not there."""
    at = 0
    while found := STATEMENT.match(text, at):
        bare = COMMENT_OR_STRING.sub(lambda one: one[1] or b" ", found.group())
        if match := SCHEMA.match(bare):
            return at, found.end(), match[1].decode("ascii", "replace")
        if bare.split(b";")[0].strip() in (b"ENDSEC", b"DATA"):
            break
        at = found.end()
    return 0, 0, "?"


def _read_as(released: str, last: str) -> Remark:
    zh, en = f"文件的版本是 {released}，按 {last} 读入。", f"The file's release is {released}; it was read as {last}."
    return Remark("note", "schema_read_as", zh, en, found=released)


def _parse(given: ModelText) -> Any:
    path, text, name = given.plain, given.text, given.name
    try:
        import ifcopenshell
    except ImportError as error:
        raise MissingError(
            "bim_extra_missing",
            "读取 IFC 模型需要 IfcOpenShell：请执行 pip install qingzhu[bim]。",
            "Reading IFC models needs IfcOpenShell: pip install qingzhu[bim]",
            file=name,
        ) from error
    if schema(given.schema) is None:  # the parser may crash on what is no name
        raise _refused_schema(given)
    ifcopenshell.get_log()  # what earlier files left there is not about this one
    try:
        if path is not None:
            return ifcopenshell.open(path, format=".ifc")
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "model.ifc"
            plain.write_bytes(text)
            return ifcopenshell.open(plain, format=".ifc")
    except (ifcopenshell.Error, RuntimeError, ValueError) as error:
        raise MalformedError(
            "model_unparsed",
            f"{name} 无法解析（{error}）：文件不是合法的 ISO 10303-21，请用原软件重新导出。",
            f"{name} cannot be parsed ({error}): it is no legal ISO 10303-21 file. Export it again.",
            file=name,
            found=str(error),
        ) from error


def _compare_instances(opened: OpenedModel, written: int) -> None:
    """Rows in = rows out: an instance that stands in the file and not in the model is said, never lost in silence."""
    parsed = len(opened.model.entity_names())
    opened.facts["instances"] = parsed
    if written > parsed:
        lost = written - parsed
        opened.remarks.append(
            Remark(
                "doubt",
                "instances_lost",
                f"文件中有 {written} 个实例，只解析出 {parsed} 个：{lost} 个编号重复或类别不属于该版本，未计入。",
                f"The file holds {written} instances, {parsed} were parsed: {lost} repeat an id or are of a class the schema lacks.",
                count=lost,
            )
        )


def _say_what_the_parser_said(opened: OpenedModel) -> None:
    """A sound file makes the parser say nothing; what it does say stands in the report."""
    import ifcopenshell

    lines = [LOG_HEAD.sub("", line) for line in ifcopenshell.get_log().splitlines() if line.strip()]
    if lines:
        found = "; ".join(list(dict.fromkeys(lines))[:3])
        zh = f"解析时有 {len(lines)} 条警告，请核对模型：{found}"
        en = f"The parser warned {len(lines)} times; look at the model: {found}"
        opened.remarks.append(Remark("doubt", "parser_warned", zh, en, found=found, count=len(lines)))


def application(model: Any) -> str | None:
    """The program that wrote the model, as it calls itself."""
    for application in model.by_type("IfcApplication"):
        words = [application.ApplicationFullName, application.Version]
        return " ".join(str(word) for word in words if word) or None
    return None


def _encoding_remark(encoding: str, lost: int) -> Remark:
    return Remark(
        "doubt" if lost else "note",
        "code_page_assumed",
        f"字符串中有非法字节，按 {encoding} 读取"
        + (f"，其中 {lost} 个字符串仍有无法识别的字符，或像是另一种编码，请核对。" if lost else "。"),
        f"Strings hold illegal bytes, read as {encoding}"
        + (
            f"; {lost} strings hold characters that were lost, or look like another code page: see whether they read well." if lost else "."
        ),
        found=encoding,
        count=max(lost, 1),
    )


def _halves(count: int) -> Remark:
    zh = f"文字中有 {count} 个字符只剩一半（多半是在字符中间截断的），读作“�”；请在原软件中改正后重新导出。"
    en = f"Of {count} characters in the text one half is left, most likely where it was cut: read as “�”. Correct it and export again."
    return Remark("doubt", "character_broken", zh, en, count=count)


def _refused_schema(given: ModelText) -> MalformedError:
    return MalformedError(
        "model_schema_refused",
        f"{given.name} 的版本是 {given.schema}，不能读取；请导出为 {READABLE} 之一。",
        f"{given.name} has the schema {given.schema}, which cannot be read: export it as one of {READABLE}.",
        file=given.name,
        found=given.schema,
        wanted=READABLE,
    )


def _too_deep(name: str, deepest: int) -> MalformedError:
    return MalformedError(
        "model_nested_too_deep",
        f"{name} 中的括号嵌套 {deepest} 层（至多 {DEEPEST} 层），不是正常导出的模型，未读取；请用原软件重新导出。",
        f"Parentheses in {name} nest {deepest} deep (at most {DEEPEST}): no program exports that, and it was not read. Export it again.",
        file=name,
        found=str(deepest),
        wanted=f"<= {DEEPEST}",
    )


def _not_step(name: str, head: bytes) -> MalformedError:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return MalformedError(
            "model_not_step",
            f"{name} 是 UTF-16 文本；ISO 10303-21 文件只能是 ASCII，请勿用文本编辑器另存，重新导出 .ifc。",
            f"{name} is UTF-16 text, an ISO 10303-21 file is ASCII: export .ifc again rather than saving it from a text editor.",
            file=name,
            found="UTF-16",
            wanted="ASCII",
        )
    return MalformedError(
        "model_not_step",
        f"{name} 不是 IFC（ISO 10303-21）文件，开头是“{_excerpt(head[:40])}”；ifcXML 等格式请改为导出 .ifc。",
        f"{name} is no IFC file (ISO 10303-21); it begins with “{_excerpt(head[:40])}”. Export .ifc rather than ifcXML or others.",
        file=name,
        found=_excerpt(head[:40]),
        wanted="ISO-10303-21;",
    )


def _too_large(name: str, limits: ModelLimits, found: str) -> MalformedError:
    most, free = f"{limits.size / 1024**2:.0f} MB", f"{RATIO_FREE // 1024**2} MB"
    wanted = f"<= {most}, > {free}: <= {limits.ratio} : 1"
    return MalformedError(
        "model_too_large",
        f"{name} 解压后过大（{found}；至多 {most}，超过 {free} 时至多为压缩后的 {limits.ratio} 倍），疑似压缩炸弹，未读取。",
        f"{name} unpacks to too much ({found}; at most {most}, and above {free} at most {limits.ratio} times its packed size): "
        "it was not read, as it may be a bomb.",
        file=name,
        found=found,
        wanted=wanted,
    )


def _broken_packing(name: str, packing: str, reason: str) -> MalformedError:
    return MalformedError(
        "model_packing_broken",
        f"{name} 的 {packing} 压缩包已损坏（{reason}），请重新打包或上传。",
        f"{name} is a broken {packing} file ({reason}): pack or upload it again.",
        file=name,
        found=reason,
    )


def _not_one_model(name: str, members: list[str], count: int) -> MalformedError:
    found = ", ".join(members[:5])
    return MalformedError(
        "model_not_one",
        f"{name} 内应恰有一个 .ifc 文件，实有 {count} 个（{found}）；请每个压缩包只放一个模型。",
        f"{name} should hold exactly one .ifc file, it holds {count} ({found}): pack one model at a time.",
        file=name,
        found=found,
        wanted="1 .ifc",
    )


def _excerpt(data: bytes) -> str:
    with contextlib.suppress(UnicodeDecodeError):
        return " ".join(data.decode("utf-8").split())
    return " ".join(data.decode("latin-1").encode("ascii", "replace").decode().split())
