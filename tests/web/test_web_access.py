import pytest
from web_desk import WebDesk

from app import people, relay
from app.errors import BadSetting
from app.people import ROLES
from app.people.permissions import POLICY
from app.web import access

UNKNOWN = "01890000-0000-7000-8000-000000000000"
VALUES = {
    "number": "TKT-9999",
    "public_id": UNKNOWN,
    "box": "sent",
    "key": "request",
    "name": "none",
    "token": "none",
    "absence": UNKNOWN,
    "kind": "tag",
    "occasion": "created",
    **{"item": UNKNOWN, "column_id": UNKNOWN, "segment": "none"},
}


def _calls(desk):
    for rule in desk.flask.url_map.iter_rules():
        if rule.endpoint in desk.flask.extensions["access"]:
            path = rule.build({name: VALUES[name] for name in rule.arguments})[1]
            method = "POST" if "POST" in rule.methods else "GET"
            yield method, path, desk.flask.extensions["access"][rule.endpoint]


def test_every_route_of_the_screens_declares_its_permission(desk: WebDesk):
    declared = desk.flask.extensions["access"]
    screens = {rule.endpoint for rule in desk.flask.url_map.iter_rules() if rule.endpoint.startswith("web.")}
    assert screens == set(declared)
    assert set(declared.values()) <= set(POLICY) | access.WITHOUT_PERMISSION


def test_what_needs_no_permission_is_this_and_no_more(desk: WebDesk):
    table = desk.flask.extensions["access"]
    assert {endpoint for endpoint, needed in table.items() if needed not in POLICY} == {
        "web.assets.favicon",
        "web.assets.show",
        "web.rating.answer",
        "web.rating.ask",
        "web.signing_in.ask",
        "web.signing_in.enter",
        "web.signing_in.enter_demo",
        "web.signing_in.leave",
        "web.theme.choose",
    }


def test_a_route_without_a_permission_stops_the_start(desk: WebDesk):
    desk.flask.view_functions["web.forgotten"] = lambda: "hello"
    with pytest.raises(BadSetting, match=r"web\.forgotten declares no permission"):
        access.routes(desk.flask)


def test_a_route_that_asks_for_an_unknown_permission_stops_the_start(desk: WebDesk):
    @access.allow("ticket.raed")
    def misspelt() -> str:
        return ""

    desk.flask.view_functions["web.misspelt"] = misspelt
    with pytest.raises(BadSetting, match=r"ticket\.raed"):
        access.routes(desk.flask)


def test_strangers_are_sent_to_the_sign_in_page_and_back(desk: WebDesk):
    stranger = desk.anybody()
    stranger.get("/sign-in")
    for method, path, needed in _calls(desk):
        if needed == access.PUBLIC:
            continue
        answer = stranger.get(path) if method == "GET" else stranger.post(path)
        assert answer.status_code == 303, path
        assert answer.location.startswith("/sign-in"), path


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_the_policy_says_and_nothing_else(desk: WebDesk, role: str):
    person = desk.person(role)
    for method, path, needed in _calls(desk):
        if needed not in POLICY:
            continue
        answer = person.get(path) if method == "GET" else person.post(path)
        assert (answer.status_code == 403) == (role not in POLICY[needed]), f"{role} {method} {path}"
        assert answer.status_code < 500, f"{role} {method} {path}"


def test_a_refusal_is_recorded(desk: WebDesk):
    desk.person("agent").get("/audit")
    assert desk.ask("SELECT count(*) FROM event WHERE name = 'access.refused'") == 1


def test_who_is_no_longer_active_is_signed_out(desk: WebDesk, ann):
    with desk.flask.app_context():
        people.set_active(people.by_email("agent@desk.test"), False, by="system")
        relay.commit()
    assert ann.get("/").status_code == 303
