"""What cannot be run as drawn is refused at deployment, with the element it is about."""

import time

import pytest
from drawings import definitions, flow, form, message, node, operator, timer
from flask import Flask

from app import engine
from app.engine.check import Refused

START = node("startEvent", "start", out="f1", inner=message("request.received"))
END = node("endEvent", "end", "f2")


def straight(middle: str) -> str:
    return definitions(START + middle + END + flow("f1", "start", "mid") + flow("f2", "mid", "end"))


def gateway(condition: str, default: str = "f3") -> str:
    default_attribute = {"default": default} if default else {}
    return definitions(
        START
        + node("exclusiveGateway", "which", "f1", "f2 f3", **default_attribute)
        + END
        + node("endEvent", "other", "f3")
        + flow("f1", "start", "which")
        + flow("f2", "which", "end", condition)
        + flow("f3", "which", "other")
    )


WRONG = {
    "calls in a condition": (gateway("__import__('os').system('touch /tmp/owned')"), "f2"),
    "method in a condition": (gateway("x.format()"), "f2"),
    "no default": (gateway("x", default=""), "which"),
    "no condition": (gateway(""), "f2"),
    "unknown operation": (straight(node("serviceTask", "mid", "f1", "f2", operator("nobody.does"))), "mid"),
    "unknown parameter": (
        straight(node("serviceTask", "mid", "f1", "f2", operator("echo.say", text="1", loud="1"))),
        "mid",
    ),
    "missing parameter": (straight(node("serviceTask", "mid", "f1", "f2", operator("echo.say"))), "mid"),
    "calls in a parameter": (
        straight(node("serviceTask", "mid", "f1", "f2", operator("echo.say", text="open('/etc/passwd')"))),
        "mid",
    ),
    "unknown form": (straight(node("userTask", "mid", "f1", "f2", form("nothing"))), "mid"),
    "no form": (straight(node("userTask", "mid", "f1", "f2")), "mid"),
    "script that imports": (
        straight(node("scriptTask", "mid", "f1", "f2", "<bpmn:script>import os</bpmn:script>")),
        "mid",
    ),
    "timer that calls": (
        straight(node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDate", "exec('1')"))),
        "mid",
    ),
    "complex gateway": (straight(node("complexGateway", "mid", "f1", "f2")), "mid"),
    "ad hoc": (straight(node("adHocSubProcess", "mid", "f1", "f2")), "mid"),
    "link event": (
        straight(node("intermediateThrowEvent", "mid", "f1", "f2", '<bpmn:linkEventDefinition id="l"/>')),
        "l",
    ),
    "message without a name": (
        straight(node("intermediateCatchEvent", "mid", "f1", "f2", '<bpmn:messageEventDefinition messageRef="m_x"/>')),
        "mid",
    ),
    "unreachable": (straight(node("userTask", "mid", "f1", "f2", form("answer")) + node("task", "lost")), "lost"),
    "two flows out of a task": (
        definitions(
            START
            + node("userTask", "mid", "f1", "f2 f3", form("answer"))
            + END
            + node("endEvent", "other", "f3")
            + flow("f1", "start", "mid")
            + flow("f2", "mid", "end")
            + flow("f3", "mid", "other")
        ),
        "mid",
    ),
    "two timers on one event gateway": (
        definitions(
            START
            + node("eventBasedGateway", "wait", "f1", "f2 f3")
            + node("intermediateCatchEvent", "a", "f2", "f4", timer("timeDuration", '"PT1H"'))
            + node("intermediateCatchEvent", "b", "f3", "f5", timer("timeDuration", '"PT2H"'))
            + node("endEvent", "end", "f4 f5")
            + "".join(
                flow(*f)
                for f in (
                    ("f1", "start", "wait"),
                    ("f2", "wait", "a"),
                    ("f3", "wait", "b"),
                    ("f4", "a", "end"),
                    ("f5", "b", "end"),
                )
            )
        ),
        "wait",
    ),
    "sub-process without a start": (straight(node("subProcess", "mid", "f1", "f2", node("endEvent", "inner"))), "mid"),
    "not XML": ("this is no drawing", ""),
    "entities": (
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + straight(node("task", "mid", "f1", "f2")),
        "",
    ),
    "two megabytes": ("<a>" + "x" * 3_000_000 + "</a>", ""),
    "no process": ('<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', ""),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_drawing_is_refused_within_two_seconds_and_names_its_element(engine_app: Flask, case: str) -> None:
    xml, element = WRONG[case]
    began = time.perf_counter()
    with pytest.raises(Refused) as caught:
        engine.deploy(xml, note="wrong", by="agent:1")
    assert time.perf_counter() - began < 2
    assert caught.value.extra["element"] == element, caught.value.detail
    assert not engine.definitions()


def test_a_condition_that_got_into_the_database_does_not_run_either(engine_app: Flask) -> None:
    from app.engine import library

    library.store(gateway("__import__('os').getpid()"), note="smuggled", by="system")
    engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1")
    [instance] = engine.instances_of("ticket:1")
    [incident] = engine.incidents()
    assert (instance.status, incident.element) == ("incident", "which")
    assert "calls something" in incident.text
