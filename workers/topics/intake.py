"""Understanding a raw mail."""

from app import intake
from app.channels.mail import thread
from app.channels.mail.parse import parse
from app.channels.raw import RawMessage
from app.config import settings
from app.db import db
from app.engine import Phases, topic


@topic("intake.receive")
def receive(raw: int) -> Phases:
    """Read a kept mail outside any transaction and bring it to its ticket."""
    row = db.session.get_one(RawMessage, raw)
    waiting, content, sender, recipients = row.state == "kept", row.raw, row.mail_from, list(row.rcpt_to)
    mark = thread.desk_mark(settings().secret())
    yield
    mail = parse(content, mail_from=sender or None, rcpt_to=recipients, desk=mark) if waiting else None
    yield
    if mail is not None:
        intake.receive(db.session.get_one(RawMessage, raw), mail)
    return None
