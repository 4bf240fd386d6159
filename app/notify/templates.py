"""Templates: what somebody wrote instead of our texts, for an occasion, a language and, if wanted, one department."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, events
from app.amending import amend
from app.db import Base, Public, db
from app.errors import Conflict, Invalid
from app.notify import looks, occasions, texts
from app.once import insert_once
from app.text import clean, one_line

SUBJECT, BODY = 200, 20_000


class MailTemplate(Public, Base):
    """`department` is a department's key, empty for all of them."""

    __tablename__ = "mail_template"
    __table_args__ = (UniqueConstraint("occasion", "language", "department"),)

    occasion: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    department: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(SUBJECT))
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)


def text_for(occasion: str, language: str, department: str = "") -> texts.Text:
    """Return what a mail says: the department's own template, else the one for all, else our text."""
    spoken = texts.spoken_in(language)
    if occasion == "reply" and not occasions.is_on("reply"):
        return texts.default(occasion, spoken)
    wanted = (MailTemplate.occasion == occasion, MailTemplate.language == spoken)
    query = select(MailTemplate.department, MailTemplate.subject, MailTemplate.body).where(*wanted)
    found = {row.department: row for row in db.session.execute(query)}
    row = found.get(department) or found.get("")
    return texts.Text(row.subject, row.body) if row is not None else texts.default(occasion, spoken)


def own(occasion: str, language: str, department: str = "") -> MailTemplate | None:
    """Return the template written for exactly these, if there is one."""
    key = (MailTemplate.occasion == occasion, MailTemplate.language == language, MailTemplate.department == department)
    return db.session.scalars(select(MailTemplate).where(*key)).one_or_none()


def written() -> list[MailTemplate]:
    """Return every template somebody wrote."""
    order = (MailTemplate.occasion, MailTemplate.language, MailTemplate.department)
    return list(db.session.scalars(select(MailTemplate).order_by(*order)))


def checked(occasion: str, language: str, subject: str, body: str) -> texts.Text:
    """Return a text that can be kept; raise Invalid naming each wrong field and the place in it."""
    allowed = occasions.occasion(occasion).names
    wrong: dict[str, str] = {}
    if language not in texts.LANGUAGES:
        wrong["language"] = f"must be one of {', '.join(texts.LANGUAGES)}"
    subject, body = one_line(subject, SUBJECT + 1), clean(body, BODY + 1).replace("\r\n", "\n").strip("\n")
    lengths = {"subject": (subject, SUBJECT), "body": (body, BODY)}
    in_line = [name for name in allowed if name not in looks.BLOCKS]
    for field, (text, longest) in lengths.items():
        try:
            if not 0 < len(text.strip()) <= longest:
                raise Invalid("The template cannot be used.", {field: f"must have 1 to {longest} characters"})
            looks.checked(field, text, allowed if field == "body" else in_line)
        except Invalid as error:
            wrong |= error.fields
    for block in looks.BLOCKS.intersection(allowed):
        if "body" not in wrong and not looks.names(body, block):
            wrong["body"] = f"“{{{{ {block} }}}}” is missing; without it the mail would not say what it is for"
    if wrong:
        raise Invalid("The template cannot be used.", wrong)
    return texts.Text(subject, body)


def write(occasion: str, language: str, department: str, *, subject: str, body: str, by: str) -> bool:
    """Keep a template and record `template.changed`; return whether it changed. Raise Invalid as `checked` does."""
    wanted = checked(occasion, language, subject, body)
    fields = {"subject": wanted.subject, "body": wanted.body}
    row = own(occasion, language, department)
    if row is None and wanted == texts.default(occasion, language) and not department:
        return False
    if row is None:
        key = {"occasion": occasion, "language": language, "department": department}
        insert_once(MailTemplate(**key, subject="", body=""))
        row = own(occasion, language, department)
    if row is None:
        raise Conflict("Somebody restored our text in this moment; try again.")
    changed = amend(row, fields, "template.changed", by=by, subject=_subject(occasion, language, department))
    if changed:
        row.updated_at = clock.now()
    return changed


def restore(occasion: str, language: str, department: str = "", *, by: str) -> bool:
    """Go back to our text and record `template.restored`; return whether there was another."""
    row = own(occasion, language, department)
    if row is None:
        return False
    before = {"subject": row.subject, "body": row.body}
    db.session.delete(row)
    db.session.flush()
    events.record("template.restored", by=by, subject=_subject(occasion, language, department), before=before)
    return True


def _subject(occasion: str, language: str, department: str) -> str:
    return f"template:{occasion}.{language}{f'.{department}' if department else ''}"[:80]
