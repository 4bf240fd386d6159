"""Stages, own fields, links, split messages and time through the API; tickets that lie and are taken up again."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from api_world import Caller, World
from sqlalchemy import func, select

from app import clock, engine, intake, relay
from app.channels.mail import thread
from app.config import settings
from app.db import db
from app.engine import timers
from app.engine.models import Step
from app.tickets import by_hand, fields, finding, stages
from app.tickets.messages import Message
from app.tickets.ticket import Ticket


def configure(world: World, **stage: Any) -> None:
    with world.flask.app_context():
        rows = [asdict(one) | stage.get(one.key, {}) for one in stages.PRESETS]
        stages.set_stages(rows, by="system")
        relay.commit()


def own(world: World, **field: Any) -> None:
    with world.flask.app_context():
        fields.FIELDS.set([{"key": "serial", "name": "Serial", "kind": "number"} | field], by="system")
        relay.commit()


def test_a_stage_is_set_by_key_or_name_and_sets_the_status(world: World, ann: Caller) -> None:
    number = ann.open_ticket()["number"]
    assert ann.get(f"/tickets/{number}")["stage"] == "New"
    moved = ann("PUT", f"/tickets/{number}/stage", {"stage": "Awaiting", "reason": "Asked back"}).json
    assert (moved["stage"], moved["status"], moved["wait_reason"]) == ("Awaiting", "waiting", "customer")
    assert ann("PUT", f"/tickets/{number}/stage", {"stage": "in_progress"}).json["status"] == "in_progress"
    refused = ann("PUT", f"/tickets/{number}/stage", {"stage": "heaven"})
    assert refused.status_code == 422 and "must be one of new, in_progress" in refused.json["errors"]["stage"]
    listed = ann.get("/stages")["items"]
    assert [one["name"] for one in listed] == ["New", "In Progress", "Awaiting", "Done", "Cancelled", "Rejected"]


def test_a_reason_is_asked_for_by_name(world: World, ann: Caller) -> None:
    number = ann.open_ticket()["number"]
    with world.flask.app_context():
        by_hand.REASONS_FOR.set(["rejected"], by="system")
        relay.commit()
    refused = ann("PUT", f"/tickets/{number}/status", {"status": "rejected"})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["reason"])
    assert ann("PUT", f"/tickets/{number}/status", {"status": "rejected", "reason": "Not ours"}).status_code == 200


def test_own_fields_are_checked_when_a_ticket_is_opened_changed_and_resolved(world: World, ann: Caller) -> None:
    own(world, required=True)
    contact = {"email": "eve@example.com", "name": "Eve"}
    new = {"subject": "A", "body": "B", "contact": contact}
    for custom, why in (({}, "is needed"), ({"serial": "x"}, "must be a number"), ({"serial": None}, "is needed")):
        refused = ann("POST", "/tickets", {**new, "custom": custom})
        assert (refused.status_code, refused.json["errors"]) == (422, {"custom.serial": why})
    refused = ann("POST", "/tickets", {**new, "custom": {"serial": 1, "shoe": 42}})
    assert list(refused.json["errors"]) == ["custom.shoe"]
    opened = ann.open_ticket(custom={"serial": "17"})
    assert opened["custom"] == {"serial": 17}
    own(world, required_on_resolve=True)
    number = opened["number"]
    assert ann("PUT", f"/tickets/{number}/custom", {"custom": {"serial": ""}}).json["custom"] == {}
    refused = ann("PUT", f"/tickets/{number}/status", {"status": "resolved"})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["custom.serial"])
    world.work()
    refused = ann("POST", f"/tickets/{number}/messages", {"body": "Done.", "then": "resolve"})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["custom.serial"])
    assert ann.get("/fields")["items"][0]["required_on_resolve"] is True


def test_the_task_to_resolve_waits_for_the_fields_too(world: World, ann: Caller) -> None:
    number = ann.open_ticket()["number"]
    world.work()
    ann("POST", f"/tickets/{number}/messages", {"body": "Done.", "then": "resolve"})
    world.work()
    own(world, required_on_resolve=True)
    [task] = [one for one in ann.get("/tasks")["items"] if one["ticket"] == number]
    answer = {**task["form"]["data"], "resolution": "fixed"}
    refused = ann("POST", f"/tasks/{task['id']}/completion", answer)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["custom.serial"])
    ann("PUT", f"/tickets/{number}/custom", {"custom": {"serial": 4}})
    assert ann("POST", f"/tasks/{task['id']}/completion", answer).status_code == 200
    world.work()
    assert ann.get(f"/tickets/{number}")["status"] == "resolved"


def test_a_message_is_split_and_linked(world: World, ann: Caller) -> None:
    ticket = ann.open_ticket(attachments=[{"filename": "a.txt", "content_base64": "YQ=="}])
    message = ticket["messages"][0]["id"]
    made = ann("POST", f"/tickets/{ticket['number']}/split", {"message": message})
    assert made.status_code == 201 and made.headers["Location"].endswith(made.json["number"])
    assert made.json["messages"][0]["attachments"][0]["filename"] == "a.txt"
    [link] = ann.get(f"/tickets/{made.json['number']}/links")["items"]
    assert (link["kind"], link["ticket"]) == ("split_from", ticket["number"])
    refused = ann("POST", f"/tickets/{made.json['number']}/split", {"message": message})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["message"])


def test_links_are_made_seen_and_taken_away(ann: Caller) -> None:
    a, b = (ann.open_ticket(subject)["number"] for subject in "AB")
    made = ann("POST", f"/tickets/{a}/links", {"ticket": b, "kind": "duplicate"})
    assert made.status_code == 201 and made.json["items"][0]["kind"] == "duplicate"
    [link] = ann.get(f"/tickets/{b}/links")["items"]
    assert (link["kind"], link["ticket"]) == ("duplicated_by", a)
    assert ann("POST", f"/tickets/{a}/links", {"ticket": "TKT-99"}).json["errors"] == {"ticket": "is unknown"}
    assert ann("DELETE", f"/tickets/{b}/links/{link['id']}").json["items"] == []
    assert ann("DELETE", f"/tickets/{b}/links/{link['id']}").status_code == 404


def test_time_is_noted_and_summed(world: World, ann: Caller) -> None:
    number = ann.open_ticket()["number"]
    entry = ann("POST", f"/tickets/{number}/time", {"minutes": 25, "note": "Phone", "at": "2026-01-01T10:00:00+01:00"})
    assert (entry.status_code, entry.json["agent"]) == (201, ann.email)
    ann("POST", f"/tickets/{number}/time", {"minutes": 5})
    sheet = ann.get(f"/tickets/{number}/time")
    assert (sheet["minutes"], [one["minutes"] for one in sheet["items"]]) == (30, [5, 25])
    path = f"/tickets/{number}/time/{entry.json['id']}"
    assert world.caller("senior")("PUT", path, {"minutes": 1}).status_code == 403
    assert ann("PUT", path, {"minutes": 0}).status_code == 422
    assert ann("PUT", path, {"minutes": 20}).json["minutes"] == 20
    assert ann("DELETE", path).json["minutes"] == 5
    assert ann("DELETE", path).status_code == 404
    late = ann("POST", f"/tickets/{number}/time", {"minutes": 5, "at": "2999-01-01T00:00:00Z"})
    assert (late.status_code, list(late.json["errors"])) == (422, ["at"])


def test_a_ticket_nobody_touches_moves_to_awaiting_and_touching_it_costs_its_process_nothing(
    world: World, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(world, in_progress={"awaiting_after": 24})
    number = ann.open_ticket()["number"]
    world.work()
    start, now = clock.now(), {"at": clock.now()}
    monkeypatch.setattr(clock, "now", lambda: now["at"])

    def pass_by(hours: float) -> None:
        now["at"] = start + timedelta(hours=hours)
        with world.flask.app_context():
            for timer in timers.due():
                timers.wake(timer)
            relay.commit()
        world.work()

    def steps() -> int:
        with world.flask.app_context():
            ident = [
                one.id
                for one in engine.instances_of(finding.by_number(number).key)
                if one.definition.key == "untouched"
            ]
            return db.session.scalar(select(func.count(Step.id)).where(Step.instance_id.in_(ident))) or 0

    ann("POST", f"/tickets/{number}/messages", {"body": "We look into it.", "then": "in_progress"})
    world.work()
    before = steps()
    assert before > 0
    pass_by(20)
    ann("POST", f"/tickets/{number}/messages", {"body": "Still looking.", "kind": "note"})
    world.work()
    assert steps() == before, "its process sleeps on"
    pass_by(30)
    assert ann.get(f"/tickets/{number}")["stage"] == "In Progress"
    pass_by(43.9)
    assert ann.get(f"/tickets/{number}")["stage"] == "In Progress"
    pass_by(44.1)
    shown = ann.get(f"/tickets/{number}")
    assert (shown["stage"], shown["status"]) == ("Awaiting", "waiting")
    assert [one["state"] for one in shown["instances"] if one["process"] == "untouched"] == ["completed"]


AGAIN = b"""From: eve@example.com\r
Subject: Re: My invoice is wrong\r
Message-ID: <again%(ident)d@example.com>\r
In-Reply-To: %(reference)s\r
\r
Again.
"""
FOLLOW_UP = {
    ("waiting", 0): ("same", "customer_responded"),
    ("in_progress", 0): ("same", "customer_responded"),
    ("resolved", 0): ("same", "customer_responded"),
    ("closed", 0): ("same", "customer_responded"),
    ("closed", 400): ("new", "closed"),
    ("cancelled", 0): ("new", "cancelled"),
    ("rejected", 0): ("new", "rejected"),
}


def write_again(world: World, number: str) -> int:
    """Let the customer answer a mail of a ticket; return the key of the raw mail."""
    with world.flask.app_context():
        ident = finding.by_number(number).id
        reference = thread.message_id(settings().secret(), f"ticket:{ident}", "flowdesk.localhost", f"x{ident}")
        raw = AGAIN % {b"ident": ident, b"reference": reference.encode()}
        kept = intake.keep_mail(raw, source="smtp", mail_from="eve@example.com", rcpt_to=["support@flowdesk.localhost"])
        raw_id = kept.id
        relay.commit()
    return raw_id


def test_a_customer_who_writes_again_finds_the_ticket_or_a_new_one_that_follows_it(
    world: World, ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for (status, days), (where, after) in FOLLOW_UP.items():
        number = ann.open_ticket()["number"]
        world.work()
        ann("PUT", f"/tickets/{number}/status", {"status": status})
        world.work()
        with monkeypatch.context() as patch:
            later = clock.now() + timedelta(days=days)
            patch.setattr(clock, "now", lambda later=later: later)
            raw_id = write_again(world, number)
            world.work()
        with world.flask.app_context():
            ident = finding.by_number(number).id
            query = select(Ticket).join(Message, Message.ticket_id == Ticket.id).where(Message.raw_id == raw_id)
            landed = db.session.scalars(query).one()
            stands = (landed.id == ident, landed.follows_id == ident)
        assert stands == (where == "same", where == "new"), (status, days)
        assert ann.get(f"/tickets/{number}")["status"] == after, (status, days)
        if where == "new":
            assert [one["kind"] for one in ann.get(f"/tickets/{number}/links")["items"]] == ["followed_by"]
