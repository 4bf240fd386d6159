"""Service tasks: an operation somebody offers, with the parameters it takes."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.engine.check.drawing import Drawing, Node
from app.engine.check.hints import near
from app.engine.check.problem import Problem, warning
from app.engine.documents import NS
from app.engine.expressions import is_variable
from app.engine.operations import Operation, operations

_PATH = "bpmn:extensionElements/spiffworkflow:serviceTaskOperator"


def operator(node: Node) -> etree._Element | None:
    """Return the element that names a service task's operation."""
    return node.element.find(_PATH, NS)


def offered(node: Node) -> Operation | None:
    """Return the operation a service task names, if somebody offers it."""
    found = operator(node)
    return operations().get(found.get("id", "")) if found is not None else None


def parameters(node: Node) -> list[etree._Element]:
    """Return the parameters a service task gives."""
    found = operator(node)
    return found.findall(".//spiffworkflow:parameter", NS) if found is not None else []


def problems(drawing: Drawing) -> Iterator[Problem]:
    """Yield service tasks no worker could do as they are asked."""
    for node in drawing.nodes:
        if node.kind == "serviceTask":
            yield from _service(node)


def _service(node: Node) -> Iterator[Problem]:
    found = operator(node)
    if found is None:
        yield Problem(node.id, f"The service task names no operation{_instead(node)}.")
        return
    name, known = found.get("id", ""), offered(node)
    if known is None:
        close = near(name, operations())
        hint = f" Did you mean “{close}”?" if close else ""
        yield Problem(node.id, f"No worker offers the operation “{name[:80]}”.{hint}")
        return
    yield from _given(node, known)
    yield from result(node, found.get("resultVariable", ""))
    if found.get("resultVariable") and not known.returns:
        yield warning(node.id, f"“{name}” gives no answer, so “{found.get('resultVariable')}” stays unset.")


def result(node: Node, name: str) -> Iterator[Problem]:
    """Yield when no expression could read the variable an answer goes into."""
    if name and not is_variable(name):
        text = f"“{name[:80]}” is no name of a variable; take letters, digits and _, a letter first, and no word that"
        yield Problem(node.id, f"{text} means something else.")


def _given(node: Node, known: Operation) -> Iterator[Problem]:
    given = Counter(p.get("id", "") for p in parameters(node))
    for parameter in sorted(set(given) - set(known.parameters)):
        takes = ", ".join(known.parameters)
        yield Problem(node.id, f"“{known.name}” has no parameter “{parameter[:80]}”; it takes {takes}.")
    for parameter in sorted(known.required - set(given)):
        yield Problem(node.id, f"“{known.name}” needs the parameter “{parameter}”.")
    for one in parameters(node):
        if given[one.get("id", "")] > 1:
            yield Problem(node.id, f"The parameter “{one.get('id')}” is given twice; which one counts?")
        elif not (one.get("value") or "").strip():
            yield Problem(node.id, f"The parameter “{one.get('id')}” has no value; remove it, or give an expression.")
        elif one.get("type") is None:
            yield Problem(node.id, f"The parameter “{one.get('id')}” has no type; it is {_kind(known, one)}.")


def _kind(known: Operation, parameter: etree._Element) -> str:
    return known.parameters.get(parameter.get("id", ""), "any")


def _instead(node: Node) -> str:
    names = {etree.QName(e).localname for e in node.each("bpmn:extensionElements/*")}
    other = {"taskDefinition", "connector", "properties"} & names or {
        n for n in node.element.attrib if str(n).startswith("{")
    }
    return "; what it says to another tool is not run, choose one of the catalogue" if other else ""
