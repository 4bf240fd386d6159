"""The processes of an installation: everything in one, or pages, workers and clock each alone."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import click
import structlog
from flask import Flask

from app import intake, relay
from app.channels.mail.listen import Envelope, Listener
from app.config import settings
from app.db import db
from app.errors import BadSetting
from workers import broker as brokers
from workers import clock, unaided
from workers.rounds import Rounds

STOP_SECONDS = 4.5
"""A process told to stop leaves by then; on a busy machine that is eight, and whoever stops it kills it at ten."""

log = structlog.get_logger()


def serve_all(app: Flask) -> None:
    """Serve pages, API, worker, clock and mail listener in this process until it is told to stop."""
    config = settings()
    server = _waitress(app)
    if config.demo:
        _fill_demo(app)  # before worker and clock, which would take its two-week-old jobs and timers for due
    broker = brokers.connect(app.app_context, config)
    listener = _listen(app)
    worker = brokers.worker(broker, config.worker_threads)
    schedule = clock.start(app.app_context, config.clock_interval)
    click.echo(f"Flowdesk is ready at {config.public_url}")
    if config.smtp_listen:
        click.echo(f"Mail is taken at smtp://{config.smtp_listen}")
    _on_stop(_leave)
    try:
        server.run()
    finally:
        schedule.stop(0)
        if listener is not None:
            listener.stop()
        worker.stop(timeout=brokers.STOP_MS)


def serve_web(app: Flask) -> None:
    """Serve pages and API; by gunicorn where it is installed, else by waitress."""
    brokers.connect(app.app_context, settings())
    try:
        from app.gunicorned import serve
    except ImportError:
        server = _waitress(app)
        click.echo(f"Flowdesk serves pages at {settings().public_url}")
        _on_stop(_leave)
        server.run()
        return
    _refuse_taken_port()
    serve(app)


def run_worker(app: Flask) -> None:
    """Run jobs until told to stop."""
    config = settings()
    if config.embedded:
        raise BadSetting("A worker of its own needs FLOWDESK_REDIS_URL; without Redis use `flowdesk up`.")
    worker = brokers.worker(brokers.connect(app.app_context, config), config.worker_threads)
    rounds = Rounds()
    rounds.add(clock.inside(app.app_context, unaided.Unaided(config.redis_url).look), unaided.SECONDS, "unaided")
    click.echo("The worker is ready")
    _wait_for_stop()
    rounds.stop(0)
    worker.stop(timeout=brokers.STOP_MS)


def run_clock(app: Flask) -> None:
    """Fire timers, sweep, seal and take mail until told to stop."""
    config = settings()
    if config.embedded:
        raise BadSetting("A clock of its own needs FLOWDESK_REDIS_URL; without Redis use `flowdesk up`.")
    brokers.connect(app.app_context, config)
    listener = _listen(app)
    schedule = clock.start(app.app_context, config.clock_interval)
    click.echo("The clock is ready")
    _wait_for_stop()
    schedule.stop(STOP_SECONDS / 2)
    if listener is not None:
        listener.stop()


def nudge_only(app: Flask) -> None:
    """Let a short command nudge the workers; without Redis the sweeper of `flowdesk up` finds the job."""
    if not settings().embedded:
        brokers.connect(app.app_context, settings())


def keep(app: Flask, envelope: Envelope) -> None:
    """Commit the raw bytes of a received mail; raising tells the sender to try again."""
    with app.app_context():
        try:
            intake.keep_mail(envelope.raw, source="smtp", mail_from=envelope.mail_from, rcpt_to=envelope.rcpt_to)
            relay.commit()
        finally:
            db.session.remove()


def _listen(app: Flask) -> Listener | None:
    if not settings().smtp_listen:
        return None
    host, _, port = settings().smtp_listen.rpartition(":")
    listener = Listener(host, int(port), lambda envelope: keep(app, envelope))
    listener.start()
    return listener


def _waitress(app: Flask) -> "_Server":
    from waitress.server import create_server

    config = settings()
    try:
        return create_server(app, host=config.host, port=config.port, threads=8, ident=None)  # type: ignore[no-any-return]
    except OSError as error:
        raise _taken(error) from None


def _refuse_taken_port() -> None:
    # gunicorn would try five times and then leave without a sentence.
    config = settings()
    try:
        socket.create_server((config.host, config.port)).close()
    except OSError as error:
        raise _taken(error) from None


def _taken(error: OSError) -> BadSetting:
    host, port = settings().host, settings().port
    return BadSetting(
        f"Pages cannot be served at {host}:{port} ({error.strerror}); "
        "stop what uses it, or set FLOWDESK_PORT or FLOWDESK_HOST."
    )


class _Server:
    run: Callable[[], None]
    close: Callable[[], None]


def _fill_demo(app: Flask) -> None:
    from app.demo import fill

    with app.app_context():
        said = fill()
        db.session.remove()
    if said:
        click.echo(said)


def _leave() -> None:
    # waitress ends its loop, finishing what runs, when this reaches it.
    raise SystemExit(0)


def _on_stop(stop: Callable[[], None]) -> None:
    def told(*_: object) -> None:
        last = threading.Timer(STOP_SECONDS, _leave_at_once)
        last.daemon = True
        last.start()
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def _leave_at_once() -> None:
    # What is still in hand stands still in the outside world. Its lease ends, and whoever takes it over knows from the
    # row how far it got: the same as after a crash, which is always provided for.
    log.warning("stopped without waiting any longer for what is in hand", seconds=STOP_SECONDS)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _wait_for_stop() -> None:
    stopped = threading.Event()
    _on_stop(stopped.set)
    stopped.wait()
