"""Team and departments: who may open and change what, what is refused, what is recorded."""

import re

import pytest
from web_desk import Person, WebDesk

TEAM, DESKS = "/settings/team", "/settings/departments"
ANN = {
    "name": "Ann Lee",
    "role": "senior",
    "manager": "",
    "departments": ["support", "billing"],
    "signature": "Best, Ann",
}


def path_of(desk: WebDesk, role: str) -> str:
    return f"{TEAM}/{desk.people[role]}"


def recorded(desk: WebDesk, name: str) -> int:
    return int(desk.ask("SELECT count(*) FROM event WHERE name = ?", name))


@pytest.fixture
def hugo(desk: WebDesk) -> Person:
    """Give an admin, signed in."""
    return desk.person("admin")


def test_the_team_shows_everybody_with_role_departments_and_who_is_away(desk: WebDesk, hugo: Person):
    hugo.post(f"{path_of(desk, 'agent')}/away", away="1")
    page = hugo.get(TEAM).text
    assert "Agent Person" in page
    assert "Process owner" in page
    assert "until further notice" in page
    assert desk.person("auditor").get(TEAM).status_code == 200
    assert desk.person("agent").get(TEAM).status_code == 403


def test_somebody_new_is_added_and_can_sign_in(desk: WebDesk, hugo: Person):
    fields = {"name": "Nina New", "email": "Nina@desk.test", "role": "agent", "password": "long enough"}
    assert 'value="support" checked' in hugo.get(f"{TEAM}/new").text
    assert hugo.post(f"{TEAM}/new", departments=["billing"], **fields).status_code == 303
    nina = desk.anybody()
    nina.get("/sign-in")
    assert nina.post("/sign-in", email="nina@desk.test", password="long enough").status_code == 303
    assert (
        desk.ask(
            "SELECT d.key FROM department_member m JOIN department d ON d.id = m.department_id "
            "JOIN agent a ON a.id = m.agent_id WHERE a.email = 'nina@desk.test'"
        )
        == "billing"
    )
    again = hugo.post(f"{TEAM}/new", **fields)
    assert again.status_code == 422
    assert "already works here" in again.text
    assert "Nina New" in again.text
    assert "long enough" not in again.text


@pytest.mark.parametrize(("field", "value"), [("email", "nobody"), ("role", "boss"), ("password", "short")])
def test_a_wrong_field_of_somebody_new_is_named_and_nothing_is_added(
    desk: WebDesk, hugo: Person, field: str, value: str
):
    fields = {"name": "Nina New", "email": "nina@desk.test", "role": "agent", field: value}
    refused = hugo.post(f"{TEAM}/new", **fields)
    assert refused.status_code == 422
    assert f'id="{field}-help"><p class="field-error"' in refused.text
    assert desk.ask("SELECT count(*) FROM agent WHERE name = 'Nina New'") == 0


def test_an_admin_changes_what_somebody_is(desk: WebDesk, hugo: Person):
    ann = path_of(desk, "agent")
    assert hugo.post(ann, **(ANN | {"manager": desk.people["manager"]})).status_code == 303
    page = hugo.get(ann).text
    for told in ('value="Ann Lee"', 'value="senior" selected', 'value="billing" checked', "Best, Ann"):
        assert told in page
    trail = desk.person("auditor").get("/audit?name=agent.").text
    assert "agent.role_changed" in trail
    assert "Best, Ann" in trail


def test_a_refusal_keeps_what_was_typed_and_changes_nothing(desk: WebDesk, hugo: Person):
    ann = path_of(desk, "agent")
    refused = hugo.post(ann, **(ANN | {"manager": desk.people["agent"], "signature": "x" * 2_001}))
    assert refused.status_code == 422
    assert "must have at most 2000 characters" in refused.text
    assert "must be a manager or an admin who works here" in refused.text
    assert 'value="Ann Lee"' in refused.text
    assert 'value="Agent Person"' in hugo.get(ann).text


def test_nobody_gets_another_role_from_themselves_and_the_last_admin_stays(desk: WebDesk, hugo: Person):
    own = path_of(desk, "admin")
    assert "Nobody changes their own role" in hugo.get(own).text
    assert hugo.post(own, **(ANN | {"role": "agent"})).status_code == 422
    assert hugo.post(f"{own}/activity", active="0").status_code == 422
    assert desk.ask("SELECT count(*) FROM agent WHERE role = 'admin' AND active") == 1


def test_whoever_is_let_go_is_out_and_what_they_held_is_back_in_its_queue(desk: WebDesk, hugo: Person):
    number, person, path = desk.mail(), desk.person("agent"), path_of(desk, "agent")
    hugo.post(f"/tickets/{number}/department", department="support")
    hugo.post(f"/tickets/{number}/assignment", agent=desk.people["agent"])
    assert "holds 1 open ticket. It goes back into its queue: Support 1." in hugo.get(path).text
    assert hugo.post(f"{path}/activity", active="0").status_code == 303
    desk.work()
    assert person.get("/").status_code == 303
    assert desk.ask("SELECT assignee_id FROM ticket WHERE number = ?", number) is None
    assert desk.ask("SELECT actor FROM event WHERE name = 'ticket.assigned' ORDER BY id DESC") == "process:agent_left"
    assert "1 no longer here" in hugo.get(TEAM).text
    assert hugo.post(f"{path}/activity", active="1").status_code == 303
    assert "no longer here" not in hugo.get(TEAM).text


def test_absences_are_planned_ahead_by_whole_days_and_removed(desk: WebDesk, hugo: Person):
    ann = path_of(desk, "agent")
    for first, last in (("2199-07-01", "2199-07-14"), ("2199-12-24", "")):
        sent = {"starts_at": first, "ends_at": last, "note": "Sea", "zone": "Europe/Berlin"}
        assert hugo.post(f"{ann}/absences", **sent).status_code == 303
    assert str(desk.ask("SELECT starts_at FROM absence ORDER BY id")).startswith("2199-06-30 22:00")
    assert str(desk.ask("SELECT ends_at FROM absence ORDER BY id")).startswith("2199-07-14 22:00")
    page = hugo.get(ann).text
    assert page.count("Sea") == 2
    assert "Sea" not in desk.person("auditor").get(ann).text
    for path in re.findall(r'action="([^"]+/absences/[^"]+/end)"', page):
        assert hugo.post(path).status_code == 303
        assert hugo.post(path).status_code == 404
    assert "nothing is planned" in hugo.get(ann).text
    assert recorded(desk, "agent.absence_planned") == recorded(desk, "agent.absence_cancelled") == 2


def test_everybody_says_themselves_when_they_are_away(desk: WebDesk, ann: Person):
    answer = ann.post("/absence", away="1", next="//elsewhere.example")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "I am back" in ann.get("/").text
    assert desk.ask("SELECT count(*) FROM absence WHERE ends_at IS NULL") == 1
    ann.post("/absence", away="0", next="/contacts")
    assert "I am away" in ann.get("/contacts").text
    assert recorded(desk, "agent.absent_changed") == 2


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"starts_at": "soon"}, "starts_at"),
        ({"starts_at": "9999-12-31"}, "starts_at"),
        ({"starts_at": "2199-07-02", "ends_at": "2199-07-01"}, "ends_at"),
        ({"starts_at": "2020-01-01", "ends_at": "2020-01-02", "zone": "../../etc/passwd"}, "ends_at"),
    ],
)
def test_days_that_cannot_be_are_refused(desk: WebDesk, hugo: Person, sent: dict[str, str], field: str):
    refused = hugo.post(f"{path_of(desk, 'agent')}/absences", **sent)
    assert refused.status_code == 422
    assert f'id="{field}-help"><p class="field-error"' in refused.text
    assert desk.ask("SELECT count(*) FROM absence") == 0


def test_a_manager_says_when_their_people_are_away_and_no_more(desk: WebDesk):
    manager, ann, admin = desk.person("manager"), path_of(desk, "agent"), path_of(desk, "admin")
    assert manager.post(f"{ann}/away", away="1").status_code == 303
    assert manager.post(f"{ann}/capacity", capacity="7").status_code == 303
    assert manager.post(f"{ann}/capacity", capacity="-7").status_code == 422
    for path in (ann, f"{ann}/activity", f"{TEAM}/new"):
        assert manager.post(path, **ANN).status_code == 403
    assert 'name="role"' not in manager.get(ann).text
    desk.person("manager").post(f"{DESKS}/support/members/{desk.people['manager']}/end")
    for path in (f"{ann}/away", f"{ann}/capacity", f"{admin}/away"):
        assert manager.post(path).status_code == 403


def test_a_department_is_added_changed_and_removed(desk: WebDesk):
    manager = desk.person("manager")
    fields = {"key": "sales", "name": "Sales", "addresses": "sales@desk.test\nshop@desk.test"}
    assert manager.post(f"{DESKS}/new", **fields).status_code == 303
    assert manager.post(f"{DESKS}/new", **fields).status_code == 422
    page = manager.get(f"{DESKS}/sales").text
    assert "shop@desk.test" in page
    assert "Take its addresses away first" in page
    refused = manager.post(f"{DESKS}/sales", name="", addresses="support@flowdesk.localhost nonsense")
    assert refused.status_code == 422
    assert "must have 1 to 120 characters" in refused.text
    assert manager.post(f"{DESKS}/sales/removal").status_code == 422
    assert manager.post(f"{DESKS}/sales", name="Shop", addresses="").status_code == 303
    assert manager.post(f"{DESKS}/sales/removal").status_code == 303
    assert manager.get(f"{DESKS}/sales").status_code == 404
    for name in ("added", "changed", "removed"):
        assert recorded(desk, f"department.{name}") >= 1


def test_members_come_and_go_and_what_they_see_with_them(desk: WebDesk, ann: Person):
    number, manager = desk.mail(), desk.person("manager")
    manager.post(f"/tickets/{number}/department", department="support")
    manager.post(f"/tickets/{number}/assignment", agent="")
    manager.post(f"{DESKS}/billing/members/{desk.people['agent']}/end")
    members = f"{DESKS}/support/members"
    assert manager.post(f"{members}/{desk.people['agent']}/end").status_code == 303
    assert ann.get(f"/tickets/{number}").status_code == 404
    assert "You are in no department yet" in ann.get("/").text
    assert manager.post(members, agent="").status_code == 422
    assert manager.post(members, agent=desk.people["agent"]).status_code == 303
    assert ann.get(f"/tickets/{number}").status_code == 200


def test_another_default_takes_what_nobody_owns(desk: WebDesk):
    manager = desk.person("manager")
    assert "The default department stays" in manager.get(f"{DESKS}/support").text
    assert manager.post(f"{DESKS}/billing", name="Billing", addresses="", is_default="1").status_code == 303
    assert desk.ask("SELECT key FROM department WHERE is_default") == "billing"
    assert desk.person("auditor").post(f"{DESKS}/billing", name="X").status_code == 403
