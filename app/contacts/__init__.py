"""Contacts: the people who ask for help and the organisations they belong to."""

from app.contacts.authorising import authorise
from app.contacts.contact import Contact, ContactEmail, Organisation
from app.contacts.people import (
    add_organisation,
    by_actor,
    by_email,
    by_id,
    by_public_id,
    find_or_make,
    name_of,
    search,
    set_vip,
)

__all__ = [
    "Contact",
    "ContactEmail",
    "Organisation",
    "add_organisation",
    "authorise",
    "by_actor",
    "by_email",
    "by_id",
    "by_public_id",
    "find_or_make",
    "name_of",
    "search",
    "set_vip",
]
