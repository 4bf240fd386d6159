"""The command palette's search: tickets and contacts by a few letters."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from app import contacts
from app.tickets import finding
from app.web.access import allow

blueprint = Blueprint("palette", __name__)
SHOWN = 6


@blueprint.get("/palette")
@allow("ticket.read")
def find() -> str:
    """Return what fits the letters typed so far."""
    q = request.args.get("q", "").strip()
    if len(q) < 2:
        return ""
    tickets = finding.search(q, "all", 1, SHOWN, agent=current_user).items
    people = contacts.search(q, 1, SHOWN // 2).items
    return render_template("palette.html", tickets=tickets, people=people)
