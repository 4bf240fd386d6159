"""The drawing of the clock as an owner edits it: another alert in the gap the note speaks of."""

from pathlib import Path

DRAWING = Path(__file__).resolve().parents[2] / "processes" / "sla.bpmn"

GAP = '<bpmn:sequenceFlow id="Flow_AlertDone_Breached" sourceRef="Gateway_AlertDone" targetRef="Gateway_Breached" />'
MORE = """
<bpmn:sequenceFlow id="Second_1" sourceRef="Gateway_AlertDone" targetRef="Second_When" />
<bpmn:serviceTask id="Second_When" name="When is the second alert?">
  <bpmn:extensionElements>
    <spiffworkflow:serviceTaskOperator id="sla.moment" resultVariable="second">
      <spiffworkflow:parameters>
        <spiffworkflow:parameter id="clock" type="integer" value="clock" />
        <spiffworkflow:parameter id="share" type="float" value="{share}" />
        <spiffworkflow:parameter id="alert" type="string" value="&#34;second&#34;" />
      </spiffworkflow:parameters>
    </spiffworkflow:serviceTaskOperator>
  </bpmn:extensionElements>
  <bpmn:incoming>Second_1</bpmn:incoming>
  <bpmn:outgoing>Second_2</bpmn:outgoing>
</bpmn:serviceTask>
<bpmn:sequenceFlow id="Second_2" sourceRef="Second_When" targetRef="Second_Told" />
<bpmn:exclusiveGateway id="Second_Told" name="Second alert already sent?" default="Second_3">
  <bpmn:incoming>Second_2</bpmn:incoming>
  <bpmn:outgoing>Second_3</bpmn:outgoing>
  <bpmn:outgoing>Second_Yes</bpmn:outgoing>
</bpmn:exclusiveGateway>
<bpmn:sequenceFlow id="Second_3" name="No" sourceRef="Second_Told" targetRef="Second_Timer" />
<bpmn:sequenceFlow id="Second_Yes" name="Yes" sourceRef="Second_Told" targetRef="Second_Done">
  <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">second["told"]</bpmn:conditionExpression>
</bpmn:sequenceFlow>
<bpmn:intermediateCatchEvent id="Second_Timer" name="Very near">
  <bpmn:incoming>Second_3</bpmn:incoming>
  <bpmn:outgoing>Second_4</bpmn:outgoing>
  <bpmn:timerEventDefinition id="Second_Timer_when">
    <bpmn:timeDate xsi:type="bpmn:tFormalExpression">second["at"]</bpmn:timeDate>
  </bpmn:timerEventDefinition>
</bpmn:intermediateCatchEvent>
<bpmn:sequenceFlow id="Second_4" sourceRef="Second_Timer" targetRef="Second_Alert" />
<bpmn:serviceTask id="Second_Alert" name="Send the second alert">
  <bpmn:extensionElements>
    <spiffworkflow:serviceTaskOperator id="sla.alert">
      <spiffworkflow:parameters>
        <spiffworkflow:parameter id="clock" type="integer" value="clock" />
        <spiffworkflow:parameter id="alert" type="string" value="&#34;second&#34;" />
      </spiffworkflow:parameters>
    </spiffworkflow:serviceTaskOperator>
  </bpmn:extensionElements>
  <bpmn:incoming>Second_4</bpmn:incoming>
  <bpmn:outgoing>Second_5</bpmn:outgoing>
</bpmn:serviceTask>
<bpmn:sequenceFlow id="Second_5" sourceRef="Second_Alert" targetRef="Second_Done" />
<bpmn:exclusiveGateway id="Second_Done" name="Alerted twice">
  <bpmn:incoming>Second_5</bpmn:incoming>
  <bpmn:incoming>Second_Yes</bpmn:incoming>
  <bpmn:outgoing>Flow_AlertDone_Breached</bpmn:outgoing>
</bpmn:exclusiveGateway>
<bpmn:sequenceFlow id="Flow_AlertDone_Breached" sourceRef="Second_Done" targetRef="Gateway_Breached" />
"""
LANE = "<bpmn:flowNodeRef>Activity_Running</bpmn:flowNodeRef>"


def with_second_alert(share: float) -> str:
    """Return the shipped drawing with a second alert when this share of the time is used up."""
    text = DRAWING.read_text()
    assert text.count(GAP) == 1
    # Only the way out of the first alert changes; in its shape the line stays as it was drawn.
    text = text.replace(GAP, MORE.format(share=share))
    out = "<bpmn:outgoing>Flow_AlertDone_Breached</bpmn:outgoing>"
    return text.replace(out, "<bpmn:outgoing>Second_1</bpmn:outgoing>", 1)
