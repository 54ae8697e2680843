"""The files of a proof bundle 证明包文件: unpacked within bounds, strictly read, no path but those of ``docs/spec/bundle.md``."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

from qingzhu.ledger.journal import canonical
from qingzhu.terms.errors import EvidenceError, MalformedError

LARGEST = 1 << 30
"""A bundle that unpacks to more is not read. [byte]"""

MOST_FILES = 100_000
"""More files are not read."""

PATH = re.compile(
    r"(figure|run)\.json|run\.tlog-proof|README\.txt|entries/(0|[1-9][0-9]{0,17})\.(json|tlog-proof)|(rows|parameters)/[a-z0-9_]+\.parquet"
    r"|measures/vocabulary\.toml|measures/[a-z0-9_]+/[a-z0-9_]+\.(sql|toml|py)|originals/[0-9a-f]{64}"
)
"""The files a bundle may hold, and no other."""


def unzipped(data: bytes, most: int = LARGEST) -> dict[str, bytes]:
    """The files of a bundle by path 解包. Raises ``MalformedError`` for what is no ZIP of ours, or unpacks to more than ``most`` [byte].

    A ZIP of ours is its files one after another and their list: no byte before, between or behind them.
    """
    found: dict[str, bytes] = {}
    at, left = 0, most
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            told, start = held.infolist(), held.start_dir
            place = start
            if len(told) > MOST_FILES:
                raise no_bundle("文件过多", "it has too many files")
            for one in told:
                begin, listed = at + 30 + len(one.filename), data[place : place + 46 + len(one.filename)]
                same = data[at:begin] == b"PK\3\4" + listed[6:32] + listed[46:] and listed[30:34] == bytes(4)  # nothing extra, no comment
                if one.filename in found or one.header_offset != at or one.flag_bits or not same:
                    raise no_bundle(f"{one.filename!r} 重名或与清单不符", f"{one.filename!r} is there twice, or not as the ZIP lists it")
                at, place = begin + one.compress_size, place + len(listed)
                found[one.filename] = _unpacked(one, data[begin:at], left)
                left -= len(found[one.filename])
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(told), len(told), place - start, start, 0)
        if at != start or data[place:] != end:
            raise no_bundle("夹带其他内容", "it holds something beside its files")
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, OSError, ValueError) as error:
        raise no_bundle(f"读不出（{error}）", f"it cannot be read ({error})") from None
    return found


def _unpacked(one: zipfile.ZipInfo, packed: bytes, most: int) -> bytes:
    """A file of a ZIP, stored or deflated, of at most so many bytes: what the ZIP says of its size is not believed."""
    content, whole = packed, True
    if one.compress_type == zipfile.ZIP_DEFLATED:
        reader = zlib.decompressobj(-zlib.MAX_WBITS)
        content = reader.decompress(packed, most + 1)
        whole = reader.eof and not reader.unused_data
    elif one.compress_type != zipfile.ZIP_STORED:
        raise no_bundle(f"{one.filename!r} 的压缩方式不符", f"{one.filename!r} is packed otherwise")
    if len(content) > most:
        raise no_bundle("内容过大", "it unpacks to too much")
    if not whole or len(content) != one.file_size or zlib.crc32(content) != one.CRC:
        raise no_bundle(f"{one.filename!r} 残缺", f"{one.filename!r} is damaged")
    return content


def told_by(data: bytes) -> dict[str, Any]:
    """The list of a bundle 清单, from the bytes of ``bundle.json``. Raises ``MalformedError``."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise no_bundle("没有清单 bundle.json", "it has no list, bundle.json")
    return found


def paths_of(files: dict[str, bytes], names: Sequence[str]) -> list[str]:
    """The files of these measures in a bundle, below ``measures``; of a function all code beside it. Raises ``StopIteration``."""
    found = []
    for name in names:
        pattern = rf"measures/[a-z0-9_]+/{re.escape(name)}\.(sql|toml)"
        path = next(path for path in files if re.fullmatch(pattern, path))
        folder = path.rsplit("/", 1)[0]
        beside = [one for one in files if one.startswith(f"{folder}/") and one.endswith(".py")] if path.endswith(".toml") else []
        found += [one.removeprefix("measures/") for one in (path, *beside)]
    return found


def hold_measures(files: dict[str, bytes], names: Sequence[str], told: dict[str, str]) -> None:
    """Hold the measures' files in the bundle to the hashes of the run."""
    for name in names:
        paths = paths_of(files, [name])
        code = b"".join(files[f"measures/{path}"] for path in [*sorted(paths[1:]), paths[0]])
        if hashlib.sha256(code).hexdigest() != told.get(name):
            raise bundle_broken(f"指标 {name} 的文件与计算所用的不同", f"the file of {name} is not the one the run used")


def strict(data: bytes) -> Any:
    """The value of canonical JSON: no number is NaN or infinite, none is said twice. Raises ``EvidenceError``."""
    try:
        found = json.loads(data)
        same = canonical(found) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise bundle_broken("数值行不是规范的 JSON", "the line of the figure is no canonical JSON")
    return found


def bundle_broken(zh: str, en: str) -> EvidenceError:
    """Something in a bundle does not hold 不成立."""
    return EvidenceError("bundle_broken", zh, en)


def no_bundle(zh: str, en: str) -> MalformedError:
    """What was given is no bundle at all 不是证明包."""
    return MalformedError("bundle_malformed", f"这不是证明包：{zh}。", f"This is no proof bundle: {en}.")
