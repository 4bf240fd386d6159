"""The deployment check: what SpiffWorkflow would get silently wrong, or must never run, is refused with its element."""

from collections.abc import Iterable, Iterator

from lxml import etree

from app.engine import calls, dialect, library
from app.engine.check import (
    activities,
    concurrency,
    elements,
    events,
    expressions,
    extensions,
    flow,
    gateways,
    messages,
    operations,
    tables,
)
from app.engine.check.beside import Beside, executable, gather, in_force
from app.engine.check.drawing import NODES, Drawing, read, tag
from app.engine.check.problem import Problem, warning
from app.engine.models import Definition
from app.errors import Invalid, Trouble

__all__ = ["Problem", "Refused", "check", "deploy", "in_force", "warning"]

MAX_PROBLEMS = 200
MAX_KEY = 80


class Refused(Invalid):
    """The drawing was not deployed."""


def check(xml: str | bytes, *, beside: Iterable[str | bytes] | None = None) -> list[Problem]:
    """Return every problem of a drawing or decision table, errors first; without an error it can be deployed.

    `beside` are the drawings and tables it may refer to, those in force if not given.
    """
    try:
        root = dialect.read_xml(xml)
        others = gather(in_force() if beside is None else beside)
        found = list(dict.fromkeys(_problems(root, others)))
    except Trouble as error:
        found = [Problem(str(error.extra.get("element", "")), error.detail)]
    found.sort(key=lambda problem: problem.severity)
    return found[:MAX_PROBLEMS]


def deploy(xml: str, *, note: str, by: str, beside: Iterable[str | bytes] = ()) -> Definition:
    """Check and activate the next version; raise Refused naming the first element at fault.

    `beside` are further drawings that will be in force with it.
    """
    problems = [p for p in check(xml, beside=[*in_force(), *beside]) if p.severity == "error"]
    if problems:
        first = problems[0]
        raise Refused(
            f"{first.element + ': ' if first.element else ''}{first.message}",
            {p.element or "file": p.message for p in problems},
            element=first.element,
        )
    return library.store(xml, note=note, by=by)


def _problems(root: etree._Element, beside: Beside) -> Iterator[Problem]:
    if etree.QName(root).namespace != dialect.BPMN:
        yield from tables.problems(root, beside)
        return
    found = list(_outline(root))
    yield from found
    if found:
        return
    [process] = executable(root)
    drawing = read(root, process)
    beside.drawings.pop(drawing.key, None)
    found = [*elements.problems(root), *_drawn(drawing, beside)]
    if not any(problem.severity == "error" for problem in found):
        found += concurrency.problems(drawing, beside)
    yield from found
    if not any(problem.severity == "error" for problem in found):
        _parse(drawing, beside)


def _outline(root: etree._Element) -> Iterator[Problem]:
    """Yield why there is no one process to look at."""
    if tag(root) != "definitions":
        yield Problem("", f"A BPMN file begins with “definitions”, this one with “{tag(root)}”.")
        return
    processes = root.findall("bpmn:process", dialect.NS)
    found = executable(root)
    for process in processes:
        ident = process.get("id", "")
        if process.get("isExecutable") != "true" and any(tag(child) in NODES for child in process):
            text = "Only an executable process is run; mark it as executable, or draw the others as empty pools."
            yield Problem(ident, text)
    if len(found) != 1:
        text = f"A file holds exactly one executable process; this one holds {len(found)}."
        yield Problem(found[1].get("id", "") if found else "", text)


def _drawn(drawing: Drawing, beside: Beside) -> Iterator[Problem]:
    if len(drawing.key) > MAX_KEY:
        yield Problem(drawing.key, f"The id of the process is its name for deployments; at most {MAX_KEY} characters.")
    if drawing.key in beside.tables:
        yield Problem(drawing.key, f"“{drawing.key}” is a decision table already; give the process another id.")
    yield from flow.problems(drawing)
    yield from gateways.problems(drawing)
    yield from events.problems(drawing)
    yield from activities.problems(drawing, beside)
    yield from operations.problems(drawing)
    yield from messages.problems(drawing, beside)
    yield from extensions.problems(drawing)
    yield from expressions.problems(drawing, beside)


def _parse(drawing: Drawing, beside: Beside) -> None:
    """Raise BadDrawing when SpiffWorkflow cannot read the drawing with those it calls."""
    drawn = [drawing, *(beside.drawings[key] for key in sorted(beside.calls_of(drawing)) if key in beside.drawings)]
    names = {one.key: f"{one.key}:" for one in drawn}
    parts = [calls.Part(drawing.key if one is drawing else names[one.key], one.key, one.root, names) for one in drawn]
    dialect.parse(calls.joined(parts), drawing.key)
