"""What a mail is understood as: plain, frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["message", "auto_reply", "bounce", "list", "loop"]

_ROBOTS = (
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "mailer-daemon",
    "postmaster",
)
_SUPPRESSED = {"all", "autoreply", "oof"}


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: decoded display name (may be empty) and address as written (empty when it names none)."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """The part after the last @, lower case."""
        return self.email.rpartition("@")[2].lower() if "@" in self.email else ""

    def as_json(self) -> dict[str, str]:
        """Return `{"name", "email"}`."""
        return {"name": self.name, "email": self.email}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along; `content` is decoded, `sha256` is of it, `filename` is safe to show and to store."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None
    content: bytes = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return what `flowdesk mail parse` prints of it."""
        return {
            "filename": self.filename,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
            "inline": self.inline,
        }


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report (RFC 3464): `status` like 5.1.1, `diagnostic` in the server's words."""

    email: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says: `action` is failed, delayed, delivered, relayed or expanded."""

    action: str
    permanent: bool
    recipients: tuple[FailedRecipient, ...]
    original_message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as read: message ids in angle brackets, `references` oldest first, `html` as it came, not sanitised."""

    kind: Kind
    from_: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    reply_text: str
    html: str | None
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    attachments: tuple[Attachment, ...]
    problems: tuple[str, ...]
    delivered_to: tuple[str, ...]
    return_path: str | None
    headers: Mapping[str, str]
    authentication_results: tuple[str, ...]
    bounce: Bounce | None

    @property
    def answerable(self) -> bool:
        """Whether an automatic answer is allowed at all (RFC 3834 section 2)."""
        suppressed = {word.strip() for word in self.headers.get("x-auto-response-suppress", "").lower().split(",")}
        local = self.from_.email.lower().partition("@")[0]
        return (
            self.kind == "message"
            and "@" in self.from_.email
            and not suppressed & _SUPPRESSED
            and not local.startswith(_ROBOTS)
        )

    def as_json(self) -> dict[str, Any]:
        """Return the shape `flowdesk mail parse` prints."""
        return {
            "kind": self.kind,
            "from": self.from_.as_json(),
            "to": [address.as_json() for address in self.to],
            "cc": [address.as_json() for address in self.cc],
            "subject": self.subject,
            "text": self.text,
            "reply_text": self.reply_text,
            "message_id": self.message_id,
            "references": list(self.references),
            "attachments": [attachment.as_json() for attachment in self.attachments],
            "problems": list(self.problems),
        }
