"""What the documentation says can be done can be done: commands, options, make targets, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from qingzhu.cli.groups import DEFAULT
from qingzhu.cli.main import app

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "samples").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def commands_of(given: object, name: str = "") -> dict[str, object]:
    """Every command by its full name: ``check``, ``model``, ``model diff``; a group stands for its default command."""
    found: dict[str, object] = {}
    for word, command in getattr(given, "commands", {}).items():
        full = f"{name} {word}".strip()
        below = getattr(command, "commands", {})
        found |= {full: below[DEFAULT]} if DEFAULT in below else {} if below else {full: command}
        found |= {key: one for key, one in commands_of(command, full).items() if not key.endswith(f" {DEFAULT}")}
    return found


def called(text: str) -> list[tuple[str, list[str]]]:
    """Each ``qingzhu COMMAND --option`` in code of a page: the command and its options."""
    code = "\n".join(re.findall(r"```(?:sh|bash|console|text)?\n(.*?)```", text, re.S) + re.findall(r"`(qingzhu [^`\n]+)`", text))
    lines = re.findall(r"^(?:\$ )?qingzhu ([a-z]+)( [a-z]+\b(?![./]))?(.*)$", code, re.M)
    names = [command + word if command + word in COMMANDS else command for command, word, _ in lines]
    return [(name, re.findall(r"--[a-z-]+", rest.split("#")[0])) for name, (_, _, rest) in zip(names, lines, strict=True)]


COMMANDS = commands_of(typer.main.get_command(app))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
class TestEveryPage:
    def test_calls_only_commands_and_options_that_exist(self, page):
        for command, options in called(page.read_text("utf-8")):
            assert command in COMMANDS, command
            known = {name for parameter in COMMANDS[command].params for name in parameter.opts} | {"--help"}
            assert set(options) <= known, (command, options)

    def test_names_only_make_targets_that_exist(self, page):
        assert set(re.findall(r"`make ([a-z]+)`", page.read_text("utf-8"))) <= TARGETS

    def test_links_only_to_files_that_exist(self, page):
        links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == []


class TestTheReadme:
    def test_shows_every_command(self):
        shown = {command for command, _ in called((ROOT / "README.md").read_text("utf-8"))}
        assert shown >= set(COMMANDS)

    def test_speaks_of_the_same_commands_in_chinese(self):
        readme, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
        assert {command for command, _ in called(readme)} == {command for command, _ in called(chinese)}
