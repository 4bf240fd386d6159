"""What SpiffWorkflow asks to evaluate, answered by the safe expressions."""

from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.task import Task

from app.engine import expressions


class _Environment:
    """Stands where SpiffWorkflow keeps its unrestricted one."""

    def evaluate(self, expression: str, context: dict[str, Any], external_context: dict[str, Any] | None = None) -> Any:
        return expressions.evaluate(expression, {**context, **external_context} if external_context else context)

    def execute(self, script: str, context: dict[str, Any], external_context: dict[str, Any] | None = None) -> bool:
        for name, expression in expressions.parse_script(script):
            context[name] = self.evaluate(expression, context, external_context)
        return True


class SafeEngine(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates in task data; errors keep their own sentence instead of being wrapped."""

    def __init__(self) -> None:
        super().__init__(environment=_Environment())

    def validate(self, expression: str) -> None:
        expressions.parse(expression)

    def evaluate(self, task: Task, expression: str, external_context: dict[str, Any] | None = None) -> Any:
        return self.environment.evaluate(expression, task.data, external_context)

    def execute(self, task: Task, script: str, external_context: dict[str, Any] | None = None) -> Any:
        return self.environment.execute(script, task.data, external_context)
