"""How contacts, organisations and what CRMs say of them become answers."""

from collections.abc import Sequence

from app import merges
from app.api import answers, customer_answers
from app.contacts import Contact, Organisation
from app.crm import Line, Run
from app.merges import ContactMerge


def contact(row: Contact) -> answers.Contact:
    """Return a contact with all it is known by."""
    return answers.Contact(
        id=row.public_id,
        name=row.name,
        email=row.email,
        emails=[one.email for one in row.emails],
        organisation=row.organisation.name if row.organisation else None,
        vip=row.vip,
        may_request_changes=row.may_request_changes,
        phone=row.phone,
        phones=[one.phone for one in row.phones],
        product=row.product,
        preferred_agent=row.preferred_agent.email if row.preferred_agent else None,
        links=[
            answers.CrmRecord(system=one.system, external_id=one.external_id, url=one.url, synced_at=one.synced_at)
            for one in row.links
        ],
        merged_into=row.merged_into.public_id if row.merged_into else None,
        language=row.language,
        notes=row.notes,
        created_at=row.created_at,
    )


def contacts(rows: Sequence[Contact]) -> list[answers.Contact]:
    return [contact(row) for row in rows]


def merge(row: ContactMerge) -> customer_answers.Merge:
    """Return a merge, and why it cannot be undone if it cannot."""
    return customer_answers.Merge(
        id=row.public_id,
        source=row.source.public_id,
        target=row.target.public_id,
        at=row.at,
        reason=row.reason,
        moved={entry["table"]: len(entry["keys"]) for entry in row.moved if entry["keys"]},
        undone_at=row.undone_at,
        objections=[] if row.undone_at is not None else merges.objections(row),
    )


def organisation(row: Organisation) -> answers.Organisation:
    domains = [one.domain for one in row.domains]
    return answers.Organisation(id=row.public_id, name=row.name, domains=domains, vip=row.vip, notes=row.notes)


def organisations(rows: Sequence[Organisation]) -> list[answers.Organisation]:
    return [organisation(row) for row in rows]


def run(row: Run) -> customer_answers.CrmRun:
    return customer_answers.CrmRun(
        id=row.public_id,
        source=row.source.name,
        state=row.state,
        error=row.error,
        began_at=row.began_at,
        ended_at=row.ended_at,
        pages=row.pages,
        added=row.added,
        changed=row.changed,
        unchanged=row.unchanged,
        refused=row.refused,
    )


def lines(rows: Sequence[Line]) -> list[customer_answers.CrmLine]:
    return [
        customer_answers.CrmLine(
            row=row.row,
            outcome=row.outcome,
            external_id=row.external_id,
            contact=row.contact.public_id if row.contact else None,
            reason=row.reason,
            before=row.before,
            after=row.after,
        )
        for row in rows
    ]
