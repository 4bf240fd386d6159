"""Two contacts become one, and two again: the very same rows, whatever pointed at them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from rooms_fixtures import Desk
from sqlalchemy import select

from app import clock, contacts, csat, merges
from app.contacts import Contact, identities
from app.crm import Line, Run, Source
from app.db import Base, db
from app.errors import Conflict, Invalid
from app.events import take_pending
from app.merges import references
from app.tickets import participants

UNTOLD = {"event", "contact_merge"}
"""What tells of merges and so is another afterwards."""


def rows() -> dict[str, list[Any]]:
    """Return every row of every table."""
    db.session.flush()
    return {
        table.name: sorted(tuple(map(repr, row)) for row in db.session.execute(select(table)))
        for table in Base.metadata.tables.values()
        if table.name not in UNTOLD
    }


@pytest.fixture
def pair(any_app: Flask, desk: Desk) -> tuple[Contact, Contact]:
    """Give a source and a target, on each database in turn."""
    return filled(desk)


@pytest.fixture
def two(app: Flask, desk: Desk) -> tuple[Contact, Contact]:
    """Give a source and a target, on SQLite."""
    return filled(desk)


def filled(desk: Desk) -> tuple[Contact, Contact]:
    """Return a source to which everything points, some of it to the target as well, and the target."""
    source = contacts.add("", emails=["maria@home.test", "m@home.test"], phones=["020 1111"], by="system")
    target = contacts.add("Maria", emails=["maria@acme.test"], phones=["020 1111", "020 2222"], by="system")
    for email in source.emails:
        email.created_at -= timedelta(days=9)
    contacts.edit(source, {"notes": "Likes tea", "language": "pt", "vip": True}, by="system")
    contacts.edit(target, {"notes": "Calls on Mondays"}, by="system")
    identities.link(source, "CRM", "1", "https://crm.test/1", by="system")
    identities.link(target, "CRM", "2", by="system")
    run = Run(source=Source(name="CRM", kind="http", url="https://crm.test"), by="system")
    db.session.add(run)
    db.session.flush()
    db.session.add(Line(run_id=run.id, row=1, outcome="added", contact_id=source.id))
    asked, answered, others = desk.ticket(contact=source), desk.ticket(contact=target), desk.ticket()
    csat.open_survey(asked, by="system")
    for ticket, people in ((asked, [target]), (answered, [source]), (others, [source, target])):
        for one in people:
            participants.add_participant(ticket, one, by="system")
    participants.add_participant(desk.ticket(), source, by="system")
    db.session.commit()
    take_pending()
    return source, target


def test_merged_and_unmerged_every_row_is_what_it_was(pair: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = pair
    before = rows()
    row = merges.merge(source, target, by=desk.ann.actor, reason="same person")
    assert rows() != before
    assert merges.objections(row) == []
    merges.undo(row, by=desk.ann.actor)
    assert rows() == before
    assert merges.objections(row) == ["It was undone before."]


def test_everything_that_pointed_at_the_one_points_at_the_other(pair: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = pair
    foreseen = dict(merges.preview(source, target).moves)
    assert foreseen == {
        "tickets": 1,
        "conversations of others they take part in": 3,
        "addresses": 2,
        "phones": 1,
        "CRM records": 1,
        "lines of CRM reports": 1,
        "surveys": 1,
    }
    merges.merge(source, target, by=desk.ann.actor)
    for one in references():
        left = select(one.column).where(one.column == source.id)
        assert db.session.execute(left).all() == [], one
    assert [one.email for one in target.emails] == ["maria@acme.test", "maria@home.test", "m@home.test"]
    assert (target.language, target.vip, target.notes) == ("pt", True, "Calls on Mondays\n\nLikes tea")
    assert contacts.by_email("m@home.test") is target
    assert contacts.current(source) is target
    assert source not in contacts.search("").items


def test_nobody_takes_part_in_a_ticket_of_their_own(two: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = two
    merges.merge(source, target, by="system")
    taking = select(Base.metadata.tables["participant"])
    own = {ticket for ticket, contact in db.session.execute(taking) if contact == target.id}
    assert len(own) == 2
    assert all(ticket not in own for ticket in db.session.scalars(select(_tickets().c.id).where(_of(target))))


def _tickets() -> Any:
    return Base.metadata.tables["ticket"]


def _of(contact: Contact) -> Any:
    return _tickets().c.contact_id == contact.id


def test_what_came_since_stays_where_it_came(pair: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = pair
    row = merges.merge(source, target, by="system")
    later = desk.ticket(contact=contacts.by_email("maria@home.test"))
    contacts.edit(target, {"notes": "Moved to Lisbon"}, by="system")
    merges.undo(row, by="system")
    assert later.contact_id == target.id
    assert target.notes == "Moved to Lisbon"
    assert target.language == ""
    assert contacts.by_email("maria@home.test") is source


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (lambda s, t: identities.remove_address(t, "m@home.test", by="system"), "1 of the 2 addresses"),
        (lambda s, t: merges.merge(t, contacts.add("Third", by="system"), by="system"), "was merged into Third"),
        (lambda s, t: identities.unlink(t, "CRM", "1", by="system"), "1 of the 1 CRM records"),
    ],
)
def test_what_contradicts_is_told_and_nothing_is_undone(
    two: tuple[Contact, Contact], desk: Desk, meanwhile: Any, told: str
) -> None:
    source, target = two
    row = merges.merge(source, target, by="system")
    meanwhile(source, target)
    before = rows()
    with pytest.raises(Conflict, match=told):
        merges.undo(row, by="system")
    assert rows() == before


def test_a_chain_of_merges_is_undone_from_its_end(two: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = two
    third = contacts.add("Third", by="system")
    before = rows()
    first, second = merges.merge(source, target, by="system"), merges.merge(target, third, by="system")
    assert contacts.current(source) is third
    merges.undo(second, by="system")
    merges.undo(first, by="system")
    assert rows() == before


def test_who_cannot_be_merged(two: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = two
    with pytest.raises(Invalid):
        merges.merge(source, source, by="system")
    merges.merge(source, target, by="system")
    with pytest.raises(Conflict):
        merges.merge(source, desk.eve, by="system")
    with pytest.raises(Invalid, match="merged into"):
        merges.preview(desk.eve, source)


def test_a_merge_is_recorded_on_both_and_on_each_ticket(two: tuple[Contact, Contact], desk: Desk) -> None:
    source, target = two
    merges.merge(source, target, by=desk.ann.actor, reason="same person")
    told = [(event.name, event.subject) for event in take_pending()]
    assert ("contact.merged", target.actor) in told
    assert ("contact.merged_away", source.actor) in told
    assert [name for name, _ in told].count("ticket.requester_changed") == 1


def test_every_foreign_key_to_a_contact_is_moved_or_said_to_stay() -> None:
    every = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "contact.id"
    }
    moved = {(one.table.name, one.column.name) for one in references()}
    assert every - moved == {
        ("contact", "merged_into_id"),
        ("contact_merge", "source_id"),
        ("contact_merge", "target_id"),
    }
    assert {"ticket", "participant", "contact_email", "contact_phone", "crm_link", "crm_line"} <= {t for t, _ in moved}


def test_a_mail_during_a_merge_lands_at_the_target(postgres_app: Flask) -> None:
    """Whoever looks an address up holds its contact; a merge waits for them, and they for a merge."""
    import threading

    source = contacts.find_or_make("maria@home.test", "Maria", by="system")
    target = contacts.find_or_make("maria@acme.test", "Maria", by="system")
    db.session.commit()
    ids: list[int] = []

    def arrive() -> None:
        with postgres_app.app_context():
            ids.append(contacts.find_or_make("maria@home.test", "Maria", by="system").id)
            db.session.commit()
            db.session.remove()

    merges.merge(source, target, by="system")
    thread = threading.Thread(target=arrive)
    thread.start()
    thread.join(0.3)
    assert ids == []
    wanted = target.id
    db.session.commit()
    thread.join(10)
    assert ids == [wanted]


def test_a_merge_says_when(two: tuple[Contact, Contact], desk: Desk) -> None:
    row = merges.merge(*two, by="system")
    assert clock.now() - row.at < timedelta(minutes=1)
    assert merges.of_contact(two[1]) == [row]
    assert merges.active(two[0]) is row
