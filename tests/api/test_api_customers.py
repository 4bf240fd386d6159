"""Contacts, organisations, merging and CRMs by the API."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from api_world import Caller, World

from app.crm import sources
from app.db import db

MARIA = {
    "name": "Maria Lopes",
    "emails": ["maria@acme.test", "m@acme.test"],
    "phones": ["+351 21 000 0001"],
    "organisation": "Acme",
    "vip": True,
    "language": "pt",
    "preferred_agent": "senior@desk.test",
    "links": [{"system": "CRM", "external_id": "7", "url": "https://crm.test/7"}],
}


def add(caller: Caller, **more: Any) -> Any:
    answer = caller("POST", "/contacts", MARIA | more)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_contact_is_added_shown_and_changed(world: World) -> None:
    ann = world.caller()
    made = add(ann)
    assert made == ann.get(f"/contacts/{made['id']}")
    assert (made["email"], made["emails"], made["organisation"]) == ("maria@acme.test", MARIA["emails"], "Acme")
    assert (made["preferred_agent"], made["links"][0]["url"]) == ("senior@desk.test", "https://crm.test/7")
    wanted = {"emails": ["m@acme.test", "new@acme.test"], "phones": [], "links": [], "preferred_agent": "", "name": "M"}
    changed = ann("PATCH", f"/contacts/{made['id']}", wanted).json
    assert (changed["emails"], changed["phones"], changed["links"]) == (["m@acme.test", "new@acme.test"], [], [])
    assert (changed["name"], changed["preferred_agent"], changed["organisation"]) == ("M", None, "Acme")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"emails": ["eve@example.com"]}, "email"),
        ({"emails": ["nobody"]}, "email"),
        ({"links": [{"system": "CRM", "external_id": "1", "url": "http://x.test"}]}, "url"),
        ({"language": "english"}, "language"),
        ({"preferred_agent": "nobody@desk.test"}, "preferred_agent"),
        ({"nmae": "x"}, "nmae"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_kept(ann: Caller, wrong: dict[str, Any], field: str) -> None:
    ann.open_ticket()
    eve = ann.get("/contacts?q=eve")["items"][0]
    answer = ann("POST", "/contacts", {"name": "Other", **wrong})
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})  # type: ignore[index]
    if "eve@example.com" in str(wrong):
        assert (answer.json["errors"][field], answer.json["owner"]) == ("belongs to Eve", eve["id"])  # type: ignore[index]
    assert ann.get("/contacts?q=other")["items"] == []


def test_contacts_are_merged_and_unmerged(any_world: World) -> None:
    ann = any_world.caller()
    number = ann.open_ticket()["number"]
    eve, maria = ann.get("/contacts?q=eve")["items"][0]["id"], add(ann)["id"]
    made = ann("POST", f"/contacts/{eve}/merge", {"into": maria, "reason": "married"})
    assert (made.status_code, made.json["objections"]) == (201, [])  # type: ignore[index]
    assert made.json["moved"] == {"contact_email": 1, "ticket": 1}  # type: ignore[index]
    assert [one["number"] for one in ann.get(f"/contacts/{maria}/tickets")["items"]] == [number]
    assert ann.get(f"/contacts/{eve}")["merged_into"] == maria
    assert ann("POST", f"/contacts/{eve}/merge", {"into": maria}).status_code == 409
    undone = ann("DELETE", f"/contacts/{eve}/merge")
    assert undone.status_code == 200, undone.text
    assert undone.json["undone_at"]  # type: ignore[index]
    assert [one["number"] for one in ann.get(f"/contacts/{eve}/tickets")["items"]] == [number]
    assert ann("GET", f"/contacts/{eve}/merge").status_code == 404


def test_organisations_are_added_found_and_changed(world: World) -> None:
    ann = world.caller()
    made = ann("POST", "/organisations", {"name": "Acme", "domains": ["acme.test"], "notes": "Pays late"}).json
    assert ann("POST", "/organisations", {"name": "Acme"}).status_code == 422
    taken = ann("POST", "/organisations", {"name": "Beta", "domains": ["ACME.test"]})
    assert taken.json["errors"] == {"domains": "acme.test belongs to Acme"}  # type: ignore[index]
    changed = ann("PATCH", f"/organisations/{made['id']}", {"domains": ["acme.example"], "vip": True}).json
    assert (changed["domains"], changed["vip"], changed["notes"]) == (["acme.example"], True, "Pays late")
    assert [one["name"] for one in ann.get("/organisations?q=acme")["items"]] == ["Acme"]


def test_a_crm_is_read_by_its_process_and_the_report_tells(any_world: World) -> None:
    manager = any_world.caller("manager")
    with any_world.flask.app_context():
        public_id = sources.add({"name": "Export", "kind": "csv"}, by="system").public_id
        db.session.commit()
    file = b64encode(b"email,name\njoe@acme.test,Joe\nbroken,No\n").decode()
    begun = manager("POST", f"/crm/sources/{public_id}/runs", {"content_base64": file, "filename": "x.csv"})
    assert (begun.status_code, begun.json["state"]) == (202, "running")  # type: ignore[index]
    any_world.work()
    run = manager.get(f"/crm/runs/{begun.json['id']}")  # type: ignore[index]
    assert (run["state"], run["added"], run["refused"]) == ("done", 1, 1)
    report = manager.get(f"/crm/runs/{run['id']}/report?outcome=refused")["items"]
    assert [(line["row"], line["reason"]) for line in report] == [
        (2, "email: broken is no address, such as a@b.example")
    ]
    assert manager("POST", f"/crm/sources/{public_id}/runs", {"content_base64": "%%"}).status_code == 422
    assert any_world.caller("agent")("POST", f"/crm/sources/{public_id}/runs", {}).status_code == 403


def test_a_list_of_contacts_costs_a_fixed_number_of_queries(
    ann: Caller, counted: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    spent = []
    for _ in range(2):
        for n in range(3):
            add(
                ann,
                emails=[f"p{len(spent)}{n}@acme.test"],
                links=[{"system": "CRM", "external_id": f"{len(spent)}{n}"}],
            )
        with counted() as sent:
            ann.get("/contacts")
        spent.append(len(sent))
    assert spent[0] == spent[1]
