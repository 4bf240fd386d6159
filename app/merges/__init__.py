"""Merges: two contacts that are one person become one, and two again when that was wrong."""

from app.merges.merging import Preview, active, by_public_id, merge, of_contact, preview
from app.merges.record import ContactMerge
from app.merges.references import references
from app.merges.undoing import objections, undo

__all__ = [
    "ContactMerge",
    "Preview",
    "active",
    "by_public_id",
    "merge",
    "objections",
    "of_contact",
    "preview",
    "references",
    "undo",
]
