"""The BPMN that blocks are drawn as. A block's element ids follow from its path."""

from __future__ import annotations

from itertools import pairwise

from engine.drawings import node
from properties.blocks import (
    Beside,
    Block,
    Choice,
    Cutting,
    Fork,
    Guarded,
    Loop,
    Race,
    Row,
    Scope,
    Several,
    Step,
    Throwing,
)
from properties.drawn_parts import draw_part
from properties.pen import Drawn, step


def drawn(block: Block, key: str) -> list[str]:
    """Return the files that draw a block as the process `key`, called processes first."""
    drawing = Drawn(key)
    start = node("startEvent", f"{key}_start", inner='<bpmn:messageEventDefinition messageRef="m_start"/>')
    drawing.processes[key] = _process(drawing, block, key, start)
    drawing.processes[key] = drawing.processes.pop(key)
    return drawing.files()


def _process(drawing: Drawn, block: Block, path: str, start: str) -> str:
    first, last, xml = draw(drawing, block, f"{path}x")
    end = node("endEvent", f"{path}_end")
    return start + xml + end + drawing.flow(f"{path}_start", first) + drawing.flow(last, f"{path}_end")


def draw(drawing: Drawn, block: Block, path: str) -> tuple[str, str, str]:
    """Return (first element, last element, XML) of a block."""
    match block:
        case Step(kind):
            return path, path, step(drawing, kind, path)
        case Row(parts):
            return _row(drawing, parts, path)
        case Choice(branches):
            return _choice(drawing, branches, path)
        case Loop(body):
            return _loop(drawing, body, path)
        case Fork(branches):
            return _fork(drawing, branches, path)
        case Several(branches):
            return _several(drawing, branches, path)
        case Race(on_message, on_timer):
            return _race(drawing, (on_message, on_timer), path)
        case Scope(body, called, boundaries):
            return _bounded(drawing, _scope(drawing, body, called, path), boundaries, path)
        case Guarded(kind, boundary, handler):
            return _bounded(drawing, step(drawing, kind, path), ((boundary, handler),), path)
        case Beside() | Throwing() | Cutting():
            return draw_part(drawing, block, path)


def _row(drawing: Drawn, parts: tuple[Block, ...], path: str) -> tuple[str, str, str]:
    made = [draw(drawing, part, f"{path}{number}") for number, part in enumerate(parts)]
    between = [drawing.flow(one[1], two[0]) for one, two in pairwise(made)]
    return made[0][0], made[-1][1], "".join(one[2] for one in made) + "".join(between)


def _branches(drawing: Drawn, branches: tuple[Block, ...], path: str) -> tuple[list[str], str]:
    """Draw branches into the merge `{path}_merge`; return their first elements and the XML."""
    firsts, xml = [], ""
    for number, branch in enumerate(branches):
        first, last, inner = draw(drawing, branch, f"{path}{number}")
        firsts.append(first)
        xml += inner + drawing.flow(last, f"{path}_merge")
    return firsts, xml


def _choice(drawing: Drawn, branches: tuple[Block, ...], path: str) -> tuple[str, str, str]:
    firsts, xml = _branches(drawing, branches, path)
    flows = [
        drawing.flow(f"{path}_which", first, f"choice == {number}" if number else "")
        for number, first in enumerate(firsts)
    ]
    default = flows[0].split('"')[1]
    xml += (
        step(drawing, "task", f"{path}_ask")
        + drawing.flow(f"{path}_ask", f"{path}_which")
        + node("exclusiveGateway", f"{path}_which", default=default)
        + node("exclusiveGateway", f"{path}_merge")
    )
    return f"{path}_ask", f"{path}_merge", xml + "".join(flows)


def _loop(drawing: Drawn, body: Block, path: str) -> tuple[str, str, str]:
    first, last, inner = draw(drawing, body, f"{path}0")
    leave = drawing.flow(f"{path}_again", f"{path}_left")
    xml = (
        node("exclusiveGateway", f"{path}_merge")
        + drawing.flow(f"{path}_merge", first)
        + inner
        + drawing.flow(last, f"{path}_ask")
        + step(drawing, "task", f"{path}_ask")
        + drawing.flow(f"{path}_ask", f"{path}_again")
        + node("exclusiveGateway", f"{path}_again", default=leave.split('"')[1])
        + drawing.flow(f"{path}_again", f"{path}_merge", "choice == 1")
        + leave
        + node("exclusiveGateway", f"{path}_left")
    )
    return f"{path}_merge", f"{path}_left", xml


def _fork(drawing: Drawn, branches: tuple[Block, ...], path: str) -> tuple[str, str, str]:
    firsts, xml = _branches(drawing, branches, path)
    xml += node("parallelGateway", f"{path}_split") + node("parallelGateway", f"{path}_merge")
    return f"{path}_split", f"{path}_merge", xml + "".join(drawing.flow(f"{path}_split", first) for first in firsts)


def _several(drawing: Drawn, branches: tuple[Block, ...], path: str) -> tuple[str, str, str]:
    firsts, xml = _branches(drawing, branches, path)
    xml += (
        step(drawing, "task", f"{path}_ask")
        + drawing.flow(f"{path}_ask", f"{path}_split")
        + node("inclusiveGateway", f"{path}_split")
        + node("inclusiveGateway", f"{path}_merge")
    )
    flows = [drawing.flow(f"{path}_split", first, f"choice != {number}") for number, first in enumerate(firsts)]
    return f"{path}_ask", f"{path}_merge", xml + "".join(flows)


def _race(drawing: Drawn, branches: tuple[Block, Block], path: str) -> tuple[str, str, str]:
    firsts, xml = _branches(drawing, branches, path)
    for kind, first in zip(("message", "timer"), firsts, strict=True):
        xml += step(drawing, kind, f"{path}_{kind}")
        xml += drawing.flow(f"{path}_wait", f"{path}_{kind}") + drawing.flow(f"{path}_{kind}", first)
    xml += node("eventBasedGateway", f"{path}_wait") + node("exclusiveGateway", f"{path}_merge")
    return f"{path}_wait", f"{path}_merge", xml


def _scope(drawing: Drawn, body: Block, called: bool, path: str) -> str:
    if called:
        key = f"{path}_called"
        drawing.processes[key] = _process(drawing, body, key, node("startEvent", f"{key}_start"))
        return node("callActivity", path, calledElement=key)
    inside = _process(drawing, body, f"{path}_in", node("startEvent", f"{path}_in_start"))
    return node("subProcess", path, inner=inside)


def _bounded(
    drawing: Drawn, activity: str, boundaries: tuple[tuple[str, Block], ...], path: str
) -> tuple[str, str, str]:
    firsts, xml = _branches(drawing, tuple(handler for _, handler in boundaries), path)
    for (kind, _), first in zip(boundaries, firsts, strict=True):
        ident = f"{path}_{kind}"
        xml += node("boundaryEvent", ident, inner=drawing.event(kind, ident), attachedToRef=path)
        xml += drawing.flow(ident, first)
    merge = node("exclusiveGateway", f"{path}_merge") + drawing.flow(path, f"{path}_merge")
    return path, f"{path}_merge", activity + xml + merge
