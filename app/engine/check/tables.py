"""Decision tables: every cell can be evaluated, and the hit policy holds."""

import ast
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.engine import decisions
from app.engine.cells import condition, is_any, literal
from app.engine.check.beside import Beside
from app.engine.check.elements import MAX_ID, MAX_NAME
from app.engine.check.problem import Problem, warning
from app.engine.check.types import fits, json_type, type_of
from app.engine.decisions import Rule, Table
from app.engine.expressions import ExpressionError, parse
from app.engine.functions import HELPERS
from app.engine.overlaps import overlaps

MAX_KEY, MAX_CELLS, MAX_TEXT = 80, 3_000, 100_000
_LEFT_OUT = {
    "literalExpression": "A decision is a table here; expressions without a table are not run.",
    "context": "A decision is a table here; contexts are not run.",
    "invocation": "A decision is a table here; invocations are not run.",
    "businessKnowledgeModel": "Business knowledge models are not run; write the condition into the cell.",
    "requiredDecision": "Other decisions are not asked from here; let the drawing ask one after the other.",
    "defaultOutputEntry": "Default outputs are not used; end with a row of “-”.",
}


def problems(root: etree._Element, beside: Beside) -> Iterator[Problem]:
    """Yield what makes a table fail, or decide otherwise than it says."""
    if root.find(".//{*}decision") is None:
        text = (
            f"This is neither BPMN 2.0 nor DMN with a decision; the file begins with “{etree.QName(root).localname}”."
        )
        yield Problem("", text)
        return
    for element in root.iter("{*}" + "*"):
        name = etree.QName(element).localname
        if name in _LEFT_OUT and not (name == "literalExpression" and _in_table(element)):
            yield Problem(_owner(element), _LEFT_OUT[name])
    try:
        table = decisions.parse(root)
    except ExpressionError as error:
        yield Problem(str(error.extra.get("element", "")), error.detail)
        return
    if large := list(_sizes(table)):
        yield from large
        return
    faults = [*_named(table, beside), *_cells(table)]
    yield from faults
    if not faults:
        yield from _policy(table)


def _sizes(table: Table) -> Iterator[Problem]:
    """Yield what makes a table too large to be looked at in reasonable time."""
    cells = [cell for rule in table.rules for cell in (*rule.tests, *rule.answers)]
    if len(cells) > MAX_CELLS or sum(map(len, cells)) > MAX_TEXT:
        text = f"The table has {len(cells)} cells of {sum(map(len, cells))} characters; at most {MAX_CELLS} cells"
        yield Problem(table.id, f"{text} of {MAX_TEXT} characters together are accepted. Split it.")


def _in_table(element: etree._Element) -> bool:
    return any(etree.QName(e).localname == "decisionTable" for e in element.iterancestors())


def _owner(element: etree._Element | None) -> str:
    while element is not None and not element.get("id"):
        element = element.getparent()
    return element.get("id", "") if element is not None else ""


def _named(table: Table, beside: Beside) -> Iterator[Problem]:
    if not table.key or len(table.key) > MAX_KEY:
        yield Problem(
            table.key[:MAX_ID], f"The decision needs an id of at most {MAX_KEY} characters; drawings call it by it."
        )
    if table.key in beside.drawings:
        yield Problem(table.key, f"“{table.key}” is a process already; give the decision another id.")
    if len(table.name) > MAX_NAME:
        yield Problem(table.key, f"The name is longer than {MAX_NAME} characters.")
    if not table.outputs or not table.rules:
        yield Problem(table.id, "The table needs at least one output and one row.")
    for name, count in Counter(table.outputs).items():
        if not name or count > 1:
            yield Problem(table.id, "Every output needs a name of its own; drawings take the answer by it.")
    for ident, count in Counter(rule.id for rule in table.rules).items():
        if not ident or count > 1:
            yield Problem(ident or table.id, "Every row needs an id of its own; the history names it.")


def _cells(table: Table) -> Iterator[Problem]:
    faults = list(decisions.faults(table))
    for element, sentence, cell in faults:
        yield Problem(element, sentence, cell=cell)
    broken = {element for element, _, _ in faults}
    if table.id in broken:
        return
    reads = {node for text in table.inputs for node in _names(text)}
    for rule in table.rules:
        if rule.id not in broken:
            yield from _tested(table, rule, reads)
            yield from _answered(table, rule, reads)


def _names(text: str) -> set[str]:
    return {node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)}


def _tested(table: Table, rule: Rule, reads: set[str]) -> Iterator[Problem]:
    for place, (cell, reference) in enumerate(zip(rule.tests, table.asks, strict=True)):
        if is_any(cell) or "?" in cell:
            continue
        for name in sorted(_names(condition(cell)) - reads - {"value", *HELPERS}):
            text = f'“{name}” is no input of this table, so the row would never match; write "{name}".'
            yield Problem(rule.id, text, cell=place)
        for node in ast.walk(parse(condition(cell))):
            found = type_of(node, {}) if isinstance(node, ast.Constant) else "any"
            if found != "null" and not fits(found, json_type(reference)):
                text = f"“{cell[:80]}” compares with a value of type {found}, but the input is a {reference}."
                yield Problem(rule.id, text, cell=place)
                break


def _answered(table: Table, rule: Rule, reads: set[str]) -> Iterator[Problem]:
    for place, (cell, reference) in enumerate(zip(rule.answers, table.types, strict=True), len(rule.tests)):
        tree = parse(literal(cell) or "None")
        if isinstance(tree, ast.Name) and tree.id not in reads:
            text = f'The answer “{tree.id}” is no input of this table; if it is a text, write "{tree.id}".'
            yield Problem(rule.id, text, cell=place)
        elif not fits(type_of(tree, {}), json_type(reference), optional=True):
            text = f"The answer “{cell[:80]}” is of type {type_of(tree, {})}, but the column is a {reference}."
            yield Problem(rule.id, text, cell=place)


def _policy(table: Table) -> Iterator[Problem]:
    if table.policy in {"UNIQUE", "ANY"}:
        for found in overlaps(table):
            one, other = table.rules[found.one], table.rules[found.other]
            if table.policy == "ANY" and one.answers == other.answers:
                continue
            told = ", ".join(f"{text} = {value!r}" for text, value in found.values.items())
            text = f"It matches together with row “{one.id}”, as for {told}"
            yield Problem(other.id, f"{text}; under {table.policy} that must not be. Use FIRST, or tell them apart.")
    if table.policy == "FIRST":
        whatever = next((r.id for r in table.rules if all(is_any(cell) for cell in r.tests)), None)
        below = [r.id for r in table.rules]
        for ident in below[below.index(whatever) + 1 :] if whatever else ():
            yield warning(ident, f"Row “{whatever}” above it matches everything, so this row is never reached.")
