from rooms_fixtures import Desk

from app import notify, people
from app.notify.telling import whom
from app.tickets import assigning
from app.tickets.ticket import Ticket


def names(ticket: Ticket) -> list[str]:
    return [agent.name for agent in whom(ticket)]


def test_the_manager_of_who_holds_it_comes_first_then_wider_and_wider(desk: Desk) -> None:
    ticket = desk.ticket()
    assigning.assign(ticket, desk.ann, by="system")
    assert names(ticket) == []
    admin = desk.agent("Hugo", "admin", member=False)
    assert names(ticket) == ["Hugo"]
    far = desk.agent("Far", "manager", member=False)
    assert names(ticket) == ["Far"]
    near = desk.agent("Near", "manager")
    assert names(ticket) == ["Near"]
    own = desk.agent("Own", "manager", member=False)
    people.edit(desk.ann, by="system", manager=own)
    assert names(ticket) == ["Own"]
    assert names(desk.ticket()) == ["Near"]
    # Who is away is passed over, unless nobody is there at all.
    for away, then in ((own, ["Near"]), (near, ["Far"]), (far, ["Hugo"]), (admin, ["Own"])):
        people.set_absent(away, True, by="system")
        assert names(ticket) == then


def test_who_no_longer_leads_is_not_told(desk: Desk) -> None:
    ticket, own = desk.ticket(), desk.agent("Own", "manager", member=False)
    near = desk.agent("Near", "manager")
    assigning.assign(ticket, desk.ann, by="system")
    people.edit(desk.ann, by="system", manager=own)
    people.set_role(own, "agent", by="system")
    assert names(ticket) == ["Near"]
    people.set_active(near, False, by="system")
    assert names(ticket) == []


def test_the_mail_goes_to_them(desk: Desk) -> None:
    ticket, own = desk.ticket(), desk.agent("Own", "manager", member=False)
    desk.agent("Near", "manager")
    assigning.assign(ticket, desk.ann, by="system")
    people.edit(desk.ann, by="system", manager=own)
    (letter,) = notify.manager(ticket, "breach")
    assert letter.recipients == ["own@desk.test"]
