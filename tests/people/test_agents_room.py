import pytest
from rooms_fixtures import Desk

from app import people
from app.errors import Conflict, Invalid
from app.people import permissions, tokens


def test_adding_somebody_twice_gives_the_same_agent(desk: Desk) -> None:
    again = people.add(" ANN@desk.test ", "Somebody Else", "agent", by="system")
    assert (again, again.name) == (desk.ann, "Ann")
    assert desk.told() == []


def test_an_address_with_another_role_is_refused(desk: Desk) -> None:
    with pytest.raises(Conflict, match="already works here as agent"):
        people.add("ann@desk.test", "Ann", "admin", by="system")


@pytest.mark.parametrize(("email", "role", "field"), [("nobody", "agent", "email"), ("a@b.c", "boss", "role")])
def test_a_wrong_field_is_named(desk: Desk, email: str, role: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.add(email, "X", role, by="system")
    assert list(refused.value.fields) == [field]


def test_names_and_addresses_are_cleaned_and_bounded(any_app: object, desk: Desk) -> None:
    long = people.add("x\x00@y.z", "N\x00 \n" + "n" * 500, "agent", by="system")
    assert long.email == "x@y.z"
    assert long.name.startswith("N nnn")
    assert len(long.name) == 120


def test_a_password_is_checked_and_never_kept(desk: Desk) -> None:
    people.set_password(desk.ann, "correct horse", by=desk.ann.actor)
    assert "horse" not in (desk.ann.password_hash or "")
    assert people.check_password("Ann@desk.test", "correct horse") is desk.ann
    assert people.check_password("ann@desk.test", "wrong horse") is None
    assert people.check_password("bob@desk.test", "nobody has this password") is None
    assert people.check_password("stranger@desk.test", "nobody has this password") is None
    assert desk.told() == ["agent.password_set"]


def test_somebody_who_left_cannot_sign_in(desk: Desk) -> None:
    people.set_password(desk.ann, "correct horse", by="system")
    token = tokens.create(desk.ann, by="system")
    assert people.set_active(desk.ann, False, by="system")
    assert people.check_password("ann@desk.test", "correct horse") is None
    assert tokens.agent_for(token) is None
    assert not permissions.may(desk.ann, "ticket.read")
    assert permissions.lanes(desk.ann) == set()


def test_a_short_password_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        people.set_password(desk.ann, "short", by="system")
    assert "password" in refused.value.fields


def test_a_token_acts_as_its_agent_until_it_is_revoked(desk: Desk) -> None:
    token = tokens.create(desk.ann, by=desk.ann.actor)
    assert token.startswith("fd_")
    assert tokens.agent_for(token) is desk.ann
    assert tokens.agent_for(token + "x") is None
    assert tokens.revoke_all(desk.ann, by="system") == 1
    assert tokens.agent_for(token) is None
    assert tokens.revoke_all(desk.ann, by="system") == 0


def test_the_policy_table_knows_only_known_roles_and_everybody_reads_tickets() -> None:
    assert all(roles <= set(people.ROLES) for roles in permissions.POLICY.values())
    assert permissions.POLICY["ticket.read"] == set(people.ROLES)
    assert permissions.POLICY["people.write"] == {"admin"}


def test_an_unknown_permission_is_an_error_not_a_no(desk: Desk) -> None:
    with pytest.raises(LookupError):
        permissions.may(desk.ann, "ticket.raed")


def test_lanes_follow_the_role(desk: Desk) -> None:
    assert "Agent" in permissions.lanes(desk.ann)
    assert "Manager" not in permissions.lanes(desk.ann)
    assert permissions.lanes(desk.agent("Max", "manager")) >= {"Agent", "Manager"}
    assert permissions.lanes(desk.agent("Olga", "auditor")) == set()


@pytest.mark.parametrize(
    ("actor", "name"), [("system", "Flowdesk"), ("process:request", "Process"), ("agent:999", "Agent 999")]
)
def test_every_actor_has_a_name(desk: Desk, actor: str, name: str) -> None:
    assert people.name_of(actor) == name
    assert people.name_of(desk.ann.actor) == "Ann"


def test_absence_is_recorded_once(desk: Desk) -> None:
    assert people.set_absent(desk.ann, True, by="system", reason="holiday")
    assert not people.set_absent(desk.ann, True, by="system")
    assert desk.told() == ["agent.absent_changed"]
