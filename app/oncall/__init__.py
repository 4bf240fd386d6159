"""On call: who is told when a ticket is urgent."""

from app.oncall.calling import MINUTES, call
from app.oncall.importing import import_calendar
from app.oncall.rota import Gap, add, coming, on_call, remove
from app.oncall.slot import Slot

__all__ = ["MINUTES", "Gap", "Slot", "add", "call", "coming", "import_calendar", "on_call", "remove"]
