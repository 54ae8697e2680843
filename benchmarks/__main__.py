"""All benchmarks, one after the other: ``make bench``. Ends with 1 where a bar is missed."""

from __future__ import annotations

import sys

from benchmarks import ledger, measures, model_overview, models, readings_into_store, starting

PARTS = {
    "Readings into the store": readings_into_store.main,
    "Dust and noise measures over ten million readings": measures.main,
    "The log": ledger.main,
    "Models into tables": models.main,
    "Every real model": model_overview.main,
    "Starting": starting.main,
}


def main() -> int:
    """Print every table."""
    met = {}
    for title, part in PARTS.items():
        print(f"\n{title}\n{'-' * len(title)}", flush=True)
        met[title] = part()
    print()
    for title, held in met.items():
        print(f"{'not run' if held is None else 'met    ' if held else 'NOT MET'}  {title}")
    return 1 if False in met.values() else 0


if __name__ == "__main__":
    sys.exit(main())
