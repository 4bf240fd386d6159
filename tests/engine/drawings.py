"""Small drawings for engine tests, written as text so that a test shows what it runs; and a worker for them."""

from app.db import db
from app.engine import jobs, operation, save_all
from app.engine.models import Job

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)
MESSAGES = "".join(
    f'<bpmn:message id="m_{name.replace(".", "_")}" name="{name}"/>'
    for name in ("request.received", "customer.replied", "ticket.resolved", "ticket.rated")
)


def definitions(process: str, key: str = "demo") -> str:
    inside = f'<bpmn:process id="{key}" name="Demo" isExecutable="true">{process}</bpmn:process>'
    return f"{HEAD}{inside}{MESSAGES}</bpmn:definitions>"


def flow(ident: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{ident}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def node(tag: str, ident: str, into: str = "", out: str = "", inner: str = "", **attributes: str) -> str:
    extra = "".join(f' {k}="{v}"' for k, v in attributes.items())
    ends = "".join(f"<bpmn:incoming>{f}</bpmn:incoming>" for f in into.split()) + "".join(
        f"<bpmn:outgoing>{f}</bpmn:outgoing>" for f in out.split()
    )
    return f'<bpmn:{tag} id="{ident}" name="{ident} name"{extra}>{inner}{ends}</bpmn:{tag}>'


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="m_{name.replace(".", "_")}"/>'


def timer(kind: str, expression: str) -> str:
    inside = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{expression}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>"


def operator(name: str, result: str = "", **parameters: str) -> str:
    given = "".join(f'<spiffworkflow:parameter id="{k}" type="string" value="{v}"/>' for k, v in parameters.items())
    variable = f' resultVariable="{result}"' if result else ""
    return (
        f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{name}"{variable}>'
        f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
    )


def form(name: str, lane: str = "Agent") -> str:
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f'<spiffworkflow:property name="formName" value="{name}"/><spiffworkflow:property name="lane" value="{lane}"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )


LOOP = definitions(
    node("startEvent", "start", out="f1", inner=message("request.received"))
    + node(
        "subProcess",
        "handle",
        "f1 f9",
        "f7",
        inner=node("startEvent", "begin", out="h1")
        + node("exclusiveGateway", "again", "h1 h5", "h2")
        + node("serviceTask", "draft", "h2", "h3", inner=operator("echo.say", "said", text="'hi'"))
        + node("userTask", "reply", "h3", "h4", inner=form("answer"))
        + node("eventBasedGateway", "wait", "h4", "h6 h7")
        + node("intermediateCatchEvent", "replied", "h6", "h5", inner=message("customer.replied"))
        + node("intermediateCatchEvent", "idle", "h7", "h8", inner=timer("timeDuration", '"PT48H"'))
        + node("endEvent", "idle_end", "h8")
        + "".join(
            flow(*f)
            for f in (
                ("h1", "begin", "again"),
                ("h2", "again", "draft"),
                ("h3", "draft", "reply"),
                ("h4", "reply", "wait"),
                ("h6", "wait", "replied"),
                ("h7", "wait", "idle"),
                ("h5", "replied", "again"),
                ("h8", "idle", "idle_end"),
            )
        ),
    )
    + node("boundaryEvent", "resolved", out="f6", inner=message("ticket.resolved"), attachedToRef="handle")
    + node("eventBasedGateway", "rate", "f6 f7", "f8 f10")
    + node("intermediateCatchEvent", "reopened", "f8", "f9", inner=message("customer.replied"))
    + node("intermediateCatchEvent", "rated", "f10", "f11", inner=message("ticket.rated"))
    + node("endEvent", "end", "f11")
    + flow("f1", "start", "handle")
    + flow("f6", "resolved", "rate")
    + flow("f7", "handle", "rate")
    + flow("f8", "rate", "reopened")
    + flow("f9", "reopened", "handle")
    + flow("f10", "rate", "rated")
    + flow("f11", "rated", "end")
)


def work_all() -> int:
    """Run every queued job of the engine test and return how many ran."""
    count = 0
    while (job_id := db.session.scalar(db.select(Job.id).where(Job.state == "queued").order_by(Job.id))) is not None:
        job = jobs.claim(job_id)
        assert job is not None
        jobs.finish(job, operation(job.topic).call(**job.params))
        save_all()
        db.session.commit()
        count += 1
    return count
