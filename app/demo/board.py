"""The demo's board: what the company builds for its customers, and who may ask for it."""

from datetime import date, timedelta

from app import cards, contacts, people
from app.cards import boards, editing
from app.config import settings
from app.demo.company import address_of

AUTHORISED = (
    ("sindre@fjordline.example", "Sindre Aas", "Fjordline builds on our interfaces; agreed with their head of IT."),
    ("ellie@harbour-cowork.example", "Ellie Marsh", "Nine machines under one frame contract."),
)
SEGMENTS = (
    ("reports", "Reports and export", "[report]", "reports"),
    ("accounts", "Accounts and sign-in", "[account]", ""),
    ("plans", "Delivery plans", "", ""),
)
CARDS: tuple[tuple[str, str, str, str, int | None, tuple[str, ...], int], ...] = (
    ("Show the water filter's age on the machine's page", "accounts", "To do", "", None, (), 0),
    ("Send the monthly report on the first working day", "reports", "To do", "carla", 12, (), 0),
    ("Let a plan pause itself over company holidays", "plans", "To do", "", None, (), 0),
    (
        "Weekly consumption per floor as a chart",
        "reports",
        "In progress",
        "carla",
        3,
        ("Agree on the floors", "Query", "Chart", "Export as CSV"),
        2,
    ),
    ("Two-step sign-in for administrators", "accounts", "In progress", "daniel", -2, ("Text message", "App"), 1),
    ("Several delivery addresses in one plan", "plans", "Review", "daniel", 1, ("Form", "Invoice", "Courier"), 3),
)
BY = "system"


def found(today: date) -> None:
    """Set up the board with what is under way on it, and say who may raise change requests."""
    eva = people.by_email(address_of("eva"))
    by = eva.actor if eva is not None else BY
    project = boards.add_project("HUB", "Hub dashboard", by=by)
    segments = {
        key: boards.add_segment(
            project, key, name, prefix=prefix, addresses=[f"{to}@{settings().mail_domain}"] if to else [], by=by
        )
        for key, name, prefix, to in SEGMENTS
    }
    columns = {column.name: column for column in project.columns}
    for title, segment, column, owner, days, steps, ticked in CARDS:
        card = cards.make(project, title, segment=segments[segment], by=by)
        editing.give(card, people.by_email(address_of(owner)) if owner else None, by=by)
        editing.set_due(card, today + timedelta(days=days) if days is not None else None, by=by)
        items = [editing.add_item(card, step, by=by) for step in steps]
        for item in items[:ticked]:
            editing.check(card, item, True, by=by)
        cards.move(card, columns[column], by=by)
    for email, name, why in AUTHORISED:
        contacts.authorise(contacts.find_or_make(email, name, by=BY), True, by=by, reason=why)
