"""Whose change requests go straight to a board."""

from app import events
from app.contacts.contact import Contact
from app.db import db


def authorise(contact: Contact, may: bool, *, by: str, reason: str = "") -> bool:
    """Let a contact raise change requests, or no longer, and record `contact.authorised_changed`; return whether that
    is new."""
    db.session.refresh(contact, with_for_update={"key_share": True})
    if contact.may_request_changes == may:
        return False
    contact.may_request_changes = may
    before, after = {"may_request_changes": not may}, {"may_request_changes": may}
    events.record("contact.authorised_changed", by=by, subject=contact.actor, reason=reason, before=before, after=after)
    return True
