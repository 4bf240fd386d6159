"""Organisations: customers' companies."""

from flask import Response
from pydantic import Field

from app import contacts
from app.api import answers, asks, auth, customers, document, shapes
from app.api.effect import effect
from app.contacts import Organisation, organisations
from app.errors import NotFound

blueprint = document.noun("organisations", "Customers' companies.")


class Search(asks.Paged):
    q: str = Field("", max_length=200, description="Words of a name or a domain.")


class Known(asks.Ask):
    """What may be said of an organisation; what is left out stays as it is."""

    name: str | None = Field(None, min_length=1, max_length=200)
    domains: list[str] | None = Field(None, max_length=50)
    vip: bool | None = None
    notes: str | None = Field(None, max_length=20_000)


class New(Known):
    name: str = Field(min_length=1, max_length=200)


@blueprint.get("/organisations", responses={200: answers.Listed[answers.Organisation]})
def search(query: Search) -> Response:
    """List organisations by name."""
    return shapes.listed(organisations.search(query.q, query.page, query.page_size), customers.organisations).shown()


@blueprint.get("/organisations/<id>", responses={200: answers.Organisation})
def show(path: asks.ById) -> Response:
    """Show one organisation."""
    return customers.organisation(_organisation(path.id)).shown()


@blueprint.post("/organisations", responses={201: answers.Organisation})
@effect(201, customers.organisation, lambda row: f"{auth.PREFIX}/organisations/{row.public_id}")
def create(body: New) -> Organisation:
    """Add an organisation."""
    organisations.refuse_known(body.name)
    domains, notes, vip = body.domains or (), body.notes or "", bool(body.vip)
    return contacts.add_organisation(body.name, by=auth.agent().actor, domains=domains, notes=notes, vip=vip)


@blueprint.patch("/organisations/<id>", responses={200: answers.Organisation})
@effect(200, customers.organisation)
def change(path: asks.ById, body: Known) -> Organisation:
    """Change what is known about an organisation."""
    row, by = _organisation(path.id), auth.agent().actor
    organisations.edit(row, name=body.name, notes=body.notes, vip=body.vip, domains=body.domains, by=by)
    return row


def _organisation(public_id: str) -> Organisation:
    row = organisations.by_public_id(public_id)
    if row is None:
        raise NotFound("There is no such organisation.")
    return row
