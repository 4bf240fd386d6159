"""Timers: a duration, a moment or a repetition, told as an expression that gives a text."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from app.engine.check.drawing import Node
from app.engine.check.problem import Problem
from app.engine.documents import NS
from app.engine.expressions import ExpressionError, evaluate, names_in, parse
from app.engine.moments import duration, moment, repetition

_KINDS = {"timeDuration": duration, "timeDate": moment, "timeCycle": repetition}
_EXAMPLES = {"timeDuration": '"PT48H"', "timeDate": 'hours(4) or "2026-12-31T09:00+01:00"', "timeCycle": '"R3/PT1H"'}
_CRON = re.compile(r"[\"']?[\d*/,\-?LW#]+(?:\s+[\w*/,\-?#]+){4,6}[\"']?")


def _told(node: Node) -> list[Any]:
    return node.element.xpath("bpmn:timerEventDefinition/bpmn:*", namespaces=NS)  # type: ignore[no-any-return]


def texts(node: Node) -> list[str]:
    """Return the expressions of a timer."""
    return [element.text or "" for element in _told(node) if element.tag.rpartition("}")[2] in _KINDS]


def problems(node: Node) -> Iterator[Problem]:
    """Yield what makes a timer never due, or due at another time than drawn."""
    told = [element for element in _told(node) if element.tag.rpartition("}")[2] in _KINDS]
    if len(told) != 1 or not (told[0].text or "").strip():
        yield Problem(node.id, 'A timer needs one duration or one date, as an expression such as "PT48H".')
        return
    kind = told[0].tag.rpartition("}")[2]
    if kind == "timeCycle" and (node.kind != "boundaryEvent" or node.interrupting):
        text = "Only a boundary event that does not interrupt can repeat; use a duration, and a flow back if need be."
        yield Problem(node.id, text)
    yield from _literal(node, kind, told[0].text)


def is_literal(text: str) -> bool:
    """Say whether a timer's expression gives the same whenever it is asked."""
    try:
        return not names_in(text) and not any(isinstance(n, ast.Call) for n in ast.walk(parse(text)))
    except ExpressionError:
        return False


def _literal(node: Node, kind: str, text: str) -> Iterator[Problem]:
    if _CRON.fullmatch(text.strip()):
        yield Problem(node.id, f"Schedules like cron are not run; write it as {_EXAMPLES[kind]}.")
    if not is_literal(text):
        return
    try:
        _KINDS[kind](evaluate(text, {}))
    except ExpressionError as error:
        yield Problem(node.id, f"{error.detail} Write it as {_EXAMPLES[kind]}.")
