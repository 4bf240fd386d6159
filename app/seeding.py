"""Bulk data for load tests: tickets as rows, most of them closed, without mails being sent or processes being run."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from app import clock, departments, desk
from app.contacts.contact import Contact, ContactEmail
from app.db import db, new_public_id
from app.tickets.messages import Message
from app.tickets.ticket import PRIORITIES, Category, Ticket, TicketNumber

BATCH = 1_000
OPEN_SHARE = 0.1
YEARS = 2
_WORDS = [
    "invoice",
    "printer",
    "password",
    "network",
    "licence",
    "order",
    "refund",
    "screen",
    "update",
    "login",
    "mailbox",
    "backup",
    "router",
    "contract",
    "delivery",
    "account",
    "payment",
    "server",
    "laptop",
    "phone",
    "error",
    "slow",
    "broken",
    "missing",
    "wrong",
    "please",
    "help",
    "urgent",
    "new",
    "old",
]


def seed(count: int) -> Iterator[int]:
    """Add `count` tickets with one message each, committing in batches; yield how many there are so far."""
    dice = random.Random(count)  # noqa: S311  nothing secret hangs on it
    desk_ids = [desk.id for desk in departments.all_departments()]
    categories = list(db.session.scalars(db.select(Category.key)))
    first = _reserve_numbers(count)
    contact_ids = _contacts(max(1, count // 10), first)
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        rows = [_ticket(first + start + n, dice, desk_ids, categories, contact_ids) for n in range(size)]
        ids = list(db.session.scalars(insert(Ticket).returning(Ticket.id, sort_by_parameter_order=True), rows))
        db.session.execute(insert(Message), [_message(i, row, dice) for i, row in zip(ids, rows, strict=True)])
        db.session.commit()
        yield start + size


def _reserve_numbers(count: int) -> int:
    last = db.session.scalar(db.select(db.func.max(TicketNumber.id))) or 0
    db.session.execute(insert(TicketNumber), [{"id": last + 1 + n} for n in range(count)])
    if db.engine.dialect.name == "postgresql":
        db.session.execute(
            db.text("SELECT setval(pg_get_serial_sequence('ticket_number', 'id'), :n)"), {"n": last + count}
        )
    return last + 1


def _contacts(count: int, first: int) -> list[int]:
    now = clock.now()
    people = [{"public_id": new_public_id(), "name": f"Customer {first + n}", "created_at": now} for n in range(count)]
    ids = list(db.session.scalars(insert(Contact).returning(Contact.id, sort_by_parameter_order=True), people))
    addresses = [
        {"email": f"customer{first + n}@load.example", "contact_id": i, "created_at": now} for n, i in enumerate(ids)
    ]
    db.session.execute(insert(ContactEmail), addresses)
    return ids


def _ticket(
    number: int, dice: random.Random, desks: list[int], categories: list[str], contacts: list[int]
) -> dict[str, Any]:

    created: datetime = clock.now() - timedelta(days=dice.uniform(0, 365 * YEARS))
    is_open = dice.random() < OPEN_SHARE
    closed = None if is_open else created + timedelta(hours=dice.uniform(1, 72))
    return {
        "public_id": new_public_id(),
        "number": f"{desk.PREFIX.get()}{number:04}",
        "subject": " ".join(dice.choices(_WORDS, k=5)).capitalize(),
        "status": dice.choice(("open", "in_progress", "customer_responded", "waiting")) if is_open else "closed",
        "priority": dice.choices(PRIORITIES, weights=(4, 10, 3, 1))[0],
        "category": dice.choice(categories),
        "tags": [],
        "custom": {},
        "channel": "email",
        "department_id": dice.choice(desks),
        "contact_id": dice.choice(contacts),
        "created_at": created,
        "updated_at": closed or created,
        "resolved_at": closed,
        "closed_at": closed,
    }


def _message(ticket_id: int, row: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "ticket_id": ticket_id,
        "kind": "message",
        "direction": "in",
        "author": f"contact:{row['contact_id']}",
        "body": " ".join(dice.choices(_WORDS, k=40)),
        "created_at": row["created_at"],
    }
