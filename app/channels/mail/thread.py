"""Which conversation a mail belongs to: proved by a signed token in an address or Message-ID, never by a subject."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import suppress

from app.channels.mail.classify import OWN_ID_PREFIX
from app.channels.mail.model import ParsedMail

_PURPOSE = b"flowdesk reply token\x00"
_LONGEST_LOCAL_PART = 64  # RFC 5321 section 4.5.3.1.1
_MAC_BYTES = 16
_TOKEN = re.compile(r"(?<![a-z0-9])([a-z]{1,20}[0-9]{1,18}|[a-z2-7]{2,80})-([a-z2-7]{26})(?![a-z0-9])")
_NUMBERED = re.compile(r"([a-z]{1,20}):?(0|[1-9][0-9]{0,17})")
_LOOKS = 10


def token(secret: str, ref: str) -> str:
    """Return a token that names `ref`, signed with 128 bits; safe in a local part, read in any case.

    `ticket:12` is written as `ticket12`, anything else in base 32: header lines of ids longer than 77 characters come
    back folded or encoded.
    """
    numbered = _NUMBERED.fullmatch(ref) if ":" in ref else None
    name = f"{numbered[1]}{numbered[2]}" if numbered else _base32(ref.encode())
    return f"{name}-{_base32(_mac(secret, ref))}"


def read_token(secret: str, text: str) -> str | None:
    """Return the ref of the first token in `text` that we signed, or None."""
    for match in list(_TOKEN.finditer(text[:4096].lower()))[:_LOOKS]:
        for ref in _refs(match[1]):
            if hmac.compare_digest(_base32(_mac(secret, ref)), match[2]):
                return ref
    return None


def reply_address(address: str, secret: str, ref: str) -> str:
    """Return `local+token@domain`, or the bare address where the local part would be longer than mail allows."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token(secret, ref)}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= _LONGEST_LOCAL_PART else address


def message_id(secret: str, ref: str, domain: str, unique: str) -> str:
    """Return a Message-ID that carries the token; the same `unique` gives the same id."""
    return f"<{OWN_ID_PREFIX}{token(secret, ref)}.{re.sub(r'[^A-Za-z0-9]', '', unique)}@{domain}>"


def desk_mark(secret: str) -> str:
    """Return what every mail of this desk, and of no other, carries in X-Flowdesk-Loop."""
    return _base32(hmac.digest(secret.encode(), b"flowdesk desk mark", hashlib.sha256)[:_MAC_BYTES])


def refs_of(mail: ParsedMail, secret: str) -> list[str]:
    """Return the refs a mail proves, likeliest first: of the addresses it went to, then of the ids it answers."""
    found = (read_token(secret, text) for text in _places(mail))
    return list(dict.fromkeys(ref for ref in found if ref is not None))


def hint(subject: str, prefix: str) -> str | None:
    """Return the number a subject shows, as `prefix` and digits: something to offer a person, proof of nothing."""
    match = re.search(rf"(?i)(?<![\w-]){re.escape(prefix)}(\d{{1,12}})(?!\w)", subject[:2000])
    return f"{prefix}{match[1]}" if match else None


def _places(mail: ParsedMail) -> Iterator[str]:
    for address in (*mail.delivered_to, *(one.email for one in (*mail.to, *mail.cc))):
        yield address.rpartition("@")[0]
    yield mail.in_reply_to or ""
    yield from reversed(mail.references)


def _mac(secret: str, ref: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE + ref.encode(), hashlib.sha256)[:_MAC_BYTES]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def _refs(text: str) -> Iterator[str]:
    """Yield what the name in a token may stand for; the signature tells which it is."""
    if numbered := _NUMBERED.fullmatch(text):
        yield f"{numbered[1]}:{numbered[2]}"
    with suppress(ValueError):
        yield base64.b32decode(text.upper() + "=" * (-len(text) % 8)).decode()
