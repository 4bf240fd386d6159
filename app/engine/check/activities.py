"""Tasks and sub-processes: what they need so that somebody or something does them."""

from collections.abc import Iterator

from app.engine import forms
from app.engine.catalogue import fields, lanes
from app.engine.check import extensions, operations
from app.engine.check.beside import Beside
from app.engine.check.drawing import Drawing, Node, Scope
from app.engine.check.problem import Problem, warning
from app.engine.documents import NS
from app.engine.expressions import is_variable
from app.errors import NotFound


def problems(drawing: Drawing, beside: Beside) -> Iterator[Problem]:
    """Yield activities that could not be done."""
    for scope in drawing.scopes:
        yield from _scope(drawing, scope)
    laned = {r.text: r.getparent().get("name", "") for r in drawing.root.iterfind(".//bpmn:flowNodeRef", NS)}
    for node in drawing.nodes:
        if node.kind == "userTask":
            yield from _form(node)
            yield from _lane(node, extensions.properties(node.element).get("lane") or laned.get(node.id, ""))
        elif node.kind == "businessRuleTask":
            yield from _decision(node, beside)
        elif node.kind == "scriptTask" and len(node.each("bpmn:script")) != 1:
            yield Problem(node.id, "It holds no script; write lines of “name = expression”.")
        elif node.kind == "callActivity":
            yield from _call(drawing, node, beside)


def _scope(drawing: Drawing, scope: Scope) -> Iterator[Problem]:
    starts, ends = scope.of("startEvent"), scope.of("endEvent")
    if scope.owner is None:
        if len(starts) != 1:
            yield Problem(drawing.key, f"A process needs exactly one start event; this one has {len(starts)}.")
    elif len(starts) != 1:
        yield Problem(scope.id, f"A sub-process needs exactly one start event; this one has {len(starts)}.")
    if not ends:
        yield Problem(scope.id, "It has no end event, so it would never be over; draw one.")


def _form(node: Node) -> Iterator[Problem]:
    name = extensions.properties(node.element).get("formName")
    if name is None:
        yield Problem(node.id, "The user task names no form; give it the property “formName”.")
    elif name not in forms.names():
        yield Problem(node.id, f"There is no form “{name[:80]}”. There are: {', '.join(forms.names())}.")
    else:
        try:
            fields(name)
        except (NotFound, ValueError, LookupError) as error:
            yield Problem(node.id, f"The form “{name}” cannot be used: {error}.")


def _lane(node: Node, name: str) -> Iterator[Problem]:
    known = lanes()
    if known and name not in known:
        told = ", ".join(lane for lane in known if lane)
        yield Problem(node.id, f"Nobody answers tasks in the lane “{name[:80]}”. There are: {told}.")


def _decision(node: Node, beside: Beside) -> Iterator[Problem]:
    found = extensions.one(node.element, "calledDecisionId")
    key = (found.text or "").strip() if found is not None else ""
    if not key:
        yield Problem(node.id, "The business rule task names no decision table; give it a “calledDecisionId”.")
    elif found is not None and found.text != key:
        yield Problem(node.id, "The name of the decision table stands between blanks; remove them.")
    elif key not in beside.tables:
        yield Problem(node.id, f"There is no decision table “{key[:80]}”{_known(beside.tables)}.")
    variable = extensions.properties(node.element).get("resultVariable", "")
    yield from operations.result(node, variable)
    if key and not variable and not is_variable(key):
        yield warning(node.id, f"No expression can read the answer under “{key[:80]}”; give it a “resultVariable”.")


def _known(keys: object) -> str:
    told = ", ".join(sorted(keys)) if isinstance(keys, dict) else ""
    return f"; there are {told}" if told else "; deploy it first"


def _call(drawing: Drawing, node: Node, beside: Beside) -> Iterator[Problem]:
    key = node.element.get("calledElement", "")
    if not key:
        yield Problem(node.id, "The call activity names no process; set “calledElement”.")
    elif key == drawing.key or drawing.key in beside.called_by(key):
        yield Problem(node.id, "The process would call itself, without end; draw a loop instead.")
    elif key not in beside.drawings:
        yield Problem(node.id, f"There is no process “{key[:80]}”{_known(beside.drawings)}.")
    else:
        yield from _called(node, beside.drawings[key])


def _called(node: Node, called: Drawing) -> Iterator[Problem]:
    if any(start.events for start in called.scopes[0].of("startEvent")):
        text = f"“{called.key}” begins with a message, so it would wait here; call a process with a plain start event."
        yield Problem(node.id, text)
