"""The engine: runs drawings. It knows no helpdesk noun; rooms never call it; doors and the relay do."""

from app.engine import catalogue, sheets
from app.engine.bookmarks import go_back
from app.engine.bookmarks import put as bookmark
from app.engine.calls import in_order
from app.engine.cancelling import cancel
from app.engine.catalogue import lane, message
from app.engine.check import Problem, Refused, check, check_all, deploy, in_force, key_of
from app.engine.documents import MAX_XML, BadDrawing, as_text
from app.engine.forms import form, validated
from app.engine.incidents import incidents
from app.engine.incidents import retry as retry_incident
from app.engine.incidents import skip as skip_incident
from app.engine.jobs import enqueue
from app.engine.library import active, definitions, version
from app.engine.locks import lock_first
from app.engine.messages import deliver, instance, start
from app.engine.operations import Phases, operation, topic
from app.engine.tasks import TaskTaken, assign_open, open_tasks, task
from app.engine.tasks import claim as claim_task
from app.engine.tasks import complete as complete_task
from app.engine.tasks import release as release_task
from app.engine.timers import wake
from app.engine.view import diagram, history, instances_of, name_of, waiting
from app.engine.walk import save_all

__all__ = [
    "MAX_XML",
    "BadDrawing",
    "Phases",
    "Problem",
    "Refused",
    "TaskTaken",
    "active",
    "as_text",
    "assign_open",
    "bookmark",
    "cancel",
    "catalogue",
    "check",
    "check_all",
    "claim_task",
    "complete_task",
    "definitions",
    "deliver",
    "deploy",
    "diagram",
    "enqueue",
    "form",
    "go_back",
    "history",
    "in_force",
    "in_order",
    "incidents",
    "instance",
    "instances_of",
    "key_of",
    "lane",
    "lock_first",
    "message",
    "name_of",
    "open_tasks",
    "operation",
    "release_task",
    "retry_incident",
    "save_all",
    "sheets",
    "skip_incident",
    "start",
    "task",
    "topic",
    "validated",
    "version",
    "waiting",
    "wake",
]
