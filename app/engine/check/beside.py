"""What a drawing may refer to outside its own file: deployed tables and processes, and what those throw."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import URL, inspect
from sqlalchemy.exc import DatabaseError

from app.config import ROOT
from app.db import db
from app.engine import decisions, documents, library
from app.engine.check.drawing import Drawing, Node, read
from app.engine.check.elements import sizes
from app.engine.decisions import Table
from app.engine.models import Definition
from app.errors import Trouble

SHIPPED = ROOT / "processes"


@dataclass
class Beside:
    """Drawings and tables by key, as they would be in force. `written` remembers what elements and calls write."""

    drawings: dict[str, Drawing] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    written: dict[Node | str, dict[str, Any]] = field(default_factory=dict)

    def others(self, key: str) -> "Beside":
        """Return what there is but for the process of a key, with nothing said yet about what elements write."""
        return Beside({k: drawing for k, drawing in self.drawings.items() if k != key}, self.tables)

    @cached_property
    def thrown(self) -> dict[str, set[str] | None]:
        """The messages these drawings throw, with the variables they bring; None when that is open."""
        found: dict[str, set[str] | None] = {}
        for drawing in self.drawings.values():
            for name, brings in thrown(drawing):
                before = found.get(name, set())
                found[name] = None if brings is None or before is None else before | brings
        return found

    def calls_of(self, drawing: Drawing) -> set[str]:
        """Return the keys of the processes a drawing calls, directly and through others."""
        seen: set[str] = set()
        pending = [drawing]
        while pending:
            fresh = pending.pop().called - seen
            seen |= fresh
            pending += [self.drawings[key] for key in fresh if key in self.drawings]
        return seen

    def called_by(self, key: str) -> set[str]:
        """Return the keys of the processes the process of a key calls, directly and through others."""
        return self.calls_of(self.drawings[key]) if key in self.drawings else set()


def thrown(drawing: Drawing) -> Iterator[tuple[str, set[str] | None]]:
    """Yield the name of each message a drawing throws and the variables it brings, None when that is open."""
    for node in drawing.nodes:
        if node.kind in {"sendTask", "intermediateThrowEvent", "endEvent"} and (name := drawing.message(node)):
            yield name, _payload(node)


def _payload(node: Node) -> set[str] | None:
    text = next(iter(node.each(".//spiffworkflow:messagePayload/text()")), "").strip()
    if not text:
        return set()
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(tree, ast.Dict) or not all(isinstance(key, ast.Constant) for key in tree.keys):
        return None
    return {str(key.value) for key in tree.keys if isinstance(key, ast.Constant)}


def gather(files: Iterable[str | bytes]) -> Beside:
    """Return what these files offer; one that cannot be read offers nothing, its own check says why."""
    beside = Beside()
    for file in files:
        try:
            root = documents.read_xml(file)
            if etree.QName(root).namespace != documents.BPMN:
                table = decisions.read(root)
                beside.tables[table.key] = table
            elif not any(problem.severity == "error" for problem in sizes(root)):
                beside.drawings |= {p.get("id", ""): read(root, p) for p in documents.executable(root)}
        except Trouble:
            continue
    return beside


def key_of(file: str | bytes) -> str:
    """Return the key a file would be deployed under, empty when that cannot be said."""
    try:
        root = documents.read_xml(file)
        if etree.QName(root).namespace != documents.BPMN:
            return decisions.parse(root).key
    except Trouble:
        return ""
    found = documents.executable(root)
    return found[0].get("id", "") if len(found) == 1 else ""


def in_force() -> list[str]:
    """Return the documents in force; where there is no database yet, those that are shipped."""
    try:
        there = _is_there(db.engine.url) and inspect(db.session.connection()).has_table(Definition.__tablename__)
    except (RuntimeError, DatabaseError):  # no application, or no database
        there = False
    if there:
        return [definition.xml for definition in library.definitions()]
    return [path.read_text() for path in sorted(SHIPPED.glob("*.*mn"))]


def _is_there(url: URL) -> bool:
    # Looking into a SQLite file that is not there would make it.
    file = url.database if url.get_backend_name() == "sqlite" else None
    return not file or file == ":memory:" or Path(file).exists()
