"""A process that reads models 模型读入进程: tasks come in by its input, readings go out by its output, until the input ends.

Started by ``model_readers``: ``python -m qingzhu.collectors.model_reader_worker``. Both are pickled; a line ``ready`` comes first.
"""

from __future__ import annotations

import os
import pickle
import sys

from qingzhu.collectors.model_readers import READY, Task
from qingzhu.collectors.models import read_model
from qingzhu.terms.readings import Reading


def main() -> None:
    """Answer until the input ends."""
    own = os.dup(1)
    os.dup2(2, 1)  # out of reach of whatever prints
    with os.fdopen(own, "wb") as out:
        out.write(READY)
        out.flush()
        while True:
            try:
                task: Task = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            pickle.dump(answer(task), out, protocol=pickle.HIGHEST_PROTOCOL)
            out.flush()


def answer(task: Task) -> Reading | None:
    """The reading of a task; None where it raises, which the caller will see when it reads the model itself."""
    try:
        return read_model(task.path, task.name, task.project, task.known_quantities, **task.asked)
    except Exception:
        return None


if __name__ == "__main__":
    main()
