"""Sub-processes of more than one way, as BPMN."""

from __future__ import annotations

from engine.drawings import node
from properties import drawn
from properties.blocks import Beside, Block, Cutting, Throwing
from properties.pen import Drawn, step


def draw_part(drawing: Drawn, block: Beside | Throwing | Cutting, path: str) -> tuple[str, str, str]:
    """Return (first element, last element, XML) of a sub-process that holds more than one way."""
    match block:
        case Beside(kind, event, handler):
            return path, path, node("subProcess", path, inner=_beside(drawing, kind, event, handler, path))
        case Throwing(body, named, handler):
            return _throwing(drawing, body, named, handler, path)
        case Cutting(first, second):
            return path, path, node("subProcess", path, inner=_cutting(drawing, first, second, path))


def _beside(drawing: Drawn, kind: str, event: str, handler: Block, path: str) -> str:
    first, last, xml = drawn.draw(drawing, handler, f"{path}0")
    host, edge = f"{path}_host", f"{path}_{event}"
    return (
        node("startEvent", f"{path}_start")
        + step(drawing, kind, host)
        + node("boundaryEvent", edge, inner=drawing.event(event, edge), attachedToRef=host, cancelActivity="false")
        + xml
        + node("endEvent", f"{path}_end")
        + node("endEvent", f"{path}_told")
        + drawing.flow(f"{path}_start", host)
        + drawing.flow(host, f"{path}_end")
        + drawing.flow(edge, first)
        + drawing.flow(last, f"{path}_told")
    )


def _throwing(drawing: Drawn, body: Block, named: bool, handler: Block, path: str) -> tuple[str, str, str]:
    first, last, xml = drawn.draw(drawing, body, f"{path}0")
    well = drawing.flow(f"{path}_which", f"{path}_well")
    drawing.errors.append(path)
    thrown = f'<bpmn:errorEventDefinition errorRef="e_{path}"/>'
    inside = (
        node("startEvent", f"{path}_start")
        + xml
        + step(drawing, "task", f"{path}_ask")
        + node("exclusiveGateway", f"{path}_which", default=well.split('"')[1])
        + node("endEvent", f"{path}_well")
        + node("endEvent", f"{path}_thrown", inner=thrown)
        + drawing.flow(f"{path}_start", first)
        + drawing.flow(last, f"{path}_ask")
        + drawing.flow(f"{path}_ask", f"{path}_which")
        + drawing.flow(f"{path}_which", f"{path}_thrown", "choice == 1")
        + well
    )
    begin, end, way = drawn.draw(drawing, handler, f"{path}1")
    caught = thrown if named else "<bpmn:errorEventDefinition/>"
    around = (
        node("subProcess", path, inner=inside)
        + node("boundaryEvent", f"{path}_caught", inner=caught, attachedToRef=path)
        + way
        + node("exclusiveGateway", f"{path}_merge")
        + drawing.flow(path, f"{path}_merge")
        + drawing.flow(f"{path}_caught", begin)
        + drawing.flow(end, f"{path}_merge")
    )
    return path, f"{path}_merge", around


def _cutting(drawing: Drawn, first: Block, second: Block, path: str) -> str:
    made = [drawn.draw(drawing, branch, f"{path}{number}") for number, branch in enumerate((first, second))]
    return (
        node("startEvent", f"{path}_start")
        + node("parallelGateway", f"{path}_split")
        + "".join(xml for _, _, xml in made)
        + node("endEvent", f"{path}_cut", inner="<bpmn:terminateEventDefinition/>")
        + node("endEvent", f"{path}_end")
        + drawing.flow(f"{path}_start", f"{path}_split")
        + "".join(drawing.flow(f"{path}_split", begin) for begin, _, _ in made)
        + drawing.flow(made[0][1], f"{path}_cut")
        + drawing.flow(made[1][1], f"{path}_end")
    )
