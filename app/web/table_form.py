"""The form of a decision table: what was typed becomes a sheet, and buttons that only rearrange it do so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.engine.sheets import MAX_COLUMNS, MAX_ROWS, Row, Sheet
from app.errors import Invalid
from app.text import clean

NAMES = {
    "subject": "Subject",
    "body": "Text",
    "sender": "Sender",
    "domain": "Sender's domain",
    "organisation": "Organisation",
    "vip": "VIP",
    "channel": "Channel",
    "category": "Category",
    "type": "Type",
    "product": "Product",
    "priority": "Priority",
    "confidence": "Confidence",
    "sure": "Sure enough",
    "language": "Language",
    "department": "Department",
}
"""Facts a table may ask for, as its columns call them."""
CELL = 2_000


def sheet_of(sent: Any, stored: Sheet, types: Mapping[str, str]) -> Sheet:
    """Return the sheet that was sent: its inputs and rows, on the table as it is stored.

    Raise Invalid for more rows or inputs than a table may have.
    """
    known = {column.id: column for column in stored.inputs}
    sheet = replace(stored, inputs=(), rows=())
    for ident in sent.getlist("column"):
        if ident in known:
            sheet = replace(sheet, inputs=(*sheet.inputs, known[ident]))
        elif ident.startswith("new:"):
            sheet = _asking(sheet, ident.removeprefix("new:"), types)
    keys = sent.getlist("row")
    if len(keys) > MAX_ROWS or len(sheet.inputs) > MAX_COLUMNS:
        raise Invalid(f"A table has at most {MAX_ROWS} rows and {MAX_COLUMNS} inputs.", {"row": "is one too many"})
    return replace(sheet, rows=tuple(_row(sent, key, sheet) for key in keys))


def _row(sent: Any, key: str, sheet: Sheet) -> Row:
    """Return one row; its key is its place when the form was made, a colon and its id."""
    place, _, ident = key.partition(":")
    cells = [
        " ".join(clean(sent.get(f"cell-{place}-{n}", ""), CELL).splitlines()).strip() for n in range(_width(sheet))
    ]
    wide = len(sheet.inputs)
    tests = tuple(cell or "-" for cell in cells[:wide])
    return Row(ident, tests, tuple(cells[wide:]), " ".join(clean(sent.get(f"remark-{place}", ""), 500).split()))


def _width(sheet: Sheet) -> int:
    return len(sheet.inputs) + len(sheet.outputs)


def _asking(sheet: Sheet, fact: str, types: Mapping[str, str]) -> Sheet:
    if fact not in types:
        raise Invalid("There is no such fact.", {"input": f"must be one of {', '.join(types)}"})
    return sheet.with_input(NAMES.get(fact, fact), f'facts["{fact}"]', types[fact])


def rearranged(sheet: Sheet, act: str, types: Mapping[str, str]) -> Sheet:
    """Return the sheet after a button was pressed that changes no cell: add, copy, up, down, drop, ask, unask."""
    verb, _, told = act.partition(":")
    if verb == "ask":
        return _asking(sheet, told, types)
    place = int(told) if told.isdecimal() else -1
    if verb == "unask" and 0 <= place < len(sheet.inputs) and len(sheet.inputs) > 1:
        return sheet.without_input(place)
    rows = list(sheet.rows)
    if verb == "add":
        rows.insert(place + 1 if 0 <= place < len(rows) else 0, sheet.blank())
    elif 0 <= place < len(rows):
        _moved(rows, verb, place)
    return replace(sheet, rows=tuple(rows))


def _moved(rows: list[Row], verb: str, place: int) -> None:
    if verb == "copy":
        rows.insert(place + 1, replace(rows[place], id=""))
    elif verb == "drop":
        del rows[place]
    elif verb in {"up", "down"}:
        row = rows.pop(place)
        rows.insert(max(0, place + (-1 if verb == "up" else 1)), row)
