"""A decision table (DMN 1.3) as rows to read."""

import re
from dataclasses import dataclass
from functools import partial

from lxml import etree

_LITERAL = re.compile(r'"([^"]*)"')
_LITERALS = re.compile(r'\s*"[^"]*"(\s*,\s*"[^"]*")*\s*')
_HELPERS = (
    (re.compile(r"contains_any\(\?, \[(.*?)\]\)"), "says "),
    (re.compile(r"matches_domain\(\?, (.*?)\)"), "from "),
    (re.compile(r"not\((\"[^)]*)\)"), "not "),
)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@dataclass(frozen=True)
class Table:
    """`rules` are (inputs, outputs, remark); an empty input fits anything."""

    hit_policy: str
    inputs: list[str]
    outputs: list[str]
    rules: list[tuple[list[str], list[str], str]]


def read(xml: str) -> Table | None:
    """Return the first decision table of a DMN file, or None where it has none."""
    table = next(etree.fromstring(xml.encode(), _PARSER).iter("{*}decisionTable"), None)
    if table is None:
        return None
    return Table(
        hit_policy=table.get("hitPolicy", "UNIQUE"),
        inputs=[_named(column) for column in _all(table, "input")],
        outputs=[_named(column) for column in _all(table, "output")],
        rules=[_rule(rule) for rule in _all(table, "rule")],
    )


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if etree.QName(child).localname == name]


def _named(column: etree._Element) -> str:
    return column.get("label") or column.get("name") or _text(column) or column.get("id") or ""


def _rule(rule: etree._Element) -> tuple[list[str], list[str], str]:
    inputs = [_said(_text(entry)) for entry in _all(rule, "inputEntry")]
    outputs = [_said(_text(entry)) for entry in _all(rule, "outputEntry")]
    remark = next((_plain(child) for child in _all(rule, "description")), "")
    return inputs, outputs, remark


def _said(expression: str) -> str:
    """Say the helpers of our grammar in words; any other expression is shown as it is written."""
    if expression in {"", "-"}:
        return ""
    for helper, words in _HELPERS:
        expression = helper.sub(partial(_in_words, words), expression)
    return _list(expression) if _LITERALS.fullmatch(expression) else expression


def _in_words(words: str, found: re.Match[str]) -> str:
    return words + _list(found[1])


def _list(literals: str) -> str:
    return ", ".join(_LITERAL.findall(literals)) or literals


def _text(element: etree._Element) -> str:
    return _plain(next(element.iter("{*}text"), None))


def _plain(element: etree._Element | None) -> str:
    return " ".join(((element.text if element is not None else "") or "").split())
