"""A mail in doubt is listed, and a person decides about it, once."""

from typing import Any

from api_world import Caller, World
from sqlalchemy import select

from app.channels.outbox import Outgoing
from app.db import db
from app.engine.models import Job
from app.events import Event
from app.tickets.messages import Message


def _doubtful(world: World, ann: Caller, state: str = "unknown") -> Any:
    number = ann.open_ticket()["number"]
    world.work()
    ann("POST", f"/tickets/{number}/messages", {"body": "Here it is."})
    world.work()
    with world.flask.app_context():
        reply = db.session.scalars(select(Message).where(Message.kind == "reply")).one()
        letter = db.session.scalars(select(Outgoing).where(Outgoing.conversation_id == reply.id)).one()
        reply.delivery = letter.state = state
        letter.error = "The connection broke."
        db.session.commit()
    [found] = ann.get("/deliveries")["items"]
    assert "flowdesk_mails_in_doubt 1.0" in world.flask.test_client().get("/metrics").text
    assert (found["ticket"], found["state"], found["note"]) == (number, state, "The connection broke.")
    return found


def _delivery(ann: Caller, found: Any) -> str:
    messages = ann.get(f"/tickets/{found['ticket']}")["messages"]
    return next(one["delivery"] for one in messages if one["id"] == found["message"])


def test_a_mail_in_doubt_that_arrived_is_sent_and_needs_no_further_look(world: World, ann: Caller) -> None:
    found = _doubtful(world, ann)
    answer = ann("PUT", f"/deliveries/{found['id']}", {"outcome": "arrived"})
    assert (answer.status_code, answer.json["state"]) == (200, "sent")
    assert (_delivery(ann, found), ann.get("/deliveries")["total"]) == ("sent", 0)
    with world.flask.app_context():
        settled = db.session.scalars(select(Event).where(Event.name == "mail.settled")).one()
        assert (settled.before, settled.after) == ({"state": "unknown"}, {"state": "sent"})
        assert settled.actor.startswith("agent:")


def test_a_mail_sent_again_is_the_same_mail_in_one_more_job(world: World, ann: Caller) -> None:
    found = _doubtful(world, ann)
    again = ann("PUT", f"/deliveries/{found['id']}", {"outcome": "again"}).json
    assert (again["state"], again["message_id"]) == ("queued", found["message_id"])
    assert _delivery(ann, found) == "queued"
    with world.flask.app_context():
        waiting = db.session.scalars(select(Job).where(Job.state == "queued")).all()
        assert [job.topic for job in waiting] == ["mail.deliver"]
    world.work()
    assert _delivery(ann, found) == "mailbox"


def test_only_the_first_decision_about_a_mail_counts(world: World, ann: Caller, admin: Caller) -> None:
    found = _doubtful(world, ann, "failed")
    assert ann("PUT", f"/deliveries/{found['id']}", {"outcome": "again"}).status_code == 200
    for outcome in ("again", "arrived"):
        answer = admin("PUT", f"/deliveries/{found['id']}", {"outcome": outcome})
        assert (answer.status_code, "not in doubt" in answer.json["detail"]) == (409, True)


def test_the_two_kinds_of_doubt_are_told_apart(world: World, ann: Caller) -> None:
    _doubtful(world, ann, "failed")
    assert ann.get("/deliveries?state=failed")["total"] == 1
    assert ann.get("/deliveries?state=unknown")["total"] == 0
    assert ann("GET", "/deliveries?state=sent").status_code == 422
    assert ann("PUT", "/deliveries/nothing", {"outcome": "again"}).status_code == 404
