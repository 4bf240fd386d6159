"""No code ever runs from a drawing: not when it is checked or deployed, and not when it got into the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from drawings import definitions, flow, form, message, node, operator, timer, work_all
from flask import Flask

from app import engine
from app.db import db
from app.engine import expressions, library, timers
from app.engine.expressions import ExpressionError
from app.engine.models import Incident
from app.errors import Trouble

CALLS = "open('pwned', 'w').write('x')"
ESCAPES = "().__class__.__base__.__subclasses__()[0].__init__.__globals__['__builtins__']['open']('pwned', 'w')"
START = node("startEvent", "start", out="f1", inner=message("request.received"))
END = node("endEvent", "end", "f2")
ENDS = START + END + flow("f1", "start", "mid") + flow("f2", "mid", "end")


def extended(*inner: str) -> str:
    return f"<bpmn:extensionElements>{''.join(inner)}</bpmn:extensionElements>"


def scripted(kind: str) -> str:
    properties = form("answer").removeprefix("<bpmn:extensionElements>").removesuffix("</bpmn:extensionElements>")
    return extended(properties, f"<spiffworkflow:{kind}>{{bad}}</spiffworkflow:{kind}>")


def straight(middle: str, more: str = "") -> str:
    return definitions(ENDS + middle).replace("</bpmn:definitions>", f"{more}</bpmn:definitions>")


def looped(inside: str) -> str:
    return straight(node("userTask", "mid", "f1", "f2", form("answer") + inside))


def bordered(event: str) -> str:
    edge = node("boundaryEvent", "edge", out="f3", inner=event, attachedToRef="mid", cancelActivity="false")
    aside = node("endEvent", "aside", "f3") + flow("f3", "edge", "aside")
    return straight(node("userTask", "mid", "f1", "f2", form("answer")) + edge + aside)


GATEWAY = definitions(
    START
    + node("exclusiveGateway", "mid", "f1", "f2 f3", default="f3")
    + END
    + node("endEvent", "other", "f3")
    + flow("f1", "start", "mid")
    + flow("f2", "mid", "end", "{bad}")
    + flow("f3", "mid", "other")
)
PAYLOAD = extended("<spiffworkflow:messagePayload>{bad}</spiffworkflow:messagePayload>")
PLACES = {
    "a condition": GATEWAY,
    "a script": straight(node("scriptTask", "mid", "f1", "f2", "<bpmn:script>a = {bad}</bpmn:script>")),
    "a bare script": straight(node("scriptTask", "mid", "f1", "f2", "<bpmn:script>{bad}</bpmn:script>")),
    "a script before": looped("").replace(form("answer"), scripted("preScript")),
    "a script after": looped("").replace(form("answer"), scripted("postScript")),
    "a parameter": straight(node("serviceTask", "mid", "f1", "f2", operator("echo.say", text="{bad}"))),
    "a duration": straight(node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDuration", "{bad}"))),
    "a moment": straight(node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDate", "{bad}"))),
    "a rhythm": bordered(timer("timeCycle", "{bad}")),
    "what a message carries": straight(
        node("sendTask", "mid", "f1", "f2", PAYLOAD, messageRef="m_customer_replied")
    ),
    "what an event carries": straight(
        node(
            "intermediateThrowEvent",
            "mid",
            "f1",
            "f2",
            f'<bpmn:messageEventDefinition messageRef="m_customer_replied">{PAYLOAD}</bpmn:messageEventDefinition>',
        )
    ),
    "a number of times": looped(
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>{bad}</bpmn:loopCardinality>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    ),
    "the end of several": looped(
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
        "<bpmn:completionCondition>{bad}</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
    ),
    "the end of a loop": looped(
        '<bpmn:standardLoopCharacteristics testBefore="true"><bpmn:loopCondition>{bad}</bpmn:loopCondition>'
        "</bpmn:standardLoopCharacteristics>"
    ),
    "what is waited for": straight(
        node(
            "intermediateCatchEvent",
            "mid",
            "f1",
            "f2",
            "<bpmn:conditionalEventDefinition><bpmn:condition>{bad}</bpmn:condition></bpmn:conditionalEventDefinition>",
        )
    ),
    "what messages have in common": straight(
        node("receiveTask", "mid", "f1", "f2", messageRef="m_customer_replied"),
        '<bpmn:correlationProperty id="cp">'
        '<bpmn:correlationPropertyRetrievalExpression messageRef="m_customer_replied">'
        "<bpmn:messagePath>{bad}</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>"
        "</bpmn:correlationProperty>",
    ),
    "what an error carries": straight(
        node(
            "subProcess",
            "mid",
            "f1",
            "f2",
            node("startEvent", "begin", out="g1")
            + node("endEvent", "done", "g1", "", '<bpmn:errorEventDefinition errorRef="bad"/>')
            + flow("g1", "begin", "done"),
        ),
        '<bpmn:error id="bad" errorCode="bad">'
        + extended("<spiffworkflow:payloadExpression>{bad}</spiffworkflow:payloadExpression>")
        + "</bpmn:error>",
    ),
    "a called process": straight(node("callActivity", "mid", "f1", "f2", calledElement="{bad}")),
    "a data association": looped(
        '<bpmn:dataInputAssociation id="da"><bpmn:assignment><bpmn:from>{bad}</bpmn:from><bpmn:to>a</bpmn:to>'
        "</bpmn:assignment></bpmn:dataInputAssociation>"
    ),
    "tests of a script": straight(
        node(
            "scriptTask",
            "mid",
            "f1",
            "f2",
            extended('<spiffworkflow:unitTests><spiffworkflow:unitTest id="u"><spiffworkflow:inputJson>{bad}'
            "</spiffworkflow:inputJson></spiffworkflow:unitTest></spiffworkflow:unitTests>")
            + "<bpmn:script>a = 1</bpmn:script>",
        )
    ),
    "an instruction": looped("").replace(form("answer"), scripted("instructionsForEndUser")),
}  # fmt: skip
HARMLESS = {"a data association", "tests of a script", "an instruction"}
"""Places nothing reads."""


@pytest.fixture(autouse=True)
def no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail when a drawing got to write a file."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    yield
    assert list(empty.iterdir()) == []


def smuggled(name: str, code: str) -> str:
    return PLACES[name].replace("{bad}", code.replace("'", "&#39;"))


@pytest.mark.parametrize("code", [CALLS, ESCAPES], ids=["calls", "escapes"])
@pytest.mark.parametrize("name", PLACES)
def test_code_in_a_drawing_is_refused_wherever_it_stands(checking_app: Flask, name: str, code: str) -> None:
    found = [one.element for one in engine.check(smuggled(name, code)) if one.severity == "error"]
    assert bool(found) == (name not in HARMLESS), found
    assert "" not in found


@pytest.mark.parametrize("code", [CALLS, ESCAPES], ids=["calls", "escapes"])
@pytest.mark.parametrize("name", PLACES)
def test_code_that_got_into_the_database_does_not_run(engine_app: Flask, name: str, code: str) -> None:
    try:
        library.store(smuggled(name, code), note="smuggled", by="system")
        engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1")
        for task in engine.open_tasks():
            engine.complete_task(task.public_id, {"answer": "x"}, by="agent:1")
        work_all()
        for ident in timers.due():
            engine.wake(ident)
        engine.deliver("customer.replied", "ticket:1", {"message": 1}, by="contact:1")
        engine.save_all()
        db.session.commit()
    except Trouble as error:
        assert error.detail
    else:
        assert db.session.scalar(db.select(Incident.id).limit(1)) or name in HARMLESS


DECISION = "spiffworkflow:calledDecisionId"
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    '<decision id="rank" name="Rank"><decisionTable id="t" hitPolicy="FIRST">'
    '<input id="i"><inputExpression id="e"><text>{}</text></inputExpression></input>'
    '<output id="o" name="o"/><rule id="r"><inputEntry id="c"><text>{}</text></inputEntry>'
    '<outputEntry id="a"><text>{}</text></outputEntry></rule></decisionTable></decision></definitions>'
)
ASKING = straight(node("businessRuleTask", "mid", "f1", "f2", extended(f"<{DECISION}>rank</{DECISION}>")))


@pytest.mark.parametrize("code", [CALLS, ESCAPES, f"? == 1 and {CALLS}"], ids=["calls", "escapes", "question mark"])
@pytest.mark.parametrize("place", range(3))
def test_code_in_a_table_is_refused_and_does_not_run(engine_app: Flask, place: int, code: str) -> None:
    bad = TABLE.format(*(code if n == place else text for n, text in enumerate(("ticket", "1", '"x"'))))
    found = [one.element for one in engine.check(bad) if one.severity == "error"]
    assert found == ["t" if place == 0 else "r"]
    definition = library.store(TABLE.format("ticket", "1", '"x"'), note="n", by="system")
    definition.xml = bad
    library.store(ASKING, note="n", by="system")
    db.session.commit()
    engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1")
    assert [incident.element for incident in engine.incidents()] == ["mid"]


@pytest.mark.parametrize(
    "text",
    [
        "ｅｖａｌ('1')",
        "ｏｐｅｎ('pwned', 'w')",
        "＿＿import＿＿('os')",
        "ｔicket.＿＿class＿＿",
        "__builtins__",
        "lower.__self__",
        "lower.__globals__",
        "(lower)('a').__class__",
        "[x for x in (1).__class__.__mro__]",
        "f'{ticket.__class__}'",
        "'{0.__class__}'.format(ticket)",
        "(lambda: 1)()",
        "(yield)",
        "contains(*[ticket, 1])",
        "lower(text='A')",
        "hours",
        "print",
        "...",
        "b'a'",
        "1j",
        "{**ticket}",
        "ticket := 1",
        "ticket if",
        "\x00",
        "'\\N{BELL}",
        "\ud800",
        "a\u2028b",
        "1\n2",
    ],
)
def test_what_is_no_expression_is_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"\w"):
        expressions.evaluate(text, {"ticket": 1})


BOMBS = [
    "'a' * 1000000000",
    "1000000000 * 'a'",
    "[1] * 1000000000",
    "[[[[1] * 1000] * 1000] * 1000] == [[[[1] * 1000] * 1000] * 1000]",
    "lower([[[[1] * 1000] * 1000] * 1000])",
    "'%1000000000d' % 1",
    "[1] % 1",
    "9 * 9 * 9 * 99999999999999999999999999999999999999999999999999",
    "hours(99999999999999999999)",
    "days(1e300)",
    "hours('1')",
    "days([1])",
    "contains(many, 'a')",
    "contains_any('a', many)",
    "contains_any('a', 'a')",
    "many + many + many",
    "[text, text, text, text, text]",
    "text + text",
    "1e308 * 10",
    "1e308 * 10 - 1e308 * 10",
    "length(1)",
    "-text",
]


@pytest.mark.parametrize("text", BOMBS)
def test_what_would_fill_the_memory_is_a_sentence(text: str) -> None:
    names = {"text": "x" * 500_000, "many": [["x"] * 50] * 50 + [[]] * 9_000}
    with pytest.raises(ExpressionError, match=r"\w"):
        expressions.evaluate(text, names)
