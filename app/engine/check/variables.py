"""Which variables a drawing has, of what type, and which elements write them."""

from collections.abc import Iterator

from app.engine import expressions, failures, forms
from app.engine.catalogue import fields, messages
from app.engine.check import extensions
from app.engine.check.beside import Beside
from app.engine.check.drawing import Drawing, Node
from app.engine.check.operations import offered, operator
from app.engine.check.types import Variable, json_type
from app.engine.decisions import Table
from app.errors import Trouble

_ANY_PAYLOAD = "*"


def variables(drawing: Drawing, beside: Beside) -> dict[str, Variable] | None:
    """Return every variable some element may write; None when a process is started with whatever it is given."""
    found: dict[str, Variable] = {}
    if not any("message" in start.events for start in drawing.scopes[0].of("startEvent")):
        return None
    called = [beside.drawings[key] for key in sorted(beside.calls_of(drawing)) if key in beside.drawings]
    for one in (drawing, *called):
        for node in one.nodes:
            for name, variable in writes(one, node, beside).items():
                variable.writers.add(node.id)
                found[name] = found[name].also(variable) if name in found else variable
    return None if _ANY_PAYLOAD in found else found


def writes(drawing: Drawing, node: Node, beside: Beside) -> dict[str, Variable]:
    """Return the variables a node writes itself, not within."""
    if node not in beside.written:
        beside.written[node] = _writes(drawing, node, beside)
    return beside.written[node]


def _writes(drawing: Drawing, node: Node, beside: Beside) -> dict[str, Variable]:
    found = dict(_scripted(node))
    if node.kind in {"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"}:
        found |= _carried(drawing.message(node), beside)
        if "error" in node.events:
            found[failures.VARIABLE] = Variable("object", {"code": "string", "text": "string"})
    elif node.kind == "serviceTask":
        found |= _answered(node)
    elif node.kind == "businessRuleTask":
        found |= _decided(node, beside)
    elif node.kind == "userTask":
        found |= _asked(node)
    return found


def all_writes(drawing: Drawing, node: Node, beside: Beside) -> set[str]:
    """Return the names of the variables a node writes itself or within."""
    names = set(writes(drawing, node, beside))
    if node.inner is not None:
        names.update(name for inner in node.inner.nodes.values() for name in all_writes(drawing, inner, beside))
    if node.kind == "callActivity":
        names.update(_within(node.element.get("calledElement", ""), beside))
    return names


def _within(key: str, beside: Beside) -> dict[str, Variable]:
    """Return the variables a called process writes, itself and by what it calls."""
    if key not in beside.written:
        drawn = [beside.drawings[k] for k in (key, *beside.called_by(key)) if k in beside.drawings]
        beside.written[key] = {
            n: v for one in drawn for node in one.nodes for n, v in writes(one, node, beside).items()
        }
    return beside.written[key]


def _scripted(node: Node) -> Iterator[tuple[str, Variable]]:
    places = ("bpmn:script", *(f"bpmn:extensionElements/spiffworkflow:{k}Script" for k in ("pre", "post")))
    for script in (e for place in places for e in node.each(place)):
        try:
            for name, _ in expressions.parse_script(script.text or ""):
                yield name, Variable("any")
        except Trouble:
            continue  # the check of expressions says why


def _carried(message: str, beside: Beside) -> dict[str, Variable]:
    if message in messages():
        return {name: Variable(kind) for name, kind in messages()[message].carries.items()}
    brings = beside.thrown.get(message, set())
    return {_ANY_PAYLOAD: Variable("any")} if brings is None else {name: Variable("any") for name in brings}


def _answered(node: Node) -> dict[str, Variable]:
    found, known = operator(node), offered(node)
    name = found.get("resultVariable") if found is not None else None
    if not name or known is None or not known.returns:
        return {}
    return {name: Variable("object", dict(known.returns))}


def _decided(node: Node, beside: Beside) -> dict[str, Variable]:
    found = extensions.one(node.element, "calledDecisionId")
    key = (found.text or "").strip() if found is not None else ""
    name = extensions.properties(node.element).get("resultVariable") or key
    table = beside.tables.get(key)
    return {name: _answer(table)} if table is not None else {}


def _answer(table: Table) -> Variable:
    if table.policy in {"COLLECT", "RULE ORDER"}:
        return Variable("array")
    columns = zip(table.outputs, table.types, strict=True)
    return Variable("object", {name: json_type(kind) for name, kind in columns})


def _asked(node: Node) -> dict[str, Variable]:
    name = extensions.properties(node.element).get("formName", "")
    return {field: Variable(kind) for field, kind in fields(name).items()} if name in forms.names() else {}
