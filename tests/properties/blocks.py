"""Generated drawings, as nested blocks."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Step:
    """One element: `kind` is task, job, message, timer, kept (a message kept while busy) or script (no wait)."""

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
    """A task or job with an interrupting boundary event; `error`, which only a job has, is its failure."""

    kind: str
    boundary: str
    handler: Block


@dataclass(frozen=True)
class Beside:
    """A sub-process of a task or job and what its event, which does not interrupt it, sets going beside it."""

    kind: str
    event: str
    handler: Block


@dataclass(frozen=True)
class Throwing:
    """A sub-process whose last task asks whether it ends with an error, which leads to the handler."""

    body: Block
    named: bool
    handler: Block


@dataclass(frozen=True)
class Cutting:
    """A sub-process of two branches; the end of the first cuts off the second."""

    first: Block
    second: Block


Block = Step | Row | Choice | Loop | Fork | Several | Race | Scope | Guarded | Beside | Throwing | Cutting


KINDS: list[type] = [Step, Step, Row, Choice, Loop, Fork, Several, Race, Scope, Guarded, Beside, Throwing, Cutting]
STEPS = ["task", "job", "message", "timer", "script", "kept"]
EVENTS = st.sampled_from(["message", "timer"])
ACTIVITIES = st.sampled_from(["task", "job"])


@st.composite
def drawings(draw: st.DrawFn, depth: int = 3) -> Block:
    """Return any block, with others inside to a depth."""
    inner = drawings(depth - 1)
    kind = draw(st.sampled_from(KINDS if depth else [Step]))
    if kind is Step:
        return Step(draw(st.sampled_from(STEPS)))
    if kind in (Row, Choice, Fork, Several):
        several: Block = kind(tuple(draw(st.lists(inner, min_size=2, max_size=3))))
        return several
    return draw(_special(kind, inner))


def _special(kind: type, inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    guarded = st.builds(Guarded, ACTIVITIES, EVENTS, inner) | st.builds(
        Guarded, st.just("job"), st.just("error"), inner
    )
    ways_out = st.lists(st.tuples(st.sampled_from(["message", "timer", "error"]), inner), max_size=2, unique_by=_first)
    made: dict[type, st.SearchStrategy[Block]] = {
        Loop: st.builds(Loop, inner),
        Race: st.builds(Race, inner, inner),
        Guarded: guarded,
        Scope: st.builds(Scope, inner, st.booleans(), ways_out.map(tuple)),
        Beside: st.builds(Beside, ACTIVITIES, EVENTS, inner),
        Throwing: st.builds(Throwing, inner, st.booleans(), inner),
        Cutting: st.builds(Cutting, inner, inner),
    }
    return made[kind]


def _first(way: tuple[str, Block]) -> str:
    return way[0]
