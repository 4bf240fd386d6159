"""How a drawing becomes a specification: our service and business rule tasks, messages that carry data, our timers."""

from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import BusinessRuleTaskParser, SpiffTaskParser
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
)
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import Task

from app import clock
from app.engine import decisions, moments, steps
from app.engine.documents import BadDrawing, read_xml, run_part
from app.engine.failures import Error, Escalation
from app.engine.joins import InclusiveJoin, ParallelJoin


class CarryingMessage(MessageEventDefinition):  # type: ignore[misc]
    """A message whose payload becomes variables where it is caught."""

    def update_task_data(self, my_task: Task) -> None:
        payload = my_task.internal_data.pop(self.name, None)
        if payload:
            my_task.set_data(**payload)


class _Lifted:
    """A timer that keeps its due date for the timer table and fires when the clock says so, never by itself."""

    def has_fired(self, my_task: Task) -> bool:
        if my_task._get_internal_data("event_value") is None:
            self._set(my_task)
        return bool(my_task._get_internal_data("event_fired", False))

    def _set(self, my_task: Task) -> None:
        # Raised here, the error would be that of the element before, which is done.
        try:
            value = my_task.workflow.script_engine.evaluate(my_task, self.expression)  # type: ignore[attr-defined]
            my_task._set_internal_data(event_value=self.moment(value))
        except Exception as error:
            steps.mark(my_task, str(error))

    def moment(self, value: Any) -> str:
        raise NotImplementedError


class Moment(_Lifted, TimeDateEventDefinition):  # type: ignore[misc]
    """Due at a date."""

    def moment(self, value: Any) -> str:
        return moments.moment(value).isoformat()


class Span(_Lifted, DurationTimerEventDefinition):  # type: ignore[misc]
    """Due an ISO 8601 duration from now."""

    def moment(self, value: Any) -> str:
        parsed = TimerEventDefinition.parse_iso_duration(moments.duration(value))
        start = clock.now()
        due: datetime = start + TimerEventDefinition.get_timedelta_from_start(parsed, start)
        return due.isoformat()


class Rhythm(CycleTimerEventDefinition):  # type: ignore[misc]
    """Due again and again, each time when the clock says so; over after the last."""

    def has_fired(self, my_task: Task) -> bool:
        value = my_task._get_internal_data("event_value")
        return value is not None and value["cycles"] == 0

    def cycle_complete(self, my_task: Task) -> bool:
        if my_task._get_internal_data("event_value") is None:
            self._set(my_task)
        if not my_task.internal_data.pop("event_fired", False):
            return False
        value = my_task.internal_data["event_value"]
        following = datetime.fromisoformat(value["next"]) + timedelta(seconds=value["duration"])
        my_task._set_internal_data(event_value={**value, "next": following.isoformat(), "cycles": value["cycles"] - 1})
        return True

    def _set(self, my_task: Task) -> None:
        try:
            text = str(my_task.workflow.script_engine.evaluate(my_task, self.expression))
            cycles, start, span = TimerEventDefinition.parse_iso_recurring_interval(text)
        except Exception as error:
            steps.mark(my_task, f"{self.expression} is not a repetition such as R3/PT1H: {error}")
        else:
            first = {"cycles": cycles, "next": start.isoformat(), "duration": span.total_seconds()}
            my_task._set_internal_data(event_value=first)


_OURS: dict[type, type] = {
    MessageEventDefinition: CarryingMessage,
    TimeDateEventDefinition: Moment,
    DurationTimerEventDefinition: Span,
    CycleTimerEventDefinition: Rhythm,
    ErrorEventDefinition: Error,
    EscalationEventDefinition: Escalation,
}


class ServiceJob(SpiffBpmnTask):  # type: ignore[misc]
    """A service task that waits: it says what is wanted and stays started until a worker finishes it."""

    def __init__(self, wf_spec: Any, name: str, operator: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.topic = operator["name"]
        self.parameters = {key: value["value"] for key, value in operator["parameters"].items()}
        self.result_variable = operator["resultVariable"]

    def _run_hook(self, my_task: Task) -> None:
        engine = my_task.workflow.script_engine
        values = {name: engine.evaluate(my_task, text) for name, text in self.parameters.items()}
        my_task._set_internal_data(job={"topic": self.topic, "params": values})


class ServiceJobParser(SpiffTaskParser):  # type: ignore[misc]
    def create_task(self) -> ServiceJob:
        operator = self.parse_extensions().get("serviceTaskOperator")
        if operator is None:
            self.raise_validation_exception("A service task needs an operation.")
        return ServiceJob(self.spec, self.bpmn_id, operator=operator, **self.bpmn_attributes)


class DecisionTask(SpiffBpmnTask):  # type: ignore[misc]
    """A business rule task: asks the deployed table and keeps its answer under one variable."""

    def __init__(self, wf_spec: Any, name: str, decision: str, result_variable: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decision = decision
        self.result_variable = result_variable

    def _run_hook(self, my_task: Task) -> bool:
        verdict = decisions.decide(my_task.workflow.top_workflow.tables(self.decision), my_task.data)
        my_task.data[self.result_variable] = verdict.answer
        my_task._set_internal_data(decision={"table": self.decision, "inputs": verdict.inputs, "rules": verdict.rules})
        return True


class DecisionTaskParser(SpiffTaskParser):  # type: ignore[misc]
    # SpiffWorkflow looks for tables while it collects the processes a file depends on.
    get_decision_ref = staticmethod(BusinessRuleTaskParser.get_decision_ref)

    def create_task(self) -> DecisionTask:
        extensions = self.parse_extensions()
        decision = extensions.get("calledDecisionId")
        if not decision:
            self.raise_validation_exception("A business rule task needs a decision table.")
        variable = (extensions.get("properties") or {}).get("resultVariable") or decision
        return DecisionTask(
            self.spec, self.bpmn_id, decision=decision, result_variable=variable, **self.bpmn_attributes
        )


class Parser(SpiffBpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("serviceTask"): (ServiceJobParser, ServiceJob),
        full_tag("businessRuleTask"): (DecisionTaskParser, DecisionTask),
        full_tag("parallelGateway"): (GatewayParser, ParallelJoin),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveJoin),
    }


def parse(documents: list[str], key: str) -> tuple[Any, dict[str, Any]]:
    """Return the specification of process `key` and of its sub-processes by name; raise BadDrawing."""
    parser = Parser()
    try:
        for document in documents:
            parser.add_bpmn_xml(run_part(read_xml(document)))
        spec = parser.get_spec(key)
        parts = parser.get_subprocess_specs(key)
    except Exception as error:
        raise BadDrawing(f"The drawing does not parse: {error}", element=_element(error)) from error
    for one in (spec, *parts.values()):
        for task_spec in one.task_specs.values():
            definition = getattr(task_spec, "event_definition", None)
            for event in (definition, *getattr(definition, "event_definitions", ())):
                if type(event) in _OURS:
                    event.__class__ = _OURS[type(event)]
    return spec, parts


def _element(error: Exception) -> str:
    return str((getattr(error, "tag", "") and getattr(error, "id", "")) or "")
