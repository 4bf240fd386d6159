from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from rooms_fixtures import Desk

from app import contacts
from app.db import db


def test_somebody_is_recognised_in_any_case(desk: Desk) -> None:
    assert contacts.find_or_make("EVE@Example.COM", "Evelyn", by="system") is desk.eve
    assert desk.eve.name == "Eve"
    assert desk.told() == []


def test_a_missing_name_is_filled_in_later(desk: Desk) -> None:
    contact = contacts.find_or_make("new@example.com", "", by="system")
    contacts.find_or_make("new@example.com", "Newton", by="system")
    assert contact.name == "Newton"


def test_a_contact_belongs_to_the_organisation_of_the_mail_domain(desk: Desk) -> None:
    acme = contacts.add_organisation("Acme", domain="ACME.test", by="system")
    assert contacts.find_or_make("joe@acme.test", "Joe", by="system").organisation is acme
    assert contacts.find_or_make("joe@sub.acme.test", "Joe", by="system").organisation is None


def test_no_address_is_a_new_contact_each_time(any_app: Flask, desk: Desk) -> None:
    nobody = contacts.find_or_make("", "", by="system")
    endless = contacts.find_or_make("x" * 400 + "@example.com", "Lo\x00ng" * 100, by="system")
    assert nobody is not endless
    assert (endless.email, len(endless.name)) == ("", 200)
    assert contacts.name_of(nobody.actor) == "Unknown sender"


def test_names_of_all_actors(desk: Desk) -> None:
    assert contacts.name_of(desk.eve.actor) == "Eve"
    assert contacts.name_of(desk.ann.actor) == "Ann"
    assert contacts.name_of("system") == "Flowdesk"


def test_contacts_are_found_by_every_word(desk: Desk) -> None:
    contacts.find_or_make("50%_off@example.com", "Percy Cent", by="system")
    assert [c.name for c in contacts.search("percy EXAMPLE").items] == ["Percy Cent"]
    assert [c.name for c in contacts.search("50%_").items] == ["Percy Cent"]
    assert contacts.search("percy missing").items == []


def test_vip_is_recorded_once(desk: Desk) -> None:
    assert contacts.set_vip(desk.eve, True, by=desk.ann.actor, reason="big customer")
    assert not contacts.set_vip(desk.eve, True, by=desk.ann.actor)
    assert desk.told() == ["contact.vip_changed"]


def test_two_mails_at_once_make_one_contact(postgres_app: Flask) -> None:
    def arrive(_number: int) -> int:
        with postgres_app.app_context():
            key = contacts.find_or_make("same@example.com", "Same", by="system").id
            db.session.commit()
            return key

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(arrive, range(24)))) == 1
