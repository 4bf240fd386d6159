"""What a contact is known by: added and taken away by hand, never two people's at once."""

import pytest
from flask import Flask
from rooms_fixtures import Desk

from app import contacts
from app.contacts import identities, organisations, twins
from app.db import db
from app.errors import Invalid, NotFound
from app.events import take_pending
from app.tickets import facts, finding


def test_an_address_of_somebody_else_is_refused_by_their_name(desk: Desk) -> None:
    maria = contacts.add("Maria Lopes", emails=["maria@acme.test"], by="system")
    with pytest.raises(Invalid) as refused:
        identities.add_address(desk.eve, " MARIA@acme.test ", by=desk.ann.actor)
    assert refused.value.fields == {"email": "belongs to Maria Lopes"}
    assert refused.value.extra["owner"] == maria.public_id
    assert [one.email for one in desk.eve.emails] == ["eve@example.com"]


def test_addresses_and_phones_come_and_go_each_recorded(any_app: Flask, desk: Desk) -> None:
    by = desk.ann.actor
    assert identities.add_address(desk.eve, "eve@home.test", by=by)
    assert not identities.add_address(desk.eve, "Eve@Home.test", by=by)
    assert identities.add_phone(desk.eve, "+44 (0)20 7946 0958", by=by)
    assert not identities.add_phone(desk.eve, "0044 20 7946-0958", by=by)
    assert contacts.by_email("eve@home.test") is desk.eve
    identities.remove_address(desk.eve, "eve@example.com", by=by)
    assert desk.eve.email == "eve@home.test"
    assert contacts.by_email("eve@example.com") is None
    assert desk.told() == ["contact.address_added", "contact.phone_added", "contact.address_removed"]


def test_the_last_way_to_reach_somebody_stays(desk: Desk) -> None:
    with pytest.raises(Invalid, match="only way"):
        identities.remove_address(desk.eve, "eve@example.com", by="system")
    identities.add_phone(desk.eve, "0205 12345", by="system")
    identities.remove_address(desk.eve, "eve@example.com", by="system")
    with pytest.raises(Invalid, match="only way"):
        identities.remove_phone(desk.eve, "0205 12345", by="system")


@pytest.mark.parametrize(
    "address", ["", "eve", "@example.com", "eve@", "a b@c.d", "<eve@x.y>", "a@b@c", "x" * 330 + "@a.b"]
)
def test_what_is_no_address_is_refused(desk: Desk, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        identities.add_address(desk.eve, address, by="system")
    assert set(refused.value.fields) == {"email"}


def test_what_is_known_is_changed_with_before_and_after(desk: Desk) -> None:
    acme = contacts.add_organisation("Acme", domains=["acme.test"], by="system")
    take_pending()
    fields = {"name": "Eve Adams", "organisation": acme, "language": "pt-BR", "preferred_agent": "ANN@desk.test"}
    assert contacts.edit(desk.eve, fields, by=desk.bob.actor)
    assert not contacts.edit(desk.eve, fields, by=desk.bob.actor)
    event, promises = take_pending()
    assert (event.name, event.actor) == ("contact.changed", desk.bob.actor)
    assert (promises.name, promises.data["contact"]) == ("promises.changed", desk.eve.id)
    assert event.before == {"name": "Eve", "organisation_id": None, "language": "", "preferred_agent_id": None}
    assert event.after is not None
    assert event.after["preferred_agent_id"] == desk.ann.id
    assert desk.eve.organisation is acme
    assert desk.eve.preferred_agent is desk.ann


def test_every_wrong_field_is_named(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        wrong = {"name": "x" * 201, "language": "english", "preferred_agent": "nobody@desk.test", "product": "p" * 41}
        contacts.edit(desk.eve, wrong, by="system")
    assert set(refused.value.fields) == {"name", "language", "preferred_agent", "product"}


def test_a_new_contact_needs_something_to_be_known_by(desk: Desk) -> None:
    with pytest.raises(Invalid):
        contacts.add("", by="system")
    assert contacts.add("", phones=["020 7946 0958"], by="system").phone == "020 7946 0958"


@pytest.mark.parametrize(
    "url", ["http://crm.test/1", "javascript:alert(1)", "https://u:p@crm.test", "https://", 'https://x/"y']
)
def test_a_link_to_a_crm_is_https_or_none(desk: Desk, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        identities.link(desk.eve, "Acme CRM", "17", url, by="system")
    assert set(refused.value.fields) == {"url"}


def test_one_record_of_a_crm_is_one_contact(desk: Desk) -> None:
    identities.link(desk.eve, "Acme CRM", "17", "https://crm.test/17", by="system")
    maria = contacts.add("Maria", by="system")
    with pytest.raises(Invalid, match="belongs to Eve"):
        identities.link(maria, "Acme CRM", "17", by="system")
    identities.unlink(desk.eve, "Acme CRM", "17", by="system")
    with pytest.raises(NotFound):
        identities.unlink(desk.eve, "Acme CRM", "17", by="system")
    assert identities.link(maria, "Acme CRM", "17", by="system").contact_id == maria.id


def test_an_organisation_has_domains_that_are_its_own(any_app: Flask, desk: Desk) -> None:
    acme = contacts.add_organisation("Acme", domains=["Acme.test", "@acme.example"], by="system")
    contacts.add_organisation("Beta", domains=["beta.test"], by="system")
    with pytest.raises(Invalid) as refused:
        organisations.edit(acme, domains=["acme.test", "beta.test"], by="system")
    assert refused.value.fields == {"domains": "beta.test belongs to Beta"}
    organisations.edit(acme, domains=["acme.test", "xn--bcher-kva.example"], notes="Pays late", by="system")
    assert [one.domain for one in acme.domains] == ["acme.test", "bücher.example"]
    assert contacts.find_or_make("joe@bücher.example", "Joe", by="system").organisation is acme
    assert contacts.find_or_make("joe@acme.example", "Joe", by="system").organisation is None
    assert [one.name for one in organisations.search("acm test").items] == ["Acme"]


def test_everybody_of_a_vip_organisation_goes_first(desk: Desk) -> None:
    acme = contacts.add_organisation("Acme", domains=["example.com"], by="system")
    contacts.edit(desk.eve, {"organisation": acme}, by="system")
    ticket = desk.ticket()
    assert not facts.facts(ticket)["vip"]
    organisations.edit(acme, vip=True, by="system")
    assert facts.facts(ticket)["vip"]
    db.session.flush()
    assert finding.search("is:vip", "all").items == [ticket]


def test_who_may_be_the_same_person_is_suggested_with_the_reason(any_app: Flask, desk: Desk) -> None:
    acme = contacts.add_organisation("Acme", domains=["acme.test"], by="system")
    one = contacts.add("Maria Lopes", emails=["maria@acme.test"], phones=["+351 21 000 0001"], by="system")
    two = contacts.add("Maria Lopes", fields={"organisation": acme}, by="system")
    three = contacts.add("M. Lopes", phones=["00351 21 000 0001"], by="system")
    contacts.add("Maria Lopes", emails=["maria@elsewhere.test"], by="system")
    assert {(c.id, why) for c, why in twins.twins(one)} == {
        (two.id, "same name, same organisation"),
        (three.id, "same phone"),
    }
