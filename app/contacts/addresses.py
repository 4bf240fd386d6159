"""Addresses and phones as they are kept, so that one is known again however it is written."""

import re

from app.errors import Invalid
from app.text import one_line

LONGEST = 320
"""64 + 1 + 255 characters (RFC 5321 section 4.5.3.1); what is longer is no address."""
LEAST_DIGITS = 4


def address(email: str) -> str:
    """Return an address in lower case and its own letters; empty when it is none."""
    found = in_letters(one_line(email, LONGEST + 1).lower())
    return found if len(found) <= LONGEST and "@" in found else ""


def typed_address(email: str) -> str:
    """Return an address somebody typed; raise Invalid when mail could not be sent there."""
    found = address(email)
    local, _, domain = found.rpartition("@")
    if not local or not domain or " " in found or "@" in local or any(sign in found for sign in "<>,;\"'()"):
        shown = one_line(email, 60)
        raise Invalid(
            f"{shown} is no mail address.", {"email": f"{shown or 'This'} is no address, such as a@b.example"}
        )
    return found


def in_letters(address: str) -> str:
    """Write a domain in its own letters, so that `bücher.example` and `xn--bcher-kva.example` are one (RFC 5890)."""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{local}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return address


def domain_of(address: str) -> str:
    """Return what stands behind the @."""
    return address.rpartition("@")[2]


def digits_of(phone: str) -> str:
    """Return the digits a phone is known by: `+44 (0)20 7946` and `0044 20 7946` are one."""
    plain = re.sub(r"\D", "", phone.replace("(0)", ""))
    return (plain.removeprefix("00") if plain.startswith("00") else plain)[-20:]


def typed_phone(phone: str) -> str:
    """Return a phone somebody typed as one line; raise Invalid when nobody could dial it."""
    line = one_line(phone, 61)
    if len(line) > 60 or len(digits_of(line)) < LEAST_DIGITS or re.search(r"[^\d\s+()/.,xext#*-]", line):
        raise Invalid(
            f"{line[:40]} is no phone.", {"phone": f"{line[:40] or 'This'} is no phone, such as +44 20 7946 0958"}
        )
    return line
