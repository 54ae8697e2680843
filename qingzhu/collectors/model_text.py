"""Code-page text in the strings of a model 模型文字编码: Shift-JIS, GBK, UTF-8 and Latin-1 made legal before parsing.

ISO 10303-21 allows ASCII and escapes only. Many tools write bytes of the local code page instead, raw or as
``\\X\\94`` and ``\\S\\c``, and a parser then loses text or yields control characters without a word. Here the
code page is found from all such strings of the file together, and what is not ASCII is written as ``\\X2\\``. Raw bytes and
escapes are two questions: ``m\\X\\B2`` is m² by the standard, whatever the page of the names beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

import numpy as np

from qingzhu.collectors.step_scan import QUOTE, uncommented
from qingzhu.collectors.step_values import PAGES

CONTROL = re.compile(rb"\\X\\[89]")
"""An escape of a control character (C1), which, like a byte beyond ASCII, only code-page text explains."""

ESCAPED_HIGH = re.compile(rb"\\X\\[89A-Fa-f]|\\S\\")
"""A high byte as an escape of one byte."""

ESCAPE = re.compile(
    rb"(?P<slash>\\\\)|(?P<quote>'')|\\S\\(?P<shifted>[\x20-\x7e])|\\X\\(?P<byte>[0-9A-Fa-f]{2})|\\P(?P<page>[A-I])\\"
    rb"|\\X2\\(?P<two>(?:[0-9A-Fa-f]{4})*)\\X0\\|\\X4\\(?P<four>(?:[0-9A-Fa-f]{8})*)\\X0\\"
)
"""The escapes of ISO 10303-21, 6.4.3; a backslash that begins none of them is the second byte of a character."""

PAGED = re.compile(rb"\\P[B-I]\\")
"""A change to another alphabet than ISO 8859-1, which only legal text makes."""

TO_ESCAPE = re.compile(r"['\\]|[^\x20-\x7e]+")

HALF = re.compile(rb"\\X2\\(?:[0-9A-Fa-f]{4})*?[Dd][89A-Fa-f]")
"""A run with half a character beyond the first 65,536, or with both halves."""

RUNS = re.compile(rb"\\\\|((?:\\X2\\(?:[0-9A-Fa-f]{4})*\\X0\\)+)")
"""Runs that touch, or a backslash that begins none."""

RUN = re.compile(rb"X2\\([0-9A-Fa-f]*)")

FOREIGN = re.compile(rb"[\x80-\xff]{4}")
"""No word of a western language has four letters with marks in a row: where it seems so, the code page is another."""

WESTERN = "cp1252"

Piece = bytes | str
"""A stretch of a string: bytes of the code page, or text that was legal Unicode already."""


def whole_characters(data: bytes) -> tuple[bytes, int]:
    """The same file with each character beyond the first 65,536 in one piece 补全字符, and how many halves had no other half.

    Programs that cut a text after n units of UTF-16 leave one; it becomes U+FFFD, the sign of a character that was lost.
    """
    if not HALF.search(data):
        return data, 0
    lost = 0

    def whole(match: re.Match[bytes]) -> bytes:
        nonlocal lost
        if match[1] is None or not HALF.search(match[1]):
            return match.group()
        units = bytes.fromhex(b"".join(RUN.findall(match[1])).decode("ascii"))
        text = units.decode("utf-16-be", "replace")
        lost += text.count("\ufffd") - units.decode("utf-16-be", "surrogatepass").count("\ufffd")
        return _escaped(text)

    return RUNS.sub(whole, data), lost


def legal_text(data: bytes) -> tuple[bytes, str | None, int]:
    """The same file with legal strings 合法化文字, the code page found (None: nothing to do), strings with lost characters.

    A string of raw bytes is read by the page of all of them. One of escapes alone is legal, and left as it is, unless it escapes
    a control character, or others do in a file without raw bytes: then escapes stand for bytes of a page.
    """
    if data.isascii() and not CONTROL.search(data):
        return data, None, 0
    data = uncommented(data)
    places = _strings(data)
    tokens = {data[begin:end] for begin, end in places}
    raw = {token for token in tokens if not token.isascii()}
    escaped = {token for token in tokens - raw if not PAGED.search(token)}
    controls = {token for token in escaped if CONTROL.search(token)}
    legal: dict[bytes, bytes] = {}
    pages, lost = [], 0
    for group in (raw, controls if raw else escaped if controls else set()):
        if group:
            page, broken = _legalised(group, legal)
            pages.append(page)
            lost += broken
    kept, copied = [], 0
    for begin, end in places:
        kept += [data[copied:begin], legal.get(data[begin:end], data[begin:end])]
        copied = end
    return b"".join([*kept, data[copied:]]), ", ".join(dict.fromkeys(pages)) or None, lost


def _legalised(tokens: Collection[bytes], legal: dict[bytes, bytes]) -> tuple[str, int]:
    """The code page of these strings, which are added to the legal ones, and how many stretches of them it does not explain."""
    pieces = {token: _pieces(token[1:-1]) for token in tokens}
    payloads = {piece for held in pieces.values() for piece in held if isinstance(piece, bytes) and not piece.isascii()}
    page = _encoding_of(payloads)
    legal |= {token: b"'" + _escaped(_joined(held, page)) + b"'" for token, held in pieces.items()}
    return page, sum(not _decodes(one, page) or (page == WESTERN and bool(FOREIGN.search(one))) for one in payloads)


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
    """What stands between the apostrophes, escapes undone: those of one byte become bytes of the code page again, beside raw bytes text."""
    pieces: list[Piece] = []
    pending, at, raw, page = bytearray(), 0, not inside.isascii(), "A"
    for match in ESCAPE.finditer(inside):
        pending += inside[at : match.start()]
        at = match.end()
        page = match["page"].decode() if match["page"] else page
        one = _narrow(match)
        if one is None or (raw and not one.isascii()):
            pieces += [bytes(pending), _wide(match) if one is None else _of_page(one, page)]
            pending.clear()
        else:
            pending += one
    return [*pieces, bytes(pending + inside[at:])]


def _narrow(match: re.Match[bytes]) -> bytes | None:
    """The bytes an escape of ASCII or of one byte stands for; a change of alphabet stands for none, and a wide one is None."""
    if match["two"] is not None or match["four"] is not None:
        return None
    if match["slash"]:
        return b"\\"
    if match["quote"]:
        return b"'"
    if match["shifted"]:
        return bytes([match["shifted"][0] | 0x80])
    return bytes.fromhex(match["byte"].decode()) if match["byte"] else b""


def _wide(match: re.Match[bytes]) -> str:
    """The text of an escape of several bytes a character."""
    two, four = match["two"], match["four"]
    return bytes.fromhex((four if two is None else two).decode()).decode("utf-32-be" if two is None else "utf-16-be", "replace")


def _of_page(one: bytes, page: str) -> str:
    """What the escape of one high byte stands for: a character of ISO 8859, and what would be a control character one of Windows."""
    return one.decode(WESTERN if one < b"\xa0" else f"iso8859-{PAGES.index(page) + 1}", "replace")


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
    """The code page in which most of the strings read as text, of equals the first; the western one reads anything, so half is enough
    for another."""
    judges: dict[str, Callable[[bytes], bool]] = {
        "utf-8": lambda payload: _decodes(payload, "utf-8"),
        "cp932": _reads_as_japanese,
        "gb18030": _reads_as_chinese,
    }
    counts = {encoding: sum(judge(payload) for payload in payloads) for encoding, judge in judges.items()}
    best = max(counts, key=lambda encoding: counts[encoding])
    western = sum(_decodes(payload, WESTERN) for payload in payloads)
    return best if 2 * counts[best] >= len(payloads) or counts[best] >= western else WESTERN


def _decodes(payload: bytes, encoding: str) -> bool:
    try:
        payload.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_japanese(payload: bytes) -> bool:
    """Kana, kanji (half of them of JIS level 1) and full-width signs only: half-width katakana is what Chinese bytes look like in
    Shift-JIS, and a kanji of level 2 a western letter before another."""
    if not _decodes(payload, "cp932") or re.search(r"[｡-ﾟ\ue000-\uf8ff]", payload.decode("cp932")):
        return False
    wide = [character.encode("cp932") for character in payload.decode("cp932") if ord(character) > 0x7F]
    return 2 * sum(code[0] < 0x99 for code in wide) >= len(wide)


def _reads_as_chinese(payload: bytes) -> bool:
    """Characters mostly of the first level of GB 2312, its signs aside: two Latin-1 letters in a row are seldom that."""
    if not _decodes(payload, "gb18030"):
        return False
    wide = [character.encode("gb18030") for character in payload.decode("gb18030") if ord(character) > 0x7F]
    plain = [code for code in wide if len(code) == 2 and code[1] > 0xA0]
    signs = sum(code[0] < 0xB0 for code in plain)
    return 2 * sum(0xB0 <= code[0] < 0xD8 for code in plain) > len(wide) - signs
