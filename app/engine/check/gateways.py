"""Gateways that decide, split, join or wait exactly as they are drawn."""

from collections import Counter
from collections.abc import Iterator

from app.engine.check.drawing import GATEWAYS, Drawing, Flow, Node
from app.engine.check.problem import Problem

_DECIDING = {"exclusiveGateway", "inclusiveGateway"}
_WAITED_FOR = {"intermediateCatchEvent", "receiveTask"}


def problems(drawing: Drawing) -> Iterator[Problem]:
    """Yield decisions that could not be made and events that would not be waited for."""
    for node in drawing.nodes:
        if node.kind in _DECIDING:
            yield from _deciding(node)
        else:
            yield from _not_deciding(node)
        if node.kind == "eventBasedGateway":
            yield from _waiting(drawing, node)


def _deciding(node: Node) -> Iterator[Problem]:
    default = node.element.get("default")
    if default is not None and default not in {flow.id for flow in node.outgoing}:
        yield Problem(node.id, f"Its default flow “{default}” does not leave it; choose one that does.")
    if len(node.outgoing) == 1:
        [only] = node.outgoing
        if only.condition and default != only.id:
            yield Problem(only.id, "The only way out has a condition, the ticket would be stuck; remove it.")
    elif node.outgoing and default is None:
        yield Problem(node.id, "The gateway has no default flow, the ticket would be stuck; mark one flow as default.")
    for flow in node.outgoing:
        yield from _condition(flow, default, len(node.outgoing))


def _condition(flow: Flow, default: str | None, ways: int) -> Iterator[Problem]:
    if flow.id == default and flow.condition:
        yield Problem(
            flow.id, "The default flow is taken when nothing else holds; its condition is ignored, remove it."
        )
    elif ways > 1 and flow.id != default and not flow.condition:
        yield Problem(flow.id, "A flow that is not the default needs a condition.")


def _not_deciding(node: Node) -> Iterator[Problem]:
    if node.element.get("default") is not None:
        yield Problem(node.id, "Only exclusive and inclusive gateways have a default flow; put one after this element.")
    for flow in node.outgoing:
        if flow.element.find("{*}conditionExpression") is not None:
            yield Problem(flow.id, "The condition would be ignored here; put an exclusive gateway before it.")
    if node.kind not in GATEWAYS and len(node.outgoing) > 1:
        yield Problem(node.id, "More than one flow leaves this element; put a gateway after it.")


def _waiting(drawing: Drawing, gateway: Node) -> Iterator[Problem]:
    targets = [gateway.scope.nodes[f.target] for f in gateway.outgoing if f.target in gateway.scope.nodes]
    if sum("timer" in target.events for target in targets) > 1:
        yield Problem(gateway.id, "Two timers on one event gateway would share one deadline; use two gateways.")
    messages = Counter(name for target in targets if (name := drawing.message(target)))
    for name, count in messages.items():
        if count > 1:
            yield Problem(gateway.id, f"It waits for “{name}” twice; which way should be taken?")
    for target in targets:
        if target.kind not in _WAITED_FOR:
            yield Problem(target.id, "After an event gateway come only events that wait for a message or a timer.")
        elif len(target.incoming) > 1:
            text = (
                "Another flow leads here too, and would not wait; lead it to the event gateway, or draw a second event."
            )
            yield Problem(target.id, text)
        elif target.boundaries:
            yield Problem(
                target.id, "Right after an event gateway it can have no boundary events; use a catching event."
            )
