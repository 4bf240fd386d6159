"""Decision tables (DMN 1.3) over safe expressions.

SpiffWorkflow's own evaluator runs cells as Python, fails on FEEL ranges and returns the first row for most hit
policies. Supported here: hit policies UNIQUE, FIRST, ANY, COLLECT (list) and RULE ORDER.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from app.engine import expressions
from app.engine.cells import condition, is_any, literal
from app.engine.expressions import ExpressionError

_POLICIES = {"UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"}


class BadTable(ExpressionError):
    """The decision table cannot be used."""


class NoMatch(ExpressionError):
    """No row of the decision table matches."""


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    tests: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One decision: inputs are expressions, outputs are names, both with the type the table gives; rules in order."""

    id: str
    key: str
    name: str
    policy: str
    inputs: tuple[str, ...]
    asks: tuple[str, ...]
    outputs: tuple[str, ...]
    types: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(slots=True)
class Verdict:
    """`answer` is a dict of outputs (one row), a list of them (COLLECT, RULE ORDER), or empty when nothing matched."""

    answer: Any
    rules: list[str] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)


def read(root: etree._Element) -> Table:
    """Return the one decision table of a DMN document; raise BadTable with the place and the reason."""
    table = parse(root)
    for element, sentence, _cell in faults(table):
        raise BadTable(sentence, element=element)
    return table


def parse(root: etree._Element) -> Table:
    """Return the one decision table of a DMN document, whatever its cells hold; raise BadTable."""
    found = root.xpath("//*[local-name()='decision']")
    if len(found) != 1:
        raise BadTable(f"A file holds exactly one decision; this one holds {len(found)}.")
    tables = found[0].xpath("./*[local-name()='decisionTable']")
    if len(tables) != 1:
        raise BadTable("The decision has no decision table.", element=found[0].get("id", ""))
    policy = tables[0].get("hitPolicy", "UNIQUE")
    if policy not in _POLICIES or tables[0].get("aggregation"):
        told = f"{policy} with {tables[0].get('aggregation')}" if tables[0].get("aggregation") else policy
        raise BadTable(
            f"Hit policy {told} is not supported; there are {', '.join(sorted(_POLICIES))}.",
            element=tables[0].get("id", ""),
        )
    inputs = tables[0].xpath("./*[local-name()='input']/*[local-name()='inputExpression']")
    outputs = tables[0].xpath("./*[local-name()='output']")
    return Table(
        id=tables[0].get("id", ""),
        key=found[0].get("id", ""),
        name=found[0].get("name") or found[0].get("id", ""),
        policy=policy,
        inputs=tuple(_text(n) for n in inputs),
        asks=tuple(n.get("typeRef", "") for n in inputs),
        outputs=tuple(n.get("name", "") for n in outputs),
        types=tuple(n.get("typeRef", "") for n in outputs),
        rules=tuple(_rule(n) for n in tables[0].xpath("./*[local-name()='rule']")),
    )


def _text(node: etree._Element) -> str:
    return "".join(node.xpath("./*[local-name()='text']/text()")).strip()


def _rule(node: etree._Element) -> Rule:
    return Rule(
        id=node.get("id", ""),
        tests=tuple(_text(n) for n in node.xpath("./*[local-name()='inputEntry']")),
        answers=tuple(_text(n) for n in node.xpath("./*[local-name()='outputEntry']")),
    )


def faults(table: Table) -> Iterator[tuple[str, str, int | None]]:
    """Yield (element, sentence, cell) for each input and each row's first cell that cannot be evaluated."""
    for text in table.inputs:
        try:
            expressions.parse(text)
        except ExpressionError as error:
            yield table.id, error.detail, None
    for rule in table.rules:
        if len(rule.tests) != len(table.inputs) or len(rule.answers) != len(table.outputs):
            yield rule.id, "The row has another number of cells than the table has columns.", None
            continue
        place = 0
        try:
            for place, cell in enumerate((*rule.tests, *rule.answers)):
                condition(cell) if place < len(rule.tests) else expressions.parse(literal(cell) or "None")
        except ExpressionError as error:
            yield rule.id, error.detail, place


def decide(table: Table, data: dict[str, Any]) -> Verdict:
    """Ask the table; raise ExpressionError when a cell fails, BadTable when UNIQUE or ANY is broken by these inputs."""
    values = [expressions.evaluate(text, data) for text in table.inputs]
    verdict = Verdict(answer={}, inputs=dict(zip(table.inputs, values, strict=True)))
    answers: list[dict[str, Any]] = []
    for rule in table.rules:
        if all(_matches(cell, value, data) for cell, value in zip(rule.tests, values, strict=True)):
            verdict.rules.append(rule.id)
            answers.append(_answer(table, rule, data))
            if table.policy == "FIRST":
                break
    if table.policy in {"COLLECT", "RULE ORDER"}:
        verdict.answer = answers
    elif answers:
        if len(answers) > 1 and (table.policy == "UNIQUE" or any(a != answers[0] for a in answers)):
            raise BadTable(f"{table.name}: rows {', '.join(verdict.rules)} match together under {table.policy}.")
        verdict.answer = answers[0]
    else:
        raise NoMatch(f"No row of “{table.name}” matches {verdict.inputs}.")
    return verdict


def _matches(cell: str, value: Any, data: dict[str, Any]) -> bool:
    if is_any(cell):
        return True
    try:
        return bool(expressions.evaluate(condition(cell), {**data, "value": value}))
    except ExpressionError:
        # A test over a value of another type does not hold (DMN 1.3, 7.3.7): null is not greater than 3.
        if isinstance(value, str | int | float | bool | type(None)) and "?" not in cell:
            return False
        raise


def _answer(table: Table, rule: Rule, data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: expressions.evaluate(literal(cell), data) if cell else None
        for name, cell in zip(table.outputs, rule.answers, strict=True)
    }
