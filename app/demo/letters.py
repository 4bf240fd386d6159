"""What customers mail, as their programs would send it."""

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

FILES = Path(__file__).parent / "files"
File = tuple[str, str, bytes]


@dataclass(frozen=True)
class Answered:
    """A mail of the desk that is answered: its bytes and what a person reads in it."""

    raw: bytes
    text: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A mail to be sent; `sender` is `Name <address>`, `ident` makes the Message-ID."""

    ident: str
    sender: str
    to: str
    subject: str
    text: str
    at: datetime
    files: list[File] = field(default_factory=list)
    automatic: bool = False
    answers: Answered | None = None

    @property
    def address(self) -> str:
        """The sender's bare address."""
        return parseaddr(self.sender)[1]


def files(names: Iterable[str]) -> list[File]:
    """Return (name, content type, content) of each of the demo's files."""
    found = [(FILES / name, mimetypes.guess_type(name)[0] or "application/octet-stream") for name in names]
    return [(path.name, content_type, path.read_bytes()) for path, content_type in found]


def write(letter: Letter) -> tuple[bytes, str]:
    """Return the raw mail and the address it goes to."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["Date"] = letter.sender, format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.ident}@{letter.address.rpartition('@')[2]}>"
    to, subject, text = letter.to, letter.subject, letter.text.strip()
    if letter.answers is not None:
        ours = message_from_bytes(letter.answers.raw, policy=policy.default)
        to, subject = str(ours["Reply-To"] or ours["From"]), str(ours["Subject"])
        mail["In-Reply-To"] = str(ours["Message-ID"])
        mail["References"] = f"{ours['References'] or ''} {ours['Message-ID']}".strip()
        text = text if letter.automatic else f"{text}\n\n{_quote(letter.answers, str(ours['From']))}"
    mail["To"], mail["Subject"] = to, subject
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-replied" if letter.answers is not None else "auto-generated"
    mail.set_content(f"{text}\n")
    for name, content_type, content in letter.files:
        kind, _, detail = content_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=detail, filename=name)
    return mail.as_bytes(), parseaddr(to)[1]


def _quote(answered: Answered, sender: str) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in answered.text.strip().splitlines())
    return f"On {answered.at:%a, %d %b %Y at %H:%M}, {sender} wrote:\n\n{quoted}"
