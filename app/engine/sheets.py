"""Decision tables to edit: read as a sheet of cells, written back into the file they came from.

Only what was edited changes: ids, names, widths, the diagram, comments and marks of other tools stay as they are.
"""

from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

from lxml import etree

from app.engine import decisions, documents
from app.engine.decisions import Verdict

MAX_COLUMNS, MAX_ROWS = 20, 400
_BIODI = "http://bpmn.io/schema/dmn/biodi/2.0"


@dataclass(frozen=True, slots=True)
class Column:
    """An input asks an `expression`, an output answers a name; an input without an id is new."""

    id: str
    label: str
    expression: str
    type: str


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: a cell for each input and each output; a row without an id is new."""

    id: str
    tests: tuple[str, ...]
    answers: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    name: str
    policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[Row, ...] = field(default=())

    def blank(self) -> Row:
        """Return a new row that matches anything and answers nothing yet."""
        return Row("", ("-",) * len(self.inputs), ("",) * len(self.outputs))

    def with_input(self, label: str, expression: str, kind: str) -> "Sheet":
        """Return the sheet with one more input, which every row lets be anything."""
        rows = tuple(replace(row, tests=(*row.tests, "-")) for row in self.rows)
        return replace(self, inputs=(*self.inputs, Column("", label, expression, kind)), rows=rows)

    def without_input(self, place: int) -> "Sheet":
        """Return the sheet without one of its inputs."""
        rows = tuple(replace(row, tests=row.tests[:place] + row.tests[place + 1 :]) for row in self.rows)
        return replace(self, inputs=self.inputs[:place] + self.inputs[place + 1 :], rows=rows)


def read(xml: str) -> Sheet:
    """Return the one decision table of a DMN file as a sheet; raise BadTable or BadDrawing."""
    root = documents.read_xml(xml)
    table = decisions.parse(root)
    element = _table(root)
    inputs = tuple(
        Column(one.get("id", ""), one.get("label") or asked, asked, kind)
        for one, asked, kind in zip(_all(element, "input"), table.inputs, table.asks, strict=True)
    )
    outputs = tuple(
        Column(one.get("id", ""), one.get("label") or name, name, kind)
        for one, name, kind in zip(_all(element, "output"), table.outputs, table.types, strict=True)
    )
    remarks = [_remark(rule) for rule in _all(element, "rule")]
    rows = tuple(Row(r.id, r.tests, r.answers, remark) for r, remark in zip(table.rules, remarks, strict=True))
    return Sheet(table.key, table.name, table.policy, inputs, outputs, rows)


def write(xml: str, sheet: Sheet) -> str:
    """Return the file with the rows and inputs of the sheet; what is new gets an id of its own."""
    documents.read_xml(xml)  # bounded and without entities, or it raises
    root = etree.fromstring(documents.as_text(xml).encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    table = _table(root)
    before = [one.get("id", "") for one in _all(table, "input")]
    _write_inputs(table, sheet)
    known = {one.get("id", ""): one for one in _all(table, "rule")}
    written = [_write_row(known.get(row.id), row, table, before, sheet) for row in sheet.rows]
    # They go where the first rule was, so that annotations before and after stay where they are.
    place = table.index(next(iter(known.values()))) if known else len(table)
    for one in known.values():
        table.remove(one)
    for offset, one in enumerate(written):
        one.tail = "\n      " if offset < len(written) - 1 else "\n    "
        table.insert(place + offset, one)
    if place:
        table[place - 1].tail = "\n      "
    content: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return content.decode() + "\n"


def decide(xml: str, data: dict[str, Any]) -> Verdict:
    """Ask a table that may not be deployed; raise ExpressionError where it cannot answer."""
    return decisions.decide(decisions.read(documents.read_xml(xml)), data)


def _table(root: etree._Element) -> etree._Element:
    found: etree._Element = root.xpath("//*[local-name()='decisionTable']")[0]
    return found


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _remark(rule: etree._Element) -> str:
    return next((" ".join((one.text or "").split()) for one in _all(rule, "description")), "")


def _write_inputs(table: etree._Element, sheet: Sheet) -> None:
    kept = {one.id for one in sheet.inputs if one.id}
    for one in _all(table, "input"):
        if one.get("id", "") not in kept:
            table.remove(one)
    last = max((table.index(one) for one in _all(table, "input")), default=-1)
    for column in (one for one in sheet.inputs if not one.id):
        last += 1
        made = _make(table, "input", f"Input_{sheet.key}_{token_hex(4)}", label=column.label)
        made.set(f"{{{_BIODI}}}width", "170")
        asked = _make(table, "inputExpression", f"InputExpression_{sheet.key}_{token_hex(4)}", typeRef=column.type)
        etree.SubElement(asked, _in(table, "text")).text = column.expression
        made.append(asked)
        made.tail = "\n      "
        table.insert(last, made)


def _write_row(
    rule: etree._Element | None, row: Row, table: etree._Element, before: list[str], sheet: Sheet
) -> etree._Element:
    ident = row.id if rule is not None else f"Rule_{sheet.key}_{token_hex(4)}"
    ids = [column.id for column in sheet.inputs]
    made = rule if rule is not None else _make(table, "rule", ident)
    old = dict(zip(before, _all(made, "inputEntry"), strict=False))
    answers = _all(made, "outputEntry")
    cells = [_cell(table, old.get(column), text, "inputEntry") for column, text in zip(ids, row.tests, strict=True)]
    for place, text in enumerate(row.answers):
        cells.append(_cell(table, answers[place] if place < len(answers) else None, text, "outputEntry"))
    for one in (*old.values(), *answers):
        made.remove(one)
    _write_remark(table, made, row.remark)
    # DMN wants the description first, then the cells, then what else a rule holds (annotations, extensions).
    place = len([*_all(made, "description"), *_all(made, "extensionElements")])
    for offset, one in enumerate(cells):
        one.tail = "\n        " if offset < len(cells) - 1 else "\n      "
        made.insert(place + offset, one)
    if place:
        made[place - 1].tail = "\n        "
    else:
        made.text = "\n        "
    return made


def _cell(table: etree._Element, found: etree._Element | None, text: str, name: str) -> etree._Element:
    made = found if found is not None else _make(table, name, f"Cell_{token_hex(6)}")
    inner = next(iter(_all(made, "text")), None)
    if inner is None:
        inner = etree.SubElement(made, _in(table, "text"))
        made.text, inner.tail = "\n          ", "\n        "
    if (inner.text or "").strip() != text.strip():
        inner.text = text.strip()
    return made


def _write_remark(table: etree._Element, rule: etree._Element, remark: str) -> None:
    found = next(iter(_all(rule, "description")), None)
    if found is not None and not remark:
        rule.remove(found)
    elif remark and remark != _remark(rule):
        if found is None:
            found = etree.Element(_in(table, "description"))
            rule.insert(0, found)
        found.text = remark


def _make(table: etree._Element, name: str, ident: str, **more: str) -> etree._Element:
    return etree.Element(_in(table, name), {"id": ident, **more})


def _in(table: etree._Element, name: str) -> str:
    return f"{{{etree.QName(table).namespace}}}{name}"
