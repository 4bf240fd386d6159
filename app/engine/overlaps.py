"""Rows of a decision table that match together, found by trying the values its own cells speak of.

Whatever is found is certain: a value is named that both rows match. Tests that read other variables are not tried, so
that the run itself still looks for rows that match together.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from app.engine import expressions
from app.engine.cells import condition, is_any
from app.engine.decisions import Table
from app.engine.expressions import ExpressionError

MAX_TRIES = 6_000
_MAX_WORDS = 40
_TYPES = {"string": (str,), "boolean": (bool,), "number": (int, float), "integer": (int,), "long": (int,)}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows, by their place in the table, and for each input a value both match."""

    one: int
    other: int
    values: dict[str, Any]


def overlaps(table: Table, limit: int = 20) -> list[Overlap]:
    """Return pairs of rows that match together, at most `limit`."""
    asked: dict[str, list[int]] = {}
    for column, text in enumerate(table.inputs):
        asked.setdefault(text, []).append(column)
    inputs = [_Input(table, text, columns, MAX_TRIES // max(1, len(asked))) for text, columns in asked.items()]
    found: list[Overlap] = []
    for row in range(len(table.rules)):
        together = (1 << len(table.rules)) - 1
        for one in inputs:
            together &= one.with_row(row)
        for other in _bits(together >> (row + 1)):
            found.append(Overlap(row, row + 1 + other, {i.text: i.shared(row, row + 1 + other) for i in inputs}))
            if len(found) >= limit:
                return found
    return found


class _Input:
    """One input with the values that are tried, and which rows each of them matches."""

    def __init__(self, table: Table, text: str, columns: list[int], tries: int) -> None:
        self.text = text
        cells = [[rule.tests[column] for column in columns] for rule in table.rules]
        known = _TYPES.get(table.asks[columns[0]].rpartition(":")[2].lower())
        values = _values([cell for row in cells for cell in row], known)
        self.values = values[: max(2, tries // max(1, len(cells)))]
        self.rows = [_matched(row, self.values) for row in cells]
        self.by_value = [
            sum(1 << r for r, mask in enumerate(self.rows) if mask >> v & 1) for v in range(len(self.values))
        ]

    def with_row(self, row: int) -> int:
        """Return the rows that match one of the values this row matches."""
        found = 0
        for value in _bits(self.rows[row]):
            found |= self.by_value[value]
        return found

    def shared(self, one: int, other: int) -> Any:
        return self.values[next(_bits(self.rows[one] & self.rows[other]))]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _matched(cells: list[str], values: list[Any]) -> int:
    tests = [condition(cell) for cell in cells if not is_any(cell)]
    found = 0
    for place, value in enumerate(values):
        if all(_holds(test, value) for test in tests):
            found |= 1 << place
    return found


def _holds(test: str, value: Any) -> bool:
    try:
        return bool(expressions.evaluate(test, {"value": value}))
    except ExpressionError:
        return False


def _values(cells: Iterable[str], known: tuple[type, ...] | None) -> list[Any]:
    """Return the values the cells speak of and those around them, of the type the table gives."""
    constants: list[Any] = []
    words: list[str] = []
    for cell in dict.fromkeys(c for c in cells if not is_any(c)):
        held = [n.value for n in ast.walk(expressions.parse(condition(cell))) if isinstance(n, ast.Constant)]
        constants += [value for value in held if value is not None]
        words += [value for value in held if isinstance(value, str)][:1] if "?" in cell else []
    numbers = [v for v in constants if isinstance(v, int | float) and not isinstance(v, bool)]
    truths = [True, False] if any(isinstance(v, bool) for v in constants) else []
    # Compared with their type: True is 1 and 1 is 1.0 to a dictionary.
    tried = {(type(v), v): v for v in [*constants, *truths, *_around(numbers), *_both(words), ""]}
    return [v for v in tried.values() if known is None or type(v) in known] or [None]


def _around(numbers: list[int | float]) -> list[int | float]:
    ordered = sorted(numbers)
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    return [*between, *(near for value in ordered for near in (value - 1, value + 1))]


def _both(words: list[str]) -> list[str]:
    return [f"{one} {other}" for one, other in combinations(words[:_MAX_WORDS], 2)]
