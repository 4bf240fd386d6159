"""Colleagues and departments through the API: who may change what, and what follows."""

import pytest
from api_world import Caller, World

from app import departments, people, relay
from app.people import tokens


def _find(caller: Caller, email: str) -> dict[str, object]:
    [found] = [one for one in caller.get("/agents")["items"] if one["email"] == email]
    return found  # type: ignore[no-any-return]


def test_a_colleague_joins_is_away_comes_back_and_leaves(any_world: World) -> None:
    admin = any_world.caller("admin")
    made = admin("POST", "/departments", {"key": "night", "name": "Night", "addresses": ["Night@desk.test"]})
    assert (made.status_code, made.json["addresses"]) == (201, ["night@desk.test"])
    added = admin("POST", "/agents", {"email": "nina@desk.test", "name": "Nina", "departments": ["night"]})
    assert (added.status_code, added.json["departments"], added.json["absences"]) == (201, ["night"], [])
    nina = f"/agents/{added.json['id']}"
    away = admin("POST", f"{nina}/absences", {"note": "Sea"})
    assert (away.status_code, away.json["absent"]) == (201, True)
    first = admin.open_ticket(department="night", subject="Hello there, a word please", priority="low")["number"]
    _move(any_world, first)
    any_world.work()
    assert admin.get(f"/tickets/{first}")["assignee"] is None
    [absence] = away.json["absences"]
    back = admin("DELETE", f"{nina}/absences/{absence['id']}")
    assert (back.status_code, back.json["absent"], back.json["absences"]) == (200, False, [])
    assert admin("PUT", f"/tickets/{first}/assignment", {"assignee": "nina@desk.test"}).status_code == 200
    assert _find(admin, "nina@desk.test")["open_tickets"] == 1
    assert any_world.caller("agent")("GET", f"/tickets/{first}").status_code == 404
    left = admin("PATCH", nina, {"active": False})
    assert (left.status_code, left.json["active"]) == (200, False)
    any_world.work()
    assert admin.get(f"/tickets/{first}")["assignee"] is None
    assert "nina@desk.test" not in [one["email"] for one in admin.get("/agents")["items"]]
    names = [event["name"] for event in admin.get(f"/audit?ticket={first}")["items"]]
    assert names.count("ticket.assigned") == 2


def _move(world: World, number: str) -> None:
    # Wherever the tables would send it.
    world.work()
    moved = world.caller("admin")("PUT", f"/tickets/{number}/department", {"department": "night"})
    assert moved.status_code == 200


def test_without_departments_the_default_one_is_joined_by_who_answers(admin: Caller) -> None:
    for role, expected in (("agent", ["support"]), ("manager", ["support"]), ("auditor", [])):
        made = admin("POST", "/agents", {"email": f"new{role}@desk.test", "name": "New", "role": role})
        assert made.json["departments"] == expected
        assert made.headers["Location"].endswith(made.json["id"])
    assert admin("POST", "/agents", {"email": "newagent@desk.test", "name": "New"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "x", "name": "X"}, "email"),
        ({"email": "x@y.z", "name": "X", "departments": ["moon"]}, "departments"),
        ({"email": "x@y.z", "name": "X", "role": "boss"}, "role"),
        ({"email": "x@y.z"}, "name"),
    ],
)
def test_a_wrong_field_of_a_colleague_is_named(admin: Caller, body: dict[str, object], field: str) -> None:
    refused = admin("POST", "/agents", body)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"manager": "senior@desk.test"}, "manager"),
        ({"manager": "moon"}, "manager"),
        ({"name": None}, "name"),
        ({"capacity": -1}, "capacity"),
        ({"departments": ["support", "moon"]}, "departments"),
        ({"rôle": "admin"}, "rôle"),
    ],
)
def test_a_wrong_change_is_named_and_changes_nothing(admin: Caller, body: dict[str, object], field: str) -> None:
    before = _find(admin, "agent@desk.test")
    refused = admin("PATCH", f"/agents/{before['id']}", {"signature": "new", **body})
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert _find(admin, "agent@desk.test") == before


def test_several_changes_are_made_as_one(admin: Caller) -> None:
    agent = _find(admin, "agent@desk.test")
    wanted = {"name": "Ann", "role": "senior", "capacity": 9, "manager": "manager@desk.test", "signature": "Best"}
    changed = admin("PATCH", f"/agents/{agent['id']}", {**wanted, "departments": []}).json
    assert {field: changed[field] for field in wanted} == wanted
    assert changed["departments"] == []
    assert admin("PATCH", f"/agents/{agent['id']}", {"capacity": None, "manager": None}).json["manager"] is None


def test_the_last_admin_and_ones_own_role_stay(world: World) -> None:
    admin = world.caller("admin")
    own = f"/agents/{_find(admin, 'admin@desk.test')['id']}"
    for body in ({"role": "agent"}, {"active": False}):
        assert admin("PATCH", own, body).status_code == 422


def test_a_manager_sets_capacity_and_absence_of_who_they_look_after(world: World) -> None:
    manager, agent = world.caller("manager"), world.caller("agent")
    ann = f"/agents/{_find(manager, 'agent@desk.test')['id']}"
    with world.flask.app_context():
        far = people.add("far@desk.test", "Far", "agent", by="system")
        departments.join(departments.by_key("billing"), far, by="system")
        token, stranger = tokens.create(far, by="system"), f"/agents/{far.public_id}"
        relay.commit()
    assert manager("PATCH", ann, {"capacity": 3}).json["capacity"] == 3
    assert manager("PATCH", ann, {"role": "admin"}).status_code == 403
    assert manager("PATCH", stranger, {"capacity": 3}).status_code == 403
    assert manager("POST", f"{stranger}/absences", {}).status_code == 403
    assert manager("POST", f"{ann}/absences", {"note": "Doctor"}).json["absences"][0]["note"] == "Doctor"
    assert agent("PATCH", ann, {"capacity": 3}).status_code == 403
    # One's own absence is one's own business, and why is nobody else's.
    far_caller = Caller(world.flask.test_client(), token)
    assert far_caller("POST", f"{stranger}/absences", {"note": "Private"}).json["absences"][0]["note"] == "Private"
    assert agent.get(stranger)["absences"][0]["note"] is None
    assert agent("POST", f"{stranger}/absences", {}).status_code == 403


def test_an_absence_that_cannot_be_is_refused(admin: Caller) -> None:
    path = f"/agents/{_find(admin, 'agent@desk.test')['id']}/absences"
    for body in (
        {"ends_at": "2020-01-01T00:00:00Z"},
        {"starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"},
    ):
        assert list(admin("POST", path, body).json["errors"]) == ["ends_at"]
    assert list(admin("POST", path, {"starts_at": "2030-01-02T00:00:00"}).json["errors"]) == ["starts_at"]
    assert admin("DELETE", f"{path}/nothing").status_code == 404


def test_a_department_changes_and_goes_when_nothing_depends_on_it(admin: Caller) -> None:
    admin("POST", "/departments", {"key": "sales", "name": "Sales", "addresses": ["sales@desk.test"]})
    taken = admin("PATCH", "/departments/sales", {"addresses": ["support@flowdesk.localhost"]})
    assert taken.status_code == 409
    assert admin("POST", "/departments", {"key": "sales", "name": "Again"}).status_code == 409
    assert admin("DELETE", "/departments/sales").status_code == 409
    changed = admin("PATCH", "/departments/sales", {"name": "Shop", "addresses": [], "is_default": True}).json
    assert (changed["name"], changed["addresses"], changed["is_default"]) == ("Shop", [], True)
    assert admin("DELETE", "/departments/sales").status_code == 409
    assert admin("PATCH", "/departments/sales", {"is_default": False}).status_code == 422
    assert admin("PATCH", "/departments/support", {"is_default": True}).status_code == 200
    joined = admin("POST", "/departments/sales/members", {"agent": "agent@desk.test"}).json
    [member] = joined["members"]
    assert admin("POST", "/departments/sales/members", {"agent": "moon"}).status_code == 422
    assert admin("DELETE", f"/departments/sales/members/{member['id']}").json["members"] == []
    assert admin("DELETE", "/departments/sales").json["name"] == "Shop"
    assert admin("DELETE", "/departments/sales").status_code == 404
