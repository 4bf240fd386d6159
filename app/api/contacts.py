"""Contacts: the people who ask for help."""

from collections.abc import Sequence

from flask import Response
from pydantic import Field

from app import contacts
from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.contacts import Contact
from app.errors import NotFound

blueprint = document.noun("contacts", "The people who ask for help.")


class Search(asks.Paged):
    q: str = Field("", max_length=200, description="Words of a name, an address or an organisation.")


@blueprint.get("/contacts", responses={200: answers.Listed[answers.Contact]})
def search(query: Search) -> Response:
    """List contacts by name."""
    return shapes.listed(contacts.search(query.q, query.page, query.page_size), _contacts).shown()


@blueprint.get("/contacts/<id>", responses={200: answers.Contact})
def show(path: asks.ById) -> Response:
    """Show one contact."""
    row = contacts.by_public_id(path.id)
    if row is None:
        raise NotFound("There is no such contact.")
    return _contacts([row])[0].shown()


def _contact(row: Contact) -> answers.Contact:
    return _contacts([row])[0]


class Authority(asks.Ask):
    allowed: bool = Field(description="Whether change requests of this contact go straight to a board.")
    reason: asks.Reason = ""


@blueprint.put("/contacts/<id>/change-requests", responses={200: answers.Contact})
@effect(200, _contact)
def authorise(path: asks.ById, body: Authority) -> Contact:
    """Let a contact raise change requests, or no longer."""
    row = contacts.by_public_id(path.id)
    if row is None:
        raise NotFound("There is no such contact.")
    contacts.authorise(row, body.allowed, by=auth.agent().actor, reason=body.reason)
    return row


def _contacts(rows: Sequence[Contact]) -> list[answers.Contact]:
    return [
        answers.Contact(
            id=row.public_id,
            name=row.name,
            email=row.email,
            emails=[one.email for one in row.emails],
            organisation=row.organisation.name if row.organisation else None,
            vip=row.vip,
            may_request_changes=row.may_request_changes,
            phone=row.phone,
            language=row.language,
            notes=row.notes,
            created_at=row.created_at,
        )
        for row in rows
    ]
