"""Generated drawings: nested blocks, and the BPMN they are drawn as. A block's element ids follow from its path."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from engine.drawings import HEAD, flow, form, node, operator, timer
from hypothesis import strategies as st

START = "demo.started"


@dataclass(frozen=True)
class Step:
    """One element: `kind` is task, job, message, timer or script, which waits for nothing."""

    kind: str


@dataclass(frozen=True)
class Row:
    """One block after the other."""

    parts: tuple[Block, ...]


@dataclass(frozen=True)
class Choice:
    """A task asks which branch of an exclusive gateway to take."""

    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Loop:
    """After the body a task asks whether to do it again."""

    body: Block


@dataclass(frozen=True)
class Fork:
    """Parallel branches that are joined."""

    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Several:
    """A task asks which branch of an inclusive gateway to leave out."""

    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Race:
    """An event gateway: a message or a timer, whichever comes first."""

    on_message: Block
    on_timer: Block


@dataclass(frozen=True)
class Scope:
    """A sub-process or a called process, which interrupting boundary events lead out of."""

    body: Block
    called: bool
    boundaries: tuple[tuple[str, Block], ...]


@dataclass(frozen=True)
class Guarded:
    """A task or job with an interrupting boundary event."""

    kind: str
    boundary: str
    handler: Block


Block = Step | Row | Choice | Loop | Fork | Several | Race | Scope | Guarded


KINDS: list[type] = [Step, Step, Row, Choice, Loop, Fork, Several, Race, Scope, Guarded]


@st.composite
def drawings(draw: st.DrawFn, depth: int = 3) -> Block:
    """Return any block, with others inside to a depth."""
    inner = drawings(depth - 1)
    kind = draw(st.sampled_from(KINDS if depth else [Step]))
    if kind is Step:
        return Step(draw(st.sampled_from(["task", "job", "message", "timer", "script"])))
    if kind is Loop:
        return Loop(draw(inner))
    if kind is Race:
        return Race(draw(inner), draw(inner))
    events = st.sampled_from(["message", "timer"])
    if kind is Guarded:
        return Guarded(draw(st.sampled_from(["task", "job"])), draw(events), draw(inner))
    if kind is Scope:
        ways_out = draw(st.lists(st.tuples(events, inner), max_size=2, unique_by=lambda way: way[0]))
        return Scope(draw(inner), draw(st.booleans()), tuple(ways_out))
    block: Block = kind(tuple(draw(st.lists(inner, min_size=2, max_size=3))))
    return block


@dataclass
class Drawn:
    """Drawings in the making: the process `key` and those it calls."""

    key: str
    processes: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    _flows: int = 0

    def flow(self, source: str, target: str, condition: str = "") -> str:
        self._flows += 1
        return flow(f"f{self._flows}_{source}_{target}", source, target, condition)

    def event(self, kind: str, ident: str) -> str:
        if kind == "timer":
            return timer("timeDuration", '"PT1H"')
        self.messages.append(ident)
        return f'<bpmn:messageEventDefinition messageRef="m_{ident}"/>'

    def files(self) -> list[str]:
        """Return the XML of every file, called ones first."""
        return [self._file(key) for key in self.processes]

    def _file(self, key: str) -> str:
        head = HEAD.replace('id="d"', f'id="d_{key}"')
        names = "".join(f'<bpmn:message id="m_{ident}" name="{ident}"/>' for ident in self.messages)
        start = f'<bpmn:message id="m_start" name="{START}"/>'
        inside = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{self.processes[key]}</bpmn:process>'
        return f"{head}{inside}{names}{start if key == self.key else ''}</bpmn:definitions>"


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
            return path, path, _step(drawing, kind, path)
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
            return _bounded(drawing, _step(drawing, kind, path), ((boundary, handler),), path)


def _step(drawing: Drawn, kind: str, path: str) -> str:
    match kind:
        case "task":
            return node("userTask", path, inner=form("pick"))
        case "job":
            return node("serviceTask", path, inner=operator("echo.say", "said", text="1"))
        case "script":
            return node("scriptTask", path, inner="<bpmn:script>passed = 1</bpmn:script>")
        case _:
            return node("intermediateCatchEvent", path, inner=drawing.event(kind, path))


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
        _step(drawing, "task", f"{path}_ask")
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
        + _step(drawing, "task", f"{path}_ask")
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
        _step(drawing, "task", f"{path}_ask")
        + drawing.flow(f"{path}_ask", f"{path}_split")
        + node("inclusiveGateway", f"{path}_split")
        + node("inclusiveGateway", f"{path}_merge")
    )
    flows = [drawing.flow(f"{path}_split", first, f"choice != {number}") for number, first in enumerate(firsts)]
    return f"{path}_ask", f"{path}_merge", xml + "".join(flows)


def _race(drawing: Drawn, branches: tuple[Block, Block], path: str) -> tuple[str, str, str]:
    firsts, xml = _branches(drawing, branches, path)
    for kind, first in zip(("message", "timer"), firsts, strict=True):
        xml += _step(drawing, kind, f"{path}_{kind}")
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
