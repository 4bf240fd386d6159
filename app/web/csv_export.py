"""Tables as CSV files that a spreadsheet shows and does not calculate."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula, whatever a customer called themselves."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_CALCULATES) else text


def download(filename: str, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file (RFC 4180, UTF-8 with the mark that Excel looks for)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    response = Response(text.getvalue().encode("utf-8-sig", errors="replace"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
