"""Who works at the demo desk, when, and which customers they know."""

from datetime import datetime, timedelta
from typing import Any

from app import clock, contacts, departments, oncall, people, relay, sla
from app.config import settings
from app.people import Agent
from app.tickets import dictionary

BY = "system"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE_HOURS: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "hours": {day: [["08:00", "18:00"]] for day in WEEKDAYS},
    "holidays": [],
}
PRODUCTS = ("Coffee machine", "Grinder", "Hub", "App")
STAFF = (
    ("ann", "Ann Keller", "agent"),
    ("ben", "Ben Okafor", "agent"),
    ("carla", "Carla Rossi", "agent"),
    ("daniel", "Daniel Weiss", "senior"),
    ("eva", "Eva Lindqvist", "manager"),
    ("farid", "Farid Haddad", "owner"),
    ("grace", "Grace Whitfield", "auditor"),
    ("hugo", "Hugo Almeida", "admin"),
)
DESKS: tuple[tuple[str, str, tuple[str, ...], dict[str, Any] | None], ...] = (
    ("support", "Support", ("ann", "ben", "eva"), None),
    ("billing", "Billing", ("ben", "daniel", "eva"), OFFICE_HOURS),
    ("technical", "Technical", ("carla", "daniel", "eva"), OFFICE_HOURS),
)
CUSTOMERS = (
    ("Brightwater Studio", "brightwater.example"),
    ("Hartmann & Vogel Rechtsanwälte", "hartmann-vogel.example"),
    ("Lumen Architects", "lumen-architects.example"),
    ("Delacroix Conseil", "delacroix-conseil.example"),
    ("Talleres Ibarra", "ibarra.example"),
    ("Fjordline Software", "fjordline.example"),
    ("Greenacre Primary School", "greenacre.example"),
    ("Kino Linse", "kino-linse.example"),
    ("Okonkwo Dental", "okonkwo-dental.example"),
    ("Harbour Co-working", "harbour-cowork.example"),
    ("Atlas Logistics", "atlas-logistics.example"),
    ("Quayside Books", "quayside-books.example"),
    ("Northgate Labs", "northgate-labs.example"),
    ("De Boer Bouw", "deboer-bouw.example"),
)
FIRST_SERVED = (
    ("k.vogel@hartmann-vogel.example", "Katrin Vogel", "Signed the three-year contract."),
    ("ellie@harbour-cowork.example", "Ellie Marsh", "Nine machines, 140 people."),
)


def address_of(key: str) -> str:
    """Return the mail address of somebody on the staff."""
    return f"{key}@example.com"


def found(now: datetime) -> None:
    """Set the desk up, as of three weeks before `now`."""
    with clock.held(now - timedelta(weeks=3)):
        staff = {key: people.add(address_of(key), name, role, by=BY) for key, name, role in STAFF}
        # She reads everything but is not given tickets by turns.
        staff["eva"].capacity = 0
        for key, name, members, hours in DESKS:
            desk = departments.add(
                key,
                name,
                addresses=[f"{key}@{settings().mail_domain}"],
                members=[staff[member] for member in members],
                is_default=key == "support",
                by=BY,
            )
            sla.set_calendar(desk, hours, by=BY)
        for key in ("ann", "ben", "carla", "daniel"):
            people.edit(staff[key], by=BY, manager=staff["eva"])
        first = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=9)
        people.absences.plan(staff["carla"], first, first + timedelta(days=7), by=BY, note="Holiday")
        for name, domain in CUSTOMERS:
            contacts.add_organisation(name, domain=domain, by=BY)
        for email, name, why in FIRST_SERVED:
            contacts.set_vip(contacts.find_or_make(email, name, by=BY), True, by=staff["eva"].actor, reason=why)
        for name in PRODUCTS:
            dictionary.add("product", "", name, by=BY)
        _on_call(staff, now)
        relay.commit()


def _on_call(staff: dict[str, Agent], now: datetime) -> None:
    """Let two colleagues share the nights and weekends, with one evening nobody thought of."""
    monday = (now - timedelta(weeks=3, days=now.weekday())).replace(hour=17, minute=0, second=0, microsecond=0)
    for week in range(6):
        agent = staff[("daniel", "carla")[week % 2]]
        for day in range(5):
            if (week, day) == (4, 2):
                continue
            begins = monday + timedelta(weeks=week, days=day)
            length = timedelta(hours=15) if day < 4 else timedelta(hours=63)
            oncall.add(agent, begins, begins + length, by=BY)
