"""The broker and its two queues: a message carries a job id, nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware, ShutdownNotifications
from redis.backoff import NoBackoff
from redis.retry import Retry

from app import queue
from app.config import Settings
from workers import runner

JOBS, FIRST = "jobs", "first"
"""The two queues: what is to be done in turn, and what had its turn when its worker fell silent."""

STOP_MS = 3_500
ANSWER_SECONDS = 2.0
"""How long Redis may take to answer: it only carries nudges, and whoever sends one has somebody waiting."""
Context = Callable[[], AbstractContextManager[Any]]
"""Opens what a unit of work needs: the application's context."""


def connect(context: Context, settings: Settings) -> dramatiq.Broker:
    """Set up the broker of this installation and let the queue nudge through it."""
    middleware: list[Middleware] = [ShutdownNotifications(notify_shutdown=False)]
    broker: dramatiq.Broker
    if settings.redis_url:
        broker = RedisBroker(  # type: ignore[no-untyped-call]
            client=client(settings.redis_url),
            middleware=middleware,
            heartbeat_timeout=15_000,
            maintenance_chance=10_000,
        )
    else:
        broker = StubBroker(middleware=middleware)
    dramatiq.set_broker(broker)

    def run(job_id: int) -> None:
        with context():
            runner.run(job_id)

    # The lower number goes first, whatever lies in the other queue.
    first = dramatiq.actor(queue_name=FIRST, actor_name="run_first", priority=0, broker=broker)(run)
    in_turn = dramatiq.actor(queue_name=JOBS, actor_name="run_job", priority=1, broker=broker)(run)
    queue.connect(lambda job_id: _sent(in_turn, job_id), lambda: _length(broker), lambda job_id: _sent(first, job_id))
    return broker


def _sent(actor: dramatiq.Actor[[int], None], job_id: int) -> None:
    actor.send(job_id)


def client(url: str) -> redis.Redis:
    """Return a client that gives up soon: the library's own would try for many seconds before it says no."""
    once_more = Retry(NoBackoff(), 1)  # a connection that was closed while it lay idle is opened again
    limits = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
    return redis.Redis.from_url(url, retry=once_more, **limits)


def _length(broker: dramatiq.Broker) -> int:
    if isinstance(broker, RedisBroker):
        # Not its own count, which also holds what dead workers had taken.
        return int(broker.client.llen(f"{broker.namespace}:{JOBS}"))
    return int(broker.queues[JOBS].qsize())


def worker(broker: dramatiq.Broker, threads: int) -> dramatiq.Worker:
    """Return a started worker; stop it with `stop(timeout=STOP_MS)`."""
    started = dramatiq.Worker(broker, worker_timeout=250, worker_threads=threads)
    started.start()
    return started
