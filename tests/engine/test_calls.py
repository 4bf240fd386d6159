"""A call activity runs another process within the instance, in the version that was in force at its deployment."""

from datetime import UTC, datetime

import pytest
from drawings import definitions, flow, form, message, node, operator, timer, work_all
from flask import Flask
from freezegun import freeze_time

from app import engine
from app.db import db
from app.engine import library, timers
from app.engine.check import Refused
from app.engine.models import Instance
from app.errors import NotFound


def chain(*some: tuple[str, str]) -> str:
    """The flows `w1`, `w2` … between elements in a row; each is (source, target)."""
    return "".join(flow(f"w{n}", *ends) for n, ends in enumerate(some, 1))


def refund(form_lane: str = "Agent") -> str:
    """A process with the ids every drawing has: it asks a person, then a sub-process of it asks a worker."""
    inner = (
        node("startEvent", "begin", out="i1")
        + node("serviceTask", "pay", "i1", "i2", operator("echo.say", "paid", text="answer"))
        + node("endEvent", "over", "i2")
        + flow("i1", "begin", "pay")
        + flow("i2", "pay", "over")
    )
    return definitions(
        node("startEvent", "start")
        + node("userTask", "ask", "w1", "w2", form("answer", form_lane))
        + node("subProcess", "paying", "w2", "w3", inner)
        + node("endEvent", "end", "w3")
        + chain(("start", "ask"), ("ask", "paying"), ("paying", "end")),
        key="refund",
    )


def caller(key: str = "demo", calls: str = "refund", more: str = "", begin: str = message("request.received")) -> str:
    return definitions(
        node("startEvent", "start", inner=begin)
        + node("callActivity", "call", "w1", "w2", calledElement=calls)
        + node("serviceTask", "after", "w2", "w3", operator("echo.say", "said", text="'done'"))
        + node("endEvent", "end", "w3")
        + more
        + chain(("start", "call"), ("call", "after"), ("after", "end")),
        key=key,
    )


def forget() -> None:
    """Save, commit and let go, so that the next step restores the instance."""
    engine.save_all()
    db.session.commit()
    db.session.remove()


def begun() -> Instance:
    assert engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1") == 1
    forget()
    return db.session.scalars(db.select(Instance)).one()


def answer(text: str) -> None:
    [task] = engine.open_tasks()
    engine.complete_task(task.public_id, {"answer": text}, by="agent:1")
    forget()


def deploy(*documents: str) -> None:
    for xml in documents:
        engine.deploy(xml, note="n", by="agent:1")
    forget()


def test_a_called_process_runs_within_the_instance_and_its_elements_appear_by_name(engine_app: Flask) -> None:
    deploy(refund(), caller())
    instance = begun()
    [task] = engine.open_tasks()
    assert (task.name, task.lane, task.business_key) == ("ask name", "Agent", "ticket:1")
    assert engine.diagram(instance)["active"] == ["call"]
    answer("five euros")
    assert work_all() == 2
    forget()
    ended = db.session.get_one(Instance, 1)
    assert ended.status == "completed"
    history = [(row["element"], row["element_name"], row["kind"]) for row in engine.history(ended)]
    assert [row for row in history if row[2] == "completed"] == [
        ("start", "start name", "completed"),
        ("refund:start", "start name", "completed"),
        ("ask", "ask name", "completed"),
        ("begin", "begin name", "completed"),
        ("pay", "pay name", "completed"),
        ("over", "over name", "completed"),
        ("paying", "paying name", "completed"),
        ("refund:end", "end name", "completed"),
        ("call", "call name", "completed"),
        ("after", "after name", "completed"),
        ("end", "end name", "completed"),
    ]
    paid = next(row for row in engine.history(ended) if row["element"] == "pay" and row["kind"] == "completed")
    assert paid["outputs"] == {"said": "five euros"}


def test_what_is_called_is_the_version_of_the_callers_deployment(engine_app: Flask) -> None:
    deploy(refund(), caller())
    deploy(refund().replace("ask name", "newly asked"))
    begun()
    assert [task.name for task in engine.open_tasks()] == ["ask name"]
    deploy(caller())
    assert engine.version("demo").version == 2
    engine.deliver("request.received", "ticket:2", {"ticket": 2}, by="contact:1")
    assert [task.name for task in engine.open_tasks("ticket:2")] == ["newly asked"]
    deploy(caller())
    assert engine.version("demo").version == 2


def test_two_versions_of_one_process_may_run_within_one_instance(engine_app: Flask) -> None:
    deploy(refund(), caller("middle", begin=""))
    deploy(refund().replace("ask name", "newly asked"))
    outer = definitions(
        node("startEvent", "start", inner=message("request.received"))
        + node("callActivity", "first", "w1", "w2", calledElement="middle")
        + node("callActivity", "second", "w2", "w3", calledElement="refund")
        + node("endEvent", "end", "w3")
        + chain(("start", "first"), ("first", "second"), ("second", "end"))
    )
    deploy(outer)
    begun()
    assert [task.name for task in engine.open_tasks()] == ["ask name"]
    answer("old")
    work_all()
    forget()
    assert [task.name for task in engine.open_tasks()] == ["newly asked"]
    answer("new")
    work_all()
    forget()
    assert db.session.get_one(Instance, 1).status == "completed"


def test_a_boundary_event_ends_a_call_and_what_waits_within(engine_app: Flask) -> None:
    edge = (
        node("boundaryEvent", "late", out="x1", inner=timer("timeDuration", '"PT1H"'), attachedToRef="call")
        + node("endEvent", "aside", "x1")
        + flow("x1", "late", "aside")
    )
    with freeze_time(datetime(2030, 1, 1, tzinfo=UTC)) as now:
        deploy(refund(), caller(more=edge))
        begun()
        now.tick(3601)
        assert [engine.wake(ident) for ident in timers.due()] == [True]
        forget()
    assert engine.open_tasks() == []
    assert db.session.get_one(Instance, 1).status == "completed"


def test_what_a_called_process_keeps_is_kept_for_its_caller(engine_app: Flask) -> None:
    listening = definitions(
        node("startEvent", "start")
        + node("userTask", "ask", "w1", "w2", form("answer"))
        + node("intermediateCatchEvent", "hear", "w2", "w3", message("customer.replied"))
        + node("endEvent", "end", "w3")
        + chain(("start", "ask"), ("ask", "hear"), ("hear", "end")),
        key="refund",
    ).replace(
        'name="customer.replied"/>',
        'name="customer.replied"><bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="keep" '
        'value="true"/></spiffworkflow:properties></bpmn:extensionElements></bpmn:message>',
    )
    deploy(listening, caller())
    begun()
    assert engine.deliver("customer.replied", "ticket:1", {"message": 7}, by="contact:1") == 0  # but kept
    forget()
    answer("now")
    assert work_all() == 1
    assert db.session.get_one(Instance, 1).status == "completed"


def test_messages_of_one_id_in_both_files_are_not_taken_for_each_other(engine_app: Flask) -> None:
    called = definitions(
        node("startEvent", "start")
        + node("intermediateCatchEvent", "hear", "w1", "w2", '<bpmn:messageEventDefinition messageRef="Message_1"/>')
        + node("endEvent", "end", "w2")
        + chain(("start", "hear"), ("hear", "end")),
        key="refund",
    ).replace('id="m_ticket_rated"', 'id="Message_1"')
    calling = caller(begin='<bpmn:messageEventDefinition messageRef="Message_1"/>')
    deploy(called, calling.replace('id="m_request_received"', 'id="Message_1"'))
    begun()
    assert engine.deliver("ticket.rated", "ticket:1", {"score": 5}, by="contact:1") == 1


@pytest.mark.parametrize("called", ["demo", "middle"])
def test_a_process_that_would_call_itself_is_refused_with_the_element(engine_app: Flask, called: str) -> None:
    deploy(refund(), caller("demo", begin=""), caller("middle", calls="demo", begin=""))
    with pytest.raises(Refused, match="call: The process would call itself"):
        engine.deploy(caller("demo", calls=called, begin=""), note="n", by="agent:1")


def test_drawings_that_call_each_other_are_deployed_in_the_order_they_need(engine_app: Flask) -> None:
    documents = {"c": caller("outer", calls="demo"), "b": caller(begin=""), "a": refund()}
    assert engine.in_order(documents) == ["a", "b", "c"]
    mutual = {"one": caller("one", calls="two"), "two": caller("two", calls="one"), "broken": "<a"}
    assert engine.in_order(mutual) == ["one", "two", "broken"]


def test_an_unknown_process_is_refused_also_where_the_check_was_passed_by(engine_app: Flask) -> None:
    with pytest.raises(Refused, match="call: There is no process “refund”"):
        engine.deploy(caller(), note="n", by="agent:1")
    with pytest.raises(NotFound):
        library.store(caller(), note="smuggled", by="system")


def test_a_file_with_one_process_and_an_id_of_the_called_key_keeps_them_apart(engine_app: Flask) -> None:
    named = caller().replace('id="call"', 'id="refund"').replace('"call"', '"refund"')
    deploy(refund(), named)
    begun()
    answer("x")
    assert work_all() == 2
    assert db.session.get_one(Instance, 1).status == "completed"


def test_a_boundary_event_also_ends_what_waits_in_a_sub_process_of_the_call(engine_app: Flask) -> None:
    edge = (
        node("boundaryEvent", "stop", out="x1", inner=message("ticket.resolved"), attachedToRef="call")
        + node("endEvent", "aside", "x1")
        + flow("x1", "stop", "aside")
    )
    deploy(refund(), caller(more=edge))
    begun()
    answer("five euros")
    assert engine.deliver("ticket.resolved", "ticket:1", {}, by="agent:1") == 1
    forget()
    assert work_all() == 0
    assert db.session.get_one(Instance, 1).status == "completed"


def test_an_error_of_a_called_process_is_caught_at_the_call(engine_app: Flask) -> None:
    error = '<bpmn:error id="Error_1" name="Bad" errorCode="bad"/></bpmn:definitions>'
    event = '<bpmn:errorEventDefinition errorRef="Error_1"/>'
    failing = definitions(
        node("startEvent", "start")
        + node("userTask", "ask", "w1", "w2", form("answer"))
        + node("endEvent", "end", "w2", "", event)
        + chain(("start", "ask"), ("ask", "end")),
        key="refund",
    ).replace("</bpmn:definitions>", error)
    edge = (
        node("boundaryEvent", "failed", out="x1", inner=event, attachedToRef="call")
        + node("userTask", "console", "x1", "x2", form("answer"))
        + node("endEvent", "aside", "x2")
        + flow("x1", "failed", "console")
        + flow("x2", "console", "aside")
    )
    deploy(failing, caller(more=edge).replace("</bpmn:definitions>", error))
    begun()
    answer("no")
    assert [task.element for task in engine.open_tasks()] == ["console"]
    assert engine.diagram(db.session.get_one(Instance, 1))["active"] == ["console"]


def test_a_call_in_a_loop_is_made_anew_each_time(engine_app: Flask) -> None:
    again = definitions(
        node("startEvent", "start", inner=message("request.received"))
        + node("exclusiveGateway", "merge")
        + node("callActivity", "call", calledElement="refund")
        + node("exclusiveGateway", "enough", default="w4")
        + node("endEvent", "end")
        + chain(("start", "merge"), ("merge", "call"), ("call", "enough"), ("enough", "end"))
        + flow("back", "enough", "merge", 'answer == "again"')
    )
    deploy(refund(), again)
    begun()
    for _ in range(30):
        answer("again")
        assert work_all() == 1
        forget()
    size = len(db.session.get_one(Instance, 1).state or b"")
    answer("enough")
    assert work_all() == 1
    forget()
    ended = db.session.get_one(Instance, 1)
    assert ended.status == "completed"
    assert size < 6_000
    assert sum(row["element"] == "call" and row["kind"] == "completed" for row in engine.history(ended)) == 31
