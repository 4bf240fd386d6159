"""Messages: every name waited for is one that somebody says."""

import re
from collections.abc import Iterator

from app.engine.catalogue import messages
from app.engine.check import extensions
from app.engine.check.beside import Beside, thrown
from app.engine.check.drawing import CATCHING, Drawing, Node
from app.engine.check.hints import near
from app.engine.check.problem import Problem, warning
from app.engine.documents import NS

MAX_LENGTH = 80
_NAME = re.compile(r"[^\W_][\w.\- ]*")
_CARRYING = {"sendTask", "receiveTask"}


def problems(drawing: Drawing, beside: Beside) -> Iterator[Problem]:
    """Yield messages without a name, messages nobody sends, and messages that would answer themselves."""
    yield from _defined(drawing)
    own = {name for name, _ in thrown(drawing)}
    said = {*messages(), *beside.thrown, *own}
    for node in drawing.nodes:
        if "message" not in node.events and node.kind not in _CARRYING:
            continue
        name = drawing.message(node)
        if not name:
            yield Problem(node.id, "It names no message of this file; choose one.")
        elif node.kind in CATCHING or node.kind == "receiveTask":
            yield from _caught(node, name, said, own)
        elif name in messages() and not messages()[name].drawn:
            text = (
                f"“{name}” is what the desk says when it happens; use an operation that does it, or a name of your own."
            )
            yield warning(node.id, text)
        yield from _extended(node)


def _defined(drawing: Drawing) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for element in drawing.root.iterfind("bpmn:message", NS):
        name, ident = element.get("name", ""), element.get("id", "")
        if not _NAME.fullmatch(name) or name != name.strip() or len(name) > MAX_LENGTH:
            text = f"A message name is letters, digits, . _ - and blanks, at most {MAX_LENGTH}; {name[:40]!r} is not."
            yield Problem(ident, text)
        elif name in seen:
            yield warning(ident, f"“{seen[name]}” is the same message; one of them is enough.")
        seen.setdefault(name, ident)
        for spiff in ("messagePayload", "messageVariable"):
            if element.find(f".//spiffworkflow:{spiff}", NS) is not None:
                yield Problem(ident, f"“{spiff}” belongs into the event that throws the message; move it there.")


def _caught(node: Node, name: str, said: set[str], own: set[str]) -> Iterator[Problem]:
    if name not in said and _NAME.fullmatch(name):
        close = near(name, sorted(said))
        hint = f"Did you mean “{close}”?" if close else "“flowdesk process catalogue” lists those there are."
        yield Problem(node.id, f"Nobody sends a message “{name}”. {hint}")
    if node.kind == "startEvent" and name in own:
        yield Problem(node.id, f"The process throws “{name}” itself, so it would start itself without end.")


def _extended(node: Node) -> Iterator[Problem]:
    inner = "bpmn:messageEventDefinition/bpmn:extensionElements/spiffworkflow:*"
    known = {"messagePayload"} if node.kind not in CATCHING else set()
    found = [e.tag.rpartition("}")[2] for e in node.each(inner)]
    for name in found:
        if name not in known:
            yield Problem(node.id, f"“{name}” has no effect here: what a message carries becomes variables; remove it.")
    if len(found) > len(set(found)) or (found and extensions.one(node.element, "messagePayload") is not None):
        yield Problem(node.id, "The message is given its payload twice; which one counts?")
