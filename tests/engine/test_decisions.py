"""Decision tables mean what DMN says, or are refused."""

from typing import Any

import pytest

from app.engine import decisions, documents
from app.engine.decisions import BadTable, NoMatch


def table(policy: str, *rows: tuple[str, str, str], extra: str = "") -> decisions.Table:
    rules = "".join(
        f'<rule id="r{n}"><inputEntry><text><![CDATA[{a}]]></text></inputEntry>'
        f"<inputEntry><text><![CDATA[{b}]]></text></inputEntry>"
        f"<outputEntry><text><![CDATA[{out}]]></text></outputEntry></rule>"
        for n, (a, b, out) in enumerate(rows, start=1)
    )
    return decisions.read(
        documents.read_xml(
            '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">'
            f'<decision id="route" name="Route"><decisionTable id="t" hitPolicy="{policy}"{extra}>'
            "<input><inputExpression><text>subject</text></inputExpression></input>"
            "<input><inputExpression><text>score</text></inputExpression></input>"
            f'<output name="desk"/>{rules}</decisionTable></decision></definitions>'
        )
    )


def ask(one: decisions.Table, **data: Any) -> Any:
    return decisions.decide(one, {"subject": "", "score": 0, **data}).answer


def test_first_means_the_first_row_in_table_order() -> None:
    one = table(
        "FIRST", ('contains_any(?, ["invoice"])', "-", '"billing"'), ("-", ">= 5", '"vip"'), ("-", "-", '"support"')
    )
    assert ask(one, subject="An INVOICE", score=9) == {"desk": "billing"}
    assert ask(one, score=5) == {"desk": "vip"}
    assert ask(one, score=4) == {"desk": "support"}


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("[3..9]", (3, 5, 9), (2, 10, None)),
        ("(3..9)", (4, 8), (3, 9)),
        ("]3..9[", (4, 8), (3, 9)),
        ("< 3", (2, -1), (3, None)),
        ("1, 2, 7", (1, 2, 7), (3, None)),
        ("not(1, 2)", (3, None), (1, 2)),
        ("? * 2 > 10", (6,), (5,)),
    ],
)
def test_cells_are_feel_unary_tests(cell: str, inside: tuple[Any, ...], outside: tuple[Any, ...]) -> None:
    one = table("FIRST", ("-", cell, '"in"'), ("-", "-", '"out"'))
    assert [ask(one, score=value)["desk"] for value in inside] == ["in"] * len(inside)
    assert [ask(one, score=value)["desk"] for value in outside] == ["out"] * len(outside)


def test_unique_refuses_two_rows_that_match_together() -> None:
    one = table("UNIQUE", ("-", "> 1", '"a"'), ("-", "> 2", '"b"'))
    assert ask(one, score=2) == {"desk": "a"}
    with pytest.raises(BadTable, match="r1, r2"):
        ask(one, score=3)


def test_collect_gives_every_row_and_none_is_an_empty_list() -> None:
    one = table("COLLECT", ("-", "> 1", '"a"'), ("-", "> 2", '"b"'))
    assert ask(one, score=3) == [{"desk": "a"}, {"desk": "b"}]
    assert ask(one, score=0) == []


def test_a_table_without_a_matching_row_says_which_inputs_it_was_given() -> None:
    with pytest.raises(NoMatch, match="score"):
        ask(table("FIRST", ("-", "> 1", '"a"')), score=0)


def test_a_cell_that_calls_anything_is_refused_with_its_row() -> None:
    with pytest.raises(BadTable) as caught:
        table("FIRST", ("-", "-", '"a"'), ("__import__('os')", "-", '"b"'))
    assert caught.value.extra["element"] == "r2"


def test_policies_that_are_not_supported_are_refused() -> None:
    for policy, extra in (("PRIORITY", ""), ("COLLECT", ' aggregation="SUM"'), ("OUTPUT ORDER", "")):
        with pytest.raises(BadTable, match="not supported"):
            table(policy, ("-", "-", '"a"'), extra=extra)
