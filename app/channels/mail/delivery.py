"""What a delivery report says of whom: failed recipients, status codes, and which mail of ours it is about."""

import email
import logging
import re
from collections.abc import Iterator

from flufl.bounce import all_failures

from app.channels.mail.decode import clean_line, transfer
from app.channels.mail.headers import Headers, line_of, read_head
from app.channels.mail.letter import Letter
from app.channels.mail.model import Bounce, FailedRecipient
from app.channels.mail.wording import DELAYED, FINAL, RETURNED_COPY

MAX_RECIPIENTS = 200
_LOOK = 100_000
_log = logging.getLogger(__name__)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
_BLANK = re.compile(rb"\n[ \t\r]*\n")
_NAMED = re.compile(
    r"(?im)^[ \t]*(?:[^\n<>@]{0,60}\b(?:to|for|recipient|address)[ \t]*:[ \t]*)?"
    r"<?([^\s<>@:]{1,64}@[^\s<>@:]{1,190}?)>?[.:]?[ \t]*(?::|$|\()"
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ORIGINALS = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/rfc822-headers",
    "message/global-headers",
)
_FIRST_FIELD = re.compile(r"(?im)^[ \t]*(?:return-path|received|message-id|from|date|to|subject):")


def read_delivery(letter: Letter) -> Bounce:
    """Read a mail that is known to be a delivery report; every list in the answer may be empty."""
    recipients = tuple(_reported(letter)) or tuple(_told(letter))
    return Bounce(
        action=_overall(letter, recipients),
        permanent=any(one.action == "failed" and not one.status.startswith("4") for one in recipients)
        or (not recipients and not _is_delay(letter)),
        recipients=recipients,
        original_message_ids=_original_ids(letter),
    )


def _overall(letter: Letter, recipients: tuple[FailedRecipient, ...]) -> str:
    actions = [one.action for one in recipients]
    if not actions:
        return "delayed" if _is_delay(letter) else "failed"
    return "failed" if "failed" in actions else actions[0]


def _is_delay(letter: Letter) -> bool:
    words = f"{letter.subject}\n{letter.text[:1500]}"
    return bool(DELAYED.search(words)) and not FINAL.search(words)


def _reported(letter: Letter) -> Iterator[FailedRecipient]:
    """Yield the recipients of the machine-readable parts (RFC 3464 section 2.3)."""
    count = 0
    for part in letter.parts_of("message/delivery-status", "message/global-delivery-status"):
        data, _ = transfer(letter.tree.body(part)[:1_000_000], part.encoding)
        for block in _BLANK.split(data.strip(), MAX_RECIPIENTS * 2):
            fields, _, _ = read_head(block.lstrip() + b"\n", 0, len(block) + 1)
            recipient = _address(fields, "final-recipient") or _address(fields, "original-recipient")
            if recipient and count < MAX_RECIPIENTS:
                count += 1
                yield _recipient(fields, recipient)


def _recipient(fields: Headers, address: str) -> FailedRecipient:
    action = re.sub(r"[^a-z].*", "", line_of(fields, "action", 40).lower())
    status = _STATUS.search(fields.get("status", 200)) or _STATUS.search(fields.get("diagnostic-code"))
    diagnostic = line_of(fields, "diagnostic-code", 1000)
    return FailedRecipient(
        email=address,
        action=action if action in {"delayed", "delivered", "relayed", "expanded"} else "failed",
        status=status[1] if status else "",
        diagnostic=re.sub(r"(?i)^(?:smtp|x-[a-z-]+)\s*;\s*", "", diagnostic),
    )


def _address(fields: Headers, name: str) -> str:
    value = line_of(fields, name, 1000)
    return value.rpartition(";")[2].strip(" <>\"'") if value else ""


def _told(letter: Letter) -> Iterator[FailedRecipient]:
    """Yield the recipients a report without a machine-readable part names in its headers or words."""
    named = [one.strip(" <>") for one in ",".join(letter.headers.all("x-failed-recipients")).split(",") if "@" in one]
    for address in (named or failed_in_words(letter))[:MAX_RECIPIENTS]:
        around = letter.text[max(letter.text.find(address), 0) :][:1500]
        status = _STATUS.search(around)
        yield FailedRecipient(
            email=clean_line(address, 320),
            action="delayed" if _is_delay(letter) else "failed",
            status=status[1] if status else "",
            diagnostic=_diagnostic(around, address),
        )


def _diagnostic(around: str, address: str) -> str:
    first, *rest = around.split("\n\n", 1)
    words = first.replace(address, "", 1).strip(" <>:\n")
    return clean_line(words or (rest[0].split("\n\n", 1)[0] if rest else ""), 500)


def failed_in_words(letter: Letter) -> list[str]:
    """Return the addresses a report in words says it is about, found by flufl.bounce or by the layout of its lines."""
    raw = letter.tree.raw[:_LOOK]
    if len(letter.tree.parts) <= 60 and raw.count(b"message/") <= 20 and raw.lower().count(b"boundary=") <= 40:
        try:
            temporary, permanent = all_failures(email.message_from_bytes(raw))
        except Exception:
            # The library and the parser it needs both stumble over some broken mail; the lines below still speak.
            _log.info("flufl.bounce could not read a delivery report", exc_info=True)
        else:
            if found := sorted(address.decode("ascii", "replace") for address in permanent | temporary):
                return found
    told = RETURNED_COPY.split(letter.text[:_LOOK], maxsplit=1)[0]
    return sorted({match[1] for match in _NAMED.finditer(told)})[:MAX_RECIPIENTS]


def _original_ids(letter: Letter) -> tuple[str, ...]:
    found: list[str] = []
    for block in _originals(letter):
        fields, _, _ = read_head(block, 0, len(block))
        found += _MESSAGE_ID.findall(fields.get("message-id"))
    for name in ("x-original-message-id", "in-reply-to", "references"):
        found += _MESSAGE_ID.findall(letter.headers.get(name))
    return tuple(dict.fromkeys(found))[:10]


def _originals(letter: Letter) -> Iterator[bytes]:
    """Yield the start of every returned original, attached or pasted below the words."""
    attached = [letter.tree.body(part)[:65_536].lstrip() for part in letter.parts_of(*_ORIGINALS)]
    yield from attached
    copy = RETURNED_COPY.search(letter.text)
    if not attached and (first := _FIRST_FIELD.search(letter.text, copy.end() if copy else 0)):
        pasted = letter.text[first.start() :][:65_536]
        yield re.sub(r"(?m)^[ \t]+(?=[A-Za-z-]+:)", "", pasted).encode("utf-8", "replace")
