"""What a drawing is written with: elements, flows, events, and the files they end up in."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.drawings import HEAD, flow, form, node, operator, timer

START = "demo.started"
KEEP = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="keep" value="true"/></spiffworkflow:properties></bpmn:extensionElements>'
)


@dataclass
class Drawn:
    """Drawings in the making: the process `key` and those it calls."""

    key: str
    processes: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _flows: int = 0

    def flow(self, source: str, target: str, condition: str = "") -> str:
        self._flows += 1
        return flow(f"f{self._flows}_{source}_{target}", source, target, condition)

    def event(self, kind: str, ident: str) -> str:
        if kind == "timer":
            return timer("timeDuration", '"PT1H"')
        if kind == "error":
            return "<bpmn:errorEventDefinition/>"
        if kind == "kept":
            self.kept.append(ident)
        self.messages.append(ident)
        return f'<bpmn:messageEventDefinition messageRef="m_{ident}"/>'

    def files(self) -> list[str]:
        """Return the XML of every file, called ones first."""
        return [self._file(key) for key in self.processes]

    def _file(self, key: str) -> str:
        head = HEAD.replace('id="d"', f'id="d_{key}"')
        names = "".join(
            f'<bpmn:message id="m_{ident}" name="{ident}">{KEEP if ident in self.kept else ""}</bpmn:message>'
            for ident in self.messages
        )
        names += "".join(f'<bpmn:error id="e_{ident}" name="{ident}" errorCode="{ident}"/>' for ident in self.errors)
        start = f'<bpmn:message id="m_start" name="{START}"/>'
        inside = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{self.processes[key]}</bpmn:process>'
        return f"{head}{inside}{names}{start if key == self.key else ''}</bpmn:definitions>"


def step(drawing: Drawn, kind: str, path: str) -> str:
    match kind:
        case "task":
            return node("userTask", path, inner=form("pick"))
        case "job":
            return node("serviceTask", path, inner=operator("echo.say", "said", text="1"))
        case "script":
            return node("scriptTask", path, inner="<bpmn:script>passed = 1</bpmn:script>")
        case _:
            return node("intermediateCatchEvent", path, inner=drawing.event(kind, path))
