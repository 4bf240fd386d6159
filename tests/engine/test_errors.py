"""Errors and escalations: the nearest event around them that takes their code hears them, and nobody else does."""

import pytest
from drawings import definitions, flow, form, message, node, operator, work_all
from flask import Flask

from app import engine
from app.db import db
from app.engine import models
from app.engine.library import store

KEY = "ticket:1"
CODES = (
    '<bpmn:error id="e_low" name="Low" errorCode="low"/><bpmn:error id="e_high" name="High" errorCode="high"/>'
    '<bpmn:escalation id="s_low" name="Low" escalationCode="low"/>'
)


def commit() -> None:
    engine.save_all()
    db.session.commit()
    db.session.remove()


def begin(*nodes: str, flows: str) -> None:
    """Run a drawing of these nodes and flows, written as `source target` or `source target condition` per line."""
    drawn = [flow(f"f{n}", *line.split(maxsplit=2)) for n, line in enumerate(flows.strip().splitlines())]
    drawing = definitions("".join([START, *nodes, *drawn]))
    store(drawing.replace("</bpmn:definitions>", f"{CODES}</bpmn:definitions>"), note="n", by="system")
    engine.deliver("request.received", KEY, {"ticket": 1}, by="contact:1")
    commit()


START = node("startEvent", "start", inner=message("request.received"))


def event(kind: str, code: str) -> str:
    ref = f' {kind}Ref="{"e" if kind == "error" else "s"}_{code}"' if code else ""
    return f"<bpmn:{kind}EventDefinition{ref}/>"


def part(name: str, kind: str, code: str) -> str:
    """Draw a sub-process: a task, then an end that throws."""
    inside = (
        node("startEvent", f"{name}_begin")
        + node("userTask", f"{name}_ask", inner=form("answer"))
        + node("endEvent", f"{name}_thrown", inner=event(kind, code))
        + flow(f"{name}_1", f"{name}_begin", f"{name}_ask")
        + flow(f"{name}_2", f"{name}_ask", f"{name}_thrown")
    )
    return node("subProcess", name, inner=inside)


def edge(host: str, kind: str, code: str = "", name: str = "", **more: str) -> str:
    return node("boundaryEvent", name or f"{host}_caught", inner=event(kind, code), attachedToRef=host, **more)


def after(name: str) -> str:
    return node("userTask", name, inner=form("answer"))


def complete(element: str) -> None:
    [task] = [t for t in engine.open_tasks(KEY) if t.element == element]
    engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
    commit()


def waiting() -> set[str]:
    [instance] = engine.instances_of(KEY)
    return {w["element"] for w in engine.waiting(instance)}


def status() -> str:
    return engine.instances_of(KEY)[0].status


BESIDE = """start split
split left
split right
left join
left_caught left_after
left_after join
right join
right_caught right_after
right_after join
join end"""


@pytest.mark.parametrize("kind", ["error", "escalation"])
@pytest.mark.parametrize("taken", ["low", ""], ids=["by its code", "whatever comes"])
def test_what_one_sub_process_throws_is_not_caught_by_the_one_beside_it(
    engine_app: Flask, kind: str, taken: str
) -> None:
    begin(
        node("parallelGateway", "split"),
        part("left", kind, "low"),
        part("right", kind, "low"),
        edge("left", kind, taken),
        edge("right", kind, taken),
        after("left_after"),
        after("right_after"),
        node("exclusiveGateway", "join"),
        node("endEvent", "end"),
        flows=BESIDE,
    )
    complete("left_ask")
    assert waiting() == {"left_after", "right_ask"}
    complete("right_ask")
    assert waiting() == {"left_after", "right_after"}


def test_an_error_passes_events_that_take_others_and_prefers_the_one_that_names_it(engine_app: Flask) -> None:
    inner = part("inner", "error", "low")
    outer = node(
        "subProcess",
        "outer",
        inner=node("startEvent", "outer_begin")
        + inner
        + edge("inner", "error", "high")
        + node("endEvent", "outer_end")
        + node("endEvent", "high_end")
        + flow("o1", "outer_begin", "inner")
        + flow("o2", "inner", "outer_end")
        + flow("o3", "inner_caught", "high_end"),
    )
    begin(
        outer,
        edge("outer", "error", "", name="any"),
        edge("outer", "error", "low", name="named"),
        after("by_name"),
        after("by_chance"),
        node("endEvent", "end"),
        flows="start outer\nouter end\nany by_chance\nnamed by_name\nby_name end\nby_chance end",
    )
    complete("inner_ask")
    assert waiting() == {"by_name"}
    complete("by_name")
    assert status() == "completed"


def test_an_error_tells_the_way_behind_it_its_code(engine_app: Flask) -> None:
    begin(
        part("left", "error", "low"),
        edge("left", "error"),
        node("exclusiveGateway", "which", default="f3"),
        after("low"),
        after("other"),
        node("endEvent", "end"),
        flows="start left\nleft end\nleft_caught which\nwhich other\n"
        "which low error['code'] == 'low'\nlow end\nother end",
    )
    complete("left_ask")
    assert waiting() == {"low"}


def test_an_escalation_that_does_not_interrupt_lets_its_sub_process_go_on(engine_app: Flask) -> None:
    inside = (
        node("startEvent", "begin")
        + node("intermediateThrowEvent", "tell", inner=event("escalation", "low"))
        + after("ask")
        + node("endEvent", "inner_end")
        + flow("i1", "begin", "tell")
        + flow("i2", "tell", "ask")
        + flow("i3", "ask", "inner_end")
    )
    begin(
        node("subProcess", "left", inner=inside),
        edge("left", "escalation", "low", cancelActivity="false"),
        after("told"),
        node("endEvent", "end"),
        node("endEvent", "told_end"),
        flows="start left\nleft end\nleft_caught told\ntold told_end",
    )
    assert waiting() == {"ask", "told"}
    complete("ask")
    complete("told")
    assert status() == "completed"
    assert db.session.scalars(db.select(models.Incident.text)).all() == []
    assert work_all() == 0


def on_a_task(kind: str, *task: str) -> list[str]:
    """Return what the check says against an error event on the border of a task."""
    drawn = [
        node(kind, "one", "f1", "f2", "".join(task)),
        edge("one", "error", "low", out="b1"),
        node("userTask", "after", "b1", "b2", form("answer")),
        node("endEvent", "aside", "b2"),
        node("endEvent", "end", "f2"),
        *(flow(*f) for f in (("f1", "start", "one"), ("f2", "one", "end"), ("b2", "after", "aside"))),
        flow("b1", "one_caught", "after"),
    ]
    start = node("startEvent", "start", out="f1", inner=message("request.received"))
    xml = definitions("".join([start, *drawn])).replace("</bpmn:definitions>", f"{CODES}</bpmn:definitions>")
    return [problem.message for problem in engine.check(xml) if problem.severity == "error"]


def test_the_check_takes_an_error_event_on_a_service_task_and_on_no_other_task(engine_app: Flask) -> None:
    assert on_a_task("serviceTask", operator("echo.say", text="'hi'")) == []
    [said] = on_a_task("userTask", form("answer"))
    assert "out of sub-processes and service tasks only" in said
