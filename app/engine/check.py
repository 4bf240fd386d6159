"""The deployment check: what SpiffWorkflow would get silently wrong, or must never run, is refused with its element."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.engine import decisions, dialect, expressions, forms, library, operations
from app.engine.models import Definition
from app.errors import Invalid, Trouble

_UNSUPPORTED = {
    "complexGateway": "Complex gateways are not supported; use exclusive or parallel ones.",
    "adHocSubProcess": "Ad-hoc sub-processes are not supported.",
    "linkEventDefinition": "Link events are not supported; draw the sequence flow.",
    "compensateEventDefinition": "Compensation is not supported.",
    "conditionalEventDefinition": "Conditional events are not supported; use a message or a timer.",
    "cancelEventDefinition": "Cancel events are not supported.",
    "transaction": "Transactions are not supported; use a sub-process.",
}
_ACTIVITIES = ("task", "Task", "subProcess", "callActivity")
_NODES = (*_ACTIVITIES, "Event", "Gateway")


@dataclass(frozen=True, slots=True)
class Problem:
    """`element` is the id the drawing gives it, empty when the whole file is meant."""

    element: str
    message: str


class Refused(Invalid):
    """The drawing was not deployed."""


def check(xml: str | bytes) -> list[Problem]:
    """Return every problem of a drawing or decision table; none means it can be deployed."""
    try:
        root = dialect.read_xml(xml)
        if etree.QName(root).namespace != dialect.BPMN:
            decisions.read(root)
            return []
        problems = list(_problems(root))
        if not problems:
            key, _ = library._identity(root, "bpmn")
            dialect.parse([etree.tostring(root).decode()], key)
        return problems
    except Trouble as error:
        return [Problem(str(error.extra.get("element", "")), error.detail)]


def deploy(xml: str, *, note: str, by: str) -> Definition:
    """Check and activate the next version; raise Refused naming the first element at fault."""
    if problems := check(xml):
        first = problems[0]
        raise Refused(
            f"{first.element + ': ' if first.element else ''}{first.message}",
            {p.element or "file": p.message for p in problems},
            element=first.element,
        )
    return library.store(xml, note=note, by=by)


def _problems(root: etree._Element) -> Iterator[Problem]:
    yield from _ids(root)
    for node in root.iter(f"{{{dialect.BPMN}}}*"):
        tag, ident = etree.QName(node).localname, _id(node)
        if tag in _UNSUPPORTED:
            yield Problem(ident, _UNSUPPORTED[tag])
        if tag == "serviceTask":
            yield from _service(node, ident)
        elif tag == "userTask":
            yield from _form(node, ident)
        elif tag == "exclusiveGateway":
            yield from _exclusive(node, ident)
        elif tag == "eventBasedGateway":
            yield from _event_gateway(node, ident, root)
        elif tag == "subProcess":
            yield from _sub_process(node, ident)
        if tag.endswith(_ACTIVITIES) and len(node.findall("bpmn:outgoing", dialect.NS)) > 1:
            yield Problem(ident, "More than one flow leaves this activity; put a gateway after it.")
    yield from _expressions(root)
    yield from _messages(root)
    yield from _reachable(root)


def _id(node: etree._Element) -> str:
    while node is not None and not node.get("id"):
        node = node.getparent()
    return node.get("id", "") if node is not None else ""


def _ids(root: etree._Element) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in root.iter(f"{{{dialect.BPMN}}}*"):
        ident = node.get("id")
        if ident and ident in seen:
            yield Problem(ident, "This id is used twice in the file.")
        seen.add(ident or "")


def _service(node: etree._Element, ident: str) -> Iterator[Problem]:
    found = node.find("bpmn:extensionElements/spiffworkflow:serviceTaskOperator", dialect.NS)
    if found is None:
        yield Problem(ident, "The service task names no operation.")
        return
    name = found.get("id", "")
    known = operations.catalogue().get(name)
    if known is None:
        yield Problem(ident, f"No worker offers the operation “{name}”.")
        return
    given = {p.get("id", "") for p in found.iterfind(".//spiffworkflow:parameter", dialect.NS)}
    for unknown in sorted(given - set(known.parameters)):
        yield Problem(ident, f"“{name}” has no parameter “{unknown}”.")
    for missing in sorted(known.required - given):
        yield Problem(ident, f"“{name}” needs the parameter “{missing}”.")


def _form(node: etree._Element, ident: str) -> Iterator[Problem]:
    path = "bpmn:extensionElements/spiffworkflow:properties/spiffworkflow:property[@name='formName']"
    found = node.find(path, dialect.NS)
    if found is None:
        yield Problem(ident, "The user task names no form.")
    elif found.get("value", "") not in forms.names():
        yield Problem(ident, f"There is no form “{found.get('value')}”.")


def _exclusive(node: etree._Element, ident: str) -> Iterator[Problem]:
    flows = [f.text or "" for f in node.findall("bpmn:outgoing", dialect.NS)]
    if len(flows) < 2:
        return
    default = node.get("default")
    if default is None:
        yield Problem(ident, "The gateway has no default flow.")
    siblings = {f.get("id"): f for f in node.getparent().findall("bpmn:sequenceFlow", dialect.NS)}
    for flow in flows:
        sequence = siblings.get(flow)
        condition = sequence.find("bpmn:conditionExpression", dialect.NS) if sequence is not None else None
        if flow != default and (condition is None or not (condition.text or "").strip()):
            yield Problem(flow, "A flow that is not the default needs a condition.")


def _event_gateway(node: etree._Element, ident: str, root: etree._Element) -> Iterator[Problem]:
    targets = root.xpath("//bpmn:sequenceFlow[@sourceRef=$id]/@targetRef", namespaces=dialect.NS, id=ident)
    timers = [t for t in targets if root.xpath("//*[@id=$id]/bpmn:timerEventDefinition", namespaces=dialect.NS, id=t)]
    if len(timers) > 1:
        yield Problem(ident, "Two timers on one event gateway would share one deadline; use two gateways.")


def _sub_process(node: etree._Element, ident: str) -> Iterator[Problem]:
    if node.get("triggeredByEvent") == "true":
        yield Problem(ident, "Event sub-processes are not supported; use a boundary event.")
    elif len(node.findall("bpmn:startEvent", dialect.NS)) != 1:
        yield Problem(ident, "A sub-process needs exactly one start event.")


def _expressions(root: etree._Element) -> Iterator[Problem]:
    for text, owner in _texts(root):
        try:
            expressions.parse(text)
        except expressions.ExpressionError as error:
            yield Problem(owner, error.detail)
    scripts = "//bpmn:script|//spiffworkflow:preScript|//spiffworkflow:postScript"
    for node in root.xpath(scripts, namespaces=dialect.NS):
        try:
            expressions.parse_script(node.text or "")
        except expressions.ExpressionError as error:
            yield Problem(_id(node), error.detail)


def _texts(root: etree._Element) -> Iterator[tuple[str, str]]:
    places = (
        "//bpmn:conditionExpression|//bpmn:timeDate|//bpmn:timeDuration|//bpmn:timeCycle|//bpmn:loopCondition"
        "|//bpmn:loopCardinality|//bpmn:completionCondition|//bpmn:messagePath|//bpmn:formalExpression"
        "|//spiffworkflow:messagePayload|//spiffworkflow:payloadExpression|//spiffworkflow:expression"
    )
    for node in root.xpath(places, namespaces=dialect.NS):
        yield node.text or "", _id(node)
    for node in root.xpath("//spiffworkflow:parameter[@value]", namespaces=dialect.NS):
        owner = node.xpath("string(ancestor::bpmn:*[@id][1]/@id)", namespaces=dialect.NS)
        yield node.get("value", ""), str(owner)


def _messages(root: etree._Element) -> Iterator[Problem]:
    named = {m.get("id"): m.get("name") for m in root.xpath("//bpmn:message", namespaces=dialect.NS)}
    for node in root.xpath("//bpmn:messageEventDefinition|//bpmn:receiveTask", namespaces=dialect.NS):
        if not named.get(node.get("messageRef")):
            yield Problem(_id(node.getparent()) if "Definition" in str(node.tag) else _id(node), "It names no message.")


def _reachable(root: etree._Element) -> Iterator[Problem]:
    for scope in root.xpath("//bpmn:process|//bpmn:subProcess", namespaces=dialect.NS):
        nodes = {n.get("id"): n for n in scope if n.get("id") and etree.QName(n).localname.endswith(_NODES)}
        flows = scope.findall("bpmn:sequenceFlow", dialect.NS)
        seen, pending = set(), [i for i, n in nodes.items() if etree.QName(n).localname == "startEvent"]
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            pending.extend(f.get("targetRef") for f in flows if f.get("sourceRef") == here)
            pending.extend(i for i, n in nodes.items() if n.get("attachedToRef") == here)
        for ident in nodes.keys() - seen:
            yield Problem(str(ident), "No flow leads here.")
