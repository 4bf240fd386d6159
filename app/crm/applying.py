"""What a record does to contacts: adds one, changes what the CRM owns, leaves what a person edited, or is refused.

The rule: a field belongs to the CRM as long as it says what the CRM said last. One that was edited here since stays,
also when it was emptied, until both say the same again. Of a contact that was here before the CRM knew them only what
was empty is filled in.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock, contacts
from app.contacts import Contact, ContactEmail, CrmLink, identities
from app.contacts.addresses import digits_of
from app.crm.record import Record
from app.db import db

SINGLE = ("name", "organisation", "vip", "product", "language", "notes")
CHUNK = 5_000
"""Keys in one statement."""

_ASIDE = object()


class Conflict(Exception):
    """The record belongs to somebody else; the text says whose it is."""


@dataclass
class Effect:
    """What became of one record. `kept` names the fields that were edited here and stay."""

    outcome: str
    contact: Contact
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)


class Page:
    """The links and addresses a page of records speaks of, read together."""

    def __init__(self, system: str, records: list[Record]) -> None:
        self.system = system
        ids = {record.external_id for record in records if record.external_id}
        emails = sorted({email for record in records for email in record.emails})
        known = select(CrmLink).where(CrmLink.system == system, CrmLink.external_id.in_(ids))
        links = db.session.scalars(known).all()
        owned = [row for at in range(0, len(emails), CHUNK) for row in _rows_of(emails[at : at + CHUNK])]
        _hold({*(link.contact_id for link in links), *(row.contact_id for row in owned)})
        self.links = {link.external_id: link for link in links}
        self.owners = {row.email: row.contact for row in owned}

    def apply(self, record: Record, *, by: str) -> Effect:
        """Bring a contact to what a record says; raise Conflict saying whose it is."""
        link = self.links.get(record.external_id) if record.external_id else self._link_of_owner(record)
        contact = self._contact(record, link)
        effect = Effect("added" if contact is None else "unchanged", contact or contacts.add("", by=by, unnamed=True))
        given = dict(link.given) if link is not None else {}
        _singles(effect, record, given, by)
        _identities(effect, record, given, by)
        self._link(effect, record, link, given, by)
        for email in set(effect.before.get("emails", ())) - set(effect.after.get("emails", ())):
            self.owners.pop(email, None)
        self.owners.update(dict.fromkeys((one.email for one in effect.contact.emails), effect.contact))
        if effect.outcome == "unchanged" and effect.after:
            effect.outcome = "changed"
        return effect

    def _contact(self, record: Record, link: CrmLink | None) -> Contact | None:
        owners = {owner.id: owner for email in record.emails if (owner := self.owners.get(email)) is not None}
        own = contacts.current(link.contact) if link is not None else None
        self._refuse_stealing(record, [owner for owner in owners.values() if own is None or owner.id != own.id], own)
        found = own or next(iter(owners.values()), None)
        if found is not None and len({*record.emails, *(one.email for one in found.emails)}) > identities.MOST:
            raise Conflict(f"{_name(found)} would have more than {identities.MOST} addresses.")
        return found

    def _link_of_owner(self, record: Record) -> CrmLink | None:
        owners = [self.owners[email] for email in record.emails if email in self.owners]
        links = [one for owner in owners for one in owner.links if one.system == self.system]
        return links[0] if links else None

    def _refuse_stealing(self, record: Record, owners: list[Contact], own: Contact | None) -> None:
        for owner in owners:
            theirs = [one.external_id for one in owner.links if one.system == self.system]
            if theirs and record.external_id and record.external_id not in theirs:
                raise Conflict(f"{self._of(record, owner)} belongs to {_name(owner)}, who is record {theirs[0]}.")
        if own is not None and owners:
            told = f"{self._of(record, owners[0])} belongs to {_name(owners[0])}"
            raise Conflict(f"{told}; merge them with {_name(own)} first.")
        if len(owners) > 1:
            raise Conflict(f"Its addresses belong to {' and '.join(map(_name, owners))}; merge them first.")

    def _of(self, record: Record, owner: Contact) -> str:
        return next(email for email in record.emails if self.owners.get(email) is owner)

    def _link(self, effect: Effect, record: Record, link: CrmLink | None, given: dict[str, Any], by: str) -> None:
        key = record.external_id or (link.external_id if link is not None else record.emails[0])
        if link is None or (record.url and link.url != record.url):
            effect.before["record"] = link.url if link is not None else ""
            link = identities.link(effect.contact, self.system, key, record.url, by=by)
            effect.after["record"] = record.url or key
            self.links[key] = link
        if link.given != given:
            link.given = given
        link.synced_at = clock.now()


def _rows_of(emails: list[str]) -> list[ContactEmail]:
    return list(db.session.scalars(select(ContactEmail).where(ContactEmail.email.in_(emails))))


def _hold(contact_ids: set[int]) -> None:
    """Lock contacts until the page is taken in, so that what a person edits meanwhile is not overwritten unseen."""
    ids = sorted(contact_ids)
    loads = (Contact.emails, Contact.phones, Contact.links, Contact.organisation, Contact.merged_into)
    held = select(Contact).order_by(Contact.id).with_for_update(key_share=True, of=Contact)
    for at in range(0, len(ids), CHUNK):
        query = held.where(Contact.id.in_(ids[at : at + CHUNK])).options(*(selectinload(one) for one in loads))
        db.session.scalars(query, execution_options={"populate_existing": True}).all()


def _name(contact: Contact) -> str:
    return contact.name or contact.email or "somebody without a name"


def _value(contact: Contact, name: str) -> Any:
    if name == "organisation":
        return contact.organisation.name if contact.organisation is not None else ""
    return getattr(contact, name)


def _singles(effect: Effect, record: Record, given: dict[str, Any], by: str) -> None:
    contact, fields = effect.contact, {}
    for name in SINGLE:
        wanted = record.said.get(name, _ASIDE)
        if wanted is _ASIDE:
            continue
        now, last = _value(contact, name), given.get(name, _ASIDE)
        if wanted == now:
            given[name] = wanted
        elif now == last or (last is _ASIDE and not now):
            fields[name], effect.before[name] = wanted, now
            given[name] = effect.after[name] = wanted
        elif wanted != last:
            effect.kept.append(name)
    if not fields:
        return
    if "organisation" in fields:
        named = fields["organisation"]
        fields["organisation"] = contacts.add_organisation(named, by=by) if named else None
    contacts.edit(contact, fields, by=by)


def _identities(effect: Effect, record: Record, given: dict[str, Any], by: str) -> None:
    contact = effect.contact
    if "emails" in record.said:
        there = {one.email: one.email for one in contact.emails}
        _several(effect, "emails", there, dict(zip(record.emails, record.emails, strict=True)), given=given, by=by)
    if "phones" in record.said:
        known = {one.digits: one.phone for one in contact.phones}
        _several(effect, "phones", known, {digits_of(one): one for one in record.said["phones"]}, given=given, by=by)


def _several(
    effect: Effect, name: str, there: dict[str, str], wanted: dict[str, str], *, given: dict[str, Any], by: str
) -> None:
    """Add what is new to the CRM and take away what it no longer says; what a person added or took away stays so."""
    add, remove = _VERBS[name]
    last = set(given.get(name, []))
    fresh = [key for key in wanted if key not in there and key not in last]
    gone = [key for key in there if key in last and key not in wanted]
    for key in fresh:
        add(effect.contact, wanted[key], by=by)
    left = len(effect.contact.emails) + len(effect.contact.phones)
    gone = gone[: max(0, left - 1)]  # the last way to reach somebody stays
    for key in gone:
        remove(effect.contact, there[key], by=by)
    given[name] = sorted(wanted)
    if fresh or gone:
        effect.before[name] = sorted(there.values())
        effect.after[name] = sorted([*(v for k, v in there.items() if k not in gone), *(wanted[key] for key in fresh)])


_VERBS: dict[str, Any] = {
    "emails": (identities.add_address, identities.remove_address),
    "phones": (identities.add_phone, identities.remove_phone),
}
