"""Who does not see a ticket is told of nothing that leads to it: every page, every role, as if there were none."""

import re
from collections.abc import Iterator

import pytest
from web_desk import Person, WebDesk
from werkzeug.routing import Rule

from app import deliveries, departments, engine, people, relay, sight
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.db import db
from app.engine.models import Incident, UserTask
from app.people import ROLES
from app.people.permissions import POLICY
from app.tickets import conversation, finding
from app.tickets.messages import Message

UNKNOWN = {"number": "TKT-9999", "public_id": "01890000-0000-7000-8000-000000000000"}
RESTRICTED = ("agent", "senior")
VARYING = re.compile(r'(?:content|value)="[^"]{40,}"|since=[\d-]+')


@pytest.fixture
def foreign(desk: WebDesk) -> dict[str, list[str]]:
    """Open a ticket nobody but managers and the like sees; give what leads to it, by the noun of the path."""
    number = desk.mail("A secret matter")
    with desk.flask.app_context():
        vault = departments.add("vault", "Vault", by="system")
        ticket = finding.by_number(number)
        ticket.department, ticket.assignee = vault, None
        manager = people.by_email("manager@desk.test")
        assert manager is not None
        note = conversation.note(ticket, agent=manager, body="secret", attachments=[("secret.txt", "text/plain", b"x")])
        (instance, *_) = engine.instances_of(ticket.key)
        stuck = Incident(instance_id=instance.id, element="x", text="A secret is stuck.")
        db.session.add(stuck)
        letter = Outgoing(
            reference="secret",
            ticket_id=ticket.id,
            sender="desk@desk.test",
            recipients=["maria@acme.example"],
            subject="Re: A secret matter",
            message_id="<1@desk.test>",
            raw=b"From: desk@desk.test\r\nContent-Type: text/html\r\n\r\n<p>secret</p>",
            state="unknown",
        )
        db.session.add(letter)
        task = db.session.query(UserTask).filter_by(business_key=ticket.key).first()
        mail = db.session.query(Message).filter(Message.ticket_id == ticket.id, Message.html.is_not(None)).first()
        raw = db.session.query(RawMessage).filter_by(ticket_id=ticket.id).one()
        assert task is not None and mail is not None
        db.session.flush()
        found = {
            "tickets": [number],
            "tasks": [task.public_id],
            "instances": [instance.public_id],
            "messages": [mail.public_id],
            "attachments": [note.attachments[0].public_id],
            "incidents": [stuck.public_id],
            "doubt": [letter.public_id],
            "mailbox": [letter.public_id, raw.public_id],
        }
        relay.commit()
    return found


def _calls(desk: WebDesk, foreign: dict[str, list[str]]) -> Iterator[tuple[Rule, str, dict[str, str]]]:
    """Yield (rule, permission, arguments) of every route that leads to the ticket."""
    for rule in desk.flask.url_map.iter_rules():
        needed = desk.flask.extensions["access"].get(rule.endpoint)
        if needed is None:  # of the API
            continue
        for argument, noun in sight.named(rule.rule).items():
            for ident in foreign.get(noun, []) if argument in sight.IDENTS else []:
                for box in ("sent", "incoming", "doubt", "quarantine") if "box" in rule.arguments else ("",):
                    yield rule, needed, {argument: ident, **({"box": box} if box else {})}


def _answer(person: Person, rule: Rule, arguments: dict[str, str]) -> tuple[int, str]:
    path = rule.build({**dict.fromkeys(rule.arguments, UNKNOWN["public_id"]), **arguments})[1]
    answer = person.post(path) if "POST" in rule.methods else person.get(path)
    told = answer.text
    for value in arguments.values():
        told = told.replace(value, "…")
    return answer.status_code, VARYING.sub("", told)


@pytest.mark.parametrize("role", RESTRICTED)
def test_what_leads_to_a_foreign_ticket_is_as_what_is_not_there(
    desk: WebDesk, foreign: dict[str, list[str]], role: str
):
    person = desk.person(role)
    before = desk.ask("SELECT count(*) FROM event")
    tried = set()
    for rule, needed, arguments in _calls(desk, foreign):
        if role not in POLICY[needed]:
            continue
        tried |= {noun for argument, noun in sight.named(rule.rule).items() if argument in arguments}
        unknown = {name: UNKNOWN.get(name, value) for name, value in arguments.items()}
        answer = _answer(person, rule, arguments)
        assert answer == _answer(person, rule, unknown), rule
        assert answer[0] == 404, (rule, arguments)
    assert tried == foreign.keys() - {"incidents"}  # which they may not resolve, wherever it is
    assert desk.ask("SELECT count(*) FROM event") == before


@pytest.mark.parametrize("role", [role for role in ROLES if role not in RESTRICTED])
def test_who_sees_everything_opens_what_leads_to_it(desk: WebDesk, foreign: dict[str, list[str]], role: str):
    person = desk.person(role)
    opened = set()
    for rule, needed, arguments in _calls(desk, foreign):
        if "GET" in rule.methods and role in POLICY[needed] and _answer(person, rule, arguments)[0] in {200, 204}:
            opened |= {noun for argument, noun in sight.named(rule.rule).items() if argument in arguments}
    letters = {"mailbox"} if role in POLICY["mailbox.read"] else set()
    assert opened == {"tickets", "instances", "messages", "attachments"} | letters


LISTS = ["/", "/?view=all", "/?view=unassigned", "/?q=secret", "/palette?q=secret", "/incidents", "/mailbox"]
LISTS += ["/mailbox/doubt", "/mailbox/incoming", "/contacts/{contact}"]


def test_no_list_and_no_count_tells_of_it(desk: WebDesk, foreign: dict[str, list[str]]):
    [number] = foreign["tickets"]
    contact = desk.ask("SELECT public_id FROM contact")
    told = {role: [desk.person(role).get(path.format(contact=contact)).text for path in LISTS] for role in ROLES[:3]}
    for role in RESTRICTED:
        for path, text in zip(LISTS, told[role], strict=True):
            assert number not in text, (role, path)
            assert "secret is stuck" not in text, (role, path)
            assert "A secret matter" not in text.replace("q=A", ""), (role, path)
    shown = {path for path, text in zip(LISTS, told["manager"], strict=True) if "secret" in text.lower()}
    assert shown >= {"/?view=all", "/palette?q=secret", "/incidents", "/mailbox/doubt", "/mailbox/incoming"}
    with desk.flask.app_context():
        agents = {role: people.by_email(f"{role}@desk.test") for role in ("agent", "manager")}
        counts = {role: deliveries.count(sight.sent(agent)) for role, agent in agents.items() if agent}
    assert counts == {"agent": 0, "manager": 1}


def test_whoever_holds_it_sees_it_all_the_same(desk: WebDesk, foreign: dict[str, list[str]], ann: Person):
    [number] = foreign["tickets"]
    desk.person("manager").post(f"/tickets/{number}/assignment", agent=desk.people["agent"])
    assert ann.get(f"/tickets/{number}").status_code == 200
    assert number in ann.get("/").text
    assert desk.person("senior").get(f"/tickets/{number}").status_code == 404


def test_whoever_hands_a_ticket_out_of_sight_is_told_and_led_back(desk: WebDesk, ann: Person):
    with desk.flask.app_context():
        departments.add("vault", "Vault", by="system")
        relay.commit()
    number = desk.mail()
    answer = ann.client.post(
        f"/tickets/{number}/department",
        data={"csrf_token": ann.token, "department": "vault"},
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/")
    assert f"{number} is with Vault now" in ann.get("/").text
    stays = ann.get(f"/tickets/{number}/live", headers={"HX-Request": "true"})
    assert stays.status_code == 286  # htmx stops asking
    fields = {"email": "x@y.example", "subject": "For the vault", "body": "…", "department": "vault"}
    opened = ann.post("/tickets/new", **fields)
    assert opened.location == "/"
    assert "with Vault, where you are no member" in ann.get("/").text
