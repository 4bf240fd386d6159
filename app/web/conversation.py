"""What is said on a ticket: replies, notes, held messages, originals, files."""

from base64 import b64encode
from functools import partial
from io import BytesIO

from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app import deliveries, relay, reply
from app.db import db
from app.errors import Invalid, NotFound
from app.tickets import attaching, conversation, finding
from app.tickets.members import final
from app.tickets.messages import Attachment, Message
from app.tickets.ticket import Ticket
from app.web import uploads
from app.web.access import allow
from app.web.formatted import page
from app.web.submissions import once

blueprint = Blueprint("conversation", __name__)
PICTURES = {"image/png", "image/gif", "image/jpeg", "image/webp"}
LARGEST_PICTURE = 1_000_000


def _to_ticket(ticket: Ticket, message_id: str) -> AnyResponse:
    return redirect(url_for("web.tickets.show", number=ticket.number, _anchor=f"message-{message_id}"), 303)


@blueprint.post("/tickets/<number>/reply")
@allow("ticket.write")
def send_reply(number: str) -> AnyResponse:
    """Send a reply; a second click of the same form sends nothing."""
    ticket, sent = final(finding.by_number(number)), request.form
    then = sent.get("then", "in_progress")

    def send() -> Message:
        return reply.send(ticket, _body(), agent=current_user, attachments=uploads.files(), then=then)

    return _to_ticket(ticket, once(Message, sent.get("nonce", ""), send).public_id)


@blueprint.post("/tickets/<number>/note")
@allow("ticket.write")
def add_note(number: str) -> AnyResponse:
    """Add a note only the desk reads."""
    ticket = final(finding.by_number(number))

    def add() -> Message:
        return conversation.note(ticket, agent=current_user, body=_body(), attachments=uploads.files())

    return _to_ticket(ticket, once(Message, request.form.get("nonce", ""), add).public_id)


def _body() -> str:
    body = request.form.get("body", "").replace("\r\n", "\n").strip()
    if not body:
        raise Invalid("There is nothing to send yet: write a few words first.", {"body": "is empty"})
    return body


def _message(public_id: str) -> Message:
    found = db.session.scalar(select(Message).where(Message.public_id == public_id))
    if found is None:
        raise NotFound("There is no such message.")
    return found


def _ticket_of(message: Message) -> Ticket:
    return finding.by_id(message.ticket_id)


@blueprint.post("/messages/<public_id>/acceptance")
@allow("ticket.write")
def accept(public_id: str) -> AnyResponse:
    """Take a held message and its sender into the conversation."""
    message = _message(public_id)
    conversation.accept_held(message, current_user.actor)
    relay.commit()
    return _to_ticket(_ticket_of(message), public_id)


@blueprint.post("/messages/<public_id>/delivery")
@allow("ticket.write")
def set_delivery(public_id: str) -> AnyResponse:
    """Send again what failed or may be lost, or note that it did arrive."""
    message = _message(public_id)
    arrived = request.form.get("outcome") == "arrived"
    verb = deliveries.confirm_message if arrived else deliveries.send_message_again
    verb(message, by=current_user.actor)
    relay.commit()
    return _to_ticket(_ticket_of(message), public_id)


@blueprint.get("/messages/<public_id>/html")
@allow("ticket.read")
def original(public_id: str) -> Response:
    """Show the HTML a mail came with: cleaned, sandboxed, without remote images unless asked for."""
    message = _message(public_id)
    if message.html is None:
        raise NotFound("This message has no HTML version.")
    return page("images" in request.args, message.html, partial(_picture, message))


def _picture(message: Message, content_id: str) -> str | None:
    for file in message.attachments:
        if file.content_id == content_id and file.content_type in PICTURES and file.size <= LARGEST_PICTURE:
            return f"data:{file.content_type};base64,{b64encode(attaching.content_of(file)).decode()}"
    return None


@blueprint.get("/attachments/<public_id>")
@allow("ticket.read")
def download(public_id: str) -> Response:
    """Send a file, always as a download."""
    found = db.session.scalar(select(Attachment).where(Attachment.public_id == public_id))
    if found is None:
        raise NotFound("There is no such file.")
    content = BytesIO(attaching.content_of(found))
    answer = send_file(content, "application/octet-stream", as_attachment=True, download_name=found.filename)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
