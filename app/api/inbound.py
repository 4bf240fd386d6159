"""Mail handed in by another program: kept first, understood later."""

from typing import Any

from flask import request
from pydantic import Field
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from app import intake
from app.api import answers, asks, document
from app.api.effect import effect
from app.channels.raw import RawMessage
from app.errors import Invalid

blueprint = document.noun("inbound", "Messages handed in by other programs.")

LARGEST_MAIL = 25 * 1024 * 1024
MAIL = "message/rfc822"
# A mail is not refused for what a command line tool calls it by default.
_TYPES = {MAIL, "message/global", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain", ""}
_BODY: dict[str, Any] = {"required": True, "content": {MAIL: {"schema": {"type": "string"}}}}


class To(asks.Query):
    department: str = Field("", max_length=40, description="The key of the department it is for.")


def _kept(row: RawMessage) -> answers.Kept:
    return answers.Kept(id=row.public_id, state=row.state)


@blueprint.post("/inbound/email", request_body=_BODY, responses={202: answers.Kept})
@effect(202, _kept)
def keep_mail(query: To) -> RawMessage:
    """Keep a raw mail (RFC 5322) of at most 25 MB; 202 says that it is stored and will be understood."""
    if request.mimetype not in _TYPES:
        raise UnsupportedMediaType(f"Send the mail as {MAIL}.")
    request.max_content_length = LARGEST_MAIL
    raw = request.get_data()
    if len(raw) > LARGEST_MAIL:
        raise RequestEntityTooLarge(f"A mail may have {LARGEST_MAIL} bytes.")
    if not raw:
        raise Invalid("The mail is empty.", {"body": "is empty"})
    if query.department:
        asks.department(query.department)
    return intake.keep_mail(raw, source="api", department=query.department)
