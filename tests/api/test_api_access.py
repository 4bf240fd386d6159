"""Who gets in, and to what."""

import re

import pytest
from api_world import World

from app.api import auth
from app.db import db
from app.errors import BadSetting
from app.events import Event
from app.people import ROLES, permissions, tokens

NOWHERE = {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "number": "TKT-9999", "key": "nothing", "kind": "tag"}
NOWHERE["name"] = "nothing"
NOWHERE["absence"] = NOWHERE["id"]


def _filled(rule: str) -> str:
    return re.sub(r"<(\w+)>", lambda found: NOWHERE[found[1]], rule)


@pytest.mark.parametrize("role", ROLES)
def test_every_route_lets_exactly_the_roles_of_the_policy_in(world: World, role: str) -> None:
    caller = world.caller(role)
    for route, permission in auth.TABLE.items():
        method, rule = route.split()
        status = caller(method, _filled(rule)).status_code
        allowed = permission == auth.PUBLIC or role in permissions.POLICY[permission]
        assert (status != 403) is allowed, (route, status)
        assert status < 500, (route, status)


def test_without_a_token_nothing_but_the_document_is_told(world: World) -> None:
    client = world.flask.test_client()
    for route, permission in auth.TABLE.items():
        method, rule = route.split()
        answer = client.open(f"/api/v1{_filled(rule)}", method=method)
        assert (answer.status_code == 401) is (permission != auth.PUBLIC), route
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic YTpi", "fd_x", "Bearer \x80"])
def test_a_token_that_is_none_is_refused(world: World, header: str) -> None:
    answer = world.flask.test_client().get("/api/v1/tickets", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_revoked_token_is_worth_nothing(world: World) -> None:
    with world.flask.app_context():
        tokens.revoke(1, by="system")
        db.session.commit()
    answer = world.caller("agent")("GET", "/tickets")
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_refusal_is_in_the_audit_trail(world: World) -> None:
    assert world.caller("agent")("GET", "/audit").status_code == 403
    with world.flask.app_context():
        refused = db.session.query(Event).filter_by(name="access.refused").one()
    assert refused.data == {"permission": "audit.read", "path": "/api/v1/audit"}


def test_a_task_of_another_lane_is_not_yours_to_answer(world: World) -> None:
    world.caller().open_ticket()
    world.work()
    found = world.caller().get("/tasks")["items"][0]
    assert world.caller("owner").get("/tasks")["items"] == []
    assert world.caller("owner")("POST", f"/tasks/{found['id']}/completion", {}).status_code == 403


def test_a_route_without_an_entry_stops_the_start(world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(auth.TABLE, "GET /audit")
        with pytest.raises(BadSetting, match="GET /audit has no entry"):
            auth.check(world.flask)
        patch.setitem(auth.TABLE, "GET /audit", "audit.read")
        patch.setitem(auth.TABLE, "GET /moon", "audit.read")
        with pytest.raises(BadSetting, match="GET /moon"):
            auth.check(world.flask)
