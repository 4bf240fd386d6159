"""The deployment check: what SpiffWorkflow would get silently wrong, or must never run, is refused with its element."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from lxml import etree

from app.engine import calls, dialect, documents, library
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
from app.engine.check.beside import Beside, gather, in_force, key_of
from app.engine.check.drawing import NODES, Drawing, read, tag
from app.engine.check.problem import Problem, warning
from app.engine.models import Definition
from app.errors import Invalid, Trouble

__all__ = ["Problem", "Refused", "check", "check_all", "deploy", "in_force", "key_of", "warning"]

Name = TypeVar("Name")

MAX_PROBLEMS = 200
MAX_KEY = 80


class Refused(Invalid):
    """The drawing was not deployed."""


def check(xml: str | bytes, *, beside: Iterable[str | bytes] | None = None) -> list[Problem]:
    """Return every problem of a drawing or decision table, errors first; without an error it can be deployed.

    `beside` are the drawings and tables it may refer to, those in force if not given.
    """
    return _check(xml, gather(in_force() if beside is None else beside))


def check_all(files: Mapping[Name, str | bytes]) -> dict[Name, list[Problem]]:
    """Check files that would be deployed together and may refer to each other."""
    beside = gather([*in_force(), *files.values()])
    return {name: _check(content, beside) for name, content in files.items()}


def _check(xml: str | bytes, beside: Beside) -> list[Problem]:
    try:
        found = _bounded(_problems(documents.read_xml(xml), beside))
    except Trouble as error:
        found = [Problem(str(error.extra.get("element", "")), error.detail)]
    return sorted(found, key=lambda problem: problem.severity)


def _bounded(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once, leaving off after many errors; warnings alone never stop the search for one."""
    found: dict[Problem, None] = {}
    left = {"error": MAX_PROBLEMS, "warning": MAX_PROBLEMS}
    for problem in problems:
        left[problem.severity] -= 1
        if left[problem.severity] >= 0:
            found[problem] = None
        elif problem.severity == "error":
            break
    return list(found)


def deploy(xml: str, *, note: str, by: str, beside: Iterable[str | bytes] = ()) -> Definition:
    """Check and activate the next version; raise Refused naming the first element at fault.

    `beside` are further drawings that will be in force with it.
    """
    problems = [p for p in check(xml, beside=[*in_force(), *beside]) if p.severity == "error"]
    if problems:
        first = problems[0]
        raise Refused(
            f"{first.element + ': ' if first.element else ''}{first.message}",
            _by_element(problems),
            element=first.element,
        )
    return library.store(xml, note=note, by=by)


def _by_element(problems: list[Problem]) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for problem in problems:
        told.setdefault(problem.element or "file", []).append(problem.message)
    return {element: " ".join(messages) for element, messages in told.items()}


def _problems(root: etree._Element, beside: Beside) -> Iterator[Problem]:
    if etree.QName(root).namespace != documents.BPMN:
        yield from tables.problems(root, beside)
        return
    process, found = _outline(root)
    found += elements.sizes(root)
    yield from found
    if process is None or any(not problem.element for problem in found):
        return
    drawing = read(root, process)
    beside = beside.others(drawing.key)
    faulty = any(problem.severity == "error" for problem in found)
    for problem in chain(elements.problems(root, process), _drawn(drawing, beside)):
        faulty = faulty or problem.severity == "error"
        yield problem
    if not faulty:
        for problem in concurrency.problems(drawing, beside):
            faulty = faulty or problem.severity == "error"
            yield problem
    if not faulty:
        _parse(drawing, beside)


def _outline(root: etree._Element) -> tuple[etree._Element | None, list[Problem]]:
    """Return the process to look at, and why it may not be the one that is meant."""
    if tag(root) != "definitions":
        return None, [Problem("", f"A BPMN file begins with “definitions”, this one with “{tag(root)}”.")]
    drawn = [p for p in root.iterfind("bpmn:process", documents.NS) if any(tag(child) in NODES for child in p)]
    found = documents.executable(root)
    if len(found) > 1 or not (found or drawn):
        text = f"A file holds exactly one executable process; this one holds {len(found)}."
        return None, [Problem(found[1].get("id", "") if found else "", text)]
    if found:
        text = "Only the executable process is run; what is drawn here explains, and nothing more."
        return found[0], [warning(other.get("id", ""), text) for other in drawn if other is not found[0]]
    text = "Nothing of this file is run; mark it as executable, and draw the other pools empty."
    return (drawn[0] if len(drawn) == 1 else None), [Problem(other.get("id", ""), text) for other in drawn]


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
