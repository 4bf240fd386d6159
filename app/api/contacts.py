"""Contacts: the people who ask for help."""

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from app import contacts, merges
from app.api import answers, asks, auth, customer_answers, customers, document, shapes
from app.api.effect import effect
from app.contacts import Contact, identities
from app.contacts.addresses import digits_of, typed_address
from app.errors import Invalid, NotFound
from app.merges import ContactMerge
from app.tickets import finding

blueprint = document.noun("contacts", "The people who ask for help.")


class Search(asks.Paged):
    q: str = Field("", max_length=200, description="Words of a name, an address or an organisation.")


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    system: str = Field(min_length=1, max_length=60)
    external_id: str = Field(min_length=1, max_length=120)
    url: str = Field("", max_length=500, description="https only.")


class Known(asks.Ask):
    """What may be said of a contact; what is left out stays as it is."""

    name: str | None = Field(None, max_length=200)
    organisation: str | None = Field(None, max_length=200, description="By name, added if new; empty for none.")
    vip: bool | None = None
    product: str | None = Field(None, max_length=40)
    notes: str | None = Field(None, max_length=20_000)
    language: str | None = Field(None, max_length=8)
    preferred_agent: str | None = Field(None, max_length=254, description="The agent's mail address; empty for none.")
    emails: list[str] | None = Field(
        None, max_length=identities.MOST, description="All addresses, the first one first."
    )
    phones: list[str] | None = Field(None, max_length=identities.MOST)
    links: list[Record] | None = Field(None, max_length=identities.MOST)


class Into(asks.Ask):
    into: str = Field(max_length=36, description="The id of the contact that stays.")
    reason: asks.Reason = ""


@blueprint.get("/contacts", responses={200: answers.Listed[answers.Contact]})
def search(query: Search) -> Response:
    """List contacts by name."""
    return shapes.listed(contacts.search(query.q, query.page, query.page_size), customers.contacts).shown()


@blueprint.get("/contacts/<id>", responses={200: answers.Contact})
def show(path: asks.ById) -> Response:
    """Show one contact."""
    return customers.contact(_contact(path.id)).shown()


@blueprint.post("/contacts", responses={201: answers.Contact})
@effect(201, customers.contact, lambda row: f"{auth.PREFIX}/contacts/{row.public_id}")
def create(body: Known) -> Contact:
    """Add a contact."""
    by = auth.agent().actor
    fields = _fields(body, by)
    name = fields.pop("name", "")
    made = contacts.add(name, emails=body.emails or (), phones=body.phones or (), fields=fields, by=by)
    _set_links(made, body, by)
    return made


@blueprint.patch("/contacts/<id>", responses={200: answers.Contact})
@effect(200, customers.contact)
def change(path: asks.ById, body: Known) -> Contact:
    """Change what is known about a contact."""
    contact, by = _contact(path.id), auth.agent().actor
    contacts.edit(contact, _fields(body, by), by=by)
    _set_emails(contact, body, by)
    _set_phones(contact, body, by)
    _set_links(contact, body, by)
    return contact


@blueprint.get("/contacts/<id>/tickets", responses={200: answers.Listed[answers.Ticket]})
def tickets(path: asks.ById, query: asks.Paged) -> Response:
    """List every ticket a contact raised, newest first, without messages."""
    page = finding.of_contact(_contact(path.id), query.page, query.page_size, agent=auth.agent())
    return shapes.listed(page, lambda rows: shapes.tickets(rows, messages=False)).shown()


@blueprint.post("/contacts/<id>/merge", responses={201: customer_answers.Merge})
@effect(201, customers.merge)
def merge(path: asks.ById, body: Into) -> ContactMerge:
    """Merge a contact into another."""
    source, target = _contact(path.id), contacts.by_public_id(body.into)
    if target is None:
        raise Invalid("There is no such contact.", {"into": "is unknown"})
    return merges.merge(source, target, by=auth.agent().actor, reason=body.reason)


@blueprint.get("/contacts/<id>/merge", responses={200: customer_answers.Merge})
def merged(path: asks.ById) -> Response:
    """Show into whom a contact was merged, and whether that can be undone."""
    return customers.merge(merges.active(_contact(path.id))).shown()


@blueprint.delete("/contacts/<id>/merge", responses={200: customer_answers.Merge})
@effect(200, customers.merge)
def unmerge(path: asks.ById) -> ContactMerge:
    """Undo the merge of a contact into another."""
    row = merges.active(_contact(path.id))
    merges.undo(row, by=auth.agent().actor)
    return row


def _contact(public_id: str) -> Contact:
    row = contacts.by_public_id(public_id)
    if row is None:
        raise NotFound("There is no such contact.")
    return row


class Authority(asks.Ask):
    allowed: bool = Field(description="Whether change requests of this contact go straight to a board.")
    reason: asks.Reason = ""


@blueprint.put("/contacts/<id>/change-requests", responses={200: answers.Contact})
@effect(200, customers.contact)
def authorise(path: asks.ById, body: Authority) -> Contact:
    """Let a contact raise change requests, or no longer."""
    row = _contact(path.id)
    contacts.authorise(row, body.allowed, by=auth.agent().actor, reason=body.reason)
    return row


def _fields(body: Known, by: str) -> dict[str, Any]:
    names = ("name", "vip", "product", "notes", "language", "preferred_agent")
    fields = {name: value for name in names if (value := getattr(body, name)) is not None}
    if body.organisation is not None:
        named = body.organisation.strip()
        fields["organisation"] = contacts.add_organisation(named, by=by) if named else None
    return fields


def _set_emails(contact: Contact, body: Known, by: str) -> None:
    if body.emails is None:
        return
    wanted = [typed_address(email) for email in body.emails]
    for email in wanted:
        identities.add_address(contact, email, by=by)
    for row in list(contact.emails):
        if row.email not in wanted:
            identities.remove_address(contact, row.email, by=by)


def _set_phones(contact: Contact, body: Known, by: str) -> None:
    if body.phones is None:
        return
    for phone in body.phones:
        identities.add_phone(contact, phone, by=by)
    wanted = {digits_of(phone) for phone in body.phones}
    for row in list(contact.phones):
        if row.digits not in wanted:
            identities.remove_phone(contact, row.phone, by=by)


def _set_links(contact: Contact, body: Known, by: str) -> None:
    if body.links is None:
        return
    for one in body.links:
        identities.link(contact, one.system, one.external_id, one.url, by=by)
    wanted = {(one.system, one.external_id) for one in body.links}
    for row in list(contact.links):
        if (row.system, row.external_id) not in wanted:
            identities.unlink(contact, row.system, row.external_id, by=by)
