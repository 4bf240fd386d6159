"""What a drawing may refer to is generated from the code that does it, with types; the shipped drawings keep to it."""

from typing import Any

import pytest
from drawings import definitions, flow, message, node, operator
from flask import Flask

import workers.topics  # noqa: F401  declares what the shipped drawings refer to
from app import engine
from app.config import ROOT
from app.engine.catalogue import everything
from app.engine.operations import topic, type_name

SHIPPED = sorted((ROOT / "processes").glob("*.*mn"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_drawings_and_tables_have_no_problem_at_all(path: Any) -> None:
    assert engine.check(path.read_bytes()) == []


def test_a_new_operation_is_in_the_catalogue_with_its_types_and_first_line(engine_app: Flask) -> None:
    @topic("echo.shout", returns={"loud": str, "times": int})
    def shout(text: str, times: int = 1, words: list[str] | None = None, sure: bool = False) -> None:
        """Say it louder."""

    told = everything()["operations"]["echo.shout"]
    assert told == {
        "parameters": {"text": "string", "times": "integer", "words": "array", "sure": "boolean"},
        "required": ["text"],
        "returns": {"loud": "string", "times": "integer"},
        "text": "Say it louder.",
    }


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"text": "'hi'", "times": "2"}, ""),
        ({"text": "'hi'", "times": "'two'"}, "integer is wanted"),
        ({"text": "'hi'", "times": "ticket"}, ""),
        ({"text": "ticket"}, "string is wanted"),
        ({"text": "lower('HI')"}, ""),
        ({"text": "length('HI')"}, "string is wanted"),
        ({"text": "hours(2, 3)"}, "gives hours 2 values"),
        ({"text": "'hi'", "sure": "ticket == 1"}, ""),
        ({"text": "'hi'", "sure": "1"}, "boolean is wanted"),
        ({"text": "'hi'", "words": "['a']"}, ""),
        ({"text": "'hi'", "words": "'a'"}, "array is wanted"),
        ({"text": "'hi'", "volume": "3"}, "no parameter"),
        ({}, "needs the parameter"),
    ],
)
def test_a_parameter_of_another_type_is_refused(engine_app: Flask, given: dict[str, str], refused: str) -> None:
    @topic("echo.shout", returns={"loud": str})
    def shout(text: str, times: int = 1, words: list[str] | None = None, sure: bool = False) -> None:
        """Say it louder."""

    task = node("serviceTask", "mid", "f1", "f2", operator("echo.shout", **given))
    ends = node("startEvent", "start", out="f1", inner=message("request.received")) + node("endEvent", "end", "f2")
    flows = flow("f1", "start", "mid") + flow("f2", "mid", "end")
    found = [problem.message for problem in engine.check(definitions(ends + task + flows)) if problem.element == "mid"]
    assert bool(found) == bool(refused), found
    assert all(refused in text for text in found)


def test_the_catalogue_knows_variables_and_where_they_come_from(engine_app: Flask) -> None:
    told = everything()
    assert told["variables"]["ticket"] == {"type": "integer", "from": ["message request.received"]}
    assert told["variables"]["answer"] == {"type": "string", "from": ["form answer"]}
    assert told["lanes"] == ["Agent"]
    assert told["helpers"]["hours"] == {"text": "hours(n): the moment n hours from now", "gives": "string"}


@pytest.mark.parametrize(
    ("hint", "name"), [(int, "integer"), (str | None, "string"), (list[int], "array"), (dict[str, Any], "object")]
)
def test_types_are_told_as_json_tells_them(hint: Any, name: str) -> None:
    assert type_name(hint) == name
