"""A step that fails is stuck, said so with its element, tried again or overtaken; whatever else goes on."""

import pytest
from drawings import definitions, flow, form, message, node, operator, timer, work_all
from flask import Flask

from app import engine
from app.db import db
from app.engine import models, steps, timers
from app.engine.library import store

KEY = "ticket:1"
NOWHERE = '"PT1H" if missing else "PT2H"'


def commit() -> None:
    engine.save_all()
    db.session.commit()


def begin(*nodes: str, flows: str) -> models.Instance:
    """Run a drawing of these nodes and flows, written as `source target` or `source target condition` per line."""
    drawn = [flow(f"f{n}", *line.split(maxsplit=2)) for n, line in enumerate(flows.strip().splitlines())]
    store(definitions("".join([*nodes, *drawn])), note="n", by="system")
    engine.deliver("request.received", KEY, {"ticket": 1}, by="contact:1")
    commit()
    return engine.instances_of(KEY)[0]


START = node("startEvent", "start", inner=message("request.received"))
END = node("endEvent", "end")


def complete(element: str) -> None:
    [task] = [t for t in engine.open_tasks(KEY) if t.element == element]
    engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
    commit()


def waiting(instance: models.Instance) -> set[str]:
    return {w["element"] for w in engine.waiting(instance)}


def incidents() -> list[tuple[str, str]]:
    return [(one.element, one.state) for one in db.session.scalars(db.select(models.Incident).order_by("id"))]


def test_a_timer_that_gives_no_moment_does_not_cost_the_agent_their_click(engine_app: Flask) -> None:
    instance = begin(
        START,
        node("userTask", "ask", inner=form("answer")),
        node("intermediateCatchEvent", "later", inner=timer("timeDuration", NOWHERE)),
        END,
        flows="start ask\nask later\nlater end",
    )
    complete("ask")
    assert (instance.status, incidents()) == ("incident", [("later", "open")])
    assert "missing" in engine.incidents()[0].text


@pytest.mark.parametrize("moment", ['"tomorrow"', "ticket", "missing"])
def test_a_date_that_is_none_becomes_an_incident_and_never_stops_who_sent_the_message(
    engine_app: Flask, moment: str
) -> None:
    instance = begin(
        START,
        node("intermediateCatchEvent", "later", inner=timer("timeDate", moment)),
        END,
        flows="start later\nlater end",
    )
    assert (instance.status, incidents()) == ("incident", [("later", "open")])


def test_a_broken_timer_beside_an_activity_leaves_the_activity_working(engine_app: Flask) -> None:
    instance = begin(
        START,
        node("userTask", "ask", inner=form("answer")),
        node("boundaryEvent", "late", inner=timer("timeDuration", NOWHERE), attachedToRef="ask"),
        node("endEvent", "late_end"),
        END,
        flows="start ask\nask end\nlate late_end",
    )
    assert incidents() == [("late", "open")]
    complete("ask")
    assert (instance.status, incidents()) == ("completed", [("late", "overtaken")])


def test_a_broken_timer_of_an_event_gateway_leaves_its_messages_waiting(engine_app: Flask) -> None:
    instance = begin(
        START,
        node("eventBasedGateway", "wait"),
        node("intermediateCatchEvent", "replied", inner=message("customer.replied")),
        node("intermediateCatchEvent", "late", inner=timer("timeDuration", NOWHERE)),
        END,
        flows="start wait\nwait replied\nwait late\nreplied end\nlate end",
    )
    assert (incidents(), waiting(instance)) == ([("wait", "open")], {"replied"})
    engine.deliver("customer.replied", KEY, {}, by="contact:1")
    commit()
    assert (instance.status, incidents()) == ("completed", [("wait", "overtaken")])


STUCK_INSIDE = (
    START,
    node(
        "subProcess",
        "handle",
        inner=node("startEvent", "begin")
        + node("scriptTask", "sum", inner="<bpmn:script>x = missing + 1</bpmn:script>")
        + node("endEvent", "inner_end")
        + flow("h1", "begin", "sum")
        + flow("h2", "sum", "inner_end"),
    ),
    node("boundaryEvent", "resolved", inner=message("ticket.resolved"), attachedToRef="handle"),
    node("userTask", "after", inner=form("answer")),
    END,
)
STUCK_FLOWS = "start handle\nhandle end\nresolved after\nafter end"


def test_an_interruption_overtakes_what_is_stuck_inside(engine_app: Flask) -> None:
    instance = begin(*STUCK_INSIDE, flows=STUCK_FLOWS)
    assert incidents() == [("sum", "open")]
    engine.deliver("ticket.resolved", KEY, {}, by="agent:1")
    commit()
    assert (instance.status, waiting(instance)) == ("running", {"after"})
    assert incidents() == [("sum", "overtaken")]


def test_what_is_tried_again_and_fails_again_is_a_new_incident(engine_app: Flask) -> None:
    begin(*STUCK_INSIDE, flows=STUCK_FLOWS)
    [found] = engine.incidents()
    engine.retry_incident(found.public_id, by="agent:1")
    commit()
    assert incidents() == [("sum", "retried"), ("sum", "open")]


def test_a_branch_goes_on_beside_one_that_is_stuck(engine_app: Flask) -> None:
    instance = begin(
        START,
        node("parallelGateway", "split"),
        node("scriptTask", "sum", inner="<bpmn:script>x = answer</bpmn:script>"),
        node("userTask", "ask", inner=form("answer")),
        node("serviceTask", "say", inner=operator("echo.say", text="'hi'")),
        node("parallelGateway", "join"),
        END,
        flows="start split\nsplit sum\nsplit ask\nask say\nsay join\nsum join\njoin end",
    )
    assert (instance.status, waiting(instance)) == ("incident", {"ask"})
    complete("ask")
    assert waiting(instance) == {"say"}
    work_all()
    assert (instance.status, waiting(instance)) == ("incident", set())


def test_a_step_that_works_when_tried_again_goes_on(engine_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = begin(
        START,
        node("scriptTask", "sum", inner="<bpmn:script>x = length(missing)</bpmn:script>"),
        node("userTask", "ask", inner=form("answer")),
        END,
        flows="start sum\nsum ask\nask end",
    )
    [found] = engine.incidents()
    monkeypatch.setattr("app.engine.expressions.evaluate", lambda text, names: 7)
    engine.retry_incident(found.public_id, by="agent:1")
    commit()
    assert (instance.status, waiting(instance), incidents()) == ("running", {"ask"}, [("sum", "retried")])


def counting(rounds: int, *after: str, flows: str) -> models.Instance:
    """Run a loop of scripts, 5 steps a round, and then what comes after `done`."""
    return begin(
        START,
        node("scriptTask", "zero", inner="<bpmn:script>n = 0</bpmn:script>"),
        node("exclusiveGateway", "again"),
        node("scriptTask", "add", inner="<bpmn:script>n = n + 1</bpmn:script>"),
        node("exclusiveGateway", "enough", default="f4"),
        *after,
        flows=f"start zero\nzero again\nagain add\nadd enough\nenough again\nenough done n == {rounds}\n{flows}",
    )


def test_a_loop_of_many_steps_without_a_wait_still_finds_its_way_to_a_join(engine_app: Flask) -> None:
    instance = counting(
        450,
        node("parallelGateway", "done"),
        node("scriptTask", "left", inner="<bpmn:script>l = 1</bpmn:script>"),
        node("scriptTask", "right", inner="<bpmn:script>r = 1</bpmn:script>"),
        node("parallelGateway", "join"),
        END,
        flows="done left\ndone right\nleft join\nright join\njoin end",
    )
    assert (instance.status, incidents()) == ("completed", [])


def test_the_guard_against_endless_loops_counts_the_steps(engine_app: Flask) -> None:
    instance = counting(steps.MAX_STEPS, node("endEvent", "done"), flows="")
    assert (instance.status, len(incidents())) == ("incident", 1)
    [found] = engine.incidents()
    engine.retry_incident(found.public_id, by="agent:1")
    commit()
    assert [state for _, state in incidents()] == ["retried", "open"]


def test_a_message_a_process_sends_reaches_all_who_wait_for_it_and_is_recorded(engine_app: Flask) -> None:
    thrown = begin(
        START,
        node("parallelGateway", "split"),
        node("intermediateCatchEvent", "hears", inner=message("customer.replied")),
        node("userTask", "ask", inner=form("answer")),
        node("intermediateThrowEvent", "tells", inner=message("customer.replied")),
        node("parallelGateway", "join"),
        END,
        flows="start split\nsplit hears\nsplit ask\nask tells\ntells join\nhears join\njoin end",
    )
    from app.events import take_pending

    complete_and_take = take_pending
    complete_and_take()
    [task] = engine.open_tasks(KEY)
    engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
    assert [event.name for event in take_pending()] == ["customer.replied"]
    assert thrown.status == "running"
    engine.deliver("customer.replied", KEY, {}, by="process:demo")
    commit()
    assert thrown.status == "completed"


def test_a_rhythm_fires_each_time_its_moment_comes_and_then_no_more(engine_app: Flask) -> None:
    from datetime import UTC, datetime, timedelta

    from freezegun import freeze_time

    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with freeze_time(noon) as held:
        instance = begin(
            START,
            node("userTask", "ask", inner=form("answer")),
            node(
                "boundaryEvent",
                "tick",
                inner=timer("timeCycle", '"R3/PT1M"'),
                attachedToRef="ask",
                cancelActivity="false",
            ),
            node("serviceTask", "say", inner=operator("echo.say", text="'tick'")),
            node("endEvent", "tick_end"),
            END,
            flows="start ask\nask end\ntick say\nsay tick_end",
        )
        told = []
        for minute in range(1, 6):
            held.move_to(noon + timedelta(minutes=minute))
            for due in timers.due():
                timers.wake(due)
                commit()
            told.append(work_all())
        assert told == [1, 1, 1, 0, 0]
        assert waiting(instance) == {"ask"}
        complete("ask")
        assert instance.status == "completed"
