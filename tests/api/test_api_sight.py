"""Who does not see a ticket is told of nothing that leads to it: every route of the API, every role."""

import re

import pytest
from api_world import Caller, World

from app import departments, engine, relay, sight
from app.api import auth
from app.channels.outbox import Outgoing
from app.db import db
from app.engine.models import Incident, UserTask
from app.people import ROLES
from app.people.permissions import POLICY
from app.tickets import finding

UNKNOWN = {"tickets": "TKT-9999"}
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
RESTRICTED = ("agent", "senior")


def make_foreign(world: World) -> dict[str, str]:
    """Open a ticket nobody but managers and the like sees; return what leads to it, by the noun of the path."""
    number = world.caller("manager").open_ticket("A secret matter")["number"]
    world.work()
    with world.flask.app_context():
        ticket = finding.by_number(number)
        ticket.department, ticket.assignee = departments.add("vault", "Vault", by="system"), None
        (instance, *_) = engine.instances_of(ticket.key)
        stuck = Incident(instance_id=instance.id, element="x", text="A secret is stuck.")
        db.session.add(stuck)
        task = db.session.query(UserTask).filter_by(business_key=ticket.key).first()
        letter = Outgoing(
            reference="secret",
            ticket_id=ticket.id,
            sender="a@b.example",
            recipients=["eve@example.com"],
            subject="Secret",
            message_id="<1@b.example>",
            raw=b"",
            state="unknown",
        )
        db.session.add(letter)
        db.session.flush()
        assert task is not None
        found = {"tickets": number, "tasks": task.public_id, "instances": instance.public_id}
        found |= {"incidents": stuck.public_id, "deliveries": letter.public_id}
        relay.commit()
    return found


def _calls(role: str) -> list[tuple[str, str, str]]:
    """Return (method, path with a gap, noun) of every route that leads to a ticket and is open to a role."""
    found = []
    for route, permission in auth.TABLE.items():
        method, rule = route.split()
        for argument, noun in sight.named(rule).items():
            if argument in sight.IDENTS and noun in sight.LEADS and role in POLICY[permission]:
                others = lambda one, kept=argument: "{}" if one[1] == kept else NOBODY  # noqa: E731
                found.append((method, re.sub(r"<(\w+)>", others, rule), noun))
    return found


BODIES = [None, {}, {"status": "resolved", "body": "x", "priority": "high", "outcome": "again", "assignee": None}]


@pytest.mark.parametrize("role", RESTRICTED)
def test_what_leads_to_a_foreign_ticket_is_as_what_is_not_there(world: World, role: str) -> None:
    foreign, caller = make_foreign(world), world.caller(role)
    calls = _calls(role)
    assert {noun for _, _, noun in calls} == foreign.keys() - {"incidents"}
    for method, path, noun in calls:
        for body in BODIES:
            told = []
            for ident in (foreign[noun], UNKNOWN.get(noun, NOBODY)):
                answer = caller(method, path.format(ident), body)
                told.append((answer.status_code, answer.text.replace(ident, "…")))
            assert told[0] == told[1], (method, path)
            assert told[0][0] == 404, (method, path)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in RESTRICTED])
def test_who_sees_everything_reads_what_leads_to_it(world: World, role: str) -> None:
    foreign, caller = make_foreign(world), world.caller(role)
    for method, path, noun in _calls(role):
        answer = caller(method, path.format(foreign[noun]), None if method == "GET" else {})
        assert answer.status_code not in {404, 500} or method != "GET", (method, path, answer.text)


def _listed(caller: Caller, number: str) -> dict[str, int]:
    paths = ("/tickets", "/tickets?q=secret", "/tickets?view=unassigned", "/tasks", "/incidents", "/deliveries")
    assert caller("GET", f"/tasks?ticket={number}").status_code in {200, 404}
    return {path: caller.get(path)["total"] for path in paths}


def test_no_list_and_no_total_tells_of_it(any_world: World) -> None:
    number = make_foreign(any_world)["tickets"]
    nothing = dict.fromkeys(_listed(any_world.caller("agent"), number), 0)
    assert _listed(any_world.caller("agent"), number) == nothing
    assert _listed(any_world.caller("senior"), number) == nothing
    assert _listed(any_world.caller("manager"), number) == dict.fromkeys(nothing, 1)
    told = [any_world.caller("agent")("GET", f"/tasks?ticket={one}") for one in (number, "TKT-9999")]
    assert told[0].text.replace(number, "…") == told[1].text.replace("TKT-9999", "…")
    given = any_world.caller("manager")("PUT", f"/tickets/{number}/assignment", {"assignee": "agent@desk.test"})
    assert given.status_code == 200
    assert _listed(any_world.caller("agent"), number) == {**dict.fromkeys(nothing, 1), "/tickets?view=unassigned": 0}
