"""Call activities: the called processes as parts of their caller's instance, each element with an id of its own.

What another process calls is pinned when the caller is deployed, so two parts may be versions of one process. Every
process gets the name of its part, and an id that is taken already the key of its process before it: `refund:start`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar

from lxml import etree

from app.db import db
from app.engine.documents import BPMN, NS, BadDrawing, executable, read_xml
from app.engine.models import Definition

Name = TypeVar("Name")
MAX_ID = 120
_REFERENCES = {"id", "default", "sourceRef", "targetRef", "attachedToRef", "messageRef", "errorRef", "escalationRef"}
_REFERRING = ("incoming", "outgoing", "flowNodeRef")


@dataclass(frozen=True, slots=True)
class Part:
    """One process: the document that holds it, and the names of the parts it calls by their keys."""

    name: str
    key: str
    root: etree._Element
    calls: dict[str, str]


def documents(definition: Definition) -> list[str]:
    """Return a deployed process and those it calls, in the versions it was deployed with, for one parser."""
    if not definition.calls:
        return [definition.xml]
    parts: dict[int, Part] = {}
    pending = [definition]
    while pending:
        one = pending.pop(0)
        if one.id not in parts:
            callees = {key: db.session.get_one(Definition, ident) for key, ident in one.calls.items()}
            pending.extend(callees.values())
            name = one.key if one is definition else _name(one)
            parts[one.id] = Part(name, one.key, read_xml(one.xml), {key: _name(c) for key, c in callees.items()})
    return joined(parts.values())


def _name(definition: Definition) -> str:
    return f"{definition.key}:{definition.version}"


def joined(parts: Iterable[Part]) -> list[str]:
    """Return the documents as one parser can read them; those of the first part, the caller, keep their ids."""
    joint: list[str] = []
    taken: set[str] = set()
    for part in parts:
        root = etree.fromstring(etree.tostring(part.root))
        for call in root.iter(f"{{{BPMN}}}callActivity"):
            key = call.get("calledElement", "")
            call.set("calledElement", part.calls.get(key, key))
        if joint:
            _rename(root, part, taken)
        taken.update(_ids(root))
        joint.append(etree.tostring(root, encoding="unicode"))
    return joint


def called(root: etree._Element) -> list[str]:
    """Return the keys of the processes a document calls."""
    path = ".//bpmn:callActivity/@calledElement"
    return sorted({str(key) for process in executable(root) for key in process.xpath(path, namespaces=NS)})


def in_order(documents: Mapping[Name, str]) -> list[Name]:
    """Return the names of documents in the order they can be deployed: what is called before what calls it."""
    holders: dict[str, Name] = {}
    asked: dict[Name, list[str]] = {}
    for name, text in documents.items():
        try:
            root = read_xml(text)
        except BadDrawing:
            asked[name] = []  # its own deployment says why
            continue
        holders |= {process.get("id", ""): name for process in executable(root)}
        asked[name] = called(root)
    before = {name: {holders[key] for key in keys if key in holders} - {name} for name, keys in asked.items()}
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(documents)  # refused as processes that call themselves


def _ids(root: etree._Element) -> Iterator[str]:
    return (element.get("id", "") for element in root.iter(f"{{{BPMN}}}*"))


def _rename(root: etree._Element, part: Part, taken: set[str]) -> None:
    new = {ident: _free(ident, part, taken) for ident in _ids(root) if ident in taken} | {part.key: part.name}
    for element in root.iter("*"):
        ours = etree.QName(element).namespace == BPMN
        for name in _REFERENCES if ours else {"bpmnElement"}:
            _replace(element, name, new)
        if ours and etree.QName(element).localname in _REFERRING:
            element.text = new.get((element.text or "").strip(), element.text)


def _replace(element: Any, name: str, new: dict[str, str]) -> None:
    if (found := element.get(name)) in new:
        element.set(name, new[found])


def _free(ident: str, part: Part, taken: set[str]) -> str:
    found = next(one for one in (f"{part.key}:{ident}", f"{part.name}:{ident}") if one not in taken)
    if len(found) > MAX_ID:
        text = f"“{part.key}” has an element of the same id, and with its key before it that is too long; rename one."
        raise BadDrawing(text, element=ident)
    return found
