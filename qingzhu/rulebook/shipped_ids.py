"""The specifications that ship 内置信息交付规范: ``qingzhu/rulebook/ids/*.ids``, by name."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "ids"


def shipped(name: str) -> Path | None:
    """The file of a specification that ships 内置规范, or None where none is called so."""
    return shipped_names().get(name)


def shipped_names() -> dict[str, Path]:
    """All that ship, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.ids"))}
