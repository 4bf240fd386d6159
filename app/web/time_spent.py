"""Time spent on a ticket: noted with a timer or by hand, corrected by whoever spent it."""

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.tickets import finding, time_spent
from app.tickets.members import final
from app.web.access import allow
from app.web.life_cycle import changed

blueprint = Blueprint("time_spent", __name__, url_prefix="/tickets/<number>/time")


@blueprint.post("")
@allow("ticket.write")
def log(number: str) -> Response | str:
    """Note time spent."""
    ticket = final(finding.by_number(number))
    time_spent.log(ticket, _minutes(), agent=current_user, note=request.form.get("note", ""))
    return changed(ticket)


@blueprint.post("/<public_id>")
@allow("ticket.write")
def amend(number: str, public_id: str) -> Response | str:
    """Correct an entry, or take it away."""
    ticket = finding.by_number(number)
    entry = time_spent.entry(ticket, public_id)
    if request.form.get("act") == "remove":
        time_spent.remove(entry, agent=current_user)
    else:
        time_spent.amend(entry, _minutes(), agent=current_user, note=request.form.get("note", ""))
    return changed(ticket)


def _minutes() -> int:
    said = request.form.get("minutes", "").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0
