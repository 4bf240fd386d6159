"""Saving and restoring a running instance: state only, never the specification."""

import json
import threading
import zlib
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.event_definition import TimerConditionalEventDefinitionConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.serializer.event_definition import MessageEventDefinitionConverter

from app.engine import library
from app.engine.decisions import Table
from app.engine.dialect import CarryingMessage, Moment, Rhythm, Span
from app.engine.library import Plan
from app.engine.scripting import SafeEngine
from app.errors import Trouble

FORMAT = 1
"""The first byte of a saved state. Raise it when the encoding changes, and keep reading the earlier ones."""
_UNMARKED = 0x78
"""What zlib begins with: states saved before they carried a format."""


class UnknownFormat(Trouble):
    """This instance was saved by a newer release; bring this one up to date."""

    status = 503
    title = "Try again later"


class Workflow(BpmnWorkflow):  # type: ignore[misc]
    """A running process that cannot be had without the safe script engine."""

    def __init__(self, spec: Any, parts: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(spec, parts, script_engine=SafeEngine(), **kwargs)

    def catch(self, event: Any) -> None:
        """Let a thrown message out: only its subscriptions say who waits for it, here and elsewhere."""
        if isinstance(event.event_definition, CarryingMessage):
            self.bpmn_events.append(event)
        else:
            super().catch(event)

    def tables(self, key: str) -> Table:
        """Return the decision table in force."""
        return library.table(key)


class _StateOnly(BpmnWorkflowConverter):  # type: ignore[misc]
    def to_dict(self, workflow: Workflow) -> dict[str, Any]:
        saved: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
        saved["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        return saved

    def from_dict(self, dct: dict[str, Any], plan: Plan) -> Workflow:
        spec, parts = plan.fresh()
        workflow: Workflow = self.target_class(spec, parts, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        return workflow


_local = threading.local()


def _registry() -> Any:
    # The registry switches modes while it works, so threads must not share one.
    if not hasattr(_local, "registry"):
        config = {k: v for k, v in SPIFF_CONFIG.items() if k is not BpmnWorkflow}
        config[Workflow] = _StateOnly
        config[CarryingMessage] = MessageEventDefinitionConverter
        config[Moment] = config[Span] = config[Rhythm] = TimerConditionalEventDefinitionConverter
        _local.registry = BpmnWorkflowSerializer.configure(config)
    return _local.registry


def new(plan: Plan) -> Workflow:
    """Return a workflow that has not taken a step."""
    return Workflow(*plan.fresh())


def save(workflow: Workflow) -> bytes:
    """Return the state as its format and compressed JSON."""
    saved = _registry().convert(workflow)
    return bytes([FORMAT]) + zlib.compress(json.dumps(saved, separators=(",", ":")).encode(), 1)


def restore(state: bytes, plan: Plan) -> Workflow:
    """Return the workflow a state was saved from; raise UnknownFormat."""
    if state[0] not in {FORMAT, _UNMARKED}:
        raise UnknownFormat()
    saved = json.loads(zlib.decompress(state if state[0] == _UNMARKED else state[1:]))
    return _registry().restore(saved, plan=plan)  # type: ignore[no-any-return]
