"""Organisations: customers' companies, known by the domains their people write from."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from app import events
from app.amending import amend
from app.contacts.addresses import domain_of, in_letters
from app.contacts.contact import Contact, Organisation, OrganisationDomain
from app.db import db
from app.errors import Invalid
from app.once import insert_once
from app.paging import Page, paginate
from app.text import clean, one_line

NOTES = 20_000
_OF_DOMAIN = select(Organisation).join(OrganisationDomain).where(OrganisationDomain.domain == bindparam("domain"))
MOST_DOMAINS = 50


def by_public_id(public_id: str) -> Organisation | None:
    """Return the organisation the outside names so."""
    query = select(Organisation).where(Organisation.public_id == one_line(public_id, 36))
    return db.session.scalars(query).one_or_none()


def by_name(name: str) -> Organisation | None:
    """Return the organisation called exactly so."""
    return db.session.scalars(select(Organisation).where(Organisation.name == one_line(name, 200))).one_or_none()


def of_address(address: str) -> Organisation | None:
    """Return the organisation whose people write from the domain of an address."""
    return db.session.scalars(_OF_DOMAIN, {"domain": domain_of(address)}).one_or_none() if address else None


def search(q: str = "", page: int = 1, page_size: int = 50) -> Page[Organisation]:
    """Return organisations by name whose name or a domain contains every word of `q`."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    for word in one_line(q, 200).split()[:8]:
        domains = select(OrganisationDomain.organisation_id).where(
            OrganisationDomain.domain.icontains(word, autoescape=True)
        )
        query = query.where(or_(Organisation.name.icontains(word, autoescape=True), Organisation.id.in_(domains)))
    return paginate(query.options(selectinload(Organisation.domains)), page, page_size)


def people_of(found: Iterable[Organisation]) -> dict[int, int]:
    """Return how many contacts each of these organisations has, by its key."""
    ids = [one.id for one in found]
    counted = select(Contact.organisation_id, func.count()).where(Contact.organisation_id.in_(ids))
    grouped = counted.where(Contact.merged_into_id.is_(None)).group_by(Contact.organisation_id)
    return {key: number for key, number in db.session.execute(grouped) if key is not None}


def refuse_known(name: str) -> None:
    """Raise Invalid naming the organisation that has this name already."""
    if (same := by_name(name)) is not None:
        raise Invalid(f"{same.name} is there already.", {"name": "is there already"}, owner=same.public_id)


def add_organisation(
    name: str,
    *,
    by: str,
    domain: str | None = None,
    domains: Iterable[str] = (),
    notes: str = "",
    vip: bool = False,
) -> Organisation:
    """Return the organisation with this name, added if new; mail from its domains makes contacts of it."""
    name = _name(name)
    if found := by_name(name):
        return found
    wanted = _domains([*domains, *([domain] if domain else [])])
    _refuse_taken(wanted, None)
    organisation = Organisation(name=name, notes=clean(notes, NOTES), vip=vip)
    organisation.domains = [OrganisationDomain(domain=one) for one in wanted]
    if not insert_once(organisation):
        raise Invalid(f"{name} or one of its domains was added just now.", {"name": "is taken"})
    data = {"name": name, "domains": wanted, "vip": vip}
    events.record("organisation.added", by=by, subject=organisation.subject, after=data)
    return organisation


def edit(
    organisation: Organisation,
    *,
    by: str,
    name: str | None = None,
    notes: str | None = None,
    vip: bool | None = None,
    domains: Iterable[str] | None = None,
    reason: str = "",
) -> bool:
    """Change what is given, as `organisation.changed` and `organisation.domains_changed`; return whether anything did.

    Contacts there are stay where they are: a domain says where new ones belong.
    """
    fields: dict[str, object] = {}
    if name is not None:
        fields["name"] = _name(name)
        if by_name(name) is not organisation:
            refuse_known(name)
    if notes is not None:
        fields["notes"] = clean(notes, NOTES).strip()
    if vip is not None:
        fields["vip"] = vip
    wanted = None if domains is None else _domains(domains)
    changed = amend(organisation, fields, "organisation.changed", by=by, subject=organisation.subject, reason=reason)
    return _set_domains(organisation, wanted, by, reason) or changed if wanted is not None else changed


def _set_domains(organisation: Organisation, wanted: list[str], by: str, reason: str) -> bool:
    before = sorted(one.domain for one in organisation.domains)
    if before == sorted(wanted):
        return False
    _refuse_taken(wanted, organisation)
    kept = [one for one in organisation.domains if one.domain in wanted]
    fresh = [OrganisationDomain(domain=one) for one in wanted if one not in before]
    organisation.domains = [*kept, *fresh]
    db.session.flush()
    was, now = {"domains": before}, {"domains": sorted(wanted)}
    events.record(
        "organisation.domains_changed", by=by, subject=organisation.subject, reason=reason, before=was, after=now
    )
    return True


def _name(name: str) -> str:
    line = one_line(name, 201)
    if not 1 <= len(line) <= 200:
        raise Invalid("An organisation needs a name.", {"name": "must have 1 to 200 characters"})
    return line


def _domains(given: Iterable[str]) -> list[str]:
    """Return domains in lower case and their own letters, each once; raise Invalid naming one that is none."""
    found: dict[str, None] = {}
    for one in given:
        domain = in_letters(f"x@{one_line(one, 201).lower().removeprefix('@')}").partition("@")[2]
        if not domain:
            continue
        if len(domain) > 200 or "." not in domain or any(sign in domain for sign in " @/,;:"):
            raise Invalid(f"{domain} is no domain.", {"domains": f"{domain[:60]} is no domain, such as acme.example"})
        found[domain] = None
    if len(found) > MOST_DOMAINS:
        raise Invalid("These are too many domains.", {"domains": f"must be {MOST_DOMAINS} at most"})
    return list(found)


def _refuse_taken(wanted: list[str], own: Organisation | None) -> None:
    query = select(OrganisationDomain).where(OrganisationDomain.domain.in_(wanted))
    for row in db.session.scalars(query.options(selectinload(OrganisationDomain.organisation))):
        if own is None or row.organisation_id != own.id:
            told = f"{row.domain} belongs to {row.organisation.name}"
            raise Invalid(f"{told}.", {"domains": told}, owner=row.organisation.public_id)
