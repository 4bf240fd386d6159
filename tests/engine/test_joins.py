"""Joins wait for what is still to come, and for nothing of an earlier round."""

from drawings import definitions, flow, form, message, node, operator, work_all
from flask import Flask

from app import engine
from app.db import db
from app.engine import models
from app.engine.library import store

KEY = "ticket:1"
START = node("startEvent", "start", inner=message("request.received"))
END = node("endEvent", "end")


def begin(*nodes: str, flows: str) -> models.Instance:
    """Run a drawing of these nodes and flows, written as `source target` or `source target condition` per line."""
    drawn = [flow(f"f{n}", *line.split(maxsplit=2)) for n, line in enumerate(flows.strip().splitlines())]
    store(definitions("".join([*nodes, *drawn])), note="n", by="system")
    engine.deliver("request.received", KEY, {"ticket": 1, "both": True}, by="contact:1")
    commit()
    return engine.instances_of(KEY)[0]


def commit() -> None:
    engine.save_all()
    db.session.commit()
    db.session.remove()


def complete(element: str, **answer: object) -> None:
    [task] = [t for t in engine.open_tasks(KEY) if t.element == element]
    engine.complete_task(task.public_id, {"answer": "yes", **answer}, by="agent:1")
    commit()


def tell(name: str) -> None:
    engine.deliver(name, KEY, {}, by="contact:1")
    commit()


def waiting() -> list[str]:
    [instance] = engine.instances_of(KEY)
    return sorted(w["element"] for w in engine.waiting(instance))


def count(element: str) -> int:
    [instance] = engine.instances_of(KEY)
    return sum(r["element"] == element and r["kind"] == "completed" for r in engine.history(instance))


def test_branches_of_scripts_in_a_loop_are_joined_once_a_round(engine_app: Flask) -> None:
    begin(
        START,
        node("scriptTask", "zero", inner="<bpmn:script>n = 0</bpmn:script>"),
        node("exclusiveGateway", "again"),
        node("parallelGateway", "split"),
        node("scriptTask", "left", inner="<bpmn:script>l = n</bpmn:script>"),
        node("scriptTask", "right", inner="<bpmn:script>r = n</bpmn:script>"),
        node("parallelGateway", "join"),
        node("scriptTask", "add", inner="<bpmn:script>n = n + 1</bpmn:script>"),
        node("exclusiveGateway", "enough", default="f9"),
        END,
        flows="start zero\nzero again\nagain split\nsplit left\nsplit right\nleft join\nright join\njoin add\n"
        "add enough\nenough again\nenough end n == 7",
    )
    [instance] = engine.instances_of(KEY)
    assert instance.status == "completed"
    assert [count(element) for element in ("left", "right", "join", "add", "end")] == [7, 7, 7, 7, 1]


BESIDE = (
    node("boundaryEvent", "aside", inner=message("ticket.rated"), attachedToRef="left", cancelActivity="false"),
    node("userTask", "stays", inner=form("answer")),
    node("endEvent", "aside_end"),
)


def looping(gateway: str, condition: str = "") -> models.Instance:
    """Two branches in a loop; beside the left one a task may be opened that stays through all rounds."""
    return begin(
        START,
        node("exclusiveGateway", "again"),
        node(gateway, "split"),
        node("userTask", "left", inner=form("answer")),
        *BESIDE,
        node("userTask", "right", inner=form("answer")),
        node(gateway, "join"),
        node("userTask", "ask", inner=form("answer")),
        node("exclusiveGateway", "enough", default="f7"),
        END,
        flows=f"start again\nagain split\nsplit left {condition}\nsplit right {condition}\nleft join\nright join\n"
        f"join ask\nenough again\nask enough\nenough end sure\naside stays\nstays aside_end",
    )


def go_round(rounds: int) -> None:
    for number in range(rounds):
        assert waiting().count("left") == 1
        if number == 0:
            tell("ticket.rated")
        first, second = ("left", "right") if number % 2 == 0 else ("right", "left")
        complete(first)
        assert waiting() == sorted({second, "stays", "aside"} - {"aside" if second == "right" else ""}), number
        complete(second)
        assert waiting() == ["ask", "stays"], number
        complete("ask", sure=number == rounds - 1)


def test_a_parallel_join_in_a_loop_waits_each_round_also_beside_what_an_earlier_round_left(engine_app: Flask) -> None:
    looping("parallelGateway")
    go_round(4)
    assert waiting() == ["stays"]
    complete("stays")
    [instance] = engine.instances_of(KEY)
    assert instance.status == "completed"


def test_an_inclusive_join_in_a_loop_waits_each_round_also_beside_what_an_earlier_round_left(engine_app: Flask) -> None:
    looping("inclusiveGateway", "both")
    go_round(4)
    assert waiting() == ["stays"]


def test_an_inclusive_join_waits_for_a_worker_whose_way_is_not_decided_yet(engine_app: Flask) -> None:
    begin(
        START,
        node("inclusiveGateway", "split"),
        node("userTask", "left", inner=form("answer")),
        node("serviceTask", "say", inner=operator("echo.say", text="'hi'")),
        node("exclusiveGateway", "which", default="f5"),
        node("userTask", "right", inner=form("answer")),
        node("inclusiveGateway", "join"),
        node("userTask", "after", inner=form("answer")),
        node("endEvent", "other"),
        END,
        flows="start split\nsplit left both\nsplit say both\nsay which\nleft join\nwhich right\n"
        "which other not both\nright join\njoin after\nafter end",
    )
    complete("left")
    assert waiting() == ["say"]
    work_all()
    assert waiting() == ["right"]
    complete("right")
    assert waiting() == ["after"]


def test_an_inclusive_join_goes_on_when_the_other_branch_ended_elsewhere(engine_app: Flask) -> None:
    begin(
        START,
        node("inclusiveGateway", "split"),
        node("userTask", "left", inner=form("answer")),
        node("userTask", "right", inner=form("answer")),
        node("exclusiveGateway", "which", default="f5"),
        node("inclusiveGateway", "join"),
        node("userTask", "after", inner=form("answer")),
        node("endEvent", "other"),
        END,
        flows="start split\nsplit left both\nsplit right both\nright which\nleft join\nwhich join\n"
        "which other sure\njoin after\nafter end",
    )
    complete("left", sure=False)
    assert waiting() == ["right"]
    complete("right", sure=True)
    assert waiting() == ["after"]


def test_an_empty_branch_does_not_hurry_an_inclusive_join(engine_app: Flask) -> None:
    begin(
        START,
        node("inclusiveGateway", "split"),
        node("userTask", "right", inner=form("answer")),
        node("inclusiveGateway", "join"),
        node("userTask", "after", inner=form("answer")),
        END,
        flows="start split\nsplit join both\nsplit right both\nright join\njoin after\nafter end",
    )
    assert waiting() == ["right"]
    complete("right")
    assert waiting() == ["after"]
