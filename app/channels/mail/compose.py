"""Write a mail: the same bytes for the same input, so that every attempt to send it is the same mail."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime

from app.channels.mail import look, markdown
from app.channels.mail.body import safe_filename
from app.channels.mail.classify import LOOP_HEADER
from app.channels.mail.decode import clean_line, clean_text
from app.channels.mail.plain import plain_text
from app.errors import Invalid

MAX_REFERENCES = 20
_ADDRESS = re.compile(
    r"(?:[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]{1,64}"
    r"|\"(?:[^\"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f]){1,62}\")"  # a quoted local part (RFC 5321 section 4.1.2)
    r"@[^\s<>()\\,;:\"@\x00-\x1f\x7f]{1,255}"
)
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,990}>")
_TYPE = re.compile(r"(?!message/|multipart/)[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_MIME = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to write. Mailboxes are (name, address), `body` is Markdown, attachments are (filename, type, content).

    `desk` is the mark of `thread.desk_mark`; `automatic` mail says so and asks not to be answered by machines.
    """

    sender: str
    sender_name: str
    to: tuple[tuple[str, str], ...]
    subject: str
    body: str
    message_id: str
    date: datetime
    desk_name: str
    cc: tuple[tuple[str, str], ...] = ()
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: bool = False
    attachments: tuple[tuple[str, str, bytes], ...] = field(default=(), repr=False)
    desk: str = ""
    colour: str = look.DEFAULT_COLOUR
    footer: str = ""
    language: str = "en"


def compose(letter: Outgoing) -> bytes:
    """Return the mail ready to send (RFC 5322, CRLF); raise Invalid where an address or the Message-ID is none."""
    head = b"".join(_line(name, value) for name, value in _headers(letter))
    return head + _content(letter).as_bytes(policy=_MIME)


def _headers(letter: Outgoing) -> Iterator[tuple[str, str]]:
    if not letter.to:
        raise Invalid("The mail has no recipient.", {"to": "is empty"})
    yield "From", _mailbox((letter.sender_name, letter.sender))
    yield "To", _mailboxes(letter.to)
    if letter.cc:
        yield "Cc", _mailboxes(letter.cc)
    yield "Subject", _encoded(clean_line(letter.subject, 500), "Subject")
    yield "Date", format_datetime(letter.date)
    yield "Message-ID", _id(letter.message_id)
    if letter.in_reply_to and _MESSAGE_ID.fullmatch(letter.in_reply_to):
        yield "In-Reply-To", letter.in_reply_to
    if references := _references(letter):
        yield "References", " ".join(references)
    if letter.reply_to and letter.reply_to != letter.sender:
        yield "Reply-To", _mailbox((letter.sender_name, letter.reply_to))
    if letter.automatic:
        yield "Auto-Submitted", "auto-replied" if letter.in_reply_to else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"
    yield LOOP_HEADER, clean_line(letter.desk, 100) or letter.message_id.rpartition("@")[2].rstrip(">")


def _references(letter: Outgoing) -> list[str]:
    """Return the thread, its first mail and the newest ones, bounded (RFC 5322 section 3.6.4 lets it be cut)."""
    known = list(dict.fromkeys(one for one in letter.references if _MESSAGE_ID.fullmatch(one)))
    return known if len(known) <= MAX_REFERENCES else [known[0], *known[1 - MAX_REFERENCES :]]


def _id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id) or "@" not in message_id:
        raise Invalid("The Message-ID is not one.", {"message_id": "must look like <unique@domain>"})
    return message_id


def _mailboxes(mailboxes: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(_mailbox(one) for one in mailboxes)


def _mailbox(mailbox: tuple[str, str]) -> str:
    name, address = clean_line(mailbox[0], 200), wire_address(mailbox[1])
    if not name:
        return address
    if not name.isascii():
        return f"{_encoded(name, 'From')} <{address}>"
    quoted = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{quoted} <{address}>"


def wire_address(address: str) -> str:
    """Return the address with its domain in ASCII; a local part beyond ASCII stays and needs SMTPUTF8 (RFC 6531)."""
    if not _ADDRESS.fullmatch(address):
        raise Invalid("That is not a mail address.", {"address": f"{clean_line(address, 100)!r} is not one"})
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise Invalid("That is not a mail address.", {"address": f"{domain!r} is not a domain"}) from None


def _encoded(text: str, name: str) -> str:
    """Return text as it may stand in a header: ASCII as it is, anything else in encoded words (RFC 2047)."""
    plain = text.isascii() and "=?" not in text
    return text if plain else Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def _line(name: str, value: str) -> bytes:
    """Return one header, folded at spaces before 78 characters wherever that is possible."""
    lines, current = [], f"{name}:"
    for word in value.replace("\r\n ", " ").split(" "):
        if len(current) + len(word) + 1 > 78 and current.strip() and current != f"{name}:":
            lines.append(current)
            current = ""
        current = f"{current} {word}"
    return "\r\n".join([*lines, current]).encode("utf-8") + b"\r\n"


def _content(letter: Outgoing) -> EmailMessage:
    tokens = markdown.read(clean_text(letter.body))
    foot = "\n".join(line for line in (clean_line(letter.sender_name), _footer(letter)) if line)
    words = markdown.to_html(tokens, look.link_colour(letter.colour))
    mail = EmailMessage(policy=_MIME)
    mail.set_content(f"{plain_text(tokens)}\n\n-- \n{foot}\n", cte="quoted-printable")
    mail.add_alternative(
        look.page(
            subject=clean_line(letter.subject, 500),
            desk_name=clean_line(letter.desk_name, 200),
            colour=letter.colour,
            words=words,
            foot=foot,
            language=letter.language,
        ),
        subtype="html",
        cte="quoted-printable",
    )
    for number, (filename, content_type, content) in enumerate(letter.attachments, 1):
        known = content_type.lower() if _TYPE.fullmatch(content_type.lower()) else "application/octet-stream"
        maintype, _, subtype = known.partition("/")
        name = safe_filename(clean_line(filename, 500), known, number)
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    _set_boundaries(mail, letter.message_id)
    return mail


def _footer(letter: Outgoing) -> str:
    if letter.footer:
        return clean_text(letter.footer).strip()
    return "This mail was written by our system. Answer it to reach us." if letter.automatic else ""


def _set_boundaries(mail: EmailMessage, seed: str) -> None:
    """Give every multipart a boundary that follows from the Message-ID, not from chance."""
    multiparts: list[MIMEPart] = [part for part in mail.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{hashlib.sha256(f'{seed}{number}'.encode()).hexdigest()[:32]}")
