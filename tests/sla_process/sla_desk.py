"""A desk in this process whose time a test moves: jobs are run as a worker would, timers fired as the clock would."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from sqlalchemy import select

from app import engine, intake, people, relay, sla
from app.db import db
from app.engine.models import Instance, Job
from app.events import Event
from app.people import Agent
from app.sla.clock_row import Clock
from app.tickets.ticket import Ticket
from workers import clock, runner

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Desk:
    """The department `support` with an agent and a manager, and one ticket.

    `at` moves the time and does all that is due. Rows are read anew each time, because a worker ends the session.
    """

    def __init__(self, time: FrozenDateTimeFactory) -> None:
        self.time = time
        people.add("ann@desk.test", "Ann", "agent", by="system")
        people.add("max@desk.test", "Max", "manager", by="system")
        relay.commit()

    @property
    def ann(self) -> Agent:
        """The agent."""
        return db.session.scalars(select(Agent).where(Agent.name == "Ann")).one()

    @property
    def ticket(self) -> Ticket:
        """The ticket."""
        return db.session.scalars(select(Ticket)).one()

    def open_ticket(self, priority: str = "high") -> None:
        """Open the ticket now; high means 2 h to the first response and 8 h to the resolution."""
        intake.open_request(
            subject="The printer", body="It jams.", email="eve@example.com", name="Eve", priority=priority, by="system"
        )
        self.done()

    def done(self) -> None:
        """Commit what the test did and let the workers do what follows."""
        relay.commit()
        due = select(Job.id).where(Job.state == "queued", Job.due_at <= datetime.now(UTC))
        while found := db.session.scalars(due).all():
            db.session.rollback()
            for job_id in found:
                runner.run(job_id)
        assert engine.incidents() == []
        db.session.rollback()

    def at(self, moment: datetime) -> int:
        """Go to a moment and look at the clock once; return how many timers fired."""
        self.time.move_to(moment)
        fired = clock.fire_due()
        self.done()
        return fired

    def clock(self, kind: str) -> Clock:
        """Return a clock of the ticket."""
        return next(row for row in sla.clocks_of(self.ticket) if row.kind == kind)

    def told(self, name: str, kind: str) -> list[datetime]:
        """Return when an event of a clock of this kind was recorded."""
        rows = db.session.scalars(select(Event).where(Event.name == name).order_by(Event.id))
        return [row.at for row in rows if row.data["kind"] == kind]

    def running(self) -> list[Instance]:
        """Return the SLA processes of the ticket that still run."""
        found = engine.instances_of(self.ticket.key)
        return [one for one in found if one.definition.key == "sla" and one.ended_at is None]
