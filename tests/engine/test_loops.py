"""A ticket with very many replies costs what one costs."""

from drawings import LOOP, work_all
from flask import Flask

from app import engine
from app.db import db
from app.engine import models


def commit() -> None:
    engine.save_all()
    db.session.commit()


def start() -> models.Instance:
    engine.deploy(LOOP, note="first", by="system")
    assert engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1") == 1
    commit()
    return engine.instances_of("ticket:1")[0]


def a_round() -> None:
    work_all()
    [task] = engine.open_tasks("ticket:1")
    engine.complete_task(task.public_id, {"answer": "yes"}, by="agent:1")
    commit()
    assert engine.deliver("customer.replied", "ticket:1", {"message": 7}, by="contact:1") == 1
    commit()


def test_five_hundred_replies_keep_the_tree_small_and_the_process_still_ends(engine_app: Flask) -> None:
    instance = start()
    sizes = []
    for _ in range(500):
        a_round()
        sizes.append(len(instance.state or b""))
    assert max(sizes[10:]) <= 1.1 * sizes[10]
    work_all()
    engine.deliver("ticket.resolved", "ticket:1", {}, by="agent:1")
    commit()
    assert not engine.open_tasks("ticket:1")
    engine.deliver("customer.replied", "ticket:1", {}, by="contact:1")
    commit()
    work_all()
    assert len(engine.open_tasks("ticket:1")) == 1
    engine.deliver("ticket.resolved", "ticket:1", {}, by="agent:1")
    engine.deliver("ticket.rated", "ticket:1", {"score": 5}, by="contact:1")
    commit()
    db.session.refresh(instance)
    assert (instance.status, instance.state) == ("completed", None)
    assert len([r for r in engine.history(instance) if r["element"] == "reply" and r["kind"] == "completed"]) == 500
