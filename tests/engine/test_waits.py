"""Tasks, timers and messages: fired once, answered once, and told when somebody was first."""

from datetime import UTC, datetime, timedelta

import pytest
from drawings import LOOP, definitions, flow, form, message, node, operator, timer, work_all
from flask import Flask
from freezegun import freeze_time

from app import engine
from app.db import db
from app.engine import models, timers
from app.engine.check import Refused
from app.errors import Invalid

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def commit() -> None:
    engine.save_all()
    db.session.commit()


def begin(xml: str = LOOP) -> models.Instance:
    engine.deploy(xml, note="n", by="system")
    engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1")
    commit()
    return engine.instances_of("ticket:1")[0]


def test_a_task_is_completed_once_and_the_second_is_told_who_was_first(engine_app: Flask) -> None:
    begin()
    work_all()
    [task] = engine.open_tasks("ticket:1")
    engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
    commit()
    with pytest.raises(engine.TaskTaken, match="agent:1"):
        engine.complete_task(task.public_id, {"answer": "no"}, by="agent:2")


def test_a_wrong_form_names_its_fields_and_changes_nothing(engine_app: Flask) -> None:
    begin()
    work_all()
    [task] = engine.open_tasks("ticket:1")
    with pytest.raises(Invalid) as caught:
        engine.complete_task(task.public_id, {"sure": "maybe"}, by="agent:1")
    assert set(caught.value.fields) == {"answer", "sure"}
    assert task.state == "open"


def test_a_claimed_task_is_not_claimed_by_another(engine_app: Flask) -> None:
    begin()
    work_all()
    [task] = engine.open_tasks("ticket:1")
    engine.claim_task(task.public_id, by="agent:1")
    engine.claim_task(task.public_id, by="agent:1")
    with pytest.raises(engine.TaskTaken):
        engine.claim_task(task.public_id, by="agent:2")
    engine.release_task(task.public_id, by="agent:1")
    engine.claim_task(task.public_id, by="agent:2")


def test_a_timer_fires_at_its_moment_once_and_not_before(engine_app: Flask) -> None:
    with freeze_time(NOON) as held:
        instance = begin()
        work_all()
        [task] = engine.open_tasks("ticket:1")
        engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
        commit()
        held.move_to(NOON + timedelta(hours=48) - timedelta(seconds=1))
        assert timers.due() == []
        held.move_to(NOON + timedelta(hours=48))
        [due] = timers.due()
        assert timers.wake(due) is True
        assert timers.wake(due) is False
        commit()
        assert timers.due() == []
        assert {w["element"] for w in engine.waiting(instance)} == {"reopened", "rated"}


def test_a_message_that_was_first_takes_the_timer_with_it(engine_app: Flask) -> None:
    with freeze_time(NOON) as held:
        begin()
        work_all()
        [task] = engine.open_tasks("ticket:1")
        engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
        commit()
        [timer_row] = db.session.scalars(db.select(models.Timer))
        assert engine.deliver("customer.replied", "ticket:1", {}, by="contact:1") == 1
        commit()
        held.move_to(NOON + timedelta(days=9))
        assert (timers.due(), timers.wake(timer_row.id)) == ([], False)


def test_a_message_reaches_only_its_business_key_and_nobody_waiting_is_no_error(engine_app: Flask) -> None:
    begin()
    assert engine.deliver("ticket.resolved", "ticket:2", {}, by="agent:1") == 0
    assert engine.deliver("nobody.waits", "ticket:1", {}, by="agent:1") == 0


def test_a_result_that_comes_after_the_activity_was_interrupted_is_dropped(engine_app: Flask) -> None:
    from app.engine import jobs

    instance = begin()
    [job] = db.session.scalars(db.select(models.Job))
    engine.deliver("ticket.resolved", "ticket:1", {}, by="agent:1")
    commit()
    db.session.refresh(job)
    assert job.state == "dropped"
    jobs.finish(job, {"said": "late"})
    commit()
    assert (job.state, instance.status) == ("dropped", "running")


def test_a_runaway_loop_becomes_an_incident_that_names_its_element(engine_app: Flask) -> None:
    endless = definitions(
        node("startEvent", "start", out="f1", inner=message("request.received"))
        + node("exclusiveGateway", "merge", "f1 f4", "f2")
        + node("scriptTask", "spin", "f2", "f3", "<bpmn:script>x = 1</bpmn:script>")
        + node("exclusiveGateway", "enough", "f3", "f4 f5", default="f4")
        + node("endEvent", "end", "f5")
        + "".join(flow(*f) for f in (("f1", "start", "merge"), ("f2", "merge", "spin"), ("f3", "spin", "enough")))
        + flow("f4", "enough", "merge")
        + flow("f5", "enough", "end", "x == 2")
    )
    instance = begin(endless)
    assert instance.status == "incident"
    [incident] = engine.incidents()
    assert incident.element in {"merge", "spin", "enough"}


def test_a_new_version_is_for_new_instances_only(engine_app: Flask) -> None:
    first = begin()
    engine.deploy(LOOP.replace("Demo", "Demo, second edition"), note="better", by="agent:1")
    commit()
    engine.deliver("request.received", "ticket:2", {"ticket": 2}, by="contact:1")
    commit()
    [second] = engine.instances_of("ticket:2")
    assert (first.definition.version, second.definition.version) == (1, 2)
    assert engine.deploy(LOOP.replace("Demo", "Demo, second edition"), note="again", by="agent:1").version == 2


def test_history_holds_every_step_with_flow_actor_and_version(engine_app: Flask) -> None:
    instance = begin()
    work_all()
    rows = engine.history(instance)
    assert [(r["kind"], r["element"]) for r in rows] == [
        ("started", ""),
        ("completed", "start"),
        ("completed", "begin"),
        ("completed", "again"),
        ("entered", "handle"),
        ("entered", "draft"),
        ("completed", "draft"),
        ("entered", "reply"),
    ]
    draft = next(r for r in rows if r["element"] == "draft" and r["kind"] == "completed")
    assert draft["inputs"] == {"text": "hi"}
    assert draft["outputs"] == {"said": "hi"}
    assert next(r for r in rows if r["element"] == "again")["flow"] == "h1"
    assert {r["version"] for r in rows} == {1}


def test_a_drawing_with_a_timer_that_is_no_moment_becomes_an_incident(engine_app: Flask) -> None:
    xml = definitions(
        node("startEvent", "start", out="f1", inner=message("request.received"))
        + node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDuration", "when"))
        + node("endEvent", "end", "f2")
        + flow("f1", "start", "mid")
        + flow("f2", "mid", "end")
    )
    instance = begin(xml)
    assert instance.status == "incident"
    with pytest.raises(Refused):
        engine.deploy(xml.replace("when", "when("), note="n", by="system")


def test_an_operation_nobody_offers_and_a_form_nobody_wrote_are_refused(engine_app: Flask) -> None:
    body = node("serviceTask", "mid", "f1", "f2", operator("echo.say", text="1")) + node(
        "userTask", "u", inner=form("answer")
    )
    assert body
    with pytest.raises(Refused, match="No worker offers"):
        begin(LOOP.replace("echo.say", "echo.shout"))
