"""A CRM that exports a CSV file (RFC 4180), uploaded or lying in the data directory; its first line names columns."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from app.config import settings
from app.crm.connectors import MOST_ROWS, Fetched, Order, Unusable
from app.crm.record import FIELDS, Record, Unreadable, read

MOST_BYTES = 10 * 1024 * 1024
PAGE_SIZE = 500
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEVERAL = {"emails", "phones"}


class CsvFile:
    """Reads a page of lines; the cursor is how far into the text the page before came."""

    def page(self, order: Order) -> Fetched:
        """Return the next 500 rows; raise Unusable naming the line where the file is broken."""
        text = decoded(order.content if order.content is not None else _content(order.path))
        start = io.StringIO(text, newline="")
        header, delimiter = _header(start)
        columns = _columns(header, order.mapping)
        start.seek(int(order.cursor) if order.cursor else start.tell())
        records: list[Record | Unreadable] = []
        for cells in _rows(start, delimiter, order.row):
            row = order.row + len(records) + 1
            if row > MOST_ROWS:
                raise Unusable(f"The file has more than {MOST_ROWS:,} rows.")
            records.append(_record(row, cells, len(header), columns))
            if len(records) == PAGE_SIZE:
                return Fetched(records, str(start.tell()))
        return Fetched(records, "")


def decoded(content: bytes) -> str:
    """Return the text of a file: what its byte order mark says, else UTF-8, else the Windows code page of the west."""
    if len(content) > MOST_BYTES:
        raise Unusable(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    named = next((encoding for bom, encoding in _BOMS if content.startswith(bom)), None)
    try:
        return content.decode(named or "utf-8")
    except UnicodeDecodeError:
        if named:
            raise Unusable("The file is not in the encoding it begins with.") from None
        return content.decode("cp1252", errors="replace")


def place(path: str) -> Path:
    """Return where a file of the data directory lies; raise Unusable when it would lie outside."""
    home = settings().data.resolve()
    found = (home / path).resolve()
    if not path or not found.is_relative_to(home) or found == home:
        raise Unusable("The file must lie in the data directory.")
    return found


def _content(path: str) -> bytes:
    try:
        with place(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unusable(
            f"The file {path} cannot be read: {getattr(error, 'strerror', None) or 'no such name'}."
        ) from None


def _header(text: io.StringIO) -> tuple[list[str], str]:
    first = text.readline()
    text.seek(0)
    delimiter = max(",;\t", key=first.count)
    names = [name.strip() for name in next(_rows(text, delimiter, -1), [])]
    if not any(names):
        raise Unusable("The file has no line that names the columns.")
    return names, delimiter


def _columns(header: list[str], mapping: dict[str, str]) -> dict[str, int]:
    """Return which column holds which field; raise Unusable when none is known, or one that was named is missing."""
    there = {name.lower(): at for at, name in reversed(list(enumerate(header)))}
    found = {}
    for field in FIELDS:
        named = mapping.get(field, "").strip().lower()
        if named and named not in there:
            raise Unusable(f"There is no column “{mapping[field].strip()}”; there are {', '.join(header)[:300]}.")
        names = [named] if named else [field, field.removesuffix("s")]
        if at := [there[name] for name in names if name in there]:
            found[field] = at[0]
    if not {"external_id", "emails"} & found.keys():
        raise Unusable(f"No column holds an id or addresses; there are {', '.join(header)[:300]}.")
    return found


def _rows(text: io.StringIO, delimiter: str, before: int) -> Iterator[list[str]]:
    """Yield rows that are not empty, reading no further than each needs."""
    # By readline and not by iterating, so that the text says how far it was read.
    reader = csv.reader(iter(text.readline, ""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                before += 1
                yield cells
    except csv.Error as error:
        raise Unusable(f"The file is broken after row {max(before, 0)}: {error}.") from None


def _record(row: int, cells: list[str], width: int, columns: dict[str, int]) -> Record | Unreadable:
    if len(cells) != width:
        return Unreadable(row, "", f"It has {len(cells)} cells where the first line has {width}.")
    raw: dict[str, object] = {}
    for field, at in columns.items():
        value = cells[at].strip()
        raw[field] = _parts(value) if field in _SEVERAL else value
    return read(row, raw)


def _parts(value: str) -> list[str]:
    return [part for one in value.replace("|", ";").split(";") if (part := one.strip())]
