"""Links, split messages and time spent."""

import pytest
from flask import Flask
from rooms_fixtures import Desk

from app import contacts
from app.db import db
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events import take_pending
from app.tickets import conversation, linking, merging, splitting, time_spent
from app.tickets.ticket import Ticket


def seen(ticket: Ticket) -> list[tuple[str, str]]:
    return [(one.kind, one.other.number) for one in linking.links_of(ticket)]


KINDS = {
    "related": "related",
    "parent": "child",
    "child": "parent",
    "duplicate": "duplicated_by",
    "duplicated_by": "duplicate",
}


def test_both_tickets_see_a_link_each_from_its_side(any_app: Flask, desk: Desk) -> None:
    for kind, there in KINDS.items():
        one, other = desk.ticket(), desk.ticket()
        take_pending()
        first = linking.link(one, other, kind, by=desk.ann.actor)
        assert (seen(one), seen(other)) == ([(kind, other.number)], [(there, one.number)])
        assert sorted(event.data["kind"] for event in take_pending()) == sorted([kind, there])
        assert linking.link(other, one, there, by=desk.bob.actor).id == first.id
        assert take_pending() == []
        linking.unlink(other, first.public_id, by=desk.ann.actor)
        assert seen(one) == seen(other) == []
        assert desk.told() == ["ticket.unlinked"] * 2


def test_parents_make_no_circle_and_a_child_has_one(desk: Desk) -> None:
    a, b, c = desk.ticket(), desk.ticket(), desk.ticket()
    linking.link(a, b, "child", by="system")
    linking.link(b, c, "child", by="system")
    with pytest.raises(Conflict, match="below"):
        linking.link(c, a, "child", by="system")
    with pytest.raises(Conflict, match="has the parent"):
        linking.link(a, c, "child", by="system")
    with pytest.raises(Invalid):
        linking.link(a, a, "related", by="system")
    with pytest.raises(Invalid):
        linking.link(a, b, "friend", by="system")
    with pytest.raises(NotFound):
        linking.unlink(a, "nothing", by="system")


def test_a_split_message_is_a_ticket_of_its_writer_with_its_files(any_app: Flask, desk: Desk) -> None:
    ticket = desk.ticket("Two things")
    zoe = contacts.find_or_make("zoe@example.com", "Zoe", by="system")
    file = ("plan.txt", "text/plain", b"the plan")
    message = conversation.from_customer(
        ticket, contact=zoe, body="And my printer is broken", message_id="<m@x>", attachments=[file]
    )
    take_pending()
    fresh = splitting.split(message, by=desk.ann.actor, subject="Printer")
    assert desk.told() == ["request.received", "ticket.linked", "ticket.linked", "ticket.split"]
    assert (fresh.subject, fresh.contact.email, fresh.department_id) == ("Printer", zoe.email, ticket.department_id)
    (copy,) = conversation.conversation(fresh)
    assert (copy.body, copy.message_id, copy.author) == (message.body, "<m@x>", zoe.actor)
    assert [conversation.content_of(one) for one in copy.attachments] == [b"the plan"]
    assert len(conversation.conversation(ticket)) == 1
    assert (seen(fresh), seen(ticket)) == ([("split_from", ticket.number)], [("split_into", fresh.number)])


def test_only_what_a_customer_said_can_be_split(desk: Desk) -> None:
    ticket = desk.ticket()
    note = conversation.note(ticket, agent=desk.ann, body="hm")
    held = conversation.from_customer(ticket, contact=desk.eve, body="x", held="a stranger")
    with pytest.raises(Invalid):
        splitting.split(note, by=desk.ann.actor)
    with pytest.raises(Conflict):
        splitting.split(held, by=desk.ann.actor)


def test_time_is_summed_over_merged_tickets_and_only_its_agent_changes_it(any_app: Flask, desk: Desk) -> None:
    one, other = desk.ticket(), desk.ticket()
    entry = time_spent.log(one, 25, agent=desk.ann, note="Phone\x00 call")
    time_spent.log(other, 5, agent=desk.bob)
    assert merging.merge(other, one, by=desk.ann.actor)
    assert (time_spent.total(one), time_spent.total(other)) == (30, 5)
    take_pending()
    with pytest.raises(Forbidden):
        time_spent.amend(entry, 1, agent=desk.bob)
    with pytest.raises(Forbidden):
        time_spent.remove(entry, agent=desk.bob)
    assert time_spent.amend(entry, 30, agent=desk.ann, note="Phone")
    assert not time_spent.amend(entry, 30, agent=desk.ann, note="Phone")
    (changed,) = take_pending()
    assert (changed.before or {})["minutes"] == 25 and (changed.after or {})["minutes"] == 30
    time_spent.remove(entry, agent=desk.ann)
    assert [event.name for event in take_pending()] == ["time.removed"]
    db.session.expire_all()
    assert time_spent.total(one) == 5


@pytest.mark.parametrize("minutes", [0, -1, 1441, True, 1.5])
def test_no_time_and_too_much_of_it_are_refused(desk: Desk, minutes: int) -> None:
    with pytest.raises(Invalid) as refused:
        time_spent.log(desk.ticket(), minutes, agent=desk.ann)
    assert list(refused.value.fields) == ["minutes"]
