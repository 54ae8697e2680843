"""``qingzhu model diff`` 模型变更: two revisions of a model in; what changed, which figures with it, and the elements behind."""

from __future__ import annotations

from pathlib import Path

from qingzhu.cli.model import Asked, opened_models
from qingzhu.cli.outcome import DONE, progress, show_json
from qingzhu.cli.places import writable, writable_folder
from qingzhu.cli.row_files import write_workbook
from qingzhu.collectors.guards import there
from qingzhu.reports.model_diff_text import model_diff_text
from qingzhu.schemes.model_diff import ModelDiff, diff

BOOK = ".xlsx"


def model_diff(old: Path, new: Path, asked: Asked, *, out: Path | None, lang: str, json: bool) -> int:
    """What NEW changes of OLD; ``out`` is a folder for Parquet files or one ``.xlsx``."""
    if out is not None:
        writable(out, (BOOK,)) if out.suffix.lower() == BOOK else writable_folder(out, BOOK)
    there(old), there(new)
    tell = progress(json)
    tell(old.name)
    with opened_models([old], asked) as before:
        tell(new.name)
        with opened_models([new], asked) as after:
            found = diff(before, after)
            written = write(found, out) if out is not None else []
            data = found.as_dict()
    if json:
        show_json({**data, "written": [str(path) for path in written]})
    else:
        print(model_diff_text(data, lang))
        print("".join(f"  {path}\n" for path in written), end="")
    return DONE


def write(found: ModelDiff, out: Path) -> list[Path]:
    """Every table with all its rows: sheets of one Excel file, or Parquet files in a folder; the files written."""
    if out.suffix.lower() == BOOK:
        write_workbook({name: frame for name, frame in found.tables.items() if frame.height and name != "element_pair"}, out)
        return [out]
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in found.tables.items():
        frame.write_parquet(out / f"{name}.parquet")
        written.append(out / f"{name}.parquet")
    return written
