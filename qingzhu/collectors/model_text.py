"""Code-page text in the strings of a model 模型文字编码: Shift-JIS, GBK, UTF-8 and Latin-1 made legal before parsing.

ISO 10303-21 allows ASCII and escapes only. Many tools write bytes of the local code page instead, raw or as
``\\X\\94`` and ``\\S\\c``, and a parser then loses text or yields control characters without a word. Here the
code page is found from all such strings of the file together, and what is not ASCII is written as ``\\X2\\``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from qingzhu.collectors.step_scan import QUOTE, uncommented

CONTROL = re.compile(rb"\\X\\[89]")
"""An escape of a control character (C1), which, like a byte beyond ASCII, only code-page text explains."""

ESCAPED_HIGH = re.compile(rb"\\X\\[89A-Fa-f]|\\S\\")
"""A high byte as an escape of one byte."""

ESCAPE = re.compile(
    rb"(?P<slash>\\\\)|(?P<quote>'')|\\S\\(?P<shifted>[\x20-\x7e])|\\X\\(?P<byte>[0-9A-Fa-f]{2})|\\P[A-I]\\"
    rb"|\\X2\\(?P<two>(?:[0-9A-Fa-f]{4})*)\\X0\\|\\X4\\(?P<four>(?:[0-9A-Fa-f]{8})*)\\X0\\"
)
"""The escapes of ISO 10303-21, 6.4.3; a backslash that begins none of them is the second byte of a character."""

TO_ESCAPE = re.compile(r"['\\]|[^\x20-\x7e]+")

Piece = bytes | str
"""A stretch of a string: bytes of the code page, or text that was legal Unicode already."""


def legal_text(data: bytes) -> tuple[bytes, str | None, int]:
    """The same file with legal strings 合法化文字, the code page found (None: nothing to do), strings with lost characters."""
    if data.isascii() and not CONTROL.search(data):
        return data, None, 0
    data = uncommented(data)
    places = _strings(data)
    pieces = {token: _pieces(token[1:-1]) for token in {data[begin:end] for begin, end in places}}
    payloads = {piece for held in pieces.values() for piece in held if isinstance(piece, bytes) and not piece.isascii()}
    encoding = _encoding_of(payloads)
    lost = sum(not _decodes(payload, encoding) for payload in payloads)
    legal = {token: b"'" + _escaped(_joined(held, encoding)) + b"'" for token, held in pieces.items()}
    kept, copied = [], 0
    for begin, end in places:
        kept += [data[copied:begin], legal[data[begin:end]]]
        copied = end
    return b"".join([*kept, data[copied:]]), encoding, lost


def _strings(data: bytes) -> list[tuple[int, int]]:
    """Where each string with a high byte, raw or escaped, begins and ends, its apostrophes with it."""
    bytes_of = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(bytes_of == QUOTE)
    high = np.concatenate((np.flatnonzero(bytes_of > 0x7F), [match.start() for match in ESCAPED_HIGH.finditer(data)])).astype(np.int64)
    before = np.searchsorted(quotes, high)
    if len(quotes) % 2:  # the last string has no end
        quotes = quotes[:-1]
    inside = before[(before % 2 == 1) & (before < len(quotes))]
    # A doubled apostrophe ends a stretch and begins the next: a string is a row of stretches that touch.
    opens, closes = quotes[::2], quotes[1::2]
    string = np.cumsum(np.append(True, opens[1:] != closes[:-1] + 1)) - 1
    firsts = np.flatnonzero(np.diff(string, prepend=-1))
    begins, ends = opens[firsts], closes[np.append(firsts[1:], len(opens)) - 1] + 1
    wanted = np.unique(string[inside // 2])
    return list(zip(begins[wanted].tolist(), ends[wanted].tolist(), strict=True))


def _pieces(inside: bytes) -> list[Piece]:
    """What stands between the apostrophes, escapes undone: single-byte ones become bytes of the code page again."""
    pieces: list[Piece] = []
    pending, at = bytearray(), 0
    for match in ESCAPE.finditer(inside):
        pending += inside[at : match.start()]
        at = match.end()
        wide = match["two"] if match["two"] is not None else match["four"]
        if wide is not None:
            unicode = bytes.fromhex(wide.decode()).decode("utf-16-be" if match["two"] is not None else "utf-32-be", "replace")
            pieces += [bytes(pending), unicode]
            pending.clear()
        else:
            pending += _narrow(match)
    return [*pieces, bytes(pending + inside[at:])]


def _narrow(match: re.Match[bytes]) -> bytes:
    """The bytes an escape of ASCII or of one byte stands for; a change of alphabet stands for none."""
    if match["slash"]:
        return b"\\"
    if match["quote"]:
        return b"'"
    if match["shifted"]:
        return bytes([match["shifted"][0] | 0x80])
    return bytes.fromhex(match["byte"].decode()) if match["byte"] else b""


def _joined(pieces: list[Piece], encoding: str) -> str:
    return "".join(piece if isinstance(piece, str) else piece.decode(encoding, "replace") for piece in pieces)


def _escaped(text: str) -> bytes:
    """Text as ISO 10303-21 writes it: ASCII as it is, everything else in hexadecimal UTF-16 (or UTF-32 beyond it)."""

    def escape(match: re.Match[str]) -> str:
        run = match.group()
        if run in ("'", "\\"):
            return run * 2
        if all(ord(character) < 0x10000 for character in run):
            return "\\X2\\" + run.encode("utf-16-be").hex().upper() + "\\X0\\"
        return "\\X4\\" + run.encode("utf-32-be").hex().upper() + "\\X0\\"

    return TO_ESCAPE.sub(escape, text).encode("ascii")


def _encoding_of(payloads: set[bytes]) -> str:
    """The code page in which most of the strings read as text; of equals, the stricter one."""
    judges: list[tuple[str, Callable[[bytes], bool]]] = [
        ("utf-8", lambda payload: _decodes(payload, "utf-8")),
        ("cp932", _reads_as_japanese),
        ("gb18030", _reads_as_chinese),
        ("cp1252", _reads_as_western),
    ]
    counts = {encoding: sum(judge(payload) for payload in payloads) for encoding, judge in judges}
    return max(counts, key=lambda encoding: counts[encoding])


def _decodes(payload: bytes, encoding: str) -> bool:
    try:
        payload.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_japanese(payload: bytes) -> bool:
    """Kana, kanji and full-width signs only: half-width katakana is what Chinese bytes look like in Shift-JIS."""
    if not _decodes(payload, "cp932"):
        return False
    return not re.search(r"[｡-ﾟ\ue000-\uf8ff]", payload.decode("cp932"))


def _reads_as_chinese(payload: bytes) -> bool:
    """GB 2312 characters, mostly of its first level: two Latin-1 letters in a row are seldom that."""
    if not _decodes(payload, "gb2312"):
        return False
    wide = [character.encode("gb2312") for character in payload.decode("gb2312") if ord(character) > 0x7F]
    return 2 * sum(code[0] < 0xD8 for code in wide) > len(wide)


def _reads_as_western(payload: bytes) -> bool:
    return _decodes(payload, "cp1252")
