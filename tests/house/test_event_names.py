"""Whatever is recorded has a declared name, so that a drawing may wait for it and the catalogue tells of it."""

import ast
import re
from functools import cache

import workers.topics  # noqa: F401  declares the messages and the operations
from app.config import ROOT
from app.engine.catalogue import messages
from app.engine.operations import operations
from app.people.permissions import POLICY

NAME, NAME_BEGINS = re.compile(r"[a-z]+\.[a-z_]+"), re.compile(r"[a-z]+\.$")
RECORDING = {"record", "_record", "touch", "_tell", "put"}
COMPUTED = {
    "f'mail.{state}'": {"mail.understood", "mail.quarantined", "mail.duplicate", "mail.ignored"},
    "f'incident.{state}'": {"incident.retried", "incident.skipped"},
    "f'ticket.{field}_changed'": {"ticket.priority_changed", "ticket.category_changed", "ticket.tags_changed"}
    | {"ticket.type_changed", "ticket.product_changed", "ticket.custom_changed"},
    "f'ticket.{after}'": {"ticket.waiting", "ticket.resolved", "ticket.closed", "ticket.cancelled", "ticket.rejected"},
}
"""Names that are put together in the code, and everything they can become."""

OTHERS = {*operations(), *POLICY}
"""Words of the same shape that name something else."""


@cache
def words() -> list[tuple[str, str, bool]]:
    """Return every text of the code with its place, and whether it is given to something that records.

    One that is put together is shown as its source, from its f on.
    """
    found = []
    for path in sorted(p for room in ("app", "workers") for p in (ROOT / room).rglob("*.py")):
        if path.name == "messages.py" and path.parent.name == "topics":
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        calls = [node for node in nodes if isinstance(node, ast.Call) and _name(node) in RECORDING]
        given = {id(argument) for call in calls for argument in call.args[:2]}
        for node in nodes:
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.JoinedStr) and NAME_BEGINS.match(_begin(node)):
                found.append((place, ast.unparse(node), id(node) in given))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
                found.append((place, node.value, id(node) in given))
    return found


def _begin(node: ast.JoinedStr) -> str:
    first = node.values[0] if node.values else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def kinds() -> set[str]:
    return {name.partition(".")[0] for name in messages()}


def test_every_name_that_is_recorded_is_declared() -> None:
    found = [one for one in words() if not one[1].startswith("f'") and (one[2] or one[1].partition(".")[0] in kinds())]
    assert len({name for _, name, _ in found}) > 40
    strange = [one for one in found if one[1] not in messages() and one[1] not in OTHERS]
    assert [one for one in strange if not one[1].endswith((".id", ".key"))] == []  # those are columns


def test_every_name_that_is_put_together_becomes_declared_ones() -> None:
    found = [one for one in words() if one[1].startswith("f'") and (one[2] or one[1][2:].partition(".")[0] in kinds())]
    assert {name for _, name, _ in found} == COMPUTED.keys(), found
    assert {name for names in COMPUTED.values() for name in names} <= messages().keys()
