"""Making and changing contacts by hand: what is known about a person, with before and after."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app import events, people
from app.amending import amend
from app.contacts.contact import Contact, Organisation
from app.contacts.identities import add_address, add_phone
from app.db import db
from app.errors import Invalid
from app.text import clean, one_line

NOTES = 20_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
FIELDS = ("name", "organisation", "vip", "product", "notes", "language", "preferred_agent")
"""What `edit` takes: texts, an Organisation or None, a truth value, and the mail address of an agent."""


def add(
    name: str,
    *,
    by: str,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    fields: Mapping[str, Any] | None = None,
    unnamed: bool = False,
) -> Contact:
    """Make a contact; raise Invalid naming the field, and for an address of somebody else, whose it is.

    A person without a name needs an address or a phone to be known by, unless it follows (`unnamed`).
    """
    emails, phones = list(emails), list(phones)
    known = _checked({"name": name, **(fields or {})})
    if not (unnamed or known.get("name") or emails or phones):
        raise Invalid("Who is it?", {"name": "is needed where there is no address or phone"})
    contact = Contact(**known)
    db.session.add(contact)
    db.session.flush()
    events.record("contact.added", by=by, subject=contact.actor, after={"email": "", **known})
    for email in emails:
        add_address(contact, email, by=by)
    for phone in phones:
        add_phone(contact, phone, by=by)
    return contact


def edit(contact: Contact, fields: Mapping[str, Any], *, by: str, reason: str = "") -> bool:
    """Change some of FIELDS and record `contact.changed`; return whether anything did."""
    before = contact.organisation_id
    changed = amend(contact, _checked(fields), "contact.changed", by=by, subject=contact.actor, reason=reason)
    if changed:
        db.session.expire(contact, ["organisation", "preferred_agent"])
    if contact.organisation_id != before:
        # What an organisation was promised holds for the tickets of its people.
        whose = {"priority": "", "department": 0, "organisation": 0, "contact": contact.id}
        events.record("promises.changed", by=by, subject=contact.actor, data=whose)
    return changed


def set_vip(contact: Contact, vip: bool, *, by: str, reason: str = "") -> bool:
    """Mark a contact as one who goes first, or no longer; return whether it changed."""
    return amend(contact, {"vip": vip}, "contact.vip_changed", by=by, subject=contact.actor, reason=reason)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns and their values; raise Invalid naming every field that cannot be."""
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field, value in fields.items():
        try:
            found.update(_CHECKS[field](value))
        except ValueError as error:
            wrong[field] = str(error)
    if wrong:
        raise Invalid("Part of this cannot be.", wrong)
    return found


def _line(field: str, longest: int, value: Any) -> dict[str, Any]:
    line = one_line(str(value or ""), longest + 1)
    if len(line) > longest:
        raise ValueError(f"must have at most {longest} characters")
    return {field: line}


def _language(value: Any) -> dict[str, Any]:
    line = one_line(str(value or ""), 20)
    if line and (len(line) > 8 or not _LANGUAGE.fullmatch(line)):
        raise ValueError("must be a language code, such as en or pt-BR")
    return {"language": line}


def _agent(email: Any) -> dict[str, Any]:
    line = one_line(str(email or ""), 254)
    agent = people.by_email(line) if line else None
    if line and agent is None:
        raise ValueError("is no agent's address")
    return {"preferred_agent_id": agent.id if agent else None}


def _organisation(value: Organisation | None) -> dict[str, Any]:
    return {"organisation_id": value.id if value is not None else None}


_CHECKS = {
    "name": lambda value: _line("name", 200, value),
    "organisation": _organisation,
    "vip": lambda value: {"vip": bool(value)},
    "product": lambda value: _line("product", 40, value),
    "notes": lambda value: {"notes": clean(str(value or ""), NOTES).strip()},
    "language": _language,
    "preferred_agent": _agent,
}
