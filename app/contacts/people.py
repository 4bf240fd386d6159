"""Recognising who writes, and keeping what is known about them."""

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import selectinload

from app import events, people
from app.contacts.addresses import address as address_of
from app.contacts.contact import Contact, ContactEmail, Organisation
from app.contacts.organisations import of_address
from app.db import db
from app.once import insert_once
from app.paging import Page, paginate
from app.text import one_line

# Asked with every mail; making the statements anew would cost more than asking them.
_BY_EMAIL = (
    select(Contact)
    .join(ContactEmail, ContactEmail.contact_id == Contact.id)
    .where(ContactEmail.email == bindparam("email"))
)
_HELD_BY_EMAIL = _BY_EMAIL.with_for_update(read=True, key_share=True, of=Contact)


def find_or_make(email: str, name: str, *, by: str) -> Contact:
    """Return the contact with this address, made if new; without a usable address it is always a new one.

    A contact belongs to the organisation of their mail domain. A name is only taken where there was none.
    """
    address, name = address_of(email), one_line(name, 200)
    contact = _held_by_email(address) if address else None
    if contact is None:
        contact = Contact(name=name, organisation=of_address(address))
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
    address = address_of(email)
    return db.session.scalars(_BY_EMAIL, {"email": address}).one_or_none() if address else None


def by_public_id(public_id: str) -> Contact | None:
    """Return the contact the outside names so, also one that was merged into another."""
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


def current(contact: Contact) -> Contact:
    """Return the contact one was merged into, or itself."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    return contact


def search(q: str = "", page: int = 1, page_size: int = 50, organisation: Organisation | None = None) -> Page[Contact]:
    """Return contacts by name whose name, an address or organisation contains every word of `q`."""
    query = select(Contact).where(Contact.merged_into_id.is_(None)).order_by(Contact.name, Contact.id)
    if organisation is not None:
        query = query.where(Contact.organisation_id == organisation.id)
    for word in one_line(q, 200).split()[:8]:
        query = query.where(_having(word))
    known = (Contact.emails, Contact.phones, Contact.links, Contact.organisation, Contact.preferred_agent)
    eager = [selectinload(one) for one in known]
    return paginate(query.options(*eager), page, page_size)


def _having(word: str) -> ColumnElement[bool]:
    # Not a union of three: by this, a word that many have ends the walk by name as soon as the page is full.
    addresses = select(ContactEmail.contact_id).where(ContactEmail.email.icontains(word, autoescape=True))
    theirs = select(Organisation.id).where(Organisation.name.icontains(word, autoescape=True))
    named = Contact.name.icontains(word, autoescape=True)
    return or_(named, Contact.id.in_(addresses), Contact.organisation_id.in_(theirs))


def _held_by_email(address: str) -> Contact | None:
    """Return the contact with an address, not to be merged away before the transaction ends."""
    found = db.session.scalars(_HELD_BY_EMAIL, {"email": address}).one_or_none()
    # A merge that was waited for has set this on the row; the query itself still saw the address where it was.
    return current(found) if found is not None else None
