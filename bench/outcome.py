"""The results of a measurement as two files, named by the day: the numbers as JSON, and the report as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def write_results(name: str, label: str, rows: object, lines: Iterable[str]) -> None:
    """Write results, and print the report.

    Args:
        name: What was measured: the beginning of the names of the files.
        label: What stands behind the day in them, or nothing.
        rows: The numbers, as JSON has them.
        lines: The lines of the report.
    """
    stem = f"{name}-{datetime.now(UTC).date()}{'-' + label if label else ''}"
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{stem}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (RESULTS / f"{stem}.md").write_text(text, encoding="utf-8")
    print(text, end="")
