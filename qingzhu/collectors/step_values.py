"""Values of STEP parameters 交换文件取值: strings, numbers, enumerations, references, typed values and lists, from their text.

ISO 10303-21, 6.4 and 12. Escapes are undone in one pass from left to right, so that a backslash that was escaped begins nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ESCAPE = re.compile(
    r"''|\\\\|\\S\\(?P<shifted>.)|\\X\\(?P<byte>[0-9A-Fa-f]{2})|\\P(?P<page>[A-I])\\"
    r"|\\X2\\(?P<two>(?:[0-9A-Fa-f]{4})*)\\X0\\|\\X4\\(?P<four>(?:[0-9A-Fa-f]{8})*)\\X0\\",
    re.DOTALL,
)
"""The escapes of ISO 10303-21, 6.4.3."""

PAGES = "ABCDEFGHI"
"""The parts of ISO 8859 that ``\\P?\\`` names, in order."""

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|#(?P<reference>\d+)|\.(?P<enumeration>[A-Za-z0-9_]+)\."
    r"|(?P<number>[+-]?\d+(?P<real>\.\d*)?(?P<power>[Ee][+-]?\d+)?)|\"(?P<binary>[0-9A-Fa-f]*)\""
    r"|(?P<type>[A-Za-z_][A-Za-z0-9_]*)\s*(?=\()|(?P<mark>[(),$*]))",
    re.DOTALL,
)
"""One token of a parameter."""

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([Ee][+-]?[0-9]+)?")

LOGICAL = {"T": True, "F": False, "U": "UNKNOWN"}
LONGEST_NUMBER = 1000
"""How many digits a number may have."""

DEEPEST = 64
"""How far lists may nest."""


class UnreadableError(ValueError):
    """A parameter is not what ISO 10303-21 allows."""


@dataclass(frozen=True)
class Reference:
    """A reference to an instance 引用."""

    id: int


@dataclass(frozen=True)
class Typed:
    """A value with its type 带类型的值, the type in upper case."""

    type: str
    value: Any


class Enumeration(str):
    """An enumeration 枚举值 by its name, which is no string."""

    __slots__ = ()


def string(text: str) -> str:
    """The characters of a string between its apostrophes 字符串解码, escapes undone."""
    if "\\" not in text and "''" not in text:
        return text
    return ESCAPE.sub(_Characters(), text)


class _Characters:
    """Undoes the escapes of one string, from left to right: a change of alphabet holds to its end."""

    page = "A"

    def __call__(self, match: re.Match[str]) -> str:
        if match["shifted"] is not None:
            return bytes([ord(match["shifted"]) & 0x7F | 0x80]).decode(f"iso8859-{PAGES.index(self.page) + 1}", "replace")
        if match["byte"]:
            return chr(int(match["byte"], 16))
        if match["page"]:
            self.page = match["page"]
            return ""
        if match["two"] is not None:
            return bytes.fromhex(match["two"]).decode("utf-16-be", "replace")
        if match["four"] is not None:
            return bytes.fromhex(match["four"]).decode("utf-32-be", "replace")
        return match.group()[0]


def number(text: str) -> int | float:
    """An integer or a real number 数. Raises ``UnreadableError`` for an integer of more digits than any program takes."""
    if len(text) > LONGEST_NUMBER:
        raise UnreadableError(f"a number of {len(text)} digits")
    return float(text) if any(sign in text for sign in ".eE") else int(text)


def value(text: str) -> Any:
    """One parameter 参数: None, str, number, bool, Enumeration, Reference, Typed or a tuple of them. Raises ``UnreadableError``."""
    if NUMBER.fullmatch(text):  # the most frequent by far
        return number(text)
    tokens = _tokens(text)
    found = _one(_next(tokens), tokens, 0)
    if next(tokens, None) is not None:
        raise UnreadableError(text)
    return found


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            if text[at:].strip():
                raise UnreadableError(text[at : at + 40])
            return
        yield match
        at = match.end()


def _one(token: re.Match[str], tokens: Iterator[re.Match[str]], depth: int) -> Any:
    kind = token.lastgroup if token.lastgroup not in ("real", "power") else "number"
    text = token[kind or "mark"]
    if depth > DEEPEST:
        raise UnreadableError("nested too deep")
    match kind:
        case "string":
            return string(text[1:-1])
        case "reference":
            return Reference(int(text))
        case "enumeration":
            return LOGICAL.get(text, Enumeration(text))
        case "number":
            return number(text)
        case "binary":
            return _bits(text)
        case "type":
            held = _list(_next(tokens), tokens, depth + 1)
            if len(held) != 1:
                raise UnreadableError(text)
            return Typed(text.upper(), held[0])
    if text == "(":
        return _list(token, tokens, depth + 1)
    if text in "$*":
        return None
    raise UnreadableError(text)


def _list(opening: re.Match[str], tokens: Iterator[re.Match[str]], depth: int) -> tuple[Any, ...]:
    """What stands between parentheses; the opening one was read."""
    if opening["mark"] != "(":
        raise UnreadableError(opening.group())
    held: list[Any] = []
    token = _next(tokens)
    while token["mark"] != ")":
        held.append(_one(token, tokens, depth))
        token = _next(tokens)
        if token["mark"] == ",":
            token = _next(tokens)
        elif token["mark"] != ")":
            raise UnreadableError(token.group())
    return tuple(held)


def _next(tokens: Iterator[re.Match[str]]) -> re.Match[str]:
    token = next(tokens, None)
    if token is None:
        raise UnreadableError("cut off")
    return token


def _bits(text: str) -> str:
    """A binary: the first digit tells how many of the first bits of the rest are not used."""
    if not text:
        return ""
    bits = "".join(f"{int(digit, 16):04b}" for digit in text[1:])
    return bits[int(text[0], 16) :]
