"""Merging and unmerging: two tickets become one, and are given back to the last column."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from api_world import Caller, World
from sqlalchemy import select

from app import clock, intake, merging, relay
from app.db import db
from app.engine import timers
from app.engine.models import Instance, Subscription, Timer, UserTask
from app.sla.clock_row import Clock
from app.tickets import finding
from app.tickets.linking import Link
from app.tickets.messages import Attachment, Message
from app.tickets.ticket import Participant, StatusChange, Ticket
from app.tickets.time_spent import TimeEntry

OF_TICKET = (Message, Participant, StatusChange, Clock, TimeEntry, Link)
MAIL = b"""From: Eve <eve@example.com>\r
To: support@flowdesk.localhost\r
Subject: Re: My invoice is wrong\r
Message-ID: <%(ident)d@example.com>\r
References: %(reference)s\r
\r
Is there any news?\r
"""
_idents = itertools.count(1)


def columns(row: Any, *without: str) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in without}


def rows(number: str) -> dict[str, Any]:
    """Return every row that makes a ticket what it is, and where its processes stand."""
    ticket = finding.by_number(number)
    found: dict[str, Any] = {"ticket": columns(ticket)}
    for model in OF_TICKET:
        mine = select(model).where(model.ticket_id == ticket.id)
        found[model.__tablename__] = [
            columns(row) for row in db.session.scalars(mine.order_by(*model.__table__.primary_key))
        ]
    said = [message["id"] for message in found["message"]]
    files = select(Attachment).where(Attachment.message_id.in_(said)).order_by(Attachment.id)
    found["files"] = [columns(row) for row in db.session.scalars(files)]
    here = select(Instance).where(Instance.business_key == ticket.key).order_by(Instance.id)
    instances = list(db.session.scalars(here))
    keys = [one.id for one in instances]
    found["instances"] = [columns(one, "state") for one in instances]
    offered = select(UserTask).where(UserTask.instance_id.in_(keys), UserTask.state == "open").order_by(UserTask.id)
    found["tasks"] = [columns(task) for task in db.session.scalars(offered)]
    due = select(Timer).where(Timer.instance_id.in_(keys), Timer.state == "waiting")
    found["timers"] = sorted((t.instance_id, t.element, t.due_at) for t in db.session.scalars(due))
    heard = select(Subscription).where(Subscription.instance_id.in_(keys))
    found["heard"] = sorted((s.instance_id, s.element, s.message, s.business_key) for s in db.session.scalars(heard))
    db.session.rollback()
    return found


def snapshot(world: World, *numbers: str) -> list[dict[str, Any]]:
    with world.flask.app_context():
        return [rows(number) for number in numbers]


def mail_to(world: World, message_id: str) -> str:
    """Let a mail come in that answers another one; return the number of the ticket it landed on."""
    raw = MAIL % {b"ident": next(_idents), b"reference": message_id.encode()}
    with world.flask.app_context():
        kept = intake.keep_mail(raw, source="smtp", mail_from="eve@example.com", rcpt_to=["support@flowdesk.localhost"])
        relay.commit()
        ident = kept.id
    world.work()
    with world.flask.app_context():
        query = select(Ticket.number).join(Message, Message.ticket_id == Ticket.id).where(Message.raw_id == ident)
        return db.session.scalars(query).one()


def reply(ann: Caller, world: World, number: str, then: str = "waiting") -> Any:
    answer = ann("POST", f"/tickets/{number}/messages", {"body": "We look into it.", "then": then})
    assert answer.status_code == 201, answer.text
    world.work()
    return answer.json


def put(ann: Caller, world: World, number: str, what: str, **body: Any) -> None:
    answer = ann("PUT", f"/tickets/{number}/{what}", body)
    assert answer.status_code == 200, answer.text
    world.work()


def _spend(ann: Caller, world: World, number: str) -> None:
    assert ann("POST", f"/tickets/{number}/time", {"minutes": 25, "note": "Phone"}).status_code == 201
    put(ann, world, number, "tags", tags=["invoice", "march"])


def _claim(ann: Caller, world: World, number: str) -> None:
    task = next(one for one in ann.get("/tasks")["items"] if one["ticket"] == number)
    assert ann("POST", f"/tasks/{task['id']}/claim").status_code == 200


def _answer(ann: Caller, world: World, number: str) -> None:
    reply(ann, world, number)


def _customer_answers(ann: Caller, world: World, number: str) -> None:
    sent = reply(ann, world, number)
    with world.flask.app_context():
        known = db.session.scalars(select(Message.message_id).where(Message.public_id == sent["id"])).one()
    assert mail_to(world, known) == number


def _status(status: str) -> Callable[[Caller, World, str], None]:
    return lambda ann, world, number: put(ann, world, number, "status", status=status)


BEFORE: dict[str, list[Callable[[Caller, World, str], None]]] = {
    "as it came": [],
    "with time and tags": [_spend],
    "with a task somebody took": [_claim],
    "waiting for the customer": [_answer, _spend],
    "after the customer answered": [_customer_answers],
    "waiting for a third party": [lambda a, w, n: put(a, w, n, "status", status="waiting", wait_reason="third_party")],
    "while it is asked how it was": [_status("resolved")],
    "closed": [_status("resolved"), _status("closed")],
    "cancelled": [_status("cancelled")],
}


def test_unmerging_gives_back_the_very_same_two_tickets(any_world: World) -> None:
    ann = any_world.caller()
    for words, acts in BEFORE.items():
        source = ann.open_ticket(f"My invoice is wrong, {words}")["number"]
        target = ann.open_ticket("My invoice is wrong, again")["number"]
        any_world.work()
        for act in acts:
            act(ann, any_world, source)
        before = snapshot(any_world, source, target)
        merged = ann("POST", f"/tickets/{source}/merge", {"into": target})
        assert merged.status_code == 200, merged.text
        any_world.work()
        assert (merged.json["status"], merged.json["merged_into"]) == ("merged", target)
        assert not [task for task in ann.get("/tasks")["items"] if task["ticket"] == source], words
        clocks = ann.get(f"/tickets/{source}/clocks")["items"]
        assert not [clock for clock in clocks if clock["state"] in ("running", "paused")], words
        assert ann("DELETE", f"/tickets/{source}/merge").status_code == 200
        any_world.work()
        after = snapshot(any_world, source, target)
        for was, now in zip(before, after, strict=True):
            for part in was:
                assert now[part] == was[part], (words, part)


def test_what_arrives_meanwhile_stays_on_the_target_and_the_source_goes_on(any_world: World) -> None:
    ann = any_world.caller()
    source, target = (ann.open_ticket(subject)["number"] for subject in ("First", "Second"))
    any_world.work()
    sent = reply(ann, any_world, source)
    known = ann.get(f"/tickets/{source}")["messages"][-1]["message_id"]
    before = snapshot(any_world, source)[0]
    assert ann("POST", f"/tickets/{source}/merge", {"into": target}).status_code == 200
    any_world.work()
    combined = [message["body"] for message in ann.get(f"/tickets/{target}")["messages"] if message["kind"] != "auto"]
    assert combined == ["Please look at invoice 17.", "Please look at invoice 17.", "We look into it."]
    assert mail_to(any_world, known) == target
    assert ann.get(f"/tickets/{target}?messages=0")["status"] in ("open", "customer_responded")
    reply(ann, any_world, source)  # what an agent writes to the merged number lands there too
    kinds = [message["kind"] for message in ann.get(f"/tickets/{target}")["messages"] if message["kind"] != "auto"]
    assert kinds == ["message", "message", "reply", "message", "reply"]
    assert ann("DELETE", f"/tickets/{source}/merge").status_code == 200
    any_world.work()
    after = snapshot(any_world, source)[0]
    assert {part: after[part] for part in before} == before
    said = [message["id"] for message in ann.get(f"/tickets/{source}")["messages"]]
    assert sent["id"] in said
    assert "Is there any news?" in [message["body"] for message in ann.get(f"/tickets/{target}")["messages"]]
    assert mail_to(any_world, known) == source
    assert ann.get(f"/tickets/{source}?messages=0")["status"] == "customer_responded"
    assert [task["ticket"] for task in ann.get("/tasks")["items"]].count(source) == 1


def test_a_timer_that_came_due_meanwhile_is_made_up_for(
    world: World, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = (ann.open_ticket(subject)["number"] for subject in ("First", "Second"))
    world.work()
    reply(ann, world, source, then="in_progress")
    ann("POST", f"/tickets/{source}/merge", {"into": target})
    world.work()
    later = clock.now() + timedelta(hours=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    with world.flask.app_context():
        due = [timer for timer in timers.due() if timers.wake(timer)]
        relay.commit()
    world.work()
    assert ann.get(f"/tickets/{source}?messages=0")["status"] == "merged"
    assert due, "the clocks of the target came due"
    ann("DELETE", f"/tickets/{source}/merge")
    world.work()
    for _ in range(3):  # first the warning, then the breach
        with world.flask.app_context():
            for timer in timers.due():
                timers.wake(timer)
            relay.commit()
        world.work()
    shown = ann.get(f"/tickets/{source}?messages=0")
    assert (shown["status"], shown["wait_reason"]) == ("waiting", "customer")
    clocks = {one["kind"]: one for one in ann.get(f"/tickets/{source}/clocks")["items"]}
    assert clocks["resolution"]["breached"]


def test_merges_that_cannot_be_are_refused_in_a_sentence(world: World, ann: Caller) -> None:
    a, b, c, d = (ann.open_ticket(subject)["number"] for subject in "ABCD")
    world.work()
    put(ann, world, d, "status", status="closed")

    def refused(one: str, into: str, status: int) -> str:
        answer = ann("POST", f"/tickets/{one}/merge", {"into": into})
        assert answer.status_code == status, answer.text
        return str(answer.json["detail"]) + str(answer.json.get("errors") or "")

    assert "cannot be merged into itself" in refused(a, a, 422)
    assert "'into': 'is unknown'" in refused(a, "TKT-99999", 422)
    assert "is closed; reopen it" in refused(a, d, 409)
    assert ann("POST", f"/tickets/{a}/merge", {"into": b}).status_code == 200
    assert ann("POST", f"/tickets/{a}/merge", {"into": b}).status_code == 200, "the same again changes nothing"
    assert f"is merged into {b} already" in refused(a, c, 409)
    assert "which is this ticket" in refused(b, a, 409)
    assert ann("POST", f"/tickets/{b}/merge", {"into": c}).status_code == 200, "a chain"
    assert f"so merge into {c}" in refused(d, a, 409)
    assert len([m for m in ann.get(f"/tickets/{c}")["messages"] if m["kind"] == "message"]) == 3
    for path, body in {
        "status": {"status": "open"},
        "tags": {"tags": ["x"]},
        "priority": {"priority": "low"},
        "stage": {"stage": "new"},
    }.items():
        answer = ann("PUT", f"/tickets/{a}/{path}", body)
        assert answer.status_code == 409, path
        assert f"{a} is merged into {c}; unmerge it first" in answer.json["detail"]
    for number in (b, a):
        assert ann("DELETE", f"/tickets/{number}/merge").status_code == 200
    assert ann("DELETE", f"/tickets/{a}/merge").status_code == 409
    world.work()
    for number in (a, b, c):
        assert len([m for m in ann.get(f"/tickets/{number}")["messages"] if m["kind"] == "message"]) == 1


def test_a_merge_is_recorded_on_both_tickets(world: World, ann: Caller) -> None:
    a, b = (ann.open_ticket(subject)["number"] for subject in "AB")
    ann("POST", f"/tickets/{a}/merge", {"into": b, "reason": "The same invoice"})
    ann("DELETE", f"/tickets/{a}/merge")
    told = world.caller("auditor").get("/audit?page_size=200")["items"]
    names = {(event["name"], event["ticket"], event["reason"]) for event in told}
    assert {("ticket.merged", a, "The same invoice"), ("ticket.absorbed", b, "The same invoice")} <= names
    assert {("ticket.unmerged", a, ""), ("ticket.released", b, "")} <= names


def test_the_people_of_both_take_part_in_the_merged_ticket(world: World, ann: Caller) -> None:
    a = ann.open_ticket("A", contact={"email": "zoe@example.com", "name": "Zoe"})["number"]
    b = ann.open_ticket("B")["number"]
    world.work()
    known = reply(ann, world, b)["id"]
    with world.flask.app_context():
        merging.merge(finding.by_number(a), finding.by_number(b), by="system")
        relay.commit()
        known = db.session.scalars(select(Message.message_id).where(Message.public_id == known)).one()
    raw = (MAIL % {b"ident": next(_idents), b"reference": known.encode()}).replace(b"eve@", b"zoe@")
    with world.flask.app_context():
        intake.keep_mail(raw, source="smtp", mail_from="eve@example.com", rcpt_to=["support@flowdesk.localhost"])
        relay.commit()
    world.work()
    last = ann.get(f"/tickets/{b}")["messages"][-1]
    assert (last["author_email"], last["held"]) == ("zoe@example.com", "")


def test_two_people_who_merge_crosswise_at_once_are_both_told(postgres_world: World) -> None:
    ann = postgres_world.caller()
    for _ in range(3):
        pair = [ann.open_ticket(subject)["number"] for subject in "AB"]
        postgres_world.work()
        together = Barrier(2)

        def merge(one: str, into: str, together: Barrier = together) -> int:
            caller = postgres_world.caller()
            together.wait()
            return caller("POST", f"/tickets/{one}/merge", {"into": into}).status_code

        with ThreadPoolExecutor(2) as people:
            answers = list(people.map(merge, pair, reversed(pair)))
        assert sorted(answers) == [200, 409]
        states = sorted(ann.get(f"/tickets/{number}?messages=0")["status"] for number in pair)
        assert states == ["merged", "open"]
