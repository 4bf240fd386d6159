"""What a drawing says to Flowdesk in its extension elements, read once and the way SpiffWorkflow reads it."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.engine.check.drawing import Drawing, Node, tag
from app.engine.check.problem import Problem, warning
from app.engine.documents import NS, SPIFF, START_WHEN

_SCRIPTED = {"userTask", "sendTask", "receiveTask", "subProcess", "callActivity"}
_HEARD = {
    "serviceTaskOperator": {"serviceTask"},
    "calledDecisionId": {"businessRuleTask"},
    "properties": {"userTask", "businessRuleTask", "startEvent"},
    "preScript": _SCRIPTED,
    "postScript": _SCRIPTED,
    "messagePayload": {"sendTask"},
}
_NOTES = {"instructionsForEndUser", "unitTests", "taskMetadataValues", "isOutputSynthetic"}
_TOOLS = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "",
}


def one(element: etree._Element, name: str) -> etree._Element | None:
    """Return the extension of that name."""
    return element.find(f"bpmn:extensionElements/spiffworkflow:{name}", NS)


def properties(element: etree._Element) -> dict[str, str]:
    """Return the properties given to an element."""
    found = element.iterfind("bpmn:extensionElements/spiffworkflow:properties//spiffworkflow:property", NS)
    return {p.get("name", ""): p.get("value", "") for p in found}


def problems(drawing: Drawing) -> Iterator[Problem]:
    """Yield extensions given twice, where they have no effect, or meant for another tool."""
    for node in drawing.nodes:
        yield from _ours(node)
        yield from _theirs(node)
    for flow in drawing.flows:
        if flow.element.find("bpmn:extensionElements/spiffworkflow:*", NS) is not None:
            yield Problem(flow.id, "Extensions on a flow have no effect; remove them.")


def _ours(node: Node) -> Iterator[Problem]:
    found = [etree.QName(e).localname for e in node.each("bpmn:extensionElements/spiffworkflow:*")]
    for name, count in Counter(found).items():
        if count > 1:
            yield Problem(node.id, f"“{name}” is given twice; which one counts?")
        elif name in _HEARD and node.kind not in _HEARD[name]:
            yield Problem(node.id, f"“{name}” has no effect on this element; remove it.")
        elif name not in _HEARD and name not in _NOTES:
            yield warning(node.id, f"“{name}” has no effect here.")
    for each in node.each("bpmn:extensionElements/spiffworkflow:properties//spiffworkflow:property"):
        if each.get("name") is None or each.get("value") is None:
            yield Problem(node.id, "A property needs a name and a value.")
    if node.kind == "startEvent":
        yield from _started(node)
    for name, count in Counter(node.each(".//spiffworkflow:property/@name") if node.kind in _PLAIN else ()).items():
        if count > 1:
            yield Problem(node.id, f"The property “{name}” is given twice; which one counts?")


def _started(node: Node) -> Iterator[Problem]:
    for name in properties(node.element):
        if name != START_WHEN:
            yield Problem(node.id, f"The property “{name}” has no effect on a start event; it knows “{START_WHEN}”.")
        elif "message" not in node.events:
            yield Problem(node.id, f"“{START_WHEN}” is asked when a message comes; this start event has none.")


_PLAIN = {"userTask", "businessRuleTask", "startEvent"}


def _theirs(node: Node) -> Iterator[Problem]:
    strange = [e for e in node.each("bpmn:extensionElements/*") if etree.QName(e).namespace != SPIFF and not tag(e)]
    names = [etree.QName(e) for e in strange] + [etree.QName(name) for name in node.element.attrib]
    for namespace in dict.fromkeys(name.namespace for name in names):
        if tool := _TOOLS.get(namespace or ""):
            told = ", ".join(sorted({name.localname for name in names if name.namespace == namespace}))
            yield warning(node.id, f"What it says to {tool} ({told}) has no effect here.")
