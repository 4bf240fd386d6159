"""Contacts: the people who ask for help and the organisations they belong to."""

from app.contacts import identities, organisations
from app.contacts.authorising import authorise
from app.contacts.contact import Contact, ContactEmail, ContactPhone, CrmLink, Organisation
from app.contacts.editing import add, edit, set_vip
from app.contacts.organisations import add_organisation
from app.contacts.people import (
    by_actor,
    by_email,
    by_id,
    by_public_id,
    current,
    find_or_make,
    name_of,
    search,
)

__all__ = [
    "Contact",
    "ContactEmail",
    "ContactPhone",
    "CrmLink",
    "Organisation",
    "add",
    "add_organisation",
    "authorise",
    "by_actor",
    "by_email",
    "by_id",
    "by_public_id",
    "current",
    "edit",
    "find_or_make",
    "identities",
    "name_of",
    "organisations",
    "search",
    "set_vip",
]
