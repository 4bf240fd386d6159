"""Where tokens may lie at the same time: joins that wait for ever, and branches that write one variable.

Every way a process or sub-process can go is tried, taking each decision both ways. A place is a flow a token lies on
before a join, or an element that is being done.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from app.engine.check.drawing import Flow, Node, Scope

MAX_EFFORT = 20_000
"""Bounds the states that are looked at, those of many tokens counting more."""

_MAX_WAYS = 5
_JOINING = {"parallelGateway", "inclusiveGateway"}
_CLEARING = {"terminate", "error"}
Place = tuple[Node, Flow | None, frozenset[Node]]
"""An element, the flow a token came by where it waits for others, and the boundary events that happened already."""
State = frozenset[Place]


@dataclass
class Ways:
    """What was found: `stuck` joins, elements reached by two tokens at once, elements that may be done at once.

    `after` are the elements that may follow each element.
    """

    stuck: set[Node] = field(default_factory=set)
    doubled: set[Node] = field(default_factory=set)
    together: set[frozenset[Node]] = field(default_factory=set)
    effort: float = 0
    complete: bool = True
    after: dict[Node, set[Node]] = field(default_factory=dict)


def after(node: Node) -> set[Node]:
    """Return the elements of its scope that may follow an element, itself only if it lies on a loop."""
    seen: set[Node] = set()
    pending = node.next
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            pending.extend(one.next)
    return seen


def explore(scope: Scope, effort: float = MAX_EFFORT) -> Ways:
    """Try every way through a scope; gives up, and says so, when it takes too much effort."""
    ways = Ways(after={node: after(node) for node in scope.nodes.values()})
    pending: list[State] = [frozenset({(start, None, frozenset())}) for start in scope.of("startEvent")[:1]]
    seen: set[State] = set(pending)
    while pending and ways.complete:
        state = pending.pop()
        active = {node for node, flow, _ in state if flow is None}
        ways.together.update(frozenset(pair) for pair in combinations(active, 2))
        following = set(_following(state, ways))
        if state and not following:
            ways.stuck.update(node for node, flow, _ in state if flow is not None)
        pending.extend(following - seen)
        seen |= following
        ways.effort += 1 + len(state) ** 2 / 10
        ways.complete = ways.effort <= effort
    return ways


def _following(state: State, ways: Ways) -> Iterator[State]:
    for place in state:
        node, flow, happened = place
        if flow is not None:
            continue
        rest = state - {place}
        if node.kind == "endEvent":
            yield frozenset() if _CLEARING & set(node.events) else rest
            continue
        for taken in _choices(node):
            yield _moved(rest, taken, ways)
        for event in node.boundaries:
            if event.interrupting:
                yield _moved(rest, event.outgoing, ways)
            elif event not in happened:
                yield _moved(rest | {(node, None, happened | {event})}, event.outgoing, ways)
    yield from _joined(state, ways)


def _choices(node: Node) -> Iterator[list[Flow]]:
    """Yield the sets of flows that may be taken out of an element."""
    if node.kind in {"exclusiveGateway", "eventBasedGateway"}:
        yield from ([flow] for flow in node.outgoing)
    elif node.kind == "inclusiveGateway":
        most = len(node.outgoing) if len(node.outgoing) <= _MAX_WAYS else 1
        for count in range(1, most + 1):
            yield from (list(some) for some in combinations(node.outgoing, count))
        yield list(node.outgoing)
    else:
        yield list(node.outgoing)


def _moved(rest: State, taken: list[Flow], ways: Ways) -> State:
    for flow in taken:
        node = flow.scope.nodes.get(flow.target)
        if node is None:
            continue
        waiting = flow if node.kind in _JOINING and len(node.incoming) > 1 else None
        place: Place = (node, waiting, frozenset())
        if any(other is node and by is waiting for other, by, _ in rest):
            ways.doubled.add(node)
        rest = rest | {place}
    return rest


def _joined(state: State, ways: Ways) -> Iterator[State]:
    arrived: dict[Node, set[Place]] = {}
    for place in state:
        if place[1] is not None:
            arrived.setdefault(place[0], set()).add(place)
    for node, places in arrived.items():
        rest = state - places
        if node.kind == "parallelGateway":
            ready = len(places) == len(node.incoming)
        else:
            ready = not any(node in ways.after[other] for other, _, _ in rest)
        if ready:
            yield rest | {(node, None, frozenset())}
