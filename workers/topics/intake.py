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
    waiting, content, recipients = row.state == "kept", row.raw, list(row.rcpt_to)
    # Only SMTP tells the envelope sender; there an empty one is the null sender of reports.
    sender = row.mail_from if row.source == "smtp" else None
    mark = thread.desk_mark(settings().secret())
    yield
    mail = parse(content, mail_from=sender, rcpt_to=recipients, desk=mark) if waiting else None
    yield
    if mail is not None:
        intake.receive(db.session.get_one(RawMessage, raw), mail)
    return None
