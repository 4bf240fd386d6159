"""A drawing that begins only when a condition over its message holds."""

import pytest
from drawings import definitions, flow, message, node
from flask import Flask

from app import engine, options
from app.db import db
from app.options import Option

LOW: Option[int] = Option("test.low", lambda: 2, options.whole(0, 5))


def drawing(when: str, heard: str = "ticket.rated", more: str = "") -> str:
    held = (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f'<spiffworkflow:property name="startWhen" value="{when}"/>{more}'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )
    begins = node("startEvent", "start", out="f1", inner=held + (message(heard) if heard else ""))
    return definitions(begins + node("endEvent", "end", "f1") + flow("f1", "start", "end"))


def rated(score: object) -> int:
    taken = engine.deliver("ticket.rated", "ticket:1", {"score": score}, by="contact:1")
    engine.save_all()
    db.session.commit()
    return taken


def test_it_begins_where_the_condition_holds_and_leaves_no_trace_where_not(engine_app: Flask) -> None:
    engine.deploy(drawing("score &lt;= option('test.low')"), note="n", by="system")
    assert rated(5) == 0
    assert engine.instances_of("ticket:1") == []
    assert rated(2) == 1
    assert len(engine.instances_of("ticket:1")) == 1


def test_the_condition_asks_for_what_is_set_now(engine_app: Flask) -> None:
    engine.deploy(drawing("score &lt;= option('test.low')"), note="n", by="system")
    LOW.set(4, by="agent:1")
    assert rated(4) == 1


def test_the_next_version_has_its_own_condition(engine_app: Flask) -> None:
    engine.deploy(drawing("score &lt;= 2"), note="n", by="system")
    engine.deploy(drawing("score &gt;= 4"), note="n", by="system")
    assert (rated(1), rated(5)) == (0, 1)


def test_a_condition_that_fails_begins_it_so_that_somebody_sees_it(engine_app: Flask) -> None:
    engine.deploy(drawing("score &lt;= 2"), note="n", by="system")
    assert rated(None) == 1


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("score &lt;=", "is not an expression"),
        ("stars &lt;= 2", "Nothing in this drawing sets “stars”"),
        ("score", "is of type integer, but boolean is wanted here"),
        ("score &lt;= option('test.lwo')", "There is no option 'test.lwo'. Did you mean “test.low”?"),
        ("score &lt;= option(score)", "An option is named by a text in quotes"),
        ("__import__('os')", "only these may be called"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_element(engine_app: Flask, when: str, told: str) -> None:
    [problem] = [one for one in engine.check(drawing(when)) if told in one.message]
    assert (problem.element, problem.severity) == ("start", "error")


def test_a_condition_without_a_message_and_other_properties_are_refused(engine_app: Flask) -> None:
    [problem] = engine.check(drawing("True", heard=""))
    assert "is asked when a message comes" in problem.message
    more = '<spiffworkflow:property name="lane" value="Agent"/>'
    [problem] = engine.check(drawing("True", more=more))
    assert "“lane” has no effect on a start event" in problem.message
