"""Files sent with a form."""

from flask import request

from app.tickets.attaching import Upload


def files(field: str = "files") -> list[Upload]:
    """Return name, type and content of each file that was chosen."""
    sent = [file for file in request.files.getlist(field) if file.filename]
    return [(file.filename or "", file.mimetype or "", file.read()) for file in sent]
