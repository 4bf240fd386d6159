"""Address lists as people's programs write them (RFC 5322 section 3.4 and everything short of it)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.channels.mail.decode import clean_line
from app.channels.mail.headers import decode_words
from app.channels.mail.model import Address

MAX_TEXT = 262_144
MAX_ADDRESSES = 1_000
_TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,4000}\?=)
      | (?P<quoted>"(?:[^"\\]|\\.){0,200}+")
      | (?P<angle><[^<>]{0,2000}>|<[^<>,;]{0,2000})
      | (?P<comment>\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,400}+\)){0,800}+\))
      | (?P<mark>[,;:])
      | (?P<plain>(?:[^"<(,;:=]|=(?!\?))++)
      | (?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(r'(?:"(?:[^"\\]|\\.){0,300}+"|[^\s"<>@,;:()]{1,320}+)@[^\s"<>@,;()]{1,320}')
_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r'\s*("(?:[^"\\]|\\.){0,300}+")\s*@(.+)', re.DOTALL)
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(slots=True)
class _Mailbox:
    """What was read of one mailbox so far."""

    raw: list[str] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None

    def add(self, kind: str, text: str) -> None:
        if kind == "angle" and self.angle is None:
            self.angle = text.strip("<>")
        elif kind == "comment":
            self.comments.append(_unescaped(text[1:-1]))
        else:
            self.raw.append(text)
            self.phrase.append(_unescaped(text[1:-1]) if kind == "quoted" else text)

    @property
    def words(self) -> str:
        return "".join(self.raw).strip()


def parse_addresses(text: str, limit: int = MAX_ADDRESSES) -> tuple[tuple[Address, ...], bool]:
    """Return the mailboxes of an address list, groups opened, at most `limit`; and whether there were more."""
    found: list[Address] = []
    for address in _mailboxes(text[:MAX_TEXT]):
        if len(found) == limit:
            return tuple(found), True
        found.append(address)
    return tuple(found), len(text) > MAX_TEXT


def _mailboxes(text: str) -> Iterator[Address]:
    box, surname = _Mailbox(), ""
    for token in _TOKEN.finditer(text):
        kind, piece = token.lastgroup or "stray", token[0]
        if kind != "mark":
            box.add(kind, piece)
        elif piece == ":" and box.angle is None:
            box = _after_colon(box)
        elif piece == "," and _is_surname(box):
            surname, box = box.words, _Mailbox()
        else:
            yield from _finished(box, surname)
            box, surname = _Mailbox(), ""
    yield from _finished(box, surname)


def _after_colon(box: _Mailbox) -> _Mailbox:
    if "@" in box.words:  # a domain literal such as [IPv6:...]
        box.add("plain", ":")
        return box
    return _Mailbox()  # the name of a group, or mailto:


def _is_surname(box: _Mailbox) -> bool:
    words = box.words
    return box.angle is None and bool(words) and "@" not in words and not words.startswith('"') and not box.comments


def _finished(box: _Mailbox, surname: str) -> Iterator[Address]:
    email, name = _email_and_name(box)
    if surname and box.angle is not None and name:
        name = f"{surname}, {name}"
    elif surname:
        yield _address("", surname)
    if email or name:
        yield _address(email, name)


def _email_and_name(box: _Mailbox) -> tuple[str, str]:
    phrase = _SPACE.sub(" ", " ".join("".join(box.phrase).split()))
    comment = " ".join(filter(None, box.comments))
    bare = _BARE.search(box.words)
    if box.angle is not None:
        email = _clean_email(box.angle)
        if "@" not in email and bare:
            return bare[0], box.angle
        return email, f"{phrase} ({comment})" if phrase and comment else phrase or comment
    if bare:
        rest = box.words.replace(bare[0], " ")
        return bare[0], comment or _unescaped(rest.strip().strip('"'))
    single = phrase and " " not in phrase and "=?" not in phrase
    return (phrase, comment) if single else ("", phrase or comment)


def _address(email: str, name: str) -> Address:
    email = clean_line(email, 998)
    email = email if email.startswith('"') else email.replace(" ", "")
    name = clean_line(_BIDI.sub("", decode_words(name)), 300)
    quoted = len(name) > 1 and name[0] == name[-1] and name[0] in "'\""
    name = name[1:-1].strip() if quoted else name
    return Address(name="" if name.lower() == email.lower() else name, email=email)


def _clean_email(text: str) -> str:
    if quoted := _QUOTED.match(text):  # blanks inside the quotes belong to the address
        return f"{quoted[1]}@{_SPACE.sub('', quoted[2])}"
    email = _SPACE.sub("", text)
    if email.startswith("@") and ":" in email:  # an old source route: <@relay,@relay:user@host>
        email = email.rpartition(":")[2]
    return email.removeprefix("mailto:").removeprefix("MAILTO:").removeprefix("SMTP:").removeprefix("smtp:")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL).strip()
