"""A ticket that was done is taken up again by hand: its process begins again where it left off."""

import pytest
from sqlalchemy import select
from web_desk import Person, WebDesk

from app import engine, relay
from app.db import db
from app.engine.models import Timer
from app.tickets import conversation, finding


def _set(ann: Person, desk: WebDesk, number: str, status: str) -> None:
    assert ann.post(f"/tickets/{number}/status", status=status).status_code in {204, 302, 303}
    desk.work()


def _path(desk: WebDesk, number: str) -> list[str]:
    """Return the elements the last request process of a ticket completed."""
    with desk.flask.app_context():
        instances = engine.instances_of(finding.by_number(number).key)
        request = [one for one in instances if one.definition.key == "request"][-1]
        return [step["element"] for step in engine.history(request) if step["kind"] == "completed"]


def _states(desk: WebDesk, number: str, key: str) -> list[str]:
    with desk.flask.app_context():
        instances = engine.instances_of(finding.by_number(number).key)
        return [one.status for one in instances if one.definition.key == key]


@pytest.mark.parametrize("end", ["closed", "cancelled", "rejected"])
def test_a_ticket_reopened_by_hand_is_asked_about_again_and_its_clocks_run_on(desk: WebDesk, ann: Person, end: str):
    number = desk.mail()
    _set(ann, desk, number, end)
    assert desk.task(number) is None
    assert _states(desk, number, "request") == ["completed"]
    letters = desk.ask("SELECT count(*) FROM outgoing")
    _set(ann, desk, number, "open")
    task = desk.task(number)
    assert task is not None and task.name == "Reply to the customer"
    assert _states(desk, number, "request") == ["completed", "running"]
    assert _path(desk, number)[:3] == ["Event_RequestReceived", "Gateway_ChangeRequest", "Gateway_Again"]
    assert "running" in _states(desk, number, "sla")
    assert desk.ask("SELECT count(*) FROM outgoing") == letters, "a reopened ticket is not confirmed again"
    assert desk.ask("SELECT count(*) FROM incident") == 0


def test_a_ticket_cancelled_before_anybody_had_it_finds_an_agent_when_it_is_reopened(desk: WebDesk, ann: Person):
    number = desk.mail("As discussed", "please go ahead with option 2.")
    task = desk.task(number)
    assert task is not None and task.name == "Triage the request"
    _set(ann, desk, number, "cancelled")
    _set(ann, desk, number, "open")
    assert desk.ask("SELECT assignee_id FROM ticket WHERE number = ?", number) is not None
    task = desk.task(number)
    assert task is not None and task.name == "Reply to the customer"


def test_a_resolved_ticket_reopened_by_hand_goes_on_in_the_process_it_has(desk: WebDesk, ann: Person):
    number = desk.mail()
    for status in ("resolved", "open"):
        _set(ann, desk, number, status)
    assert _states(desk, number, "request") == ["running"]
    assert desk.task(number) is not None


def test_a_ticket_closed_while_its_rating_is_awaited_is_reopened_once(desk: WebDesk, ann: Person):
    number = desk.mail()
    for status in ("resolved", "closed", "open"):
        _set(ann, desk, number, status)
    assert _states(desk, number, "request") == ["running"]
    assert desk.task(number) is not None


def test_a_ticket_reopened_while_its_rating_is_being_asked_for_goes_back_to_its_agent(desk: WebDesk, ann: Person):
    number = desk.mail()
    ann.post(f"/tickets/{number}/status", status="resolved")  # and no worker has asked for the rating yet
    _set(ann, desk, number, "open")
    assert _states(desk, number, "request") == ["running"]
    task = desk.task(number)
    assert task is not None and task.name == "Reply to the customer"
    assert desk.ask("SELECT count(*) FROM survey") == 0


def _three_days_pass(desk: WebDesk, number: str) -> None:
    """Let the time for the rating be over, and no worker close the ticket yet."""
    with desk.flask.app_context():
        timer = select(Timer.id).where(Timer.element == "Event_ThreeDays", Timer.state == "waiting")
        assert engine.wake(db.session.scalars(timer).one())
        relay.commit()


def test_a_ticket_reopened_while_it_is_being_closed_goes_back_to_its_agent(desk: WebDesk, ann: Person):
    number = desk.mail()
    _set(ann, desk, number, "resolved")
    _three_days_pass(desk, number)
    _set(ann, desk, number, "in_progress")
    assert _states(desk, number, "request") == ["running"]
    assert desk.task(number) is not None
    assert desk.ask("SELECT status FROM ticket WHERE number = ?", number) == "in_progress"


def test_a_customer_who_writes_while_the_ticket_is_being_closed_is_heard(desk: WebDesk, ann: Person):
    number = desk.mail()
    _set(ann, desk, number, "resolved")
    _three_days_pass(desk, number)
    with desk.flask.app_context():
        ticket = finding.by_number(number)
        conversation.from_customer(ticket, contact=ticket.contact, body="It is broken again.")
        relay.commit()
    desk.work()
    assert desk.ask("SELECT status FROM ticket WHERE number = ?", number) == "customer_responded"
    assert desk.task(number) is not None
