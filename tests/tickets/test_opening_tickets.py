from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from rooms_fixtures import Desk

from app.contacts import Contact
from app.db import db
from app.departments import Department
from app.errors import Invalid
from app.events import take_pending
from app.tickets import facts, opening
from app.tickets.conversation import from_customer
from app.tickets.ticket import Ticket


def test_a_ticket_starts_open_and_records_the_request(desk: Desk) -> None:
    ticket = desk.ticket("Printer")
    (event,) = take_pending()
    assert (ticket.number, ticket.status, ticket.priority, ticket.tags) == ("TKT-0001", "open", "medium", [])
    assert (event.name, event.subject) == ("request.received", ticket.key)
    assert event.data == {"ticket": ticket.id, "again": False, "segment": "", "authorised": False}


@pytest.mark.parametrize(
    ("subject", "kept"),
    [("", "(no subject)"), (" \x00\n ", "(no subject)"), ("a\x00b\r\n c", "ab c"), ("x" * 2000, "x" * 998)],
)
def test_a_subject_is_one_clean_line(any_app: Flask, desk: Desk, subject: str, kept: str) -> None:
    ticket = desk.ticket(subject)
    db.session.expire(ticket)
    assert ticket.subject == kept


def test_a_lone_surrogate_is_stored_as_a_replacement(any_app: Flask, desk: Desk) -> None:
    ticket = desk.ticket("bad \udc80 byte")
    db.session.expire(ticket)
    assert ticket.subject == "bad \ufffd byte"


@pytest.mark.parametrize("wrong", [{"channel": "fax"}, {"priority": "asap"}, {"category": "gardening"}])
def test_a_wrong_field_is_named(desk: Desk, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        desk.ticket(**wrong)
    assert list(refused.value.fields) == list(wrong)


def test_numbers_rise_past_four_digits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [desk.ticket().number for _ in range(3)] == ["TKT-0001", "TKT-0002", "TKT-0003"]


def test_a_number_is_not_used_again_after_its_ticket_is_gone(app: Flask, desk: Desk, tmp_path: Path) -> None:
    first = desk.ticket()
    db.session.commit()
    db.session.delete(first)
    db.session.commit()
    assert desk.ticket().number == "TKT-0002"


def test_tickets_opened_at_once_have_different_rising_numbers(postgres_app: Flask, desk: Desk) -> None:
    contact_id, department_id = desk.eve.id, desk.support.id
    db.session.commit()

    def receive(_: int) -> tuple[int, str]:
        with postgres_app.app_context():
            given: dict[str, Any] = {
                "contact": db.session.get_one(Contact, contact_id),
                "department": db.session.get_one(Department, department_id),
            }
            ticket = opening.open_ticket(subject="x", channel="email", by="system", **given)
            db.session.commit()
            return ticket.id, ticket.number

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted({number for _, number in pool.map(receive, range(18))})
    assert len(numbers) == 18
    assert all(earlier < later for earlier, later in pairwise(numbers))


def test_a_follow_up_knows_what_it_follows(desk: Desk) -> None:
    first = desk.ticket()
    assert desk.ticket(follows=first).follows_id == first.id


def test_facts_are_plain_values_and_never_none(desk: Desk) -> None:
    ticket: Ticket = desk.ticket("Invoice")
    from_customer(ticket, contact=desk.eve, body="My invoice " * 1000, first=True)
    said = facts.facts(ticket)
    assert None not in said.values()
    assert (said["sender"], said["domain"], said["department"]) == ("eve@example.com", "example.com", "support")
    assert len(said["body"]) == facts.BODY
