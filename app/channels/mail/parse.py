"""Understand a mail: any bytes in, a ParsedMail out, in bounded time and memory."""

import logging
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.channels.mail.addresses import MAX_TEXT as MAX_ADDRESS_TEXT
from app.channels.mail.addresses import parse_addresses
from app.channels.mail.body import Body, read_body
from app.channels.mail.classify import kind_of
from app.channels.mail.decode import clean_line
from app.channels.mail.delivery import read_delivery
from app.channels.mail.headers import Headers, decode_words, line_of
from app.channels.mail.letter import Letter
from app.channels.mail.model import Address, ParsedMail
from app.channels.mail.parts import split
from app.channels.mail.quote import reply_text

MAX_BYTES = 100_000_000
MAX_REFERENCES = 200
MAX_PROBLEMS = 40
_log = logging.getLogger(__name__)
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_OF_INTEREST = (
    *("auto-submitted", "precedence", "x-auto-response-suppress", "x-flowdesk-loop", "list-id", "list-unsubscribe"),
    *(
        "sender",
        "user-agent",
        "x-mailer",
        "importance",
        "x-priority",
        "content-language",
        "x-spam-flag",
        "x-spam-status",
    ),
)
_RECEIVERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "x-delivered-to")


def parse(
    raw: bytes,
    *,
    mail_from: str | None = None,
    rcpt_to: Sequence[str] = (),
    desk: str | None = None,
    own_domains: Collection[str] = (),
) -> ParsedMail:
    """Read a raw message; never raises, and says in `problems` what was wrong with it.

    `mail_from` and `rcpt_to` are the envelope's, where it is known; `desk` and `own_domains` tell our own mail.
    """
    try:
        return _read(raw, mail_from, rcpt_to, desk, own_domains)
    except Exception as error:
        # The last line of defence for "accepted = kept": a mail nobody can read still becomes one that a person sees.
        _log.exception("a mail could not be read")
        return _unreadable(raw, f"the mail could not be read: {type(error).__name__}")


def _read(
    raw: bytes, mail_from: str | None, rcpt_to: Sequence[str], desk: str | None, own_domains: Collection[str]
) -> ParsedMail:
    raw, problems = _prepared(raw)
    tree = split(raw)
    headers = tree.parts[0].headers
    body = read_body(tree)
    sender = _sender(headers, problems)
    subject = _subject(headers, problems)
    return_path = _return_path(headers) if mail_from is None else mail_from.strip("<> ")
    letter = Letter(tree, sender, subject, body.text, return_path)
    kind = kind_of(letter, desk=desk, own_domains=own_domains)
    return ParsedMail(
        kind=kind,
        from_=sender,
        reply_to=_addresses(headers, "reply-to", problems),
        to=_addresses(headers, "to", problems),
        cc=_addresses(headers, "cc", problems),
        subject=subject,
        text=body.text,
        reply_text=reply_text(body.text),
        html=body.html,
        message_id=_message_id(headers, problems),
        in_reply_to=next(iter(_ids(headers, "in-reply-to")), None),
        references=tuple(_ids(headers, "references")[-MAX_REFERENCES:]),
        date=_date(headers, problems),
        attachments=tuple(body.attachments),
        problems=_problems(problems, tree.problems, body),
        delivered_to=_delivered_to(headers, rcpt_to),
        return_path=return_path,
        headers={name: line_of(headers, name) for name in _OF_INTEREST if name in headers},
        authentication_results=tuple(headers.all("authentication-results")[:20]),
        bounce=read_delivery(letter) if kind == "bounce" else None,
    )


def _prepared(raw: bytes) -> tuple[bytes, list[str]]:
    problems = []
    if len(raw) > MAX_BYTES:
        problems.append(f"the mail is larger than {MAX_BYTES // 1_000_000} MB; the rest is not read")
        raw = raw[:MAX_BYTES]
    if not raw.strip():
        problems.append("the mail is empty")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
        problems.append("the lines end in carriage returns only")
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), problems


def _problems(own: list[str], tree: list[str], body: Body) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*own, *tree, *body.problems]))[:MAX_PROBLEMS]


def _sender(headers: Headers, problems: list[str]) -> Address:
    """Return the first From with an address; without one whoever else the mail names as its sender."""
    if len(headers.raw("from")) > 1:
        problems.append("there is more than one From; the first is taken")
    found: list[Address] = []
    for name in ("from", "sender", "reply-to", "return-path"):
        mailboxes, _ = parse_addresses(headers.get(name), limit=20)
        found += mailboxes
        if any("@" in one.email for one in mailboxes):
            break
        if name == "from":
            problems.append("From names no address" if "from" in headers else "From is missing")
    return next((one for one in found if "@" in one.email), found[0] if found else Address("", ""))


def _subject(headers: Headers, problems: list[str]) -> str:
    raw = next(iter(headers.raw("subject")), b"")
    if b"\x00" in raw:
        problems.append("the subject holds NUL characters; they are removed")
    if not raw.isascii():
        problems.append("the subject is not encoded as it should be")
    if len(raw) > 8_000:
        problems.append("the subject is very long; it is cut")
    return clean_line(decode_words(headers.get("subject").replace("\x00", "")))


def _addresses(headers: Headers, name: str, problems: list[str]) -> tuple[Address, ...]:
    text = ", ".join(value for value in headers.all(name, MAX_ADDRESS_TEXT) if value)
    mailboxes, more = parse_addresses(text)
    if more:
        problems.append(f"{name.capitalize()} names more than {len(mailboxes)} recipients; the rest are left out")
    return tuple(one for one in mailboxes if one.email)


def _ids(headers: Headers, name: str) -> list[str]:
    text = " ".join(headers.all(name)[:20])
    # Programs that fold at 78 characters encode a long id, which RFC 2047 section 5 forbids.
    text = decode_words(text) if "=?" in text else text
    found = [re.sub(r"\s+", "", one) for one in _MESSAGE_ID.findall(text)]
    bare = [] if found else [word for word in clean_line(text).split(" ") if "@" in word]
    return [f"<{clean_line(one, 998)}>" for one in dict.fromkeys(found or bare)]


def _message_id(headers: Headers, problems: list[str]) -> str | None:
    value = headers.get("message-id")
    if not value:
        problems.append("Message-ID is missing")
        return None
    found = _ids(headers, "message-id")
    if not _MESSAGE_ID.fullmatch(value) or " " in value or "@" not in value:
        problems.append("Message-ID is broken")
    words = clean_line(value, 998).strip("<> ").replace(" ", "")
    return found[0] if found else (f"<{words}>" if words else None)


def _date(headers: Headers, problems: list[str]) -> datetime | None:
    text = clean_line(headers.get("date"), 200)
    try:
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        problems.append("Date is not a date" if text else "Date is missing")
        return None
    return date


def _return_path(headers: Headers) -> str | None:
    value = clean_line(headers.get("return-path"), 998)
    return value.strip("<> ") if value else None


def _delivered_to(headers: Headers, rcpt_to: Sequence[str]) -> tuple[str, ...]:
    found = list(rcpt_to[:1000])
    for name in _RECEIVERS:
        found += [
            one.email for value in headers.all(name)[:20] for one in parse_addresses(value, 20)[0] if "@" in one.email
        ]
    return tuple(dict.fromkeys(clean_line(one, 320) for one in found))


def _unreadable(raw: bytes, problem: str) -> ParsedMail:
    text = clean_line(raw[:20_000].decode("utf-8", "replace"), 4_000)
    nobody = Address("", "")
    return ParsedMail(
        kind="message",
        from_=nobody,
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        text=text,
        reply_text=text,
        html=None,
        message_id=None,
        in_reply_to=None,
        references=(),
        date=None,
        attachments=(),
        problems=(problem,),
        delivered_to=(),
        return_path=None,
        headers={},
        authentication_results=(),
        bounce=None,
    )
