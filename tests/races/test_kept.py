"""A customer writes again and again while the process is busy with the mail before: every mail is heard, once."""

from functools import partial

import pytest
from engine.drawings import HEAD, flow, form, node
from long_results import Record
from races.many import MOST, Many
from races.test_mixed import click
from sqlalchemy import select

from app import engine, relay
from app.db import db
from app.engine import library
from app.engine.models import KeptMessage, Step

KEEP = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="keep" value="true"/></spiffworkflow:properties></bpmn:extensionElements>'
)
DRAWING = (
    f'{HEAD}<bpmn:process id="desk" isExecutable="true">'
    + node("startEvent", "start")
    + node("exclusiveGateway", "merge")
    + node("intermediateCatchEvent", "mail", inner='<bpmn:messageEventDefinition messageRef="m"/>')
    + node("userTask", "ask", inner=form("yes"))
    + flow("f1", "start", "merge")
    + flow("f2", "merge", "mail")
    + flow("f3", "mail", "ask")
    + flow("f4", "ask", "merge")
    + f'</bpmn:process><bpmn:message id="m" name="mail.came">{KEEP}</bpmn:message></bpmn:definitions>'
)
"""Each mail is answered before the next is looked at."""


def write(key: str, number: int) -> str:
    engine.deliver("mail.came", key, {"mail": number}, by="contact:1")
    relay.commit()
    return ""


def heard(key: str) -> list[int]:
    [instance] = engine.instances_of(key)
    rows = db.session.scalars(select(Step.inputs).where(Step.instance_id == instance.id, Step.kind == "message")).all()
    db.session.rollback()
    return [row["mail"] for row in rows if row is not None]


def race(many: Many, key: str, rounds: int) -> int:
    """Let mails come while agents answer; return how many came."""
    engine.start("desk", business_key=key, data={}, by="system")
    relay.commit()
    sent = 0
    for _ in range(rounds):
        tasks = [task.public_id for task in engine.open_tasks(key)]
        db.session.rollback()
        mails = [partial(write, key, sent + number) for number in range(MOST - len(tasks))]
        sent += len(mails)
        answers = many.at_once(*mails, *(partial(click, ident) for ident in tasks))
        assert set(answers) <= {"", "ask"}, answers
    while tasks := [task.public_id for task in engine.open_tasks(key)]:
        [ident] = tasks
        click(ident)
    assert sorted(heard(key)) == list(range(sent))
    assert db.session.scalars(select(KeptMessage.id)).all() == []
    db.session.rollback()
    return sent


@pytest.fixture
def desk(many: Many) -> Many:
    """Give clients of the drawing above."""
    library.store(DRAWING, note="kept", by="system")
    db.session.commit()
    return many


def test_no_mail_that_comes_while_the_process_is_busy_is_lost(desk: Many) -> None:
    assert race(desk, "ticket:1", rounds=3) > MOST


@pytest.mark.faults
def test_no_mail_of_thousands_is_lost(desk: Many, record_result: Record) -> None:
    sent = sum(race(desk, f"ticket:{number}", rounds=5) for number in range(40))
    record_result(
        f"kept messages, {db.engine.dialect.name}",
        done=f"{sent} mails by 15 clients at once while another completes the task",
        goal="each heard once, none lost",
        measured=f"{sent} heard once",
    )
