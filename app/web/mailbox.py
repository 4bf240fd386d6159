"""The built-in mailbox: what the desk sent, what came in, and what could not be understood."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app import deliveries, relay, sight
from app.config import settings
from app.errors import NotFound
from app.web import letters
from app.web.access import allow
from app.web.formatted import page
from app.web.ticket_numbers import numbers

blueprint = Blueprint("mailbox", __name__)


@blueprint.get("/mailbox")
@blueprint.get("/mailbox/<box>")
@blueprint.get("/mailbox/<box>/<public_id>")
@allow("mailbox.read")
def show(box: str = "sent", public_id: str = "") -> str:
    """List a box and show one of its mails."""
    if box not in letters.BOXES:
        raise NotFound("There is no such box.")
    number = max(1, request.args.get("page", 1, int))
    listed, found = letters.letters(box, number, current_user)
    opened, mail = letters.opened(box, public_id) if public_id else (None, None)
    return render_template(
        "mailbox/show.html",
        box=box,
        boxes=letters.BOXES,
        letters=listed,
        found=found,
        page=number,
        opened=opened,
        text=mail.text if mail else "",
        html=bool(mail and mail.html),
        numbers=numbers([opened.ticket_id if opened else None]),
        sends=bool(settings().smtp_url),
        listens=settings().smtp_listen,
    )


@blueprint.app_template_global()
def mails_in_doubt() -> int:
    """Return how many mails wait for somebody to look, for the navigation."""
    return deliveries.count(sight.sent(current_user))


@blueprint.post("/mailbox/doubt/<public_id>/delivery")
@allow("ticket.write")
def settle(public_id: str) -> AnyResponse:
    """Send again what failed or may be lost, or note that it did arrive."""
    verb = deliveries.confirm if request.form.get("outcome") == "arrived" else deliveries.send_again
    verb(deliveries.by_public_id(public_id), by=current_user.actor)
    relay.commit()
    return redirect(url_for("web.mailbox.show", box="doubt"), 303)


@blueprint.get("/mailbox/<box>/<public_id>/raw")
@allow("mailbox.read")
def raw(box: str, public_id: str) -> Response:
    """Send the bytes as they were kept."""
    row = letters.row(box, public_id)
    answer = make_response(row.raw)
    answer.content_type = "application/octet-stream"
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.public_id}.eml"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.get("/mailbox/<box>/<public_id>/html")
@allow("mailbox.read")
def html(box: str, public_id: str) -> Response:
    """Show a mail as it was formatted."""
    _, mail = letters.opened(box, public_id)
    if mail.html is None:
        raise NotFound("This mail has no HTML version.")
    return page(False, mail.html)
