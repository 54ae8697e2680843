"""Guards 文件检查: what is refused before a file is opened at all: empty files, LFS pointers, zip bombs, links out of the dossier."""

from __future__ import annotations

import zipfile
from pathlib import Path

from qingzhu.collectors.remarks import Place, refusal
from qingzhu.terms.errors import MissingError

LFS_MARK = b"version https://git-lfs"
"""First bytes of a Git LFS pointer: the text that stands for a large file that was not fetched."""

UNPACKED_AT_MOST = 2 * 1024**3
"""A workbook that unpacks to more is refused [bytes]; a sheet of 1,048,576 rows × 30 columns unpacks to about 1.5 GB."""

RATIO_AT_MOST = 300
"""Ratio of unpacked to packed size above which a large workbook is refused; real ones lie below 100."""

RATIO_FROM = 100 * 1024**2
"""The ratio is looked at only above this unpacked size [bytes]: small, very regular sheets pack extremely well."""


_ALLOWED = {"most": f"{UNPACKED_AT_MOST // 1024**2} MB", "ratio": RATIO_AT_MOST, "free": f"{RATIO_FROM // 1024**2} MB"}
"""The rule of zip bombs as a refusal names it."""


def there(path: Path) -> Path:
    """A file that a call names 点名的文件: raises ``MissingError`` where there is none, or a folder."""
    if path.is_dir():
        zh, en = f"{path} 是文件夹，请给出其中的文件。", f"{path} is a folder: name the files in it."
        raise MissingError("file_is_a_folder", zh, en, file=str(path))
    if not path.is_file():
        raise MissingError("file_missing", f"找不到文件 {path}：请检查路径。", f"There is no file {path}: check the path.", file=str(path))
    return path


def guard(path: Path, name: str) -> None:
    """Refuse a file that cannot be what it claims to be 拒收; says nothing when it looks sound.

    Raises ``MalformedError`` with code ``file_missing``, ``file_empty``, ``file_lfs_pointer``, ``file_zip_bomb`` or ``file_truncated``.
    """
    place = Place(name)
    if not path.is_file():
        raise refusal("file_missing", place)
    size = path.stat().st_size
    if size == 0:
        raise refusal("file_empty", place, found="0")
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(LFS_MARK):
        raise refusal("file_lfs_pointer", place)
    if head.startswith(b"PK"):
        _guard_zip(path, place)


def _guard_zip(path: Path, place: Place) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise refusal("file_truncated", place) from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > UNPACKED_AT_MOST or (unpacked > RATIO_FROM and unpacked / packed > RATIO_AT_MOST):
        raise refusal("file_zip_bomb", place, found=f"{unpacked / 1024**2:.0f} MB", packed=f"{packed / 1024**2:.1f} MB", **_ALLOWED)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise refusal("file_locked", place)
