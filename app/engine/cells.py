"""Cells of decision tables: FEEL unary tests (OMG DMN 1.3, 7.3.7) as safe expressions over `value`.

Supported: `-`, literals, comma lists, `< <= > >= = !=`, ranges `[a..b]`, `not(…)`, or a boolean expression with `?` as
the input value.
"""

import re
from functools import lru_cache

from app.engine import expressions
from app.engine.expressions import ExpressionError

MAX_NOT = 5
_RANGE = re.compile(r"([\[\](])\s*([^.]*(?:\.[^.]+)?)\s*\.\.\s*([^.]*(?:\.[^.]+)?)\s*([\[\])])")
_COMPARE = re.compile(r"(<=|>=|<|>|=|!=)\s*(.+)", re.DOTALL)
_WORDS = {"true": "True", "false": "False", "null": "None"}


def is_any(cell: str) -> bool:
    """Say whether a cell matches whatever comes."""
    return cell.strip() in {"", "-"}


@lru_cache(maxsize=4096)
def condition(cell: str, nots: int = 0) -> str:
    """Return the expression over `value` that a unary test means; raise ExpressionError."""
    text = cell.strip()
    if len(text) > expressions.MAX_LENGTH or nots > MAX_NOT:
        raise ExpressionError(f"The cell “{text[:80]}” is too long.")
    if is_any(text):
        return "True"
    if text.startswith("not(") and text.endswith(")"):
        return _checked(f"not ({condition(text[4:-1], nots + 1)})")
    if "?" in _outside_quotes(text):
        return _checked("".join("value" if c == "?" and outside else c for c, outside in _marked(text)))
    parts = [_one_test(part) for part in _split(text)]
    return _checked(" or ".join(f"({part})" for part in parts))


def _checked(source: str) -> str:
    expressions.parse(source)
    return source


def _one_test(text: str) -> str:
    if match := _RANGE.fullmatch(text):
        low, high = literal(match[2]), literal(match[3])
        left = ">=" if match[1] == "[" else ">"
        right = "<=" if match[4] == "]" else "<"
        source = f"value != None and value {left} {low} and value {right} {high}"
    elif match := _COMPARE.fullmatch(text):
        operator = "==" if match[1] == "=" else match[1]
        source = f"value != None and value {operator} {literal(match[2])}"
    else:
        source = f"value == {literal(text)}"
    return _checked(source)


def literal(text: str) -> str:
    """Return a value as an expression: FEEL writes true, false and null."""
    return _WORDS.get(text.strip(), text.strip())


def _marked(text: str) -> list[tuple[str, bool]]:
    out, quote = [], ""
    for c in text:
        if quote:
            out.append((c, False))
            quote = "" if c == quote else quote
        else:
            quote = c if c in "\"'" else ""
            out.append((c, not quote))
    return out


def _outside_quotes(text: str) -> str:
    return "".join(c for c, outside in _marked(text) if outside)


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for c, outside in _marked(text):
        depth += outside * ((c in "([") - (c in ")]"))
        if c == "," and outside and depth <= 0:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]
