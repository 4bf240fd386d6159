"""Measure how long open clocks take to follow a changed promise: python bench/promises.py [CLOCKS], 1000 unless told.

Half as many tickets with two running clocks each are opened through the process. Then the policy of a priority, the
opening hours of their department and the priority of all of them are changed, one after the other. Printed is the time
from each change until every clock and its timers are where they belong, done by one worker; and how many timers alerts
and breaches are told when all of them come due: one of each per clock.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta

from _desk import desk, open_ticket, work
from _servers import postgres
from _told import tell
from sqlalchemy import func, select

from app import clock as wall
from app import departments, relay, sla
from app.db import db
from app.engine.models import Timer
from app.events import Event
from app.sla import Clock
from app.tickets.priority import set_priority
from app.tickets.ticket import Ticket
from workers import clock

GOAL = "goal <= 10 s for 1,000"
SHUT = {"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}
HOUR = 3_600
TOGETHER = 25


def main() -> None:
    """Print the figures."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    measure("SQLite", wanted)
    with postgres() as server:
        measure("PostgreSQL", wanted, FLOWDESK_DATABASE_URL=server.create(), FLOWDESK_SECRET_KEY="s" * 40)


def measure(name: str, wanted: int, **environment: str) -> None:
    """Print the figures of one database."""
    with desk(**environment):
        for number in range(wanted // 2):
            open_ticket(number, "Your invoice 17 charges us twice.")
        tell(f"{name}: running clocks", f"{running():,}")
        for what, change in CHANGES.items():
            before = moments()
            begun, spent = time.perf_counter(), time.process_time()
            change()
            work()
            took, spent = time.perf_counter() - begun, time.process_time() - spent
            moved = sum(before[ident] != due for ident, due in moments().items())
            tell(
                f"  {what}: {moved:,} clocks moved, {astray():,} timers astray", f"{took:.2f} s, {spent:.2f} CPU", GOAL
            )
        tell("  alerts / breaches told when all came due", fire_all())


def policy() -> None:
    """Promise half the time."""
    sla.set_policy("medium", first_response=4 * HOUR, resolution=12 * HOUR, by="agent:1")
    relay.commit()


def calendar() -> None:
    """Work on Mondays only."""
    sla.set_calendar(departments.default(), SHUT, by="agent:1")
    relay.commit()


def priorities() -> None:
    """Make every ticket low, some at a time, as a program would."""
    idents = list(db.session.scalars(select(Ticket.id).order_by(Ticket.id)))
    for at in range(0, len(idents), TOGETHER):
        for ident in idents[at : at + TOGETHER]:
            set_priority(db.session.get_one(Ticket, ident), "low", by="agent:1")
        relay.commit()


CHANGES: dict[str, Callable[[], None]] = {"policy": policy, "opening hours": calendar, "priority of all": priorities}


def running() -> int:
    """Return how many clocks run."""
    return db.session.scalar(select(func.count()).where(Clock.state == "running")) or 0


def moments() -> dict[int, object]:
    """Return when each clock is due."""
    found = dict(db.session.execute(select(Clock.id, Clock.due_at)).all())
    db.session.rollback()
    return found


def astray() -> int:
    """Return how many waiting timers are not at the alert of a clock, one each."""
    alerts = sorted(db.session.scalars(select(Clock.near_at).where(Clock.state == "running")))
    waiting = select(Timer.due_at).where(Timer.state == "waiting", Timer.element == "Event_NearBreach")
    timers = sorted(db.session.scalars(waiting))
    db.session.rollback()
    return abs(len(alerts) - len(timers)) + sum(a != b for a, b in zip(alerts, timers, strict=False))


def fire_all() -> str:
    """Let everything come due, twice, and say how many alerts and breaches were told of how many clocks."""
    with wall.held(wall.now() + timedelta(days=900)):
        for _ in range(4):
            clock.fire_due()
            work()
    told = dict(
        db.session.execute(
            select(Event.name, func.count())
            .where(Event.name.in_(("clock.near_breach", "clock.breached")))
            .group_by(Event.name)
        ).all()
    )
    return " / ".join(f"{told.get(name, 0):,}" for name in ("clock.near_breach", "clock.breached"))


if __name__ == "__main__":
    main()
