"""What a contact is known by: addresses, each of one contact only, phones, and records of a CRM."""

from urllib.parse import urlsplit

from sqlalchemy import select

from app import events
from app.contacts.addresses import digits_of, typed_address, typed_phone
from app.contacts.contact import Contact, ContactEmail, ContactPhone, CrmLink
from app.contacts.organisations import of_address
from app.contacts.people import by_email
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.once import insert_once
from app.text import one_line

MOST = 50
"""Addresses, and phones, of one contact."""


class Taken(Invalid):
    """It belongs to somebody else; `owner` is their public id."""


def add_address(contact: Contact, email: str, *, by: str) -> bool:
    """Let mail from an address be theirs; return False when it is already. Raise Taken naming whose it is.

    Who belongs to no organisation yet belongs to the one of the address.
    """
    address = typed_address(email)
    if (owner := by_email(address)) is not None:
        return _theirs(owner, contact, "email", address)
    if len(contact.emails) >= MOST:
        raise Invalid("These are too many addresses.", {"email": f"must be {MOST} at most"})
    if not insert_once(ContactEmail(email=address, contact_id=contact.id)):
        raise Conflict(f"{address} was given to somebody just now.")
    if contact.organisation_id is None and (theirs := of_address(address)) is not None:
        contact.organisation = theirs
    db.session.flush()
    db.session.expire(contact, ["emails"])
    events.record("contact.address_added", by=by, subject=contact.actor, after={"email": address})
    return True


def remove_address(contact: Contact, email: str, *, by: str, reason: str = "") -> None:
    """Take an address away; mail from it will be a new contact's. Raise Taken, NotFound, or Invalid for the last way
    to reach somebody."""
    address = typed_address(email)
    owner = by_email(address)
    if owner is None:
        raise NotFound(f"Nobody has the address {address}.")
    _theirs(owner, contact, "email", address)
    if len(contact.emails) == 1 and not contact.phones:
        raise Invalid(f"{address} is the only way to reach them; add another one first.", {"email": "is the last one"})
    db.session.delete(db.session.get_one(ContactEmail, address))
    db.session.flush()
    db.session.expire(contact, ["emails"])
    record = {"email": address}
    events.record("contact.address_removed", by=by, subject=contact.actor, reason=reason, before=record)


def _theirs(owner: Contact, contact: Contact, field: str, what: str) -> bool:
    if owner.id != contact.id:
        told = f"belongs to {owner.name or owner.email}"
        raise Taken(f"{what} {told}.", {field: told}, owner=owner.public_id)
    return False


def add_phone(contact: Contact, phone: str, *, by: str) -> bool:
    """Add a phone; return False when they have it already, however it is written."""
    line = typed_phone(phone)
    if len(contact.phones) >= MOST:
        raise Invalid("These are too many phones.", {"phone": f"must be {MOST} at most"})
    if not insert_once(ContactPhone(contact_id=contact.id, phone=line, digits=digits_of(line))):
        return False
    db.session.expire(contact, ["phones"])
    events.record("contact.phone_added", by=by, subject=contact.actor, after={"phone": line})
    return True


def remove_phone(contact: Contact, phone: str, *, by: str, reason: str = "") -> None:
    """Take a phone away; raise NotFound, or Invalid for the last way to reach somebody."""
    digits = digits_of(phone)
    found = next((one for one in contact.phones if one.digits == digits), None)
    if found is None:
        raise NotFound("They do not have this phone.")
    if len(contact.phones) == 1 and not contact.emails:
        raise Invalid("This is the only way to reach them; add another one first.", {"phone": "is the last one"})
    record = {"phone": found.phone}
    db.session.delete(found)
    db.session.flush()
    db.session.expire(contact, ["phones"])
    events.record("contact.phone_removed", by=by, subject=contact.actor, reason=reason, before=record)


def linked(system: str, external_id: str) -> CrmLink | None:
    """Return the link of a CRM's record."""
    query = select(CrmLink).where(CrmLink.system == system, CrmLink.external_id == external_id)
    return db.session.scalars(query).one_or_none()


def link(contact: Contact, system: str, external_id: str, url: str = "", *, by: str) -> CrmLink:
    """Say which record of a CRM somebody is; raise Taken naming whose record it is, Invalid for a wrong address."""
    named, known, place = one_line(system, 61), one_line(external_id, 121), crm_url(url)
    for field, value, longest in (("system", named, 60), ("external_id", known, 120)):
        if not 1 <= len(value) <= longest:
            raise Invalid(f"The {field} is wrong.", {field: f"must have 1 to {longest} characters"})
    found = linked(named, known)
    if found is not None:
        _theirs(found.contact, contact, "external_id", f"{named} {known}")
    before = {"url": found.url} if found is not None else None
    if found is not None and found.url == place:
        return found
    if found is None:
        found = CrmLink(contact_id=contact.id, system=named, external_id=known, url=place)
        if not insert_once(found):
            raise Conflict(f"{named} {known} was linked to somebody just now.")
        db.session.expire(contact, ["links"])
    found.url = place
    after = {"system": named, "external_id": known, "url": place}
    events.record("contact.linked", by=by, subject=contact.actor, before=before, after=after)
    return found


def unlink(contact: Contact, system: str, external_id: str, *, by: str, reason: str = "") -> None:
    """Take a link to a CRM's record away; raise NotFound where there is none."""
    found = linked(system, external_id)
    if found is None or found.contact_id != contact.id:
        raise NotFound("They have no such link.")
    record = {"system": system, "external_id": external_id, "url": found.url}
    db.session.delete(found)
    db.session.flush()
    db.session.expire(contact, ["links"])
    events.record("contact.unlinked", by=by, subject=contact.actor, reason=reason, before=record)


def crm_url(url: str) -> str:
    """Return a web address that agents may follow: https only, or empty; raise Invalid naming `url`."""
    line = one_line(url, 501)
    if not line:
        return ""
    try:
        parts = urlsplit(line)
        fine = parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    if not fine or len(line) > 500 or any(sign in line for sign in " <>\"'`\\"):
        raise Invalid(
            "This is no address to follow.", {"url": "must begin with https:// and have at most 500 characters"}
        )
    return line


def systems() -> list[str]:
    """Return the names of the CRMs that contacts are linked to."""
    return list(db.session.scalars(select(CrmLink.system).distinct().order_by(CrmLink.system).limit(20)))
