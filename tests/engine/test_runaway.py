"""A loop that never waits is stopped in bounded time, as an incident that names an element of the loop."""

import time

import pytest
from drawings import definitions, flow, form, message, node, operator
from flask import Flask

from app import engine
from app.db import db
from app.engine import jobs, models, steps
from app.engine.library import store

KEY = "ticket:1"
START, END = node("startEvent", "start", inner=message("request.received")), node("endEvent", "end")
MERGE = node("exclusiveGateway", "merge")
PART = node("subProcess", "part", inner=node("startEvent", "in") + node("endEvent", "out") + flow("p", "in", "out"))
TOLD = node("intermediateThrowEvent", "told", inner=message("ticket.rated"))
LOOPS = {
    "gateways": (
        [MERGE, node("exclusiveGateway", "which", default="f3")],
        "start merge\nmerge which\nwhich end ticket == 2\nwhich merge",
        {"merge", "which"},
        "2000 steps",
    ),
    "a sub-process": (
        [MERGE, PART, node("exclusiveGateway", "which", default="f4")],
        "start merge\nmerge part\npart which\nwhich end ticket == 2\nwhich merge",
        {"merge", "part", "in", "out", "which"},
        "2000 steps",
    ),
    "a thrown message": (
        [MERGE, TOLD, node("exclusiveGateway", "which", default="f4")],
        "start merge\nmerge told\ntold which\nwhich end ticket == 2\nwhich merge",
        {"merge", "told", "which"},
        "2000 steps",
    ),
    "a split into two": (
        [MERGE, node("parallelGateway", "split"), node("userTask", "ask", inner=form("answer"))],
        "start merge\nmerge split\nsplit merge\nsplit merge\nsplit ask\nask end",
        {"merge", "split"},
        "places at once",
    ),
}


def commit() -> None:
    engine.save_all()
    db.session.commit()


def incident() -> tuple[str, str]:
    [found] = engine.incidents()
    return found.element, found.text


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_that_never_waits_becomes_an_incident_of_an_element_in_it(engine_app: Flask, name: str) -> None:
    nodes, flows, elements, why = LOOPS[name]
    drawn = [flow(f"f{n}", *line.split(maxsplit=2)) for n, line in enumerate(flows.splitlines())]
    store(definitions("".join([START, *nodes, END, *drawn])), note="n", by="system")
    began = time.process_time()
    engine.deliver("request.received", KEY, {"ticket": 1}, by="contact:1")
    commit()
    assert time.process_time() - began < 5
    element, text = incident()
    assert element in elements
    assert why in text
    [instance] = engine.instances_of(KEY)
    assert (instance.status, len(instance.state or b"") < 200_000) == ("incident", True)
    assert engine.diagram(instance)["incidents"] == [element]


def test_a_loop_that_is_tried_again_is_stopped_again(engine_app: Flask) -> None:
    test_a_loop_that_never_waits_becomes_an_incident_of_an_element_in_it(engine_app, "a sub-process")
    [first] = engine.incidents()
    engine.retry_incident(first.public_id, by="agent:1")
    commit()
    assert first.state == "retried"
    assert incident()[1].startswith("more than 2000 steps")
    assert db.session.scalars(db.select(models.Incident.state).order_by(models.Incident.id)).all() == [
        "retried",
        "open",
    ]


def test_a_loop_of_jobs_that_waits_for_nobody_is_stopped_too(
    engine_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MAX_ALONE", 60)
    nodes = [
        MERGE,
        node("serviceTask", "say", inner=operator("echo.say", text="'again'")),
        node("exclusiveGateway", "which", default="f4"),
    ]
    flows = ["start merge", "merge say", "say which", "which end ticket == 2", "which merge"]
    drawn = [flow(f"f{n}", *line.split(maxsplit=2)) for n, line in enumerate(flows)]
    store(definitions("".join([START, *nodes, END, *drawn])), note="n", by="system")
    engine.deliver("request.received", KEY, {"ticket": 1}, by="contact:1")
    commit()
    done = 0
    while not engine.incidents():
        job = jobs.claim(db.session.scalars(db.select(models.Job.id).where(models.Job.state == "queued")).one())
        assert job is not None
        jobs.finish(job, None)
        commit()
        done += 1
        assert done < 60
    element, text = incident()
    assert element in {"merge", "say", "which"}
    assert "without a person, a message or a timer" in text
