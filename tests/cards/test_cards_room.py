"""Boards and cards: numbers, order, limits, links, and what is recorded."""

from threading import Barrier, Thread

import pytest
from rooms_fixtures import Desk
from sqlalchemy import select

from app import cards, relay
from app.cards import boards, editing, finding
from app.cards.placing import GAP
from app.db import db
from app.errors import Conflict, Invalid
from app.events import Event
from app.events import write as write_events

BY = "agent:1"


@pytest.fixture
def shop(desk: Desk) -> cards.Project:
    """Give a project with the usual columns and a segment."""
    project = boards.add_project("shop", "Web shop", by=BY)
    boards.add_segment(project, "checkout", "Checkout", prefix="[Shop]", addresses=["Shop@desk.test"], by=BY)
    desk.told()
    return project


def column(project: cards.Project, name: str) -> cards.Column:
    return next(one for one in project.columns if one.name == name)


def order(project: cards.Project, name: str) -> list[str]:
    lane = next(one for one in finding.lanes(project) if one.column.name == name)
    return [card.title for card in lane.cards]


def three(project: cards.Project) -> list[cards.Card]:
    return [cards.make(project, title, by=BY) for title in "ABC"]


def test_cards_are_numbered_and_stand_in_the_order_they_came(app, desk, shop):
    made = three(shop)
    assert [card.number for card in made] == ["SHOP-1", "SHOP-2", "SHOP-3"]
    assert order(shop, "To do") == ["A", "B", "C"]
    assert desk.told() == ["card.created"] * 3


def test_a_card_moves_in_front_of_another_to_a_position_or_to_the_end(any_app, desk, shop):
    a, b, c = three(shop)
    to_do = column(shop, "To do")
    cards.move(c, to_do, before=a, by=BY)
    assert order(shop, "To do") == ["C", "A", "B"]
    cards.move(c, to_do, position=1, by=BY)
    assert order(shop, "To do") == ["A", "C", "B"]
    assert cards.move(c, to_do, position=1, by=BY) is False
    cards.move(a, to_do, by=BY)
    assert order(shop, "To do") == ["C", "B", "A"]
    cards.move(b, column(shop, "Review"), before=a, by=BY)
    assert (order(shop, "To do"), order(shop, "Review")) == (["C", "A"], ["B"])
    assert desk.told() == ["card.created"] * 3 + ["card.ordered"] * 3 + ["card.moved"]


def test_there_is_always_room_between_two_cards(app, desk, shop):
    first, last = cards.make(shop, "first", by=BY), cards.make(shop, "last", by=BY)
    to_do = column(shop, "To do")
    for n in range(GAP.bit_length() + 3):
        cards.move(cards.make(shop, str(n), by=BY), to_do, position=1, by=BY)
    names = order(shop, "To do")
    assert names == ["first", *(str(n) for n in reversed(range(GAP.bit_length() + 3))), "last"]
    assert first.position < last.position


def test_done_and_cancelled_are_told_and_taken_back(app, desk, shop):
    [card, *_] = three(shop)
    desk.told()
    assert cards.complete(card, by=BY, answer="Here it is.") is True
    assert cards.complete(card, by=BY) is False
    assert (card.column.meaning, card.answer) == ("done", "Here it is.") and card.done_at
    cards.move(card, column(shop, "To do"), by=BY)
    assert card.done_at is None
    cards.cancel(card, by=BY, reason="Nobody wants it")
    assert desk.told() == [
        *("card.moved", "card.done"),
        *("card.moved", "card.reopened"),
        *("card.moved", "card.cancelled"),
    ]


def test_a_ticket_that_became_a_card_is_told_of_all_that_happens_to_it(any_app, desk, shop):
    ticket, other = desk.ticket("[shop] Pay by invoice"), desk.ticket("Invoices")
    segment = shop.segments[0]
    desk.told()
    card = cards.convert(ticket, shop, segment=segment, by=BY)
    assert cards.convert(ticket, shop, by=BY) is card
    assert (card.title, card.contact.name) == ("Pay by invoice", "Eve")
    assert (ticket.status, ticket.wait_reason, ticket.rank) == ("waiting", "delivery", 0)
    changed = ["ticket.status_changed", "ticket.waiting", "ticket.stage_changed"]
    assert desk.told() == ["card.created", *changed, "ticket.converted"]
    assert cards.link(card, other, by=BY) is True and cards.link(card, other, by=BY) is False
    with pytest.raises(Conflict, match="waits for this card"):
        cards.unlink(card, ticket, by=BY)
    desk.told()
    cards.complete(card, by=BY)
    write_events()
    done = db.session.scalars(select(Event.ticket_id).where(Event.name == "card.done").order_by(Event.id)).all()
    assert done == [ticket.id, other.id]
    assert not card.waited_for
    assert [event.name for event in finding.history(card)].count("card.done") == 1


def test_a_ticket_that_is_done_does_not_become_a_card(app, desk, shop):
    from app.tickets import status

    ticket = desk.ticket()
    status.change(ticket, "resolved", by=BY)
    with pytest.raises(Conflict, match="is resolved; reopen it"):
        cards.convert(ticket, shop, by=BY)


def test_mail_finds_its_segment_by_address_or_by_the_longest_prefix(any_app, desk, shop):
    other = boards.add_segment(shop, "cart", "Cart", prefix="[shop] cart", by=BY)
    find = finding.segment_of_mail
    assert find(["shop+x@desk.test"], "Hello").key == "checkout"  # type: ignore[union-attr]
    assert find([], "[SHOP]  cart is empty") is other
    assert find([], "[shop] pay").key == "checkout"  # type: ignore[union-attr]
    assert find(["support@desk.test"], "Re: [shop] pay") is None
    boards.change_segment(other, name="Cart", prefix="[shop] cart", addresses=[], archived=True, by=BY)
    assert find([], "[shop] cart").key == "checkout"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": "a b"}, "key"),
        ({"key": "checkout"}, "key"),
        ({"name": " "}, "name"),
        ({"prefix": "[s"}, "prefix"),
        ({"prefix": "[shop]"}, "prefix"),
        ({"addresses": ["nobody"]}, "addresses"),
        ({"addresses": ["shop@desk.test"]}, "addresses"),
        ({"addresses": ["support@desk.test"]}, "addresses"),
    ],
)
def test_a_wrong_segment_is_refused_by_its_field(app, desk, shop, wrong, field):
    with pytest.raises(Invalid) as refused:
        boards.add_segment(shop, **{"key": "cart", "name": "Cart", "by": BY, **wrong})
    assert list(refused.value.fields) == [field]


def test_columns_are_added_shifted_limited_and_removed(app, desk, shop):
    boards.add_column(shop, "Testing", wip_limit="2", by=BY)
    assert [one.name for one in shop.columns] == ["To do", "In progress", "Review", "Testing", "Done", "Cancelled"]
    boards.shift_column(shop, column(shop, "Testing"), -1, by=BY)
    assert [one.name for one in shop.columns][2:4] == ["Testing", "Review"]
    with pytest.raises(Invalid) as refused:
        boards.change_column(shop, column(shop, "Testing"), name="Testing", wip_limit="none", by=BY)
    assert list(refused.value.fields) == ["wip_limit"]
    boards.change_column(shop, column(shop, "Testing"), name="QA", wip_limit="", by=BY)
    three(shop)
    with pytest.raises(Conflict, match="still holds cards"):
        boards.drop_column(shop, column(shop, "To do"), by=BY)
    boards.drop_column(shop, column(shop, "QA"), by=BY)
    assert [one.name for one in shop.columns] == ["To do", "In progress", "Review", "Done", "Cancelled"]


def test_a_checklist_an_owner_and_a_due_date_are_recorded_with_before_and_after(app, desk, shop):
    [card, *_] = three(shop)
    item = editing.add_item(card, " Ask  legal ", by=BY)
    assert editing.check(card, item, True, by=BY) and not editing.check(card, item, True, by=BY)
    editing.give(card, desk.ann, by=BY)
    write_events()
    last = db.session.scalars(select(Event).where(Event.subject == card.key).order_by(Event.id.desc())).first()
    assert last is not None
    assert (last.before, last.after) == ({"owner_id": None}, {"owner_id": desk.ann.id})
    assert [(one.text, one.done) for one in card.checklist] == [("Ask legal", True)]
    editing.drop_item(card, item, by=BY)
    assert card.checklist == []


@pytest.mark.postgres
def test_ten_people_who_move_the_same_cards_agree_on_one_order_and_lose_none(postgres_app, desk, shop):
    ticket = desk.ticket()
    names = [card.number for card in [*three(shop), *(cards.make(shop, str(n), by=BY) for n in range(5))]]
    names.append(cards.convert(ticket, shop, by=BY).number)
    places = [one.public_id for one in shop.columns]
    relay.commit()
    started, trouble = Barrier(10), []

    def move_about(seed: int) -> None:
        with postgres_app.app_context():
            started.wait()
            for n in range(12):
                try:
                    card = finding.card(names[(seed * 5 + n * 3) % len(names)])
                    to = finding.column(places[(seed + n) % 4])
                    cards.move(card, to, position=(seed * n) % 5, by=BY, beyond="All hands")
                    relay.commit()
                except Exception as error:
                    db.session.rollback()
                    trouble.append(error)
            db.session.remove()

    people = [Thread(target=move_about, args=(seed,)) for seed in range(10)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    db.session.rollback()
    db.session.expire_all()
    assert trouble == []
    lanes = finding.lanes(finding.project(shop.public_id))
    assert sorted(card.number for lane in lanes for card in lane.cards) == sorted(names)
    for lane in lanes:
        stand = [card.position for card in lane.cards]
        assert stand == sorted(set(stand)), lane.column.name
    moves = db.session.scalars(select(Event.name).where(Event.name.in_(("card.moved", "card.ordered")))).all()
    assert finding.project(shop.public_id).revision >= len(names) and len(moves) > 60
