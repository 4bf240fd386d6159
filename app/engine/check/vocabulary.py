"""Which BPMN elements are run, where they may stand, and what to draw instead of the others."""

from app.engine.check.drawing import EVENTS, NODES

_SCOPES = {"process", "subProcess"}
_DATA = "Data is not passed along this line; parameters and variables say what goes where."
LINES = dict.fromkeys(("dataInputAssociation", "dataOutputAssociation", "ioSpecification"), _DATA)
"""Lines to data that explain and do nothing."""

_SPARE = "It has no effect here; remove it."
NOT_RUN = {
    "complexGateway": "Complex gateways are not run; use exclusive or parallel ones.",
    "adHocSubProcess": "Ad-hoc sub-processes are not run; draw the order, or several user tasks between gateways.",
    "transaction": "Transactions are not run; use a plain sub-process and draw the way back.",
    "task": "This task has no kind, so nobody would know what to do; make it a user, service or script task.",
    "manualTask": "Manual tasks are not run; make it a user task with a form, so that it can be answered.",
    "linkEventDefinition": "Link events are not run, the way would just end here; draw the sequence flow.",
    "compensateEventDefinition": "Compensation is not run; draw the way back.",
    "cancelEventDefinition": "Cancel events are not run; draw the way back.",
    "conditionalEventDefinition": "Conditions are not waited for; use a message or a timer, then a gateway.",
    "signalEventDefinition": "Signals reach nobody outside this instance; use a message.",
    "eventDefinitionRef": "Say what is waited for within the event itself.",
    "standardLoopCharacteristics": "Loop markers are not run; draw the loop with an exclusive gateway.",
    "multiInstanceLoopCharacteristics": "Multi-instance markers are not run; draw the loop with an exclusive gateway.",
    "correlationProperty": "Messages reach the instances of their ticket, other correlation has no effect; remove it.",
    "correlationKey": "Messages reach the instances of their ticket, other correlation has no effect; remove it.",
    "correlationSubscription": "Messages reach the instances of their ticket; remove it.",
    "import": "Other files are not read; draw it here, or call a deployed process.",
    "potentialOwner": "Say who may answer with a lane.",
    "humanPerformer": "Say who may answer with a lane.",
    "performer": "Say who may answer with a lane.",
}
FREE = {"extensionElements", "documentation", "auditing", "monitoring", "categoryValueRef", "extension", "relationship"}
FREE |= {"collaboration", "choreography", "interface", "resource", "partnerEntity", "partnerRole", "endPoint"}
FREE |= {"supports", "operationRef", "partitionElement", "partitionElementRef", "rendering"}
"""What explains or tells other tools something, wherever it stands; what it holds is not looked at."""

_ARTIFACTS = ("textAnnotation", "association", "group")
_IN_SCOPE = ("sequenceFlow", "laneSet")
_IN_EVENT = ("message", "timer", "error", "escalation", "terminate")
_IN_FILE = ("message", "error", "escalation", "signal", "itemDefinition", "category", "process")
PLACES: dict[str, set[str]] = {
    **dict.fromkeys((*NODES, *_IN_SCOPE), _SCOPES),
    **dict.fromkeys(_ARTIFACTS, _SCOPES),
    **{f"{kind}EventDefinition": EVENTS for kind in _IN_EVENT},
    **{kind: {"definitions"} for kind in _IN_FILE},
    "timeDate": {"timerEventDefinition"},
    "timeDuration": {"timerEventDefinition"},
    "timeCycle": {"timerEventDefinition"},
    "incoming": NODES,
    "outgoing": NODES,
    "conditionExpression": {"sequenceFlow"},
    "lane": {"laneSet", "childLaneSet"},
    "childLaneSet": {"lane"},
    "flowNodeRef": {"lane"},
    "text": {"textAnnotation"},
    "script": {"scriptTask"},
    "categoryValue": {"category"},
}
"""What may stand in a file, and in which elements."""

REFERRED = ("sequenceFlow", "boundaryEvent", "dataObjectReference", "dataStoreReference")
"""Names that SpiffWorkflow looks for at any depth and in any namespace."""

ATTRIBUTES = {
    "isForCompensation": ({"", "false"}, "Compensation is not run; draw the way back."),
    "triggeredByEvent": ({"", "false"}, "Event sub-processes are not run; use a boundary event on a sub-process."),
    "instantiate": ({"", "false"}, "Only a start event starts a process; draw one with this message."),
    "startQuantity": ({"", "1"}, _SPARE),
    "completionQuantity": ({"", "1"}, _SPARE),
    "cancelActivity": ({"", "true", "false"}, "Say “true” or “false”: does it interrupt the activity?"),
    "parallelMultiple": ({"", "false"}, "Only one of several events is waited for; use one event after the other."),
    "eventGatewayType": ({"", "Exclusive"}, "An event gateway waits for the first event only; use a parallel gateway."),
}
"""Attributes that are not run, the values that mean nothing, and what to do about others."""
