"""Reading a CRM: what is added, changed, left alone and refused, page by page, by HTTP and from files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crm_server import Crm, running
from flask import Flask
from rooms_fixtures import Desk
from sqlalchemy import func, select

from app import contacts, crm
from app.config import settings
from app.contacts import Contact, identities
from app.crm import Run, Source, runs, sources
from app.db import db
from app.errors import Conflict, Invalid, NotFound, Trouble, Unreachable
from app.events import take_pending

MARIA = {
    "external_id": "7",
    "name": "Maria Lopes",
    "emails": ["maria@acme.test", "m.lopes@acme.test"],
    "phones": "+351 21 000 0001",
    "organisation": "Acme",
    "vip": True,
    "language": "pt",
    "product": "Scales",
    "notes": "Prefers mail",
    "url": "https://crm.test/7",
}


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("FLOWDESK_OUTGOING_PRIVATE", "1")
    monkeypatch.setenv("FLOWDESK_DATA", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def server() -> Iterator[Crm]:
    with running() as found:
        yield found


@pytest.fixture
def source(server: Crm, desk: Desk) -> Source:
    found = sources.add({"name": "Acme CRM", "kind": "http", "url": server.url}, "s3cret", by=desk.ann.actor)
    settings.cache_clear()
    return found


def sync(source: Source, **more: Any) -> Run:
    """Do what the drawing does, page by page."""
    run = runs.begin(source, by="agent:1", **more)
    asked = runs.order(run.id)
    while runs.take_in(run.id, asked, runs.fetch(asked)):
        asked = runs.order(run.id)
    runs.finish(run.id)
    return run


def counts(run: Run) -> tuple[int, int, int, int]:
    return run.added, run.changed, run.unchanged, run.refused


def lines(run: Run, outcome: str = "") -> list[tuple[int, str, str]]:
    return [(line.row, line.outcome, line.reason) for line in runs.report(run, outcome).items]


def test_a_record_becomes_a_contact_with_all_it_says(source: Source, server: Crm) -> None:
    server.holds(MARIA)
    assert counts(sync(source)) == (1, 0, 0, 0)
    found = contacts.by_email("m.lopes@acme.test")
    assert found is not None
    assert (found.name, found.vip, found.language, found.product) == ("Maria Lopes", True, "pt", "Scales")
    assert (found.organisation.name if found.organisation else "", found.notes) == ("Acme", "Prefers mail")
    assert (found.phone, found.links[0].url) == ("+351 21 000 0001", "https://crm.test/7")
    assert server.asked[0]["token"] == "Bearer s3cret"


def test_the_same_again_changes_nothing_and_records_nothing(source: Source, server: Crm) -> None:
    server.holds(MARIA)
    sync(source)
    take_pending()
    run = sync(source)
    assert (counts(run), lines(run)) == ((0, 0, 1, 0), [])
    assert {event.name for event in take_pending()} == {"crm.sync_requested", "crm.synced"}


def test_what_changed_is_shown_before_and_after(source: Source, server: Crm) -> None:
    server.holds(MARIA)
    sync(source)
    server.holds(MARIA | {"name": "Maria Silva", "emails": ["maria@acme.test", "silva@acme.test"], "vip": False})
    [line] = runs.report(sync(source)).items
    assert line.before == {
        "name": "Maria Lopes",
        "vip": True,
        "emails": ["m.lopes@acme.test", "maria@acme.test"],
    }
    assert line.after == {"name": "Maria Silva", "vip": False, "emails": ["maria@acme.test", "silva@acme.test"]}
    assert contacts.by_email("m.lopes@acme.test") is None


def test_what_a_person_edited_since_stays_and_is_told(any_app: Flask, source: Source, server: Crm, desk: Desk) -> None:
    server.holds(MARIA)
    sync(source)
    found = contacts.by_email("maria@acme.test")
    assert found is not None
    contacts.edit(found, {"name": "Maria L.", "notes": ""}, by=desk.ann.actor)
    identities.add_address(found, "maria@home.test", by=desk.ann.actor)
    identities.remove_address(found, "m.lopes@acme.test", by=desk.ann.actor)
    server.holds(MARIA | {"name": "Maria Silva", "notes": "Prefers phone", "product": "Ovens"})
    run = sync(source)
    assert (found.name, found.notes, found.product) == ("Maria L.", "", "Ovens")
    assert [one.email for one in found.emails] == ["maria@acme.test", "maria@home.test"]
    assert lines(run) == [(1, "changed", "Edited here, so it stays: name, notes.")]
    server.holds(MARIA | {"name": "Maria L.", "notes": "Prefers phone", "product": "Ovens"})
    sync(source)
    server.holds(MARIA | {"name": "M. Lopes", "notes": "Prefers phone", "product": "Ovens"})
    sync(source)
    assert found.name == "M. Lopes"  # both had said the same, so it is the CRM's again


def test_of_somebody_who_was_here_before_only_what_is_empty_is_filled(source: Source, server: Crm, desk: Desk) -> None:
    server.holds(MARIA | {"emails": ["eve@example.com"], "name": "Evelyn"})
    run = sync(source)
    assert counts(run) == (0, 1, 0, 0)
    assert (desk.eve.name, desk.eve.language) == ("Eve", "pt")
    assert lines(run)[0][2] == "Edited here, so it stays: name."


def test_an_address_is_never_stolen(any_app: Flask, source: Source, server: Crm, desk: Desk) -> None:
    server.holds(
        MARIA,
        {"external_id": "8", "name": "Thief", "emails": ["thief@acme.test", "maria@acme.test"]},
        {"external_id": "9", "name": "Both", "emails": ["eve@example.com", "maria@acme.test"]},
        {"external_id": "7", "emails": ["maria@acme.test", "eve@example.com"]},
    )
    run = sync(source)
    assert counts(run) == (1, 0, 0, 3)
    assert lines(run, "refused") == [
        (2, "refused", "maria@acme.test belongs to Maria Lopes, who is record 7."),
        (3, "refused", "maria@acme.test belongs to Maria Lopes, who is record 7."),
        (4, "refused", "eve@example.com belongs to Eve; merge them with Maria Lopes first."),
    ]
    assert contacts.by_email("thief@acme.test") is None
    assert contacts.by_email("eve@example.com") is desk.eve


def test_pages_follow_each_other_and_the_next_run_begins_where_this_one_was(
    any_app: Flask, source: Source, server: Crm
) -> None:
    server.holds(*({"external_id": str(n), "name": f"N{n}"} for n in range(7)), page=3)
    server.pages["2"]["since"] = "mark-1"
    run = sync(source)
    assert (run.pages, run.added) == (3, 7)
    assert [one.get("page", "") for one in server.asked] == ["", "1", "2"]
    sync(source)
    assert server.asked[3]["since"] == "mark-1"


def test_a_page_that_comes_twice_is_taken_in_once(any_app: Flask, source: Source, server: Crm) -> None:
    server.holds(*({"external_id": str(n), "name": f"N{n}"} for n in range(4)), page=2)
    run = runs.begin(source, by="agent:1")
    asked = runs.order(run.id)
    fetched = runs.fetch(asked)
    assert runs.take_in(run.id, asked, fetched)
    assert runs.take_in(run.id, asked, fetched)
    assert (run.pages, run.added, run.cursor) == (1, 2, "1")
    again = runs.order(run.id)
    assert not runs.take_in(run.id, again, runs.fetch(again))
    assert (run.pages, run.added) == (2, 4)


WRONG = [
    ("a text", "It is no JSON object."),
    ({"external_id": ["1"], "name": "A"}, "external_id: must be a text, not a list"),
    ({"external_id": "1", "emails": {"a": "b@c.test"}}, "emails: must be a text, not an object"),
    ({"external_id": "1", "emails": ["nobody"]}, "email: nobody is no address, such as a@b.example"),
    ({"external_id": "1", "name": "A", "vip": "perhaps"}, "vip: must be yes or no"),
    ({"external_id": "1", "name": "A", "vip": [1]}, "vip: must be yes or no"),
    ({"external_id": "1", "name": "x" * 201}, "name: must have at most 200 characters"),
    ({"external_id": "1", "name": "A", "notes": 4}, "notes: must be a text, not int"),
    ({"external_id": "1", "name": "A", "url": "http://crm.test"}, "url: must begin with https://"),
    ({"external_id": "1", "name": 1.5}, "name: must be a text, not a number with a point"),
    ({"external_id": 10**80, "name": "A"}, "external_id: is too long a number"),
    ({"external_id": "1"}, "It has no name, no address and no phone."),
    ({"name": "Nobody knows"}, "It has neither an id nor an address to know it by."),
]


def test_each_record_that_makes_no_sense_is_refused_by_itself(any_app: Flask, source: Source, server: Crm) -> None:
    server.holds(*(raw for raw, _ in WRONG), {"external_id": "99", "name": "Nul\x00l\ud800", "vip": None})  # type: ignore[arg-type]
    run = sync(source)
    assert counts(run) == (1, 0, 0, len(WRONG))
    told = lines(run, "refused")
    assert [row for row, _, _ in told] == list(range(1, len(WRONG) + 1))
    for (_, wanted), (_, _, reason) in zip(WRONG, told, strict=True):
        assert reason.startswith(wanted), reason
    assert [c.name for c in contacts.search("Nul").items] == ["Null\ufffd"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"items": {}}', "no list"),
        (b"[]", "no JSON object"),
        (b'{"items": [], "next": ["x"]}', "must be a text"),
        (b'{"items": [], "next": "' + b"x" * 600 + b'"}', "at most 500"),
        (b'{"items": [' + b"{}," * 1000 + b"{}]}", "more than 1,000"),
        (b" " * (11 * 1024 * 1024), "more than 10 MB"),
    ],
)
def test_an_answer_that_makes_no_sense_ends_the_run(source: Source, server: Crm, raw: bytes, told: str) -> None:
    server.raw = raw
    with pytest.raises(Trouble, match=told) as refused:
        sync(source)
    assert not isinstance(refused.value, Unreachable)


@pytest.mark.parametrize(("status", "passing"), [(500, True), (429, True), (503, True), (401, False), (404, False)])
def test_what_may_pass_is_told_from_what_does_not(source: Source, server: Crm, status: int, passing: bool) -> None:
    server.status = status
    with pytest.raises(Trouble) as refused:
        sync(source)
    assert isinstance(refused.value, Unreachable) is passing
    assert str(status) in refused.value.detail


def test_a_redirect_is_not_followed(source: Source, server: Crm) -> None:
    server.status, server.headers = 302, {"Location": server.url + "/inside"}
    with pytest.raises(Trouble, match="sends elsewhere"):
        sync(source)
    assert len(server.asked) == 1


def test_fields_stand_where_the_mapping_says(source: Source, server: Crm, desk: Desk) -> None:
    sources.edit(
        source, {"mapping": {"external_id": "id", "emails": "properties.email", "name": "properties.n"}}, by="x"
    )
    server.holds({"id": 12, "properties": {"email": "joe@acme.test", "n": "Joe"}})
    assert counts(sync(source)) == (1, 0, 0, 0)
    assert identities.linked("Acme CRM", "12")
    with pytest.raises(Invalid):
        sources.edit(source, {"mapping": {"password": "x"}}, by="x")


def test_the_token_is_in_no_event_and_not_sent_elsewhere(source: Source, server: Crm) -> None:
    sources.set_token(source, "another", by="agent:1")
    sources.edit(source, {"url": server.url + "/new"}, by="agent:1")
    told = [(event.name, repr((event.before, event.after, event.data))) for event in take_pending()]
    assert {"crm.source_added", "crm.token_set", "crm.source_changed", "crm.token_removed"} <= {
        name for name, _ in told
    }
    assert not any("s3cret" in text or "another" in text for _, text in told)
    assert source.token == ""
    server.holds()
    sync(source)
    assert server.asked[0]["token"] == ""
    assert "s3cret" not in repr(crm.Order("http", "", "", 0, "", {}, token="s3cret"))


CSV = '''ID;E-Mail;Name;Firma;VIP;Notiz\r
1;joe@acme.test;"Miller; ""Joe""";Acme;yes;"two
lines"\r
\r
2;ann@acme.test|ann@home.test;Ann Müller;;no;\r
3;broken;Nobody;;;\r
4;too;few\r
'''
COLUMNS = {"external_id": "id", "emails": "E-Mail", "name": "Name", "organisation": "Firma", "notes": "Notiz"}


@pytest.fixture
def file(desk: Desk) -> Source:
    return sources.add({"name": "Export", "kind": "csv", "mapping": COLUMNS}, by=desk.ann.actor)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_any_encoding(file: Source, encoding: str) -> None:
    run = sync(file, content=CSV.encode(encoding), filename="export.csv")
    assert counts(run) == (2, 0, 0, 2)
    joe, ann = contacts.by_email("joe@acme.test"), contacts.by_email("ann@home.test")
    assert joe is not None
    assert ann is not None
    assert (joe.name, joe.notes.split(), joe.vip) == ('Miller; "Joe"', ["two", "lines"], True)
    assert (ann.name, ann.email) == ("Ann Müller", "ann@acme.test")
    assert [reason for _, _, reason in lines(run, "refused")] == [
        "email: broken is no address, such as a@b.example",
        "It has 3 cells where the first line has 6.",
    ]
    assert counts(sync(file, content=CSV.encode(encoding))) == (0, 0, 2, 2)
    assert run.content is None


def test_a_file_of_the_data_directory_is_read_and_none_beside_it(file: Source, tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("email,name\na@b.test,A\n")
    sources.edit(file, {"path": "crm.csv", "mapping": {}}, by="x")
    assert counts(sync(file)) == (1, 0, 0, 0)
    for path in ("../crm.csv", "/etc/passwd", "."):
        with pytest.raises(Invalid) as refused:
            sources.edit(file, {"path": path}, by="x")
        assert set(refused.value.fields) == {"path"}
    sources.edit(file, {"path": "gone.csv"}, by="x")
    with pytest.raises(Trouble, match=r"gone\.csv cannot be read"):
        sync(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name,phone\nA,1234567\n", "No column holds an id or addresses"),
        (b'email,name\na@b.test,"never closed\n', "broken after row"),
        (b"email,name\na@b.test," + b"x" * 200_000, "broken after row"),
        (b"\xff\xfea", "not in the encoding"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        (b" \n", "empty"),
        (b"email,name\n" + b"a@b.test,A\n" * 100_001, "more than 100,000 rows"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_as_a_whole(
    file: Source, content: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.edit(file, {"mapping": {}}, by="x")
    monkeypatch.setattr("app.crm.csv_file.PAGE_SIZE", 40_000)
    with pytest.raises(Trouble, match=told):
        run = runs.begin(file, by="x", content=content)
        asked = runs.order(run.id)
        while (page := runs.fetch(asked)).cursor:
            read = asked.row + len(page.records)
            asked = crm.Order("csv", "", page.cursor, read, "", {}, content=asked.content)
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_a_file_of_many_pages_is_read_to_its_last_row(file: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.crm.csv_file.PAGE_SIZE", 50)
    sources.edit(file, {"mapping": {}}, by="x")
    text = "email,notes\n" + "".join(f'p{n}@many.test,"line\n{n}"\n' for n in range(123))
    run = sync(file, content=text.encode())
    assert (run.pages, counts(run)) == (3, (123, 0, 0, 0))
    found = contacts.by_email("p122@many.test")
    assert found is not None
    assert found.notes == "line\n122"


def test_a_button_pressed_twice_is_one_run(source: Source, file: Source) -> None:
    assert runs.begin(source, by="x") is runs.begin(source, by="y")
    runs.begin(file, by="x", content=b"email\na@b.test\n")
    with pytest.raises(Conflict):
        runs.begin(file, by="x", content=b"email\na@b.test\n")
    with pytest.raises(Invalid):
        runs.begin(source, by="x", content=b"email\n")


def test_what_cannot_be_a_source_is_refused_by_field(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWDESK_OUTGOING_PRIVATE")
    settings.cache_clear()
    wrong = {"name": "", "kind": "http", "url": "http://crm.test/", "every_hours": "2"}
    with pytest.raises(Invalid) as refused:
        sources.add(wrong, by="x")
    assert set(refused.value.fields) == {"name", "url", "every_hours"}
    with pytest.raises(Invalid) as refused:
        sources.add({"name": "File", "kind": "csv", "every_hours": 24}, by="x")
    assert set(refused.value.fields) == {"path"}
    with pytest.raises(NotFound):
        sources.by_name("File")
