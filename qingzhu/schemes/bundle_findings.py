"""What the check of a proof bundle says 核对结果: findings, and the words they begin with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["holds", "fails", "not_checked"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at 核对项: whether it holds, in words."""

    key: str
    state: State
    zh: str
    en: str

    def words(self, lang: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def as_dict(self) -> dict[str, str]:
        """Plain data for JSON."""
        return asdict(self)


TITLES = {
    "files": ("文件与清单相符", "The files are those of the list"),
    "signature": ("检查点由账本签署", "The checkpoint is signed by the log"),
    "witnesses": ("见证", "Witnesses"),
    "run": ("计算已存证", "The run is in the log"),
    "figure": ("数值出自该次计算", "The figure is of that run"),
    "input": ("输入检查点属于本账本", "The input checkpoint is of this log"),
    "submissions": ("所用提交均已存证", "The submissions are in the log"),
    "rows": ("数据行未被改动", "The rows are unchanged"),
    "rules": ("规则与算法未被改动", "Rules and formulas are unchanged"),
    "recomputed": ("由数据行重算的数值相同", "Computed again from the rows, the figure is the same"),
    "originals": ("原件", "Originals"),
}
"""What each finding says where it holds, in the order in which they are looked at."""

SUBJECTS = {
    "files": ("文件清单", "Files"),
    "signature": ("账本签名", "Signature of the log"),
    "witnesses": ("见证", "Witnesses"),
    "run": ("计算", "Run"),
    "figure": ("数值", "Figure"),
    "input": ("输入检查点", "Input checkpoint"),
    "submissions": ("所用提交", "Submissions"),
    "rows": ("数据行", "Rows"),
    "rules": ("规则与算法", "Rules and formulas"),
    "recomputed": ("重算", "Computed again"),
    "originals": ("原件", "Originals"),
}
"""What each finding is about, where it does not hold or was not checked."""

NEVER = (
    "数据行是否如实抄自原件；是否另有未列入的提交；计入的是否已经撤回；所提交的内容是否属实",
    "whether the rows say what the originals say; whether something else was handed in, or what counts was withdrawn; whether it is true",
)
"""What no bundle shows."""
