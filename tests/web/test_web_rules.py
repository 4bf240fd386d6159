"""Decision tables edited in the browser."""

import re
from html import unescape
from typing import Any

from lxml import etree
from web_desk import Person, WebDesk
from werkzeug.datastructures import MultiDict

from app import relay
from app.contacts import by_email

FIELD = re.compile(
    r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"|<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)<',
)
PATH = "/settings/tables/routing"


def typed(page: str) -> MultiDict[str, str]:
    """Return the fields of the table's form as a browser would send them."""
    form = page[page.index('<form class="rules"') : page.index("</form>", page.index('<form class="rules"'))]
    sent: MultiDict[str, str] = MultiDict()
    for tag in re.finditer(
        r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"|<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)<', form
    ):
        name, value = (tag[1], tag[2]) if tag[1] else (tag[3], tag[4])
        sent.add(unescape(name), unescape(value))
    return sent


def send(person: Person, sent: MultiDict[str, str], path: str = PATH, **more: str) -> Any:
    for name, value in more.items():
        sent.setlist(name.replace("_", "-") if name.startswith("cell") else name, [value])
    sent.setlist("csrf_token", [person.token])
    return person.client.post(path, data=sent)


def rows(page: str) -> int:
    return page.count('name="row"')


def with_row(owner: Person, keyword: str, department: str) -> MultiDict[str, str]:
    """Return the form with a row on top for a keyword in the subject."""
    sent = typed(owner.get(PATH).text)
    page = send(owner, sent, act="add:").text
    sent = typed(page)
    for column, text in enumerate(["", "", f'contains_any(?, ["{keyword}"])', "", f'"{department}"', "true", '"Ours"']):
        sent.setlist(f"cell-0-{column}", [text])
    return sent


def test_a_new_row_routes_the_next_mail_and_the_old_version_can_be_restored(desk: WebDesk) -> None:
    owner = desk.person("owner")
    sent = with_row(owner, "espresso", "billing")
    assert send(owner, sent, act="save", note="Espresso is Billing's now").status_code == 303
    assert "version 2" in owner.get(PATH).text
    number = desk.mail("My espresso is cold")
    at = "SELECT d.key FROM ticket t JOIN department d ON d.id = t.department_id WHERE t.number = ?"
    assert desk.ask(at, number) == "billing"
    assert owner.post(f"{PATH}/restoration", version="1").status_code == 303
    again = desk.mail("My espresso is cold again")
    ruled = "SELECT d.rule FROM dispatch d JOIN ticket t ON t.id = d.ticket_id WHERE t.number = ? ORDER BY d.id"
    assert desk.ask(ruled, again) != "Ours", desk.ask("SELECT version FROM definition WHERE key = 'routing' AND active")
    assert "As in version 1" in owner.get(PATH).text


def test_rows_are_added_copied_moved_and_deleted_before_anything_is_saved(desk: WebDesk) -> None:
    owner = desk.person("owner")
    page = owner.get(PATH).text
    count = rows(page)
    for act, expected in (("add:", 1), ("copy:0", 1), ("drop:2", -1)):
        assert rows(send(owner, typed(page), act=act).text) == count + expected
    first, second = typed(page)["cell-0-2"], typed(page)["cell-1-1"]
    moved = typed(send(owner, typed(page), act="up:1").text)
    assert (moved["cell-0-1"], moved["cell-1-2"]) == (second, first)
    assert "in force since" in owner.get(PATH).text
    assert rows(owner.get(PATH).text) == count


def test_another_fact_becomes_a_column_that_decides(desk: WebDesk) -> None:
    owner = desk.person("owner")
    page = send(owner, typed(owner.get(PATH).text), act="ask:product").text
    assert "facts[&#34;product&#34;]" in page
    page = send(owner, typed(page), act="add:").text
    sent = typed(page)
    for column, text in enumerate(["", "", "", "", '"brewer"', '"billing"', "true", '"Brewers"']):
        sent.setlist(f"cell-0-{column}", [text])
    assert send(owner, sent, act="save", note="Brewers").status_code == 303
    desk.mail("Hello there")
    with desk.flask.app_context():
        by_email("maria@acme.example").product = "brewer"  # type: ignore[union-attr]
        relay.commit()
    number = desk.mail("Hello again")
    at = "SELECT d.key FROM ticket t JOIN department d ON d.id = t.department_id WHERE t.number = ?"
    assert desk.ask(at, number) == "billing"


def test_a_wrong_cell_is_named_in_its_place_and_nothing_is_deployed(desk: WebDesk) -> None:
    owner = desk.person("owner")
    sent = with_row(owner, "espresso", "billing")
    sent.setlist("cell-0-2", ['__import__("os")'])
    sent.setlist("cell-1-4", ["billing"])
    refused = send(owner, sent, act="save", note="Bad")
    assert refused.status_code == 422
    assert 'id="cell-0-2-problem"' in refused.text
    assert "__import__" in refused.text
    assert "Bad" in refused.text
    assert "Save as version 2" in owner.get(PATH).text
    sent.setlist("cell-0-2", [""])
    assert 'id="cell-1-4-problem"' in send(owner, sent, act="check").text


def test_a_save_asks_why(desk: WebDesk) -> None:
    owner = desk.person("owner")
    assert "say in a few words why" in send(owner, with_row(owner, "x", "billing"), act="save", note=" ").text


def test_a_table_somebody_else_saved_meanwhile_is_not_overwritten_unseen(desk: WebDesk) -> None:
    owner, admin = desk.person("owner"), desk.person("admin")
    mine, theirs = with_row(owner, "mine", "billing"), with_row(admin, "theirs", "billing")
    assert send(admin, theirs, act="save", note="Theirs").status_code == 303
    refused = send(owner, mine, act="save", note="Mine")
    assert refused.status_code == 422
    assert "Version 2 was deployed while you edited version 1" in refused.text
    assert "mine" in refused.text
    assert send(owner, typed(refused.text), act="save", note="Mine").status_code == 303


def test_a_ticket_tells_which_row_fits(desk: WebDesk) -> None:
    number = desk.mail("Wrong invoice")
    page = desk.person("manager").get(f"{PATH}?ticket={number}").text
    assert "data-fits" in page
    assert "Department: billing" in page
    owner = desk.person("owner")
    page = send(owner, with_row(owner, "wrong", "support"), act="try", ticket=number).text
    assert "Row 1 fits" in page
    assert "There is no ticket" in send(owner, typed(page), act="try", ticket="TKT-9999").text


def test_a_manager_reads_and_cannot_write(desk: WebDesk) -> None:
    manager = desk.person("manager")
    page = manager.get(PATH)
    assert "asks for “process.deploy”" in page.text
    assert "<textarea" not in page.text
    assert manager.post(PATH, act="save").status_code == 403


def test_what_is_not_edited_stays_as_it_is(desk: WebDesk) -> None:
    owner = desk.person("owner")
    before = desk.ask("SELECT xml FROM definition WHERE key = 'routing'")
    send(owner, with_row(owner, "espresso", "billing"), act="save", note="One row")
    after = desk.ask("SELECT xml FROM definition WHERE key = 'routing' AND version = 2")
    old, new = etree.fromstring(before.encode()), etree.fromstring(after.encode())
    added = new.find(".//{*}rule")
    assert added is not None and added.get("id", "").startswith("Rule_routing_")
    added.getparent().remove(added)  # type: ignore[union-attr]
    assert [one.get("id") for one in new.iter()] == [one.get("id") for one in old.iter()]
    for one in (old, new):
        etree.indent(one)
    assert etree.tostring(new) == etree.tostring(old)


def test_hostile_forms_are_refused_and_lose_nothing(desk: WebDesk) -> None:
    owner = desk.person("owner")
    owner.get(PATH)
    many = MultiDict([("row", f"{n}:") for n in range(500)] + [("act", "check")])
    assert send(owner, many).status_code == 422
    assert send(owner, MultiDict([("column", "new:__class__"), ("act", "check")])).status_code == 422
    for act in ("up:99", "drop:-1", "unask:77", "nonsense", "ask:nothing"):
        assert send(owner, typed(owner.get(PATH).text), act=act).status_code in {200, 422}
    assert owner.get("/settings/tables/request").status_code == 404
