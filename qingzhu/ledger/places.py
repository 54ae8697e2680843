"""Where things lie in a store 证据库布局, and the making of an empty one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from qingzhu.ledger.files import sync_folder, write_durably
from qingzhu.terms.errors import MalformedError, MissingError, RefusedError

FORMAT = "qingzhu-store/1"
"""The format of a store that this version reads and writes."""

_OWN = {
    "store.toml",
    ".store.toml.unfinished",
    "lock",
    "originals",
    "tables",
    "incoming",
    "journal.jsonl",
    "derived",
    "parameters",
    "log",
    "keys",
}


@dataclass(frozen=True)
class Places:
    """Paths of one store 存放位置."""

    root: Path

    @property
    def settings(self) -> Path:
        """``store.toml``, which names the format; a folder with it is a store."""
        return self.root / "store.toml"

    @property
    def lock(self) -> Path:
        """The file that an act holds locked; not empty while something unfinished may lie about."""
        return self.root / "lock"

    @property
    def journal(self) -> Path:
        """The journal, a line a record."""
        return self.root / "journal.jsonl"

    @property
    def originals(self) -> Path:
        """Original bytes and reading reports by SHA-256."""
        return self.root / "originals"

    @property
    def tables(self) -> Path:
        """A folder for each Delta table."""
        return self.root / "tables"

    @property
    def incoming(self) -> Path:
        """Files on their way in; emptied by the next act."""
        return self.root / "incoming"

    @property
    def log(self) -> Path:
        """The log of entries; a folder that may be served as it is."""
        return self.root / "log"

    @property
    def keys(self) -> Path:
        """The keys of the log, where no other place is named."""
        return self.root / "keys"

    def original(self, sha256: str) -> Path:
        """Where the original of a SHA-256 lies."""
        return self.originals / sha256[:2] / sha256

    def table(self, name: str) -> Path:
        """The folder of a table."""
        return self.tables / name


def make(places: Places) -> None:
    """Make an empty store where none is 新建证据库. ``store.toml`` comes last, so that a folder with it is whole."""
    if places.settings.exists():
        return
    if places.root.exists() and (not places.root.is_dir() or {path.name for path in places.root.iterdir()} - _OWN):
        raise RefusedError(
            "store_folder_in_use",
            f"{places.root} 已有其他内容，不能在此新建证据库：请另给一个文件夹。",
            f"{places.root} holds something else, so no store is made there: name another folder.",
            store=str(places.root),
        )
    for folder in (places.root, places.originals, places.tables, places.incoming):
        folder.mkdir(parents=True, exist_ok=True)
    write_durably(places.settings, f'# An evidence store 证据库. Nothing in this folder is edited by hand.\nformat = "{FORMAT}"\n'.encode())
    sync_folder(places.root.parent)


def require(places: Places) -> None:
    """Raise ``MissingError`` where there is no store, ``MalformedError`` where it has another format."""
    if not places.settings.is_file():
        zh, en = f"{places.root} 不是证据库：没有 store.toml。", f"{places.root} is not an evidence store: it has no store.toml."
        raise MissingError("store_missing", zh, en, store=str(places.root))
    try:
        found = tomllib.loads(places.settings.read_text("utf-8")).get("format")
    except ValueError:  # no TOML, or no text at all
        found = None
    if found != FORMAT:
        raise MalformedError(
            "store_format",
            f"{places.settings} 的格式为 {found!r}，本版本只认 {FORMAT}：请用写下它的版本打开。",
            f"{places.settings} has format {found!r}; this version reads {FORMAT}: open it with the version that wrote it.",
            found=found,
            wanted=FORMAT,
        )
