"""What cannot be run as drawn is refused at deployment, with the element it is about; what can be run is not."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawings import LOOP, definitions, flow, form, message, node, operator, timer
from flask import Flask

from app import engine
from app.engine import library
from app.engine.check import Problem, Refused

WRONG = Path(__file__).parent / "wrong"
EXPECTED: dict[str, dict[str, str]] = json.loads((WRONG / "index.json").read_text())
START = node("startEvent", "start", out="f1", inner=message("request.received"))
END = node("endEvent", "end", "f2")


def flows(*some: tuple[str, ...]) -> str:
    return "".join(flow(*one) for one in some)


def straight(middle: str) -> str:
    return definitions(START + middle + END + flows(("f1", "start", "mid"), ("f2", "mid", "end")))


def bordered(inside: str, event: str, more: str = "", **attributes: str) -> str:
    """A sub-process with one boundary event that leads to a service task and an end."""
    xml = definitions(
        START
        + node("subProcess", "mid", "f1", "f2", inside)
        + END
        + node("boundaryEvent", "edge", out="b1", inner=event, attachedToRef="mid", **attributes)
        + node("serviceTask", "then", "b1", "b2", operator("echo.say", text="'hi'"))
        + node("endEvent", "aside", "b2")
        + flows(("f1", "start", "mid"), ("f2", "mid", "end"), ("b1", "edge", "then"), ("b2", "then", "aside"))
    )
    return xml.replace("</bpmn:definitions>", f"{more}</bpmn:definitions>")


def inside(end: str = "") -> str:
    return (
        node("startEvent", "begin", out="g1")
        + node("userTask", "ask", "g1", "g2", form("answer"))
        + node("endEvent", "done", "g2", "", end)
        + flows(("g1", "begin", "ask"), ("g2", "ask", "done"))
    )


def split(kind: str, first: str, second: str) -> str:
    """Two branches between a splitting and a joining gateway of one kind."""
    conditions = ("ticket == 1", "") if kind == "inclusiveGateway" else ("", "")
    default = {"default": "b1"} if kind == "inclusiveGateway" else {}
    return definitions(
        START
        + node(kind, "fork", "f1", "a1 b1", **default)
        + first
        + second
        + node(kind, "join", "a2 b2", "f2")
        + END
        + flows(("f1", "start", "fork"), ("a1", "fork", "a", conditions[0]), ("b1", "fork", "b", conditions[1]))
        + flows(("a2", "a", "join"), ("b2", "b", "join"), ("f2", "join", "end"))
    )


def say(ident: str, into: str, out: str, result: str = "") -> str:
    return node("serviceTask", ident, into, out, operator("echo.say", result, text="'hi'"))


ERROR = '<bpmn:error id="bad" name="Bad" errorCode="bad"/>'
ESCALATION = '<bpmn:escalation id="up" name="Up" escalationCode="up"/>'
RIGHT = {
    "a loop with a sub-process": LOOP,
    "an error caught outside": bordered(
        inside('<bpmn:errorEventDefinition errorRef="bad"/>'), '<bpmn:errorEventDefinition errorRef="bad"/>', ERROR
    ),
    "an escalation caught outside": bordered(
        inside('<bpmn:escalationEventDefinition escalationRef="up"/>'),
        "<bpmn:escalationEventDefinition/>",
        ESCALATION,
        cancelActivity="false",
    ),
    "a repeated reminder": bordered(inside(), timer("timeCycle", '"R3/PT1H"'), cancelActivity="false"),
    "a moment from a message": straight(node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDate", "when"))),
    "a moment from a helper": straight(node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDate", "days(2)"))),
    "a message of its own": straight(
        node(
            "intermediateThrowEvent",
            "mid",
            "f1",
            "f2",
            '<bpmn:messageEventDefinition messageRef="own"><bpmn:extensionElements><spiffworkflow:messagePayload>'
            '{"ticket": ticket}</spiffworkflow:messagePayload></bpmn:extensionElements></bpmn:messageEventDefinition>',
        )
    ).replace("</bpmn:definitions>", '<bpmn:message id="own" name="refund.asked"/></bpmn:definitions>'),
    "parallel branches": split("parallelGateway", say("a", "a1", "a2", "one"), say("b", "b1", "b2", "two")),
    "inclusive branches": split("inclusiveGateway", say("a", "a1", "a2", "one"), say("b", "b1", "b2", "two")),
    "an empty pool and notes": straight(node("userTask", "mid", "f1", "f2", form("answer"))).replace(
        "<bpmn:process ",
        '<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="demo"/><bpmn:participant id="them"/>'
        '<bpmn:messageFlow id="mf" sourceRef="them" targetRef="us"/></bpmn:collaboration><bpmn:process ',
    ),
    "extensions of other tools": straight(node("userTask", "mid", "f1", "f2", form("answer"))).replace(
        "<bpmn:extensionElements>", '<bpmn:extensionElements><x:colour xmlns:x="urn:x" id="red"/>'
    ),
    "a comment in a script": straight(
        node(
            "scriptTask",
            "mid",
            "f1",
            "f2",
            "<!-- why --><bpmn:script>ticket = <!-- one more -->ticket + 1</bpmn:script>",
        )
    ),
}


def errors(xml: str | bytes) -> list[Problem]:
    return [problem for problem in engine.check(xml) if problem.severity == "error"]


@pytest.fixture(autouse=True)
def no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail when a check or deployment leaves a file behind: what is checked never runs."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    yield
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_a_wrong_drawing_is_refused_within_two_seconds_and_names_its_element(checking_app: Flask, name: str) -> None:
    content, expected = (WRONG / name).read_bytes(), EXPECTED[name]
    began = time.thread_time()  # others may share the machine
    found = errors(content)
    assert time.thread_time() - began < 2
    told = [problem.message for problem in found if problem.element == expected["element"]]
    assert any(expected["says"] in message for message in told), found
    assert all(problem.message.endswith((".", "?")) for problem in found)
    if not name.startswith("not_utf_8"):
        with pytest.raises(Refused) as caught:
            engine.deploy(content.decode(), note="wrong", by="agent:1")
        assert caught.value.fields.keys() == {problem.element or "file" for problem in found}
    assert not engine.definitions()


def test_every_wrong_drawing_is_expected_to_be_refused() -> None:
    assert {path.name for path in WRONG.iterdir()} == {*EXPECTED, "index.json"}
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("name", RIGHT)
def test_what_can_be_run_as_drawn_is_deployed_and_runs(engine_app: Flask, name: str) -> None:
    assert errors(RIGHT[name]) == []
    engine.deploy(RIGHT[name], note="right", by="agent:1")
    assert engine.deliver("request.received", "ticket:1", {"ticket": 1, "when": "2030-01-01T09:00Z"}, by="x") == 1
    assert not engine.incidents()


def test_a_condition_that_got_into_the_database_does_not_run_either(engine_app: Flask) -> None:
    library.store((WRONG / "condition_call_of_import.bpmn").read_text(), note="smuggled", by="system")
    engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1")
    [incident] = engine.incidents()
    assert incident.element == "which"
    assert "calls something" in incident.text
