"""Whatever a file holds, it is answered within two seconds: the check never does more than it has bounded before."""

import time

import pytest
from drawings import definitions, flow, form, message, node, operator, timer
from flask import Flask

from app import engine
from app.engine.check import Problem

START = node("startEvent", "start", out="f1", inner=message("request.received"))
END = node("endEvent", "end", "f2")
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def straight(middle: str) -> str:
    return definitions(START + middle + END + flow("f1", "start", "mid") + flow("f2", "mid", "end"))


def say(ident: str, into: str = "", out: str = "", result: str = "") -> str:
    return node("serviceTask", ident, into, out, operator("echo.say", result, text="'hi'"))


def script(ident: str, text: str) -> str:
    return node("scriptTask", ident, inner=f"<bpmn:script>{text}</bpmn:script>")


def scripts(*texts: str) -> str:
    """A row of script tasks."""
    row = "".join(script(f"s{n}", text) for n, text in enumerate(texts))
    links = "".join(flow(f"l{n}", f"s{n}", f"s{n + 1}") for n in range(len(texts) - 1))
    return definitions(START + row + links + END + flow("f1", "start", "s0") + flow("f2", f"s{len(texts) - 1}", "end"))


def table(rows: int, cell: str, columns: int = 1, policy: str = "UNIQUE") -> str:
    """A table whose cells are made of `{n}` and `{m}`, two numbers that belong to their row."""
    asks = "".join(
        f'<input id="i{c}"><inputExpression id="e{c}"><text>x{c}</text></inputExpression></input>'
        for c in range(columns)
    )
    cells = [cell.replace("{n}", str(2 * n)).replace("{m}", str(2 * n + 1)) for n in range(rows)]
    body = "".join(
        f'<rule id="r{n}">{f"<inputEntry><text>{text}</text></inputEntry>" * columns}'
        '<outputEntry><text>"a"</text></outputEntry></rule>'
        for n, text in enumerate(cells)
    )
    inside = f'<decisionTable id="t" hitPolicy="{policy}">{asks}<output id="o" name="o"/>{body}</decisionTable>'
    decision = f'<decision id="tab" name="t">{inside}</decision>'
    return f'<definitions xmlns="{DMN}" id="d" name="d" namespace="n">{decision}</definitions>'


def errors(xml: str | bytes) -> list[Problem]:
    return [problem for problem in engine.check(xml) if problem.severity == "error"]


def big(middle: str) -> str:
    return straight(node("userTask", "mid", "f1", "f2", form("answer"))).replace(
        "</bpmn:process>", middle + "</bpmn:process>"
    )


BIG = {
    "three megabytes": "<a>" + "x" * 3_000_000 + "</a>",
    "two megabytes of text in a condition": big("")
    .replace("ticket", "x")
    .replace(
        'targetRef="end">',
        'targetRef="end"><bpmn:conditionExpression>' + "1 + " * 450_000 + "1</bpmn:conditionExpression>",
    ),
    "twenty thousand elements": big("<bpmn:documentation/>" * 20_000),
    "nineteen thousand notes with one id": big('<bpmn:textAnnotation id="same"/>' * 19_000),
    "five thousand tasks": big("".join(node("userTask", f"t{n}", inner=form("answer")) for n in range(3_000))),
    "four hundred tasks in a row": big(
        "".join(say(f"t{n}", f"w{n}", f"w{n + 1}") + flow(f"w{n}", f"t{n - 1}", f"t{n}") for n in range(400))
    ),
    "sub-processes in sub-processes": big(
        "".join(f'<bpmn:subProcess id="s{n}">' for n in range(200)) + "</bpmn:subProcess>" * 200
    ),
    "three hundred XML elements deep": "<a>" * 300 + "</a>" * 300,
    "a hundred branches at once": big(
        node("parallelGateway", "fork", "", " ".join(f"p{n}" for n in range(100)))
        + "".join(say(f"t{n}", f"p{n}", f"q{n}", "same") for n in range(100))
        + node("parallelGateway", "join", " ".join(f"q{n}" for n in range(100)), "p")
        + "".join(flow(f"p{n}", "fork", f"t{n}") + flow(f"q{n}", f"t{n}", "join") for n in range(100))
        + flow("p", "join", "end")
    ).replace('targetRef="mid"', 'targetRef="fork"'),
}


def ring(kind: str, count: int) -> str:
    """Gateways that each lead on and, by a second flow, somewhere else among them."""
    decides = kind != "parallelGateway"
    default = {n: {"default": f"d{n}"} if decides else {} for n in range(count)}
    nodes = "".join(node(kind, f"g{n}", **default[n]) for n in range(count))
    on = "".join(flow(f"d{n}", f"g{n}", f"g{n + 1}" if n < count - 1 else "end") for n in range(count))
    back = "".join(flow(f"e{n}", f"g{n}", f"g{n * 7 % count}", "ticket == 1" if decides else "") for n in range(count))
    return definitions(START + END + nodes + flow("f1", "start", "g0") + on + back)


def messages(count: int) -> str:
    """Events that throw and catch messages whose long names are nearly the same."""
    event = '<bpmn:messageEventDefinition messageRef="{}"/>'
    thrown = "".join(node("intermediateThrowEvent", f"t{n}", inner=event.format(f"a{n}")) for n in range(95))
    caught = "".join(node("intermediateCatchEvent", f"c{n}", inner=event.format(f"b{n}")) for n in range(95))
    names = "".join(f'<bpmn:message id="a{n}" name="{"a" * 70}{n}"/>' for n in range(count))
    names += "".join(f'<bpmn:message id="b{n}" name="{"a" * 70}x{n}"/>' for n in range(count))
    return straight(thrown + caught).replace("</bpmn:definitions>", names + "</bpmn:definitions>")


def thrown(ends: int, count: int) -> str:
    """Errors thrown at the ends of a sub-process whose boundary events all catch others."""
    event = '<bpmn:errorEventDefinition errorRef="x{}"/>'
    inner = "".join(node("endEvent", f"e{n}", inner=event.format(n)) for n in range(ends))
    edges = "".join(
        node("boundaryEvent", f"y{n}", inner=event.format(n + ends), attachedToRef="mid") for n in range(ends)
    )
    defined = "".join(f'<bpmn:error id="x{n}" errorCode="c{n}"/>' for n in range(count))
    middle = node("subProcess", "mid", "f1", "f2", node("startEvent", "begin") + inner) + edges
    return straight(middle).replace("</bpmn:definitions>", defined + "</bpmn:definitions>")


MANY = 15_000
BIG |= {
    "fifteen thousand flows between two tasks": straight(
        say("mid", "f1", "f2") + "".join(flow(f"x{n}", "mid", "mid") for n in range(MANY))
    ),
    "a hundred and ninety parallel gateways that all lead back": ring("parallelGateway", 190),
    "scripts of a hundred thousand characters": scripts(*["a=1\\n" * 2_400] * 10),
    "names nobody sets": scripts(*["\\n".join(f"x{m} = unknow{m}y{n}" for m in range(100)) for n in range(40)]),
    "expressions that are long and right": scripts(*["a = " + " and ".join(["ticket"] * 190)] * 70),
    "brackets two thousand deep": scripts("a = " + "[" * 2_000 + "]" * 2_000),
    "minus ten thousand times": scripts("a = " + "-" * 9_900 + "1"),
    "not two thousand times": scripts("a = " + "not " * 2_400 + "1"),
    "ten thousand messages alike": messages(5_000),
    "errors thrown and caught by other codes": thrown(190, MANY),
    "fifteen thousand parameters": straight(
        node("serviceTask", "mid", "f1", "f2", operator("echo.say", **{f"p{n}": "1" for n in range(MANY)}))
    ),
    "fifteen thousand events in one": straight(
        node("intermediateCatchEvent", "mid", "f1", "f2", "<bpmn:timerEventDefinition/>" * MANY)
    ),
    "forty thousand namespaces": "<a " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(40_000)) + "/>",
    "three hundred thousand comments": "<!---->" * 290_000 + "<a/>",
    "two megabytes of blanks": " " * 2_000_000 + "<a/>",
    "an instruction without an end": "<?" + "a" * 2_000_000,
    "fifteen thousand unknown elements nine deep": straight(
        say("mid", "f1", "f2")
        + "".join(f'<bpmn:subProcess id="q{n}">' for n in range(9))
        + "<bpmn:foo/>" * MANY
        + "</bpmn:subProcess>" * 9
    ),
    "fifteen thousand smuggled elements two hundred deep": straight(
        node(
            "userTask",
            "mid",
            inner=f"<bpmn:extensionElements>{'<y>' * 200}{'<bpmn:x/>' * MANY}{'</y>' * 200}</bpmn:extensionElements>",
        )
    ),
    "a message name of a million letters": straight(say("mid", "f1", "f2")).replace(
        "</bpmn:definitions>", f'<bpmn:message id="m" name="{"a " * 500_000}"/></bpmn:definitions>'
    ),
    "a schedule of two thousand characters": straight(
        node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDuration", "0 " * 900))
    ),
    "a duration of two thousand digits": straight(
        node("intermediateCatchEvent", "mid", "f1", "f2", timer("timeDuration", f'"P{"1" * 1_900}"'))
    ),
    "a table of three thousand rows": table(3_000, "[{n}..{m}]"),
    "a table of overlapping rows": table(1_450, "&lt; {n}"),
    "a table of commas": table(50, "," * 1_900),
    "a table of nots": table(50, "not(" * 400),
    "a table of dots": table(50, "[" + "." * 1_900),
    "a table of numbers with dots": table(50, "[" + "1.2.3" * 380 + "]"),
    "a table of long conditions": table(90, " or ".join(["? == {n}"] * 120)),
}
FINE = {
    "a hundred and ninety exclusive gateways that all lead back": ring("exclusiveGateway", 190),
    "a table of fourteen hundred rows": table(1_400, "[{n}..{m}]"),
    "a table of words": table(1_400, 'contains_any(?, ["w{n}", "w{m}"])', policy="FIRST"),
    "twenty-six inclusive splits in a row": definitions(
        START
        + END
        + flow("f1", "start", "i0")
        + "".join(
            node("inclusiveGateway", f"i{n}", default=f"a{n}")
            + node("inclusiveGateway", f"j{n}")
            + "".join(
                say(f"{c}t{n}")
                + flow(f"{c}{n}", f"i{n}", f"{c}t{n}", "" if c == "a" else "ticket == 1")
                + flow(f"{c}x{n}", f"{c}t{n}", f"j{n}")
                for c in "abcde"
            )
            + flow(f"l{n}", f"j{n}", f"i{n + 1}" if n < 25 else "end")
            for n in range(26)
        )
    ),
    "an inclusive split into a hundred and ninety": definitions(
        START
        + END
        + node("inclusiveGateway", "i", default="a0")
        + node("inclusiveGateway", "j")
        + flow("f1", "start", "i")
        + flow("f2", "j", "end")
        + "".join(
            say(f"t{n}", "", "", f"r{n}")
            + flow(f"a{n}", "i", f"t{n}", "ticket == 1" if n else "")
            + flow(f"b{n}", f"t{n}", "j")
            for n in range(190)
        )
    ),
}


@pytest.mark.parametrize("name", BIG)
def test_what_is_too_big_is_refused_within_two_seconds(checking_app: Flask, name: str) -> None:
    began = time.thread_time()  # others may share the machine
    assert errors(BIG[name])
    assert time.thread_time() - began < 2


@pytest.mark.parametrize("name", FINE)
def test_what_is_big_and_right_is_accepted_within_two_seconds(checking_app: Flask, name: str) -> None:
    began = time.thread_time()  # others may share the machine
    assert errors(FINE[name]) == []
    assert time.thread_time() - began < 2
