"""Mail in, contacts, departments and audit over the API."""

from urllib.parse import quote

from api_world import Caller, World
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.channels.raw import RawMessage
from app.db import db
from app.engine.models import Job

MAIL = b"From: Eve <eve@example.com>\r\nTo: support@x.test\r\nSubject: Broken\r\n\r\nIt is broken.\r\n"


def _mail(caller: Caller, raw: bytes = MAIL, query: str = "", kind: str = "message/rfc822") -> TestResponse:
    return caller("POST", f"/inbound/email{query}", data=raw, content_type=kind)


def test_a_mail_is_kept_byte_by_byte_before_it_is_acknowledged(world: World, ann: Caller) -> None:
    raw = b"\xff\x00 this is hardly a mail\n"
    answer = _mail(ann, raw)
    assert answer.status_code == 202
    assert answer.json == {"id": answer.json["id"], "state": "kept"}
    with world.flask.app_context():
        kept = db.session.scalars(select(RawMessage)).one()
        assert (kept.raw, kept.source, kept.public_id) == (raw, "api", answer.json["id"])
        assert db.session.scalars(select(Job.topic)).all() == ["intake.receive"]


def test_a_mail_becomes_a_ticket_of_the_department_named(world: World, ann: Caller) -> None:
    assert _mail(ann, query="?department=billing").status_code == 202
    world.work()
    found = ann.get("/tickets")["items"]
    assert [(one["subject"], one["department"], one["channel"]) for one in found] == [("Broken", "billing", "email")]


def test_a_mail_sent_by_a_command_line_tool_is_not_refused_for_its_content_type(ann: Caller) -> None:
    assert _mail(ann, kind="application/x-www-form-urlencoded").status_code == 202


def test_a_mail_that_cannot_be_taken_is_refused(world: World, ann: Caller) -> None:
    assert _mail(ann, b"").status_code == 422
    assert _mail(ann, query="?department=moon").status_code == 422
    assert _mail(ann, b"x" * (25 * 1024 * 1024 + 1)).status_code == 413
    with world.flask.app_context():
        assert db.session.scalars(select(RawMessage)).all() == []


def test_contacts_are_found_and_shown(ann: Caller) -> None:
    ann.open_ticket()
    ann.open_ticket(contact={"email": "zoe@acme.test", "name": "Zoe"})
    found = ann.get("/contacts?q=zoe")["items"]
    assert [(one["name"], one["emails"], one["vip"]) for one in found] == [("Zoe", ["zoe@acme.test"], False)]
    assert ann.get(f"/contacts/{found[0]['id']}") == found[0]
    assert ann.get("/contacts")["total"] == 2


def test_departments_are_listed_with_their_members(ann: Caller) -> None:
    found = {one["key"]: one for one in ann.get("/departments")["items"]}
    assert found.keys() == {"support", "billing"}
    assert "agent@desk.test" in [one["email"] for one in found["support"]["members"]]
    assert ann.get("/departments?page_size=1")["next"] == 2


def test_the_audit_trail_tells_who_did_what_newest_first(ann: Caller, admin: Caller) -> None:
    number = ann.open_ticket()["number"]
    ann("PUT", f"/tickets/{number}/priority", {"priority": "high", "reason": "The boss called."})
    found = admin.get(f"/audit?ticket={number}&name=ticket.priority_changed")["items"]
    assert [(one["actor_name"], one["reason"], one["ticket"]) for one in found] == [
        ("Agent", "The boss called.", number)
    ]
    assert (found[0]["before"], found[0]["after"]) == ({"priority": "medium"}, {"priority": "high"})
    rows = admin.get("/audit?page_size=200")["items"]
    assert [one["seq"] for one in rows] == sorted((one["seq"] for one in rows), reverse=True)
    at = quote(found[0]["at"])
    assert admin.get(f"/audit?until={at}&name=ticket.priority_changed")["total"] == 0
    assert admin.get(f"/audit?since={at}&name=ticket.&ticket={number}")["total"] == 1
    assert admin("GET", "/audit?since=yesterday").status_code == 422
