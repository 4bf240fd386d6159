"""Flows: every element is reached, leads on and comes to an end, and no loop runs without waiting."""

from collections.abc import Callable, Iterator

from app.engine.check.drawing import Drawing, Node, Scope
from app.engine.check.problem import Problem, warning

_CHOOSING = {"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"}


def problems(drawing: Drawing) -> Iterator[Problem]:
    """Yield flows and elements that are not run as they are drawn."""
    places = {node.id: node.scope for node in drawing.nodes}
    for scope in drawing.scopes:
        loose = list(_loose(scope, places))
        yield from loose
        if not loose and scope.of("startEvent"):
            yield from _reached(scope)
        yield from _loops(scope)


def _loose(scope: Scope, places: dict[str, Scope]) -> Iterator[Problem]:
    for flow in scope.flows:
        for end, ident in (("begins", flow.source), ("ends", flow.target)):
            if places.get(ident) is not scope:
                where = "at nothing" if ident not in places else "on the other side of a sub-process's border"
                yield Problem(flow.id, f"The flow {end} {where}; connect it again.")
    yield from _ends(scope)


def _ends(scope: Scope) -> Iterator[Problem]:
    for node in scope.nodes.values():
        if node.kind == "startEvent" and node.incoming:
            yield Problem(node.id, "A flow leads to the start event; lead it to the element after it.")
        if node.kind == "endEvent" and node.outgoing:
            yield Problem(node.id, "A flow leaves the end event; use another element.")
        elif node.kind != "endEvent" and not node.outgoing:
            yield Problem(node.id, "No flow leaves it, so the ticket would be stuck; lead it to an end event.")


def _reached(scope: Scope) -> Iterator[Problem]:
    loose = [n for n in scope.of("boundaryEvent") if n.attached not in scope.nodes]
    reached = _closure([*scope.of("startEvent"), *loose], lambda node: node.next)
    for node in scope.nodes.values():
        if node not in reached:
            yield Problem(node.id, "No flow leads here from the start event; connect it or remove it.")
    before: dict[Node, list[Node]] = {node: [] for node in scope.nodes.values()}
    for node in scope.nodes.values():
        for following in node.next:
            before[following].append(node)
    ending = _closure(scope.of("endEvent"), lambda node: before[node])
    if endless := [node for node in scope.nodes.values() if node in reached and node not in ending]:
        yield warning(endless[0].id, "From here no end event can be reached.")


def _closure(begin: list[Node], following: Callable[[Node], list[Node]]) -> set[Node]:
    seen: set[Node] = set()
    pending = list(begin)
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending.extend(following(node))
    return seen


def _loops(scope: Scope) -> Iterator[Problem]:
    for loop in _cycles([n for n in scope.nodes.values() if n.kind not in _CHOOSING], boundaries=False):
        text = "This loop has no gateway and could never be left; put an exclusive gateway into it."
        yield Problem(loop[0].id, text)
        return
    for loop in _cycles([n for n in scope.nodes.values() if not n.waits()], boundaries=True):
        text = "This loop waits for nobody, so it runs as often as its condition lets it; put a timer into it."
        yield warning(loop[0].id, text)


def _cycles(nodes: list[Node], *, boundaries: bool) -> list[list[Node]]:
    """Return the knots of these nodes: those that lead to each other and, in the end, to themselves."""
    among = set(nodes)

    def following(node: Node) -> list[Node]:
        return [n for n in node.next if n in among and (boundaries or n not in node.boundaries)]

    reaches = {node: _closure(following(node), following) for node in nodes}
    knots, seen = [], set()
    for node in nodes:
        if node in reaches[node] and node not in seen:
            knot = [other for other in nodes if other in reaches[node] and node in reaches[other]]
            seen.update(knot)
            knots.append(knot)
    return knots
