"""Only elements that are run as drawn, each where BPMN puts it, each with an id of its own."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.engine.check.drawing import CONTAINERS, NODES, tag
from app.engine.check.problem import Problem, warning
from app.engine.check.vocabulary import ATTRIBUTES, FREE, LINES, NOT_RUN, PLACES, REFERRED
from app.engine.documents import BPMN, IDLE, NS

MAX_ID, MAX_NAME = 120, 200
MAX_NODES, MAX_FLOWS, MAX_NESTED, MAX_EXPRESSIONS = 1_000, 2_000, 10, 100_000
_EXPRESSIONS = {"conditionExpression", "script", "preScript", "postScript", "messagePayload", "payloadExpression"}
_EXPRESSIONS |= {"timeDuration", "timeDate", "timeCycle"}
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,20})?(?:e-?\d{1,2})?")
_ID = re.compile(r"[^\W\d][\w.\-]*")


def owner(element: etree._Element | None) -> str:
    """Return the id of the element of the drawing that something belongs to."""
    outermost = ""
    while element is not None and element.getparent() is not None:
        kind, outermost = tag(element), element.get("id") or outermost
        if element.get("id") and kind in PLACES and not kind.endswith("Definition"):
            break
        element = element.getparent()
    return outermost


def problems(root: etree._Element, process: etree._Element) -> Iterator[Problem]:
    """Yield what `definitions` and the process that is run hold and must not."""
    pending = [e for e in _inside(root) if tag(e) != "process" or e is process]
    while pending:
        element = pending.pop()
        kind, parent = tag(element), element.getparent()
        if kind in IDLE:
            if kind in LINES:
                yield warning(owner(element), LINES[kind])
        elif kind in NOT_RUN:
            yield Problem(owner(element), NOT_RUN[kind])
        elif kind not in FREE and kind not in PLACES:
            yield Problem(owner(element), f"“{kind}” is not run here; remove it.")
        elif kind not in FREE and tag(parent) not in PLACES[kind]:
            yield Problem(owner(element) or owner(parent), f"“{kind}” does not belong into “{tag(parent)}”.")
        elif kind == "extensionElements":
            yield from _extended(element)
        elif kind not in FREE:
            yield from _own(element)
            pending += _inside(element)
    yield from _ids(root)
    for bounds in root.iter(f"{_DC}Bounds"):
        if not all(_NUMBER.fullmatch(bounds.get(axis, "0")) for axis in "xy"):
            yield Problem(bounds.getparent().get("bpmnElement", ""), "Its position is no number; draw it again.")


def _inside(element: etree._Element) -> list[etree._Element]:
    return [child for child in reversed(element) if tag(child)]


def _own(element: etree._Element) -> Iterator[Problem]:
    for name, (fine, sentence) in ATTRIBUTES.items():
        if element.get(name, "") not in fine:
            yield Problem(owner(element), sentence)
    if len(element.get("name", "")) > MAX_NAME:
        yield Problem(owner(element), f"The name is longer than {MAX_NAME} characters.")
    if sum(tag(child) == "extensionElements" for child in element) > 1:
        yield Problem(owner(element), "“extensionElements” stands here twice; put everything into one.")
    for name in element.attrib:
        if etree.QName(name).namespace == BPMN:
            yield Problem(owner(element), f"Write the attribute “{etree.QName(name).localname}” without a prefix.")
    for child in element:
        if not tag(child):
            strange = etree.QName(child).localname
            yield Problem(owner(element), f"“{strange}” is no BPMN; put it into “extensionElements” or remove it.")


def _extended(element: etree._Element) -> Iterator[Problem]:
    for inner in element.iter():
        name = etree.QName(inner).localname
        if inner is not element and (tag(inner) or name.endswith(REFERRED)):
            yield Problem(owner(element), f"“{name}” does not belong into “extensionElements”.")


def _ids(root: etree._Element) -> Iterator[Problem]:
    drawn = [e for e in root.iter() if tag(e)]
    times = Counter(e.get("id") for e in drawn if e.get("id"))
    for ident, count in times.items():
        if count > 1:
            yield Problem(str(ident), "This id is used twice in the file; give each element its own.")
        elif not _ID.fullmatch(ident) or len(ident) > MAX_ID:
            text = f"An id is a letter, then letters, digits, . _ or -, at most {MAX_ID} of them; this one is not."
            yield Problem(str(ident)[:MAX_ID], text)
    for element in drawn:
        if (tag(element) in NODES or tag(element) in {"sequenceFlow", "message", "process"}) and not element.get("id"):
            yield Problem(owner(element), f"A “{tag(element)}” has no id, so nothing can refer to it; give it one.")
    for strange in root.xpath("//bpmn:process//*[@id]", namespaces=NS):
        if not tag(strange) and strange.get("id") in times:
            text = f"“{etree.QName(strange).localname}” has the same id as this element; rename the element."
            yield Problem(strange.get("id"), text)


def sizes(root: etree._Element) -> Iterator[Problem]:
    """Yield what makes a file too large to be looked at in reasonable time; nothing else needs to be asked then."""
    nodes, flows, text = [], [], 0
    for element in root.iter("{*}*"):
        kind = tag(element)
        if kind in NODES:
            nodes.append(element)
        elif kind == "sequenceFlow":
            flows.append(element)
        text += _length(element)
    for told, found, most in (("elements", nodes, MAX_NODES), ("flows", flows, MAX_FLOWS)):
        if len(found) > most:
            yield Problem(
                "", f"The file draws {len(found)} {told}; at most {most} are run. Split it by call activities."
            )
        for parent, count in Counter(e.getparent() for e in found).items():
            if count > most // 5:
                yield Problem(owner(parent), f"It holds {count} {told}; at most {most // 5}. Use sub-processes.")
    if text > MAX_EXPRESSIONS:
        told = f"Its expressions have {text} characters together; at most {MAX_EXPRESSIONS} are accepted."
        yield Problem("", f"{told} Let an operation or a decision table do more of it.")
    for element in nodes:
        if tag(element) in CONTAINERS and sum(1 for _ in element.iterancestors()) > MAX_NESTED:
            yield Problem(owner(element), f"It is nested more than {MAX_NESTED} deep; use a call activity.")
            return


def _length(element: etree._Element) -> int:
    name = etree.QName(element).localname
    if name == "parameter":
        return len(element.get("value", ""))
    return len(element.text or "") if name in _EXPRESSIONS else 0
