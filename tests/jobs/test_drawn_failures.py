"""Failure is drawn: what fails for good takes the way of the error event that names it, else it is an incident."""

from datetime import UTC, datetime, timedelta

import pytest
from engine.drawings import definitions, flow, form, message, node, operator
from flask import Flask
from freezegun import freeze_time
from jobs.workshop import BY, KEY, Workshop, leaves_a_trace

from app import engine, events, relay
from app.db import db
from app.engine import Phases, jobs, library, walk
from app.errors import NotFound, Trouble, Unreachable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CODES = "".join(f'<bpmn:error id="e_{c}" name="{c}" errorCode="{c}"/>' for c in ("not_found", "unreachable", "failed"))


def edge(code: str, host: str = "one") -> str:
    """Draw an error event on a border that leads to the user task `after_<code>`; without a code it takes any."""
    name = f"{host}_{code or 'any'}"
    ref = f' errorRef="e_{code}"' if code else ""
    return (
        node("boundaryEvent", name, inner=f"<bpmn:errorEventDefinition{ref}/>", attachedToRef=host)
        + node("userTask", f"after_{name}", inner=form("answer"))
        + node("endEvent", f"end_{name}")
        + flow(f"a_{name}", name, f"after_{name}")
        + flow(f"b_{name}", f"after_{name}", f"end_{name}")
    )


START = node("startEvent", "start", inner=message("request.received"))
JOB = node("serviceTask", "one", inner=operator("do.one", "answer"))
END = node("endEvent", "end")


def drawn(*edges: str) -> str:
    """Return a drawing of one service task `one` with these events on its border, then a user task `last`."""
    inside = START + JOB + node("userTask", "last", inner=form("answer")) + END
    flows = flow("f1", "start", "one") + flow("f2", "one", "last") + flow("f3", "last", "end")
    return _with_codes(inside + flows + "".join(edges))


def within(*edges: str, around: str) -> str:
    """Return a drawing whose service task stands in the sub-process `part`, which has events of its own around it."""
    inside = node("startEvent", "begin") + JOB + node("endEvent", "done") + "".join(edges)
    part = node("subProcess", "part", inner=inside + flow("p1", "begin", "one") + flow("p2", "one", "done"))
    return _with_codes(START + part + END + around + flow("f1", "start", "part") + flow("f2", "part", "end"))


def _with_codes(inside: str) -> str:
    return definitions(inside).replace("</bpmn:definitions>", f"{CODES}</bpmn:definitions>")


def begin(drawing: str) -> None:
    library.store(drawing, note="n", by="system")
    engine.deliver("request.received", KEY, {"case": 1}, by="contact:1")
    relay.commit()


def fails_with(error: Exception) -> object:
    def call() -> None:
        events.record("did.fail", by="system", subject=KEY)
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "edges", "way"),
    [
        (NotFound("No such ticket."), ("not_found", ""), "not_found"),
        (NotFound("No such ticket."), ("failed", ""), "any"),
        (Trouble("The printer is on fire."), ("not_found", "failed"), "failed"),
        (KeyError("missing"), ("failed",), "failed"),
        (Trouble("The printer is on fire."), ("",), "any"),
    ],
    ids=["named", "the one that takes any", "a trouble without a name", "a fault of the code", "any alone"],
)
def test_what_fails_for_good_takes_the_way_that_is_drawn(
    any_app: Flask, shop: Workshop, error: Exception, edges: tuple[str, ...], way: str
) -> None:
    shop.offers("do.one", fails_with(error))  # type: ignore[arg-type]
    begin(drawn(*(edge(code) for code in edges)))
    assert shop.work() == 1
    assert (shop.waiting(), shop.incidents()) == ([f"after_one_{way}"], [])
    assert (shop.job("one").state, shop.did("fail")) == ("raised", 0)


def test_the_way_behind_the_event_and_the_history_know_what_failed(shop: Workshop) -> None:
    shop.offers("do.one", fails_with(NotFound("No such ticket.")))  # type: ignore[arg-type]
    begin(drawn(edge("")))
    shop.work()
    [instance] = engine.instances_of(KEY)
    [task] = [t for w, t in walk.live(instance.id).known.items() if w.kind == "task"]
    assert task.data["error"] == {"code": "not_found", "text": "No such ticket."}
    db.session.rollback()
    [row] = [row for row in engine.history(instance) if row["kind"] == "failed"]
    assert (row["element"], row["outputs"]["caught_by"]) == ("one", "one_any")
    assert shop.job("one").error == "No such ticket."


def test_what_the_drawing_does_not_name_is_an_incident_and_can_be_skipped(shop: Workshop) -> None:
    shop.offers("do.one", fails_with(Trouble("Not today.")))  # type: ignore[arg-type]
    begin(drawn(edge("not_found")))
    shop.work()
    assert shop.incidents() == [("one", "open", "Not today.")]
    engine.skip_incident(engine.incidents()[0].public_id, {"said": "by hand"}, by=BY)
    relay.commit()
    assert shop.waiting() == ["last"]


def test_a_fault_of_the_outside_world_is_tried_again_before_the_drawing_hears_of_it(shop: Workshop) -> None:
    shop.offers("do.one", fails_with(Unreachable("Nobody answers.")))  # type: ignore[arg-type]
    with freeze_time(NOON) as held:
        begin(drawn(edge("unreachable")))
        for number in range(jobs.MAX_ATTEMPTS):
            assert shop.waiting() == ["one"], number
            assert shop.work() == 1
            held.tick(timedelta(seconds=max(jobs.BACKOFF_SECONDS)))
        assert (shop.waiting(), shop.incidents()) == (["after_one_unreachable"], [])
        assert shop.work() == 0


@pytest.mark.parametrize("phase", [1, 2, 3])
def test_a_slow_operation_fails_the_same_way_in_every_phase(any_app: Flask, shop: Workshop, phase: int) -> None:
    def slow() -> Phases:
        for number in (1, 2, 3):
            if number == phase:
                raise NotFound("No such ticket.")
            if number < 3:
                yield
        return {}

    shop.offers("do.one", slow)
    begin(drawn(edge("not_found")))
    shop.work()
    assert (shop.waiting(), shop.incidents()) == (["after_one_not_found"], [])


def test_the_event_around_the_sub_process_takes_what_the_task_itself_does_not(shop: Workshop) -> None:
    shop.offers("do.one", fails_with(NotFound("No such ticket.")))  # type: ignore[arg-type]
    begin(within(edge("failed"), around=edge("", "part")))
    shop.work()
    assert (shop.waiting(), shop.incidents()) == (["after_part_any"], [])


def test_a_job_that_works_leaves_its_error_event_behind(shop: Workshop) -> None:
    shop.offers("do.one", leaves_a_trace("one"))
    begin(drawn(edge("")))
    assert shop.work() == 1
    assert (shop.waiting(), shop.did("one")) == (["last"], 1)


def test_an_operation_nobody_offers_is_caught_as_well(shop: Workshop) -> None:
    begin(drawn(edge("failed")))
    assert shop.work() == 1
    assert (shop.waiting(), shop.incidents()) == (["after_one_failed"], [])
