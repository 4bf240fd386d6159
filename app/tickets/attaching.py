"""Files of a message, stored once by content."""

import hashlib
import re
from collections.abc import Iterable

from app.db import db
from app.once import insert_once
from app.text import identifier, one_line
from app.tickets.messages import Attachment, Blob, Message

_CONTENT_TYPE = re.compile(r"[\w.+-]{1,59}/[\w.+-]{1,60}", re.ASCII)


Upload = tuple[str, str, bytes]
"""File name, content type and content."""


def attach(
    message: Message,
    filename: str,
    content_type: str,
    content: bytes,
    *,
    inline: bool = False,
    content_id: str | None = None,
) -> Attachment:
    """Add a file to a message; folders in its name are dropped, and an odd content type becomes plain bytes."""
    digest = hashlib.sha256(content).hexdigest()
    if db.session.get(Blob, digest) is None:
        insert_once(Blob(sha256=digest, content=content))
    attachment = Attachment(
        filename=_name(filename),
        content_type=content_type.lower() if _CONTENT_TYPE.fullmatch(content_type) else "application/octet-stream",
        size=len(content),
        sha256=digest,
        inline=inline,
        content_id=identifier(content_id, 255),
    )
    message.attachments.append(attachment)
    db.session.flush()
    return attachment


def attach_all(message: Message, uploads: Iterable[Upload]) -> None:
    """Add files in their order."""
    for filename, content_type, content in uploads:
        attach(message, filename, content_type, content)


def content_of(attachment: Attachment) -> bytes:
    """Return the bytes of a file."""
    return db.session.get_one(Blob, attachment.sha256).content


def _name(filename: str) -> str:
    name = one_line(filename.replace("\\", "/").rpartition("/")[2], 1_000)
    if len(name) > 255:
        stem, dot, suffix = name.rpartition(".")
        suffix = dot + suffix if len(suffix) <= 10 else ""
        name = (stem or name)[: 255 - len(suffix)] + suffix
    return name if name.strip(". ") else "file"
