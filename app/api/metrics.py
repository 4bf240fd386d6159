"""What Prometheus reads: how much there is of what an operator watches, counted when it asks."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Select, func, select

from app import deliveries
from app.audit.chain import frontier
from app.audit.sources import SOURCES
from app.db import db, reading
from app.engine.models import Incident, Job, Timer
from app.tickets.ticket import STATUSES, Ticket

UNFINISHED = ("queued", "leased", "failed")


class Desk(Collector):
    """The gauges of a desk; finished jobs are not counted, for they are without number."""

    def collect(self) -> Iterable[Metric]:
        """Return every gauge as of now."""
        with reading():
            yield from _gauges()

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that registering asks no database."""
        return ()


def registry() -> CollectorRegistry:
    """Return a registry of the desk and this process."""
    found = CollectorRegistry()
    found.register(Desk())
    ProcessCollector(registry=found)
    PlatformCollector(registry=found)
    return found


def open_incidents() -> int:
    """Return how many incidents wait for a person."""
    return db.session.scalar(select(func.count()).select_from(Incident).where(Incident.state == "open")) or 0


def _gauges() -> Iterator[Metric]:
    jobs = select(Job.state, func.count()).where(Job.state.in_(UNFINISHED)).group_by(Job.state)
    yield _by("flowdesk_jobs", "Jobs that are not done, by state.", "state", UNFINISHED, _counts(jobs))
    tickets = select(Ticket.status, func.count()).group_by(Ticket.status)
    yield _by("flowdesk_tickets", "Tickets by status.", "status", STATUSES, _counts(tickets))
    yield GaugeMetricFamily("flowdesk_open_incidents", "Incidents that wait for a person.", open_incidents())
    yield GaugeMetricFamily("flowdesk_mails_in_doubt", "Mails that wait for a person's decision.", deliveries.count())
    waiting = select(func.count()).select_from(Timer).where(Timer.state == "waiting")
    timers = db.session.scalar(waiting) or 0
    yield GaugeMetricFamily("flowdesk_waiting_timers", "Timers that have not fired.", timers)
    yield _by("flowdesk_unsealed_rows", "Rows the audit chain does not hold yet.", "source", SOURCES, _unsealed())


def _by(name: str, text: str, label: str, known: Iterable[str], counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value in known:
        family.add_metric([value], counts.get(value, 0))
    return family


def _counts(query: Select[str, int]) -> dict[str, int]:
    return dict(db.session.execute(query).all())


def _unsealed() -> dict[str, int]:
    return {
        source: db.session.scalar(select(func.count()).select_from(table).where(table.c.id > frontier(source))) or 0
        for source, (table, _fields) in SOURCES.items()
    }
