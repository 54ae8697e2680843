"""A second reader of STEP statements, a character at a time, to judge the first by: slow, short, and written from ISO 10303-21 alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

HEAD = re.compile(r"#([0-9]{1,16})=([A-Z0-9_]+)\(")

NO_INSTANCE = re.compile(r"(ISO-10303-21|HEADER|FILE_[A-Z]+\(.*\)|DATA(\(.*\))?|ENDSEC|END-ISO-10303-21)$")

Kept = dict[int, tuple[str, list[str]]]
"""By number: the class of an instance and its parameters as written, without blanks outside strings."""


class MalformedStepError(Exception):
    """The text is not what the standard allows."""


def instances(text: str, arity: Mapping[str, int], known: set[str]) -> tuple[Kept, int]:
    """The instances of the classes of ``arity``, and how many there are of all."""
    if "\x1e" in text or "\x1f" in text:
        raise MalformedStepError("control characters")
    kept: Kept = {}
    numbers: set[int] = set()
    bounds: set[str] = set()
    for tokens in statements(text):
        flat = "".join("''" if one[0] == "'" else one for one in tokens)
        if NO_INSTANCE.match(flat):
            if "ISO-10303-21" in flat and flat in bounds:
                raise MalformedStepError("a second file")
            bounds.add(flat)
            continue
        head = HEAD.match(flat)
        if head is None or flat[-1] != ")" or head[2] not in known or int(head[1]) in numbers or flat.count("=") != 1:
            raise MalformedStepError(flat[:40])
        numbers.add(int(head[1]))
        if head[2] in arity:  # what is passed over is not looked into
            found = parameters(tokens, len(head[0]))
            if len(found) != arity[head[2]]:
                raise MalformedStepError("parameters")
            kept[int(head[1])] = head[2], found
    return kept, len(numbers)


def statements(text: str) -> list[list[str]]:
    """What stands between semicolons: each a row of characters and whole strings (``\\S\\'`` in them as ``\\X\\A7``)."""
    found: list[list[str]] = []
    tokens: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "'":
            end = string_end(text, at)
            tokens.append(text[at:end].replace("\\S\\'", "\\X\\A7"))
            at = end
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            if end < 0:
                raise MalformedStepError("a comment without end")
            at = end + 2
        elif text[at] == ";":
            found.append(tokens)
            tokens, at = [], at + 1
        else:
            if text[at] > " ":
                tokens.append(text[at])
            at += 1
    if tokens:
        raise MalformedStepError("a statement without end")
    return [one for one in found if one]


def string_end(text: str, at: int) -> int:
    """Behind the apostrophe that ends the string that begins here."""
    at += 1
    while at < len(text):
        if text.startswith("\\S\\", at):
            at += 4
        elif text.startswith("''", at):
            at += 2
        elif text[at] == "'":
            return at + 1
        else:
            at += 1
    raise MalformedStepError("a string without end")


def parameters(tokens: list[str], opening: int) -> list[str]:
    """The parameters of an instance whose parenthesis is the last of its first ``opening`` characters."""
    found, depth, closed = [""], 1, False
    for one in tokens[opening:]:
        if closed:
            raise MalformedStepError("something behind the parenthesis")
        depth += (one == "(") - (one == ")")
        if depth == 0:
            closed = True
        elif one == "," and depth == 1:
            found.append("")
        else:
            found[-1] += one
    if not closed:
        raise MalformedStepError("a parenthesis without end")
    return found
