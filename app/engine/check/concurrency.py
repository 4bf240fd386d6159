"""What runs at the same time: joins that wait for ever, and branches that undo each other's variables.

A join of SpiffWorkflow merges whole dictionaries in the order the branches finish, so a branch that never touched a
variable can bring its old value back.
"""

from collections.abc import Iterator

from app.engine.check.beside import Beside
from app.engine.check.drawing import Drawing, Node, Scope
from app.engine.check.problem import Problem, warning
from app.engine.check.tokens import MAX_EFFORT, Ways, after, explore
from app.engine.check.variables import all_writes

_CONCURRENT = {"parallelGateway", "inclusiveGateway"}


def problems(drawing: Drawing, beside: Beside) -> Iterator[Problem]:
    """Yield joins that are never complete, and warn of variables that concurrent branches write."""
    effort: float = MAX_EFFORT
    for scope in drawing.scopes:
        if not any(_parts(node) for node in scope.nodes.values()):
            continue
        ways = explore(scope, effort)
        effort -= ways.effort
        if not ways.complete:
            yield warning(scope.id, "Too much may happen here at once to be examined; use sub-processes.")
        for node in sorted(ways.stuck, key=lambda n: n.id):
            text = (
                "It waits for a branch that may never come; bring ways of which one is taken together by an exclusive"
            )
            yield Problem(node.id, f"{text} gateway.")
        for node in sorted(ways.doubled, key=lambda n: n.id):
            yield warning(node.id, "Two branches may arrive here, and each goes on by itself; join them before.")
        yield from _written(drawing, scope, ways, beside)


def _parts(node: Node) -> bool:
    return node.kind in _CONCURRENT or (node.kind == "boundaryEvent" and not node.interrupting)


def _written(drawing: Drawing, scope: Scope, ways: Ways, beside: Beside) -> Iterator[Problem]:
    names = {node: all_writes(drawing, node, beside) for node in scope.nodes.values()}
    told: set[tuple[Node, str]] = set()
    for one, other in _pairs(ways):
        for name in sorted(names[one] & names[other]):
            told |= {(one, name), (other, name)}
            text = f"“{name}” is also written by “{other.id}” at the same time; one of the values is lost."
            yield warning(one.id, text)
    concurrent = {node for pair in ways.together for node in pair}
    for node in sorted(concurrent, key=lambda n: n.id):
        before = [other for other in scope.nodes.values() if other not in concurrent and node in ways.after[other]]
        earlier = {name for other in before for name in names[other]}
        for name in sorted(names[node] & (earlier | _outside(drawing, scope, beside))):
            if (node, name) not in told:
                text = f"“{name}” was set before the ways parted; where they join, the old value may come back."
                yield warning(node.id, text)


def _pairs(ways: Ways) -> list[list[Node]]:
    pairs = [sorted(pair, key=lambda n: n.id) for pair in ways.together]
    return sorted(pairs, key=lambda pair: [n.id for n in pair])


def _outside(drawing: Drawing, scope: Scope, beside: Beside) -> set[str]:
    """Return the variables that may be set before a sub-process is begun."""
    found: set[str] = set()
    around = scope.owner
    while around is not None:
        for node in around.scope.nodes.values():
            if node is not around and around in after(node):
                found |= all_writes(drawing, node, beside)
        around = around.scope.owner
    return found
