"""Whatever is recorded has a declared name, so that a drawing may wait for it and the catalogue tells of it."""

import ast
import re
from collections.abc import Iterator

import workers.topics  # noqa: F401  declares the messages and the operations
from app.config import ROOT
from app.engine.catalogue import messages
from app.engine.operations import operations
from app.people.permissions import POLICY

RECORDING = {"record", "_record", "touch", "_tell", "put"}
COMPUTED = {
    "f'mail.{state}'": {"mail.understood", "mail.quarantined", "mail.duplicate", "mail.ignored"},
    "f'incident.{state}'": {"incident.retried", "incident.skipped"},
    "f'agent.{field}_changed'": {"agent.role_changed", "agent.absent_changed", "agent.active_changed"},
    "f'ticket.{field}_changed'": {"ticket.priority_changed", "ticket.category_changed", "ticket.tags_changed"},
    "f'ticket.{after}'": {"ticket.waiting", "ticket.resolved", "ticket.closed", "ticket.cancelled", "ticket.rejected"},
}
"""Names that are put together in the code, and everything they can become."""

OTHERS = {*operations(), *POLICY}
"""Words of the same shape that name something else."""


def expressions() -> Iterator[tuple[str, ast.AST, bool]]:
    """Yield every expression of the code with its place, and whether it is given to something that records."""
    for path in sorted(p for room in ("app", "workers") for p in (ROOT / room).rglob("*.py")):
        if path.name == "messages.py" and path.parent.name == "topics":
            continue
        tree = ast.parse(path.read_text())
        given = {
            id(argument)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and _name(call) in RECORDING
            for argument in call.args[:2]
        }
        for node in ast.walk(tree):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node, id(node) in given


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_name_that_is_recorded_is_declared() -> None:
    kinds = {name.partition(".")[0] for name in messages()}
    found = [
        (place, node.value)
        for place, node, given in expressions()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+\.[a-z_]+", node.value) and (given or node.value.partition(".")[0] in kinds)
    ]
    assert len({name for _, name in found}) > 40
    assert [one for one in found if one[1] not in messages() and one[1] not in OTHERS] == []


def test_every_name_that_is_put_together_becomes_declared_ones() -> None:
    kinds = "|".join({name.partition(".")[0] for name in messages()})
    found = {
        ast.unparse(node): place
        for place, node, given in expressions()
        if isinstance(node, ast.JoinedStr)
        if re.match(rf"f'({kinds})\.\{{", ast.unparse(node)) or (given and re.match(r"f'[a-z]+\.", ast.unparse(node)))
    }
    assert found.keys() == COMPUTED.keys(), found
    assert {name for names in COMPUTED.values() for name in names} <= messages().keys()
