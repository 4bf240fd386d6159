"""Events that are waited for, thrown and caught."""

from collections import Counter
from collections.abc import Iterator

from app.engine.check.drawing import ACTIVITIES, EVENTS, Drawing, Node
from app.engine.check.problem import Problem, warning

_RUN = {
    "startEvent": {"", "message"},
    "intermediateCatchEvent": {"message", "timer"},
    "intermediateThrowEvent": {"", "message", "escalation"},
    "boundaryEvent": {"message", "timer", "error", "escalation"},
    "endEvent": {"", "message", "terminate", "error", "escalation"},
}
_AT_ONCE = {"scriptTask", "businessRuleTask", "sendTask"}
_CAUGHT_FROM = {"error": {"subProcess", "callActivity", "serviceTask"}, "escalation": {"subProcess", "callActivity"}}


def problems(drawing: Drawing) -> Iterator[Problem]:
    """Yield events that would pass unnoticed."""
    for node in drawing.nodes:
        if node.kind in EVENTS:
            yield from _kind(node)
        if node.kind == "boundaryEvent":
            yield from _boundary(node)
        yield from _twice(drawing, node)
        if {"error", "escalation"} & set(node.events):
            yield from _refers(drawing, node)
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind != "boundaryEvent" and {"error", "escalation"} & set(node.events):
                yield from _uncaught(drawing, node)


def _kind(node: Node) -> Iterator[Problem]:
    if len(node.events) > 1:
        yield Problem(node.id, "One event waits for or throws one thing; draw two.")
        return
    found = node.events[0] if node.events else ""
    if found in _RUN[node.kind]:
        if node.kind == "startEvent" and found and node.scope.owner is not None:
            yield Problem(node.id, "A sub-process begins when its turn comes; its start event has no message.")
    elif node.kind == "startEvent" and found == "timer":
        yield Problem(node.id, "Nothing is started by the clock; start with a message, then wait for a timer.")
    elif not found:
        yield Problem(node.id, "It does not say what it waits for; choose a message or a timer.")
    elif found in {"message", "timer", "error", "escalation", "terminate"}:
        yield Problem(node.id, f"“{found}” has no effect on this kind of event; use another kind.")


def _boundary(node: Node) -> Iterator[Problem]:
    host = node.scope.nodes.get(node.attached)
    if host is None or host.kind not in ACTIVITIES:
        yield Problem(node.id, "It is attached to nothing; put it on the border of a task or sub-process.")
        return
    if node.incoming:
        yield Problem(node.id, "A flow leads to it, but only what happens can; lead the flow to what follows it.")
    if any(flow.target == host.id for flow in node.outgoing):
        text = (
            "It leads straight back to its own activity, which would then be offered twice; put a gateway in between."
        )
        yield Problem(node.id, text)
    [found] = node.events if len(node.events) == 1 else [""]
    if found in _CAUGHT_FROM and host.kind not in _CAUGHT_FROM[found]:
        text = "Errors come out of sub-processes and service tasks only, escalations out of sub-processes only."
        yield Problem(node.id, f"{text} What fails elsewhere is an incident.")
    if found == "error" and not node.interrupting:
        yield Problem(node.id, "An error always interrupts; make the event interrupting.")
    if found in {"message", "timer"} and host.kind in _AT_ONCE:
        yield warning(node.id, "Its task is done at once, so this will never happen.")
    if found == "message" and not node.interrupting:
        yield warning(node.id, "It hears its message once for each time the activity is begun, not every time.")


def _twice(drawing: Drawing, host: Node) -> Iterator[Problem]:
    names = Counter(name for event in host.boundaries if (name := drawing.message(event)))
    for name, count in names.items():
        if count > 1:
            yield Problem(host.id, f"Two of its boundary events wait for “{name}”; which one should go on?")


def _code(drawing: Drawing, node: Node, kind: str) -> str | None:
    """Return what an event throws or catches, None for whatever comes."""
    refs = node.each(f"bpmn:{kind}EventDefinition/@{kind}Ref")
    return drawing.codes.get((kind, refs[0])) if refs else None


def _refers(drawing: Drawing, node: Node) -> Iterator[Problem]:
    for kind in {"error", "escalation"} & set(node.events):
        refs = node.each(f"bpmn:{kind}EventDefinition/@{kind}Ref")
        if any((kind, ref) not in drawing.codes for ref in refs):
            yield Problem(node.id, f"It refers to an {kind} the file does not define.")
        elif not refs and node.kind != "boundaryEvent":
            yield Problem(node.id, f"It does not say which {kind}; choose one with a code.")
        elif refs and _code(drawing, node, kind) is None:
            yield Problem(node.id, f"The {kind} it refers to has no code; give it one.")


def _uncaught(drawing: Drawing, thrown: Node) -> Iterator[Problem]:
    callable_ = all(not start.events for start in drawing.scopes[0].of("startEvent"))
    for kind in {"error", "escalation"} & set(thrown.events):
        code, around = _code(drawing, thrown, kind), thrown.scope.owner
        while around is not None:
            for event in around.boundaries:
                if kind in event.events and _code(drawing, event, kind) in {None, code}:
                    return
            around = around.scope.owner
        if callable_:
            yield warning(thrown.id, f"Only a process that calls this one and catches the {kind} would notice.")
        else:
            text = (
                f"Nothing catches this {kind}, so it would be a plain event; put a boundary event on its sub-process."
            )
            yield Problem(thrown.id, text)
