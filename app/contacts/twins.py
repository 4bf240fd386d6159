"""Contacts who may be one and the same person."""

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.contacts.addresses import domain_of
from app.contacts.contact import Contact, ContactPhone, OrganisationDomain
from app.db import db

MOST = 5


def twins(contact: Contact) -> list[tuple[Contact, str]]:
    """Return up to five contacts who may be this person, each with why: the same phone, or the same name in the same
    organisation or at the same mail domain."""
    found = {other.id: (other, "same phone") for other in _by_phone(contact)}
    if contact.name:
        for other in _by_name(contact):
            if (why := _shared(contact, other)) and other.id not in found:
                found[other.id] = (other, f"same name, {why}")
    return list(found.values())[:MOST]


def _others(contact: Contact) -> Select[Contact]:
    query = select(Contact).where(Contact.id != contact.id, Contact.merged_into_id.is_(None))
    return query.options(selectinload(Contact.emails), selectinload(Contact.organisation)).order_by(Contact.id)


def _by_phone(contact: Contact) -> list[Contact]:
    digits = [one.digits for one in contact.phones if one.digits]
    same = select(ContactPhone.contact_id).where(ContactPhone.digits.in_(digits))
    return list(db.session.scalars(_others(contact).where(Contact.id.in_(same)).limit(MOST))) if digits else []


def _by_name(contact: Contact) -> list[Contact]:
    return list(db.session.scalars(_others(contact).where(Contact.name == contact.name).limit(50)))


def _shared(contact: Contact, other: Contact) -> str:
    if contact.organisation_id is not None and contact.organisation_id == other.organisation_id:
        return "same organisation"
    domains = {domain_of(one.email) for one in contact.emails} & {domain_of(one.email) for one in other.emails}
    # At a provider everybody may open an address at, a shared name says little; at an organisation it says much.
    owned = select(OrganisationDomain.domain).where(OrganisationDomain.domain.in_(domains)).limit(1)
    domain = db.session.scalar(owned) if domains else None
    return f"both at {domain}" if domain else ""
