"""Expressions: inside the small language, over variables there are, of the type that is asked for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app import options
from app.engine.check import extensions, timers
from app.engine.check.beside import Beside
from app.engine.check.drawing import Drawing
from app.engine.check.hints import hint, near
from app.engine.check.operations import offered, parameters
from app.engine.check.problem import Problem
from app.engine.check.types import Variable, fits, type_of
from app.engine.check.variables import variables
from app.engine.documents import NS, START_WHEN
from app.engine.expressions import ExpressionError, parse, parse_script
from app.engine.moments import is_duration

_SCRIPTS = "bpmn:script|bpmn:extensionElements/spiffworkflow:preScript|bpmn:extensionElements/spiffworkflow:postScript"


_WORDS = {"true": "True", "false": "False", "null": "None"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: the element it belongs to, its text, and the type that is wanted there."""

    element: str
    text: str
    wanted: str = "any"
    optional: bool = False


def problems(drawing: Drawing, beside: Beside) -> Iterator[Problem]:
    """Yield expressions that would fail, do something else than they say, or are not allowed."""
    known = variables(drawing, beside)
    yield from _whole(drawing)
    for place in _places(drawing):
        yield from _expression(place, known)
    for element, text in _scripts(drawing):
        yield from _script(element, text, known)
    for element, text in _asked(drawing, beside):
        yield from _unknown(element, parse(text), known)
    for node in drawing.nodes:
        if "timer" in node.events:
            yield from timers.problems(node)


def _places(drawing: Drawing) -> Iterator[Place]:
    for flow in drawing.flows:
        if flow.condition:
            yield Place(flow.id, flow.condition)
    for node in drawing.nodes:
        for text in timers.texts(node):
            yield Place(node.id, text, "any" if timers.is_literal(text) else "string")
        for payload in node.each("bpmn:extensionElements/spiffworkflow:messagePayload"):
            yield Place(node.id, payload.text or "", "object")
        for payload in node.each("bpmn:messageEventDefinition//spiffworkflow:messagePayload"):
            yield Place(node.id, payload.text or "", "object")
        if node.kind == "startEvent" and (when := extensions.properties(node.element).get(START_WHEN)):
            yield Place(node.id, when, "boolean")
        if node.kind == "serviceTask" and (known := offered(node)) is not None:
            for one in parameters(node):
                name = one.get("id", "")
                kind, needed = known.parameters.get(name, "any"), name in known.required
                yield Place(node.id, one.get("value") or "", kind, optional=not needed)
    for thrown in drawing.root.xpath("bpmn:error|bpmn:escalation", namespaces=NS):
        for payload in thrown.xpath(".//spiffworkflow:payloadExpression", namespaces=NS):
            yield Place(thrown.get("id", ""), payload.text or "")


def _scripts(drawing: Drawing) -> Iterator[tuple[str, str]]:
    for node in drawing.nodes:
        for script in node.each(_SCRIPTS):
            yield node.id, script.text or ""


def _asked(drawing: Drawing, beside: Beside) -> Iterator[tuple[str, str]]:
    for node in drawing.nodes:
        called = extensions.one(node.element, "calledDecisionId") if node.kind == "businessRuleTask" else None
        table = beside.tables.get((called.text or "").strip()) if called is not None else None
        for text in table.inputs if table is not None else ():
            yield node.id, text


def _whole(drawing: Drawing) -> Iterator[Problem]:
    """Yield texts that are cut by an element within them, which SpiffWorkflow would read only in part."""
    for flow in drawing.flows:
        conditions = flow.element.findall("bpmn:conditionExpression", NS)
        if len(conditions) > 1:
            yield Problem(flow.id, "The flow has two conditions; which one counts?")
        yield from _plain(flow.id, conditions)
    for node in drawing.nodes:
        yield from _plain(node.id, node.each(f"{_SCRIPTS}|bpmn:timerEventDefinition/*|.//spiffworkflow:messagePayload"))


def _plain(ident: str, texts: list[Any]) -> Iterator[Problem]:
    if any(len(text) for text in texts):
        yield Problem(ident, "An expression is plain text; remove the elements within it.")


def _expression(place: Place, known: dict[str, Variable] | None) -> Iterator[Problem]:
    try:
        tree = parse(place.text)
    except ExpressionError as error:
        yield Problem(place.element, error.detail + hint(place.text))
        return
    yield from _unknown(place.element, tree, known)
    found = type_of(tree, known or {})
    if not fits(found, place.wanted, optional=place.optional):
        text = f"“{place.text[:80]}” is of type {found}, but {place.wanted} is wanted here."
        yield Problem(place.element, text + _quotes(place))


def _quotes(place: Place) -> str:
    return f' Did you mean the text "{place.text}"?' if place.wanted == "string" and place.text.isalnum() else ""


def _script(element: str, text: str, known: dict[str, Variable] | None) -> Iterator[Problem]:
    try:
        pairs = parse_script(text)
    except ExpressionError as error:
        yield Problem(element, error.detail)
        return
    if not pairs:
        yield Problem(element, "The script is empty; write lines of “name = expression”.")
    for _, source in pairs:
        yield from _unknown(element, parse(source), known)


def _unknown(element: str, tree: ast.expr, known: dict[str, Variable] | None) -> Iterator[Problem]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "option":
            yield from _option(element, node.args[0])
        elif isinstance(node, ast.Name) and is_duration(node.id):
            yield Problem(element, f'A duration needs its quotes: "{node.id}".')
        elif known is None:
            continue
        elif isinstance(node, ast.Name) and id(node) not in called and node.id not in known:
            yield Problem(element, f"Nothing in this drawing sets “{node.id}”.{_meant(node.id, known)}")
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield from _part(element, node.value.id, node.slice, known)


def _option(element: str, name: ast.expr) -> Iterator[Problem]:
    if not isinstance(name, ast.Constant):
        yield Problem(element, "An option is named by a text in quotes, so that it can be seen which one is meant.")
    elif name.value not in options.known():
        close = near(str(name.value), sorted(options.known()))
        told = f" Did you mean “{close}”?" if close else f" There are {', '.join(sorted(options.known()))}."
        yield Problem(element, f"There is no option {name.value!r}.{told}")


def _part(element: str, name: str, index: ast.expr, known: dict[str, Variable]) -> Iterator[Problem]:
    parts = known[name].parts
    if parts is None or not isinstance(index, ast.Constant) or index.value in parts:
        return
    close = near(str(index.value), parts)
    told = f"Did you mean “{close}”?" if close else f"It has {', '.join(parts)}."
    yield Problem(element, f"“{name}” has no part {index.value!r}. {told}")


def _meant(name: str, known: dict[str, Variable]) -> str:
    if name in _WORDS:
        return f" Write {_WORDS[name]}."
    close = near(name, known)
    return f" Did you mean “{close}”?" if close else f' If it is a text, write "{name}".'
