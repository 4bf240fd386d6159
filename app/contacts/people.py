"""Recognising who writes, and keeping what is known about them."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import selectinload

from app import events, people
from app.contacts.contact import Contact, ContactEmail, Organisation
from app.db import db
from app.errors import Invalid
from app.once import insert_once
from app.paging import Page, paginate
from app.text import one_line

_LONGEST_ADDRESS = 320
"""64 + 1 + 255 characters (RFC 5321 section 4.5.3.1); what is longer is no address."""

# Asked with every mail; making the statements anew would cost more than asking them.
_BY_EMAIL = (
    select(Contact)
    .join(ContactEmail, ContactEmail.contact_id == Contact.id)
    .where(ContactEmail.email == bindparam("email"))
)
_BY_DOMAIN = select(Organisation).where(Organisation.domain == bindparam("domain"))


def find_or_make(email: str, name: str, *, by: str) -> Contact:
    """Return the contact with this address, made if new; without a usable address it is always a new one.

    A contact belongs to the organisation of their mail domain. A name is only taken where there was none.
    """
    address, name = _address(email), one_line(name, 200)
    contact = by_email(address) if address else None
    if contact is None:
        contact = Contact(name=name, organisation=_organisation(address))
        if address:
            contact.emails.append(ContactEmail(email=address))
        if not insert_once(contact):
            return find_or_make(email, name, by=by)
        events.record("contact.added", by=by, subject=contact.actor, after={"email": address, "name": name})
    elif name and not contact.name:
        contact.name = name
        events.record("contact.named", by=by, subject=contact.actor, before={"name": ""}, after={"name": name})
    return contact


def by_email(email: str) -> Contact | None:
    """Return the contact with this address, in any case."""
    address = _address(email)
    return db.session.scalars(_BY_EMAIL, {"email": address}).one_or_none() if address else None


def by_public_id(public_id: str) -> Contact | None:
    """Return the contact the outside names so."""
    return db.session.scalars(select(Contact).where(Contact.public_id == one_line(public_id, 36))).one_or_none()


def by_id(contact_id: int) -> Contact | None:
    """Return the contact with this key."""
    return db.session.get(Contact, contact_id)


def by_actor(actor: str | None) -> Contact | None:
    """Return the contact behind `contact:ID`, or None for any other actor."""
    kind, _, key = (actor or "").partition(":")
    return by_id(int(key)) if kind == "contact" and key.isdecimal() else None


def name_of(actor: str) -> str:
    """Return a person's words for any actor string."""
    if contact := by_actor(actor):
        return contact.name or contact.email or "Unknown sender"
    return people.name_of(actor)


def search(q: str = "", page: int = 1, page_size: int = 50) -> Page[Contact]:
    """Return contacts by name whose name, an address or organisation contains every word of `q`."""
    query = select(Contact).order_by(Contact.name, Contact.id)
    for word in one_line(q, 200).split()[:8]:
        addresses = select(ContactEmail.contact_id).where(ContactEmail.email.icontains(word, autoescape=True))
        theirs = select(Organisation.id).where(Organisation.name.icontains(word, autoescape=True))
        named = Contact.name.icontains(word, autoescape=True)
        query = query.where(or_(named, Contact.id.in_(addresses), Contact.organisation_id.in_(theirs)))
    eager = (selectinload(Contact.emails), selectinload(Contact.organisation))
    return paginate(query.options(*eager), page, page_size)


def add_organisation(name: str, *, by: str, domain: str | None = None) -> Organisation:
    """Return the organisation with this name, added if new; mail from its domain makes contacts of it."""
    name, domain = one_line(name, 200), one_line(domain, 200).lower() or None
    if not name:
        raise Invalid("An organisation needs a name.", {"name": "is empty"})
    query = select(Organisation).where(Organisation.name == name)
    if found := db.session.scalars(query).one_or_none():
        return found
    organisation = Organisation(name=name, domain=domain)
    if not insert_once(organisation):
        raise Invalid(f"{domain} already belongs to another organisation.", {"domain": "is taken"})
    data = {"name": name, "domain": domain}
    events.record("organisation.added", by=by, subject=f"organisation:{organisation.id}", after=data)
    return organisation


def set_vip(contact: Contact, vip: bool, *, by: str, reason: str = "") -> bool:
    """Mark a contact as one who goes first, or no longer; return whether it changed."""
    if contact.vip == vip:
        return False
    contact.vip = vip
    events.record(
        "contact.vip_changed",
        by=by,
        subject=contact.actor,
        reason=reason,
        before={"vip": not vip},
        after={"vip": vip},
    )
    return True


def _address(email: str) -> str:
    address = _in_letters(one_line(email, _LONGEST_ADDRESS + 1).lower())
    return address if len(address) <= _LONGEST_ADDRESS and "@" in address else ""


def _in_letters(address: str) -> str:
    """Write a domain in its own letters, so that `bücher.example` and `xn--bcher-kva.example` are one (RFC 5890)."""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{local}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return address


def _organisation(address: str) -> Organisation | None:
    domain = address.rpartition("@")[2]
    return db.session.scalars(_BY_DOMAIN, {"domain": domain}).one_or_none() if domain else None
