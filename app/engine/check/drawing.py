"""The drawing as the checks see it: scopes of nodes and flows, by the same references SpiffWorkflow follows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree

from app.engine.documents import BPMN, NS

GATEWAYS = {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}
TASKS = {"userTask", "serviceTask", "businessRuleTask", "scriptTask", "sendTask", "receiveTask"}
CONTAINERS = {"subProcess", "callActivity"}
ACTIVITIES = TASKS | CONTAINERS
CATCHING = {"startEvent", "intermediateCatchEvent", "boundaryEvent"}
THROWING = {"intermediateThrowEvent", "endEvent"}
EVENTS = CATCHING | THROWING
NOT_RUN = {"task", "manualTask", "complexGateway", "adHocSubProcess", "transaction"}
_BPMN = f"{{{BPMN}}}"
NODES = ACTIVITIES | GATEWAYS | EVENTS | NOT_RUN
_ASIDE = ("triggeredByEvent", "isForCompensation")
"""What no flow leads to. It is not run."""
_PEOPLE_OR_TIME = {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"}


def tag(element: etree._Element) -> str:
    """Return the name of a BPMN element, empty for an element of another namespace."""
    name = str(element.tag)
    return name[len(_BPMN) :] if name.startswith(_BPMN) else ""


@dataclass(eq=False)
class Node:
    """One event, activity or gateway. `events` are the names of its event definitions without their ending."""

    id: str
    kind: str
    element: etree._Element
    scope: "Scope"
    incoming: list["Flow"] = field(default_factory=list)
    outgoing: list["Flow"] = field(default_factory=list)
    boundaries: list["Node"] = field(default_factory=list)
    inner: "Scope | None" = None

    @cached_property
    def events(self) -> list[str]:
        return [tag(e).removesuffix("EventDefinition") for e in self.element if tag(e).endswith("EventDefinition")]

    @property
    def interrupting(self) -> bool:
        return str(self.element.get("cancelActivity", "true")).lower() == "true"

    @property
    def attached(self) -> str:
        return str(self.element.get("attachedToRef", ""))

    @property
    def next(self) -> list["Node"]:
        """The nodes its flows lead to, and what follows from its boundary events."""
        targets = [self.scope.nodes[f.target] for f in self.outgoing if f.target in self.scope.nodes]
        return targets + self.boundaries

    def waits(self) -> bool:
        """Say whether it waits for a person, a message or the clock, itself or within."""
        if self.inner is not None:
            return any(node.waits() for node in self.inner.nodes.values())
        if self.kind == "boundaryEvent":
            return bool({"message", "timer"} & set(self.events))
        return self.kind in _PEOPLE_OR_TIME or self.kind == "callActivity"

    def each(self, path: str) -> list[Any]:
        """Return what an XPath finds from its element."""
        return self.element.xpath(path, namespaces=NS)  # type: ignore[no-any-return]


@dataclass(eq=False)
class Flow:
    id: str
    source: str
    target: str
    element: etree._Element
    scope: "Scope"

    @property
    def condition(self) -> str:
        found = self.element.find("bpmn:conditionExpression", NS)
        return (found.text or "").strip() if found is not None else ""


@dataclass(eq=False)
class Scope:
    """A process or sub-process with what stands directly in it; `owner` is the sub-process as a node."""

    id: str
    owner: Node | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def of(self, kind: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == kind]


@dataclass(eq=False)
class Drawing:
    """One executable process. `messages` are the names of its messages by id, `codes` those of errors and escalations
    by kind and id, None for one without."""

    key: str
    root: etree._Element
    process: etree._Element
    scopes: list[Scope] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    codes: dict[tuple[str, str], str | None] = field(default_factory=dict)

    @property
    def nodes(self) -> Iterator[Node]:
        for scope in self.scopes:
            yield from scope.nodes.values()

    @property
    def flows(self) -> Iterator[Flow]:
        for scope in self.scopes:
            yield from scope.flows

    @property
    def called(self) -> set[str]:
        """The keys of the processes it calls itself."""
        return {node.element.get("calledElement", "") for node in self.nodes if node.kind == "callActivity"}

    def message(self, node: Node) -> str:
        """Return the name of the message a node throws or catches, empty when there is none."""
        refs = [node.element.get("messageRef"), *node.each("bpmn:messageEventDefinition/@messageRef")]
        return next((self.messages[ref] for ref in refs if ref in self.messages), "")


def read(root: etree._Element, process: etree._Element) -> Drawing:
    """Return the executable process of a document; what has no id or hangs nowhere is left to the other checks."""
    drawing = Drawing(process.get("id", ""), root, process)
    named = root.findall("bpmn:message", NS)
    drawing.messages = {m.get("id", ""): m.get("name", "") for m in named if m.get("id") and m.get("name")}
    for kind in ("error", "escalation"):
        thrown = reversed(root.findall(f"bpmn:{kind}", NS))
        drawing.codes |= {(kind, e.get("id", "")): e.get(f"{kind}Code") or None for e in thrown}
    pending = [(process, Scope(drawing.key))]
    while pending:
        element, scope = pending.pop(0)
        drawing.scopes.append(scope)
        for node in _fill(scope, element):
            node.inner = Scope(node.id, node)
            pending.append((node.element, node.inner))
    return drawing


def _fill(scope: Scope, element: etree._Element) -> Iterator[Node]:
    for child in element:
        kind, ident = tag(child), child.get("id", "")
        aside = any(child.get(name) == "true" for name in _ASIDE)
        if kind in NODES and ident and ident not in scope.nodes and not aside:
            scope.nodes[ident] = Node(ident, kind, child, scope)
        elif kind == "sequenceFlow" and ident:
            scope.flows.append(Flow(ident, child.get("sourceRef", ""), child.get("targetRef", ""), child, scope))
    for flow in scope.flows:
        if flow.source in scope.nodes:
            scope.nodes[flow.source].outgoing.append(flow)
        if flow.target in scope.nodes:
            scope.nodes[flow.target].incoming.append(flow)
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent" and node.attached in scope.nodes:
            scope.nodes[node.attached].boundaries.append(node)
        elif node.kind == "subProcess":
            yield node
