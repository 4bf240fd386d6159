"""What is deployed, and the parsed form of it, kept once per process and definition."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask, StandardLoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess
from sqlalchemy import func, select, update

from app import clock
from app.db import db, execute
from app.engine import calls, decisions, dialect, documents
from app.engine.models import Definition
from app.errors import NotFound

_FLOW_NODES = ("task", "Task", "Event", "Gateway", "subProcess", "callActivity", "transaction")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the diagram says beyond the specification: names, flows as (source, target) → id, lanes, boundary events.

    `called` are the elements of called processes, which the diagram does not show.
    """

    names: dict[str, str]
    flows: dict[tuple[str, str], str]
    lanes: dict[str, str]
    boundaries: set[str]
    called: set[str]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is deployed, as messages and decisions ask for it: every message name a drawing knows, what starts which
    definition ids under which condition, what is kept for which, the public ids of the active tables by key, and those
    of all processes."""

    known: set[str]
    starts: dict[str, list[tuple[int, str]]]
    kept: dict[int, list[str]]
    tables: dict[str, str]
    processes: dict[int, str]


@dataclass(slots=True)
class Plan:
    """A parsed process. `static` plans are never changed by running them, so all instances share one."""

    key: str
    version: int
    spec: Any
    parts: dict[str, Any]
    drawing: Drawing
    static: bool
    documents: list[str] = field(repr=False)

    def fresh(self) -> tuple[Any, dict[str, Any]]:
        """Return specifications an instance may run on."""
        return (self.spec, self.parts) if self.static else dialect.parse(self.documents, self.key)


# By public id: an integer key comes again after a rollback.
_plans: dict[str, Plan] = {}
_tables: dict[str, decisions.Table] = {}
_hearings: dict[tuple[Any, ...], Hearing] = {}
HEARING = "engine.hearing"
_SHELF = select(func.max(Definition.public_id), func.count())
_MUTATING = (MultiInstanceTask, StandardLoopTask, EventSubprocess)


def plan(definition: Definition) -> Plan:
    """Return the parsed form of a deployed process."""
    if definition.public_id not in _plans:
        texts = calls.documents(definition)
        spec, parts = dialect.parse(texts, definition.key)
        specs = [s for one in (spec, *parts.values()) for s in one.task_specs.values()]
        _plans[definition.public_id] = Plan(
            key=definition.key,
            version=definition.version,
            spec=spec,
            parts=parts,
            drawing=_drawing(texts),
            static=not any(isinstance(s, _MUTATING) for s in specs),
            documents=texts,
        )
    return _plans[definition.public_id]


def plan_of(definition_id: int) -> Plan:
    """Return the parsed form of a process by its key; its row is read only when it is met for the first time."""
    kept = _plans.get(hearing().processes.get(definition_id, ""))
    return kept or plan(db.session.get_one(Definition, definition_id))


def _drawing(texts: list[str]) -> Drawing:
    drawing = Drawing({}, {}, {}, set(), set())
    for place, document in enumerate(texts):
        before = set(drawing.names)
        for node in documents.read_xml(document).iter(f"{{{documents.BPMN}}}*"):
            _read_node(node, drawing)
        drawing.called.update(drawing.names.keys() - before if place else ())
    return drawing


def _read_node(node: etree._Element, drawing: Drawing) -> None:
    tag, ident = etree.QName(node).localname, node.get("id", "")
    if tag == "sequenceFlow":
        drawing.flows.setdefault((node.get("sourceRef", ""), node.get("targetRef", "")), ident)
    elif tag == "flowNodeRef" and node.text:
        parent = node.getparent()
        drawing.lanes[node.text.strip()] = parent.get("name", "") if parent is not None else ""
    elif tag.endswith(_FLOW_NODES):
        drawing.names[ident] = " ".join((node.get("name") or "").split())
        if tag == "boundaryEvent":
            drawing.boundaries.add(ident)


def table(key: str) -> decisions.Table:
    """Return the active decision table; raise NotFound."""
    public_id = hearing().tables.get(key)
    if public_id is None:
        raise NotFound(f"There is no decision table “{key}”.")
    if public_id not in _tables:
        xml = db.session.scalars(select(Definition.xml).where(Definition.public_id == public_id)).one()
        _tables[public_id] = decisions.read(documents.read_xml(xml))
    return _tables[public_id]


def active(key: str) -> Definition:
    """Return the version new instances take; raise NotFound."""
    found = db.session.scalar(select(Definition).where(Definition.key == key, Definition.active.is_(True)))
    if found is None:
        raise NotFound(f"There is no process “{key}”.")
    return found


def definitions() -> list[Definition]:
    """Return the active definitions by key."""
    query = select(Definition).where(Definition.active.is_(True)).order_by(Definition.kind, Definition.key)
    return list(db.session.scalars(query))


def version(key: str, number: int | None = None) -> Definition:
    """Return one deployed version, the active one without a number; raise NotFound."""
    if number is None:
        return active(key)
    found = db.session.scalar(select(Definition).where(Definition.key == key, Definition.version == number))
    if found is None:
        raise NotFound(f"There is no version {number} of “{key}”.")
    return found


def hearing() -> Hearing:
    """Return what is deployed, asked for once per transaction and read only after a deployment."""
    if HEARING not in db.session.info:
        # Whatever changes what is active stores a new definition; counted, because two may be committed in any order.
        shelf = execute(_SHELF).one()
        found = _hearings.get(tuple(shelf))
        if found is None:
            found = _read_hearing()
            _hearings.clear()
            _hearings[tuple(shelf)] = found
        db.session.info[HEARING] = found
    heard: Hearing = db.session.info[HEARING]
    return heard


def _read_hearing() -> Hearing:
    found = Hearing(set(), {}, {}, {}, {})
    for row in db.session.execute(select(*(getattr(Definition, name) for name in _HEARD))):
        if row.kind == "bpmn":
            found.known.update(row.messages)
            found.kept[row.id] = row.kept_messages
            found.processes[row.id] = row.public_id
            if row.active and row.start_message:
                found.starts.setdefault(row.start_message, []).append((row.id, row.start_when))
        elif row.active:
            found.tables[row.key] = row.public_id
    return found


_HEARD = ("id", "public_id", "key", "kind", "active", "messages", "kept_messages", "start_message", "start_when")


def store(xml: str, *, note: str, by: str) -> Definition:
    """Keep a checked drawing or table as the next active version of its key; the same text again changes nothing,
    unless a process it calls has a newer version."""
    xml = documents.as_text(xml)
    root = documents.read_xml(xml)
    kind = "dmn" if etree.QName(root).namespace != documents.BPMN else "bpmn"
    key, name = _identity(root, kind)
    digest = hashlib.sha256(xml.encode()).hexdigest()
    db.session.flush()
    current = db.session.scalar(
        select(Definition).where(Definition.key == key, Definition.active.is_(True)).with_for_update()
    )
    callees = {called: active(called) for called in calls.called(root)}
    pinned = {called: one.id for called, one in callees.items()}
    if current is not None and (current.hash, current.calls) == (digest, pinned):
        return current
    latest = db.session.scalar(select(func.max(Definition.version)).where(Definition.key == key)) or 0
    db.session.execute(update(Definition).where(Definition.key == key).values(active=False))
    definition = Definition(
        key=key,
        version=latest + 1,
        kind=kind,
        name=name,
        hash=digest,
        xml=xml,
        start_message=_start_message(root) if kind == "bpmn" else None,
        start_when=_start_when(root) if kind == "bpmn" else "",
        calls=pinned,
        messages=sorted({str(name) for name in root.xpath("//bpmn:message/@name", namespaces=documents.NS)}),
        kept_messages=sorted({*_kept_messages(root), *(m for one in callees.values() for m in one.kept_messages)}),
        note=note,
        deployed_at=clock.now(),
        deployed_by=by,
    )
    db.session.add(definition)
    db.session.flush()
    db.session.info.pop(HEARING, None)
    return definition


def _identity(root: etree._Element, kind: str) -> tuple[str, str]:
    if kind == "dmn":
        read = decisions.read(root)
        return read.key, read.name
    processes = documents.executable(root)
    if len(processes) != 1:
        raise documents.BadDrawing(f"A file holds exactly one executable process; this one holds {len(processes)}.")
    pool = root.xpath("//bpmn:participant[@processRef=$key]/@name", namespaces=documents.NS, key=processes[0].get("id"))
    key = processes[0].get("id", "")
    return key, processes[0].get("name") or (pool[0] if pool else key)


def _start_message(root: etree._Element) -> str | None:
    [process] = documents.executable(root)
    refs = process.xpath("bpmn:startEvent/bpmn:messageEventDefinition/@messageRef", namespaces=documents.NS)
    names = {m.get("id"): m.get("name") for m in root.xpath("//bpmn:message", namespaces=documents.NS)}
    return names.get(refs[0]) if refs else None


def _start_when(root: etree._Element) -> str:
    [process] = documents.executable(root)
    path = "bpmn:startEvent/bpmn:extensionElements//spiffworkflow:property[@name=$name]/@value"
    return str(next(iter(process.xpath(path, namespaces=documents.NS, name=documents.START_WHEN)), ""))


def _kept_messages(root: etree._Element) -> list[str]:
    path = "//bpmn:message[.//spiffworkflow:property[@name='keep' and @value='true']]/@name"
    return [str(name) for name in root.xpath(path, namespaces=documents.NS)]
