"""A drawing of the benchmarks' own: one service task whose operation does nothing, then a person's task."""

from app import engine
from app.engine import library, topic

KEY = "bench_nothing"
_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="http://flowdesk.localhost"'
)
_DRAWING = f"""<definitions {_NAMESPACES}>
  <process id="{KEY}" isExecutable="true">
    <startEvent id="asked" />
    <serviceTask id="work">
      <extensionElements>
        <spiffworkflow:serviceTaskOperator id="bench.nothing"><spiffworkflow:parameters>
          <spiffworkflow:parameter id="case" type="integer" value="case" />
        </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>
      </extensionElements>
    </serviceTask>
    <userTask id="look" />
    <endEvent id="done" />
    <sequenceFlow id="f1" sourceRef="asked" targetRef="work" />
    <sequenceFlow id="f2" sourceRef="work" targetRef="look" />
    <sequenceFlow id="f3" sourceRef="look" targetRef="done" />
  </process>
</definitions>"""


@topic("bench.nothing")
def _nothing(case: int) -> None:
    """Do nothing."""


def offer() -> None:
    """Deploy the drawing."""
    library.store(_DRAWING, note="n", by="system")


def begin(number: int) -> int:
    """Start an instance, which asks for its job, and return its key."""
    return engine.start(KEY, business_key=f"case:{number}", data={"case": number}, by="system").id
