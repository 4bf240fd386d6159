"""Decision tables (DMN 1.3) over safe expressions.

SpiffWorkflow's own evaluator runs cells as Python, fails on FEEL ranges and returns the first row for most hit
policies. Supported here: hit policies UNIQUE, FIRST, ANY, COLLECT (list) and RULE ORDER; cells are FEEL unary tests
(OMG DMN 1.3, 7.3.7): `-`, literals, comma lists, `< <= > >=`, ranges `[a..b]`, `not(…)`, or a boolean expression with
`?` as the input value.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from app.engine import expressions
from app.engine.expressions import ExpressionError

_POLICIES = {"UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"}
_RANGE = re.compile(r"^([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\])])$")
_COMPARE = re.compile(r"^(<=|>=|<|>|=|!=)\s*(.+)$")


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
    """One decision: inputs are expressions, outputs are names; `rules` in table order."""

    key: str
    name: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(slots=True)
class Verdict:
    """`answer` is a dict of outputs (one row), a list of them (COLLECT, RULE ORDER), or empty when nothing matched."""

    answer: Any
    rules: list[str] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)


def read(root: etree._Element) -> Table:
    """Return the one decision table of a DMN document; raise BadTable with the place and the reason."""
    found = root.xpath("//*[local-name()='decision']")
    if len(found) != 1:
        raise BadTable(f"A file holds exactly one decision; this one holds {len(found)}.")
    tables = found[0].xpath("./*[local-name()='decisionTable']")
    if len(tables) != 1:
        raise BadTable("The decision has no decision table.", element=found[0].get("id", ""))
    policy = tables[0].get("hitPolicy", "UNIQUE")
    if policy not in _POLICIES or tables[0].get("aggregation"):
        raise BadTable(f"Hit policy {policy} with aggregation is not supported.", element=tables[0].get("id", ""))
    table = Table(
        key=found[0].get("id", ""),
        name=found[0].get("name") or found[0].get("id", ""),
        policy=policy,
        inputs=tuple(_text(n) for n in tables[0].xpath("./*[local-name()='input']/*[local-name()='inputExpression']")),
        outputs=tuple(n.get("name", "") for n in tables[0].xpath("./*[local-name()='output']")),
        rules=tuple(_rule(n) for n in tables[0].xpath("./*[local-name()='rule']")),
    )
    _check(table)
    return table


def _text(node: etree._Element) -> str:
    return "".join(node.xpath("./*[local-name()='text']/text()")).strip()


def _rule(node: etree._Element) -> Rule:
    return Rule(
        id=node.get("id", ""),
        tests=tuple(_text(n) for n in node.xpath("./*[local-name()='inputEntry']")),
        answers=tuple(_text(n) for n in node.xpath("./*[local-name()='outputEntry']")),
    )


def _check(table: Table) -> None:
    for text in table.inputs:
        expressions.parse(text)
    for rule in table.rules:
        if len(rule.tests) != len(table.inputs) or len(rule.answers) != len(table.outputs):
            raise BadTable("The row has another number of cells than the table has columns.", element=rule.id)
        try:
            for cell in rule.tests:
                condition(cell)
            for cell in rule.answers:
                expressions.parse(_literal(cell) or "None")
        except ExpressionError as error:
            raise BadTable(error.detail, element=rule.id) from None


@lru_cache(maxsize=4096)
def condition(cell: str) -> str:
    """Return the expression over `value` that a unary test means; raise ExpressionError."""
    text = cell.strip()
    if text in {"", "-"}:
        return "True"
    if text.startswith("not(") and text.endswith(")"):
        return f"not ({condition(text[4:-1])})"
    if "?" in _outside_quotes(text):
        source = "".join("value" if c == "?" and outside else c for c, outside in _marked(text))
        expressions.parse(source)
        return source
    parts = [_one_test(part) for part in _split(text)]
    return " or ".join(f"({part})" for part in parts)


def _one_test(text: str) -> str:
    if match := _RANGE.match(text):
        low, high = _literal(match[2]), _literal(match[3])
        left = ">=" if match[1] == "[" else ">"
        right = "<=" if match[4] == "]" else "<"
        source = f"value != None and value {left} {low} and value {right} {high}"
    elif match := _COMPARE.match(text):
        operator = "==" if match[1] == "=" else match[1]
        source = f"value != None and value {operator} {_literal(match[2])}"
    else:
        source = f"value == {_literal(text)}"
    expressions.parse(source)
    return source


def _literal(text: str) -> str:
    return {"true": "True", "false": "False", "null": "None"}.get(text.strip(), text.strip())


def _marked(text: str) -> list[tuple[str, bool]]:
    out, quote = [], ""
    for c in text:
        if quote:
            out.append((c, False))
            quote = "" if c == quote else quote
        else:
            quote = c if c in "\"'" else ""
            out.append((c, not quote))
    return out


def _outside_quotes(text: str) -> str:
    return "".join(c for c, outside in _marked(text) if outside)


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for c, outside in _marked(text):
        depth += outside * ((c in "([") - (c in ")]"))
        if c == "," and outside and depth <= 0:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]


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
    try:
        return bool(expressions.evaluate(condition(cell), {**data, "value": value}))
    except ExpressionError:
        # A test over a value of another type does not hold (DMN 1.3, 7.3.7): null is not greater than 3.
        if isinstance(value, str | int | float | bool | type(None)) and "?" not in cell:
            return False
        raise


def _answer(table: Table, rule: Rule, data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: expressions.evaluate(_literal(cell), data) if cell else None
        for name, cell in zip(table.outputs, rule.answers, strict=True)
    }
