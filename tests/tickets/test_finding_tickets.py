from datetime import timedelta

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk
from sqlalchemy import insert, text

from app import clock, contacts, departments, sla
from app.db import db, new_public_id
from app.errors import Invalid, NotFound
from app.tickets import assigning, conversation, finding, status, tagging
from app.tickets.ticket import Ticket


def _subjects(q: str, view: str = "all", **more: object) -> list[str]:
    return [ticket.subject for ticket in finding.search(q, view, **more).items]  # type: ignore[arg-type]


def test_a_ticket_is_found_by_its_names(desk: Desk) -> None:
    ticket = desk.ticket()
    assert finding.by_number(" tkt-0001 ") is ticket
    assert finding.by_id(ticket.id) is ticket
    assert finding.by_public_id(ticket.public_id) is ticket


def test_a_ticket_that_is_not_there_is_not_found(any_app: Flask, desk: Desk) -> None:
    for number in ("TKT-9999", "", "\x00", "x" * 500):
        with pytest.raises(NotFound):
            finding.by_number(number)
        with pytest.raises(NotFound):
            finding.by_public_id(number)


def test_urgent_comes_first_then_who_answered_then_the_latest(desk: Desk) -> None:
    for minute, (subject, priority) in enumerate(
        [("old", "low"), ("new", "low"), ("answered", "low"), ("urgent", "urgent"), ("both", "urgent")]
    ):
        with freeze_time(f"2026-03-02 10:0{minute}"):
            ticket = desk.ticket(subject, priority=priority)
            if subject in {"answered", "both"}:
                status.change(ticket, "customer_responded", by="system")
    with freeze_time("2026-03-02 11:00"):
        status.change(desk.ticket("done", priority="urgent"), "resolved", by="system")
    assert _subjects("", "all") == ["both", "urgent", "answered", "new", "old", "done"]
    assert _subjects("", "open") == ["both", "urgent", "answered", "new", "old"]


def test_each_view_shows_its_tickets(any_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", by="system")
    tickets = {name: desk.ticket(name) for name in ("mine", "bobs", "free", "waiting", "resolved", "closed", "merged")}
    desk.ticket("elsewhere", department=billing)
    assigning.assign(tickets["mine"], desk.ann, by="system")
    assigning.assign(tickets["bobs"], desk.bob, by="system")
    for name in ("waiting", "resolved", "closed"):
        status.change(tickets[name], name, by="system")
    tickets["merged"].status = "merged"
    shown = {view: set(_subjects("", view, agent=desk.ann)) for view in finding.VIEWS}
    assert shown == {
        "mine": {"mine"},
        "team": {"mine", "bobs", "free", "waiting"},
        "unassigned": {"free", "waiting"},
        "all": {*tickets},
        "open": {"mine", "bobs", "free", "waiting"},
        "waiting": {"waiting"},
        "resolved": {"resolved"},
        "closed": {"closed", "merged"},
    }
    assert _subjects("", "mine") == []
    assert "elsewhere" in _subjects("", "unassigned")


def test_an_unknown_view_or_page_is_named(desk: Desk) -> None:
    for wrong in ({"view": "secret"}, {"page": 0}, {"page_size": 201}, {"page_size": 0}, {"page": 10**20}):
        with pytest.raises(Invalid) as refused:
            finding.search(**wrong)  # type: ignore[arg-type]
        assert list(refused.value.fields) == list(wrong)


FINDING = [
    "printer",
    "PRINTER jam",
    "tkt-0001",
    "eve@example",
    '"paper jam"',
    "toner",
    "status:waiting",
    "status:waiting priority:high printer",
    "from:eve",
    "from:EXAMPLE.com",
    "assignee:ann",
    "assignee:me",
    "tag:größe",
    "department:support tag:50%_off",
    "is:open category:hardware channel:email",
    "is:flagged",
]


def test_words_and_filters_find_the_ticket_and_not_the_other(any_app: Flask, desk: Desk) -> None:
    ticket = desk.ticket("Printer: paper jam", priority="high", category="hardware")
    conversation.from_customer(ticket, contact=desk.eve, body="Also the toner is empty", first=True)
    tagging.set_tags(ticket, ["größe", "50%_off"], by="system")
    assigning.assign(ticket, desk.ann, by="system")
    status.change(ticket, "waiting", by="system")
    ticket.flagged = "idle"
    other = contacts.find_or_make("zoe@elsewhere.test", "Zoe", by="system")
    billing = departments.add("billing", "Billing", by="system")
    away = desk.ticket("Invoice", contact=other, department=billing, channel="web")
    tagging.set_tags(away, ["größer", "50 off"], by="system")
    status.change(away, "resolved", by="system")
    found = {q: _subjects(q, agent=desk.ann) for q in FINDING}
    assert found == {q: ["Printer: paper jam"] for q in FINDING}


FINDING_NOTHING = [
    "status:nonsense",
    "is:purple",
    "assignee:me",
    "%",
    "_",
    "tag:%",
    "zzz printer",
    "x" * 5000,
    "from:''\x00",
]


def test_what_nothing_has_finds_nothing(any_app: Flask, desk: Desk) -> None:
    desk.ticket("printer")
    assert {q: _subjects(q) for q in FINDING_NOTHING} == {q: [] for q in FINDING_NOTHING}


ODD = ["", "  ", '""', '"', ":", "Re: x", "http://x/y"]


def test_odd_typing_is_harmless(any_app: Flask, desk: Desk) -> None:
    desk.ticket('Re: x http://x/y : "')
    assert {q: _subjects(q) for q in ODD} == {q: ['Re: x http://x/y : "'] for q in ODD}


def test_overdue_asks_the_clocks(any_app: Flask, desk: Desk) -> None:
    with freeze_time(clock.now() - timedelta(hours=3)):
        late, fine = desk.ticket("late", priority="urgent"), desk.ticket("fine", priority="low")
        for ticket in (late, fine):
            sla.start(ticket, by="system")
    assert _subjects("is:overdue") == ["late"]
    due = sla.nearest_due([late.id, fine.id])
    assert due[late.id] < clock.now() < due[fine.id]


def test_pages_follow_each_other(desk: Desk) -> None:
    for number in range(5):
        desk.ticket(str(number))
    pages = [finding.search("", "all", page, 2) for page in (1, 2, 3, 4)]
    assert [len(page.items) for page in pages] == [2, 2, 1, 0]
    assert [page.next for page in pages] == [2, 3, None, None]
    assert [page.total for page in pages] == [5, 5, 5, 5]
    assert len({ticket.id for page in pages for ticket in page.items}) == 5


def test_counting_stops_at_ten_thousand_and_the_open_view_needs_no_sorting(any_app: Flask, desk: Desk) -> None:
    now = clock.now()
    rows = [
        {
            "public_id": new_public_id(),
            "number": f"L{number}",
            "subject": "load",
            "status": "open",
            "priority": "urgent" if number % 50 == 0 else "low",
            "department_id": desk.support.id,
            "contact_id": desk.eve.id,
            "created_at": now,
            "updated_at": now - timedelta(minutes=number),
        }
        for number in range(10_050)
    ]
    db.session.execute(insert(Ticket), rows)
    page = finding.search("", "open")
    assert (page.total, page.exact, page.next) == (10_000, False, 2)
    assert [ticket.number for ticket in page.items[:2]] == ["L0", "L50"]
    db.session.execute(text("ANALYZE"))
    order = "SELECT id FROM ticket WHERE rank > 0 ORDER BY rank DESC, updated_at DESC, id DESC LIMIT 50"
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    plan = " ".join(str(row) for row in db.session.execute(text(explain + order)))
    assert "ix_ticket_rank_updated_at_id" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_contacts_tickets_are_listed_newest_first(desk: Desk) -> None:
    first, second = desk.ticket("first"), desk.ticket("second")
    assert finding.of_contact(desk.eve).items == [second, first]
