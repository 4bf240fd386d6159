"""What a report's table is made of, and the same as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is text, count, decimal (two places) or share (0 to 1)."""

    key: str
    title: str
    kind: str = "count"


def as_csv(columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> str:
    """Return the table as CSV (RFC 4180); text a spreadsheet would run as a formula begins with an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([_cell(column.title) for column in columns])
    for row in rows:
        writer.writerow([_cell(row[column.key]) for column in columns])
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULAS) else value
