"""Running the desk and looking after it."""

import sys

import click

from app.cli.root import main, ready


@main.command()
def up() -> None:
    """Serve everything in one process: pages, API, worker, clock and the mail listener."""
    from app.serving import serve_all

    serve_all(ready(doors=True))


@main.command()
def web() -> None:
    """Serve pages and API only."""
    from app.serving import serve_web

    serve_web(ready(doors=True))


@main.command()
def worker() -> None:
    """Run jobs only."""
    from app.serving import run_worker

    run_worker(ready())


@main.command()
def clock() -> None:
    """Fire timers, find missed jobs and listen for mail; several may run."""
    from app.serving import run_clock

    run_clock(ready())


@main.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
def audit_verify() -> None:
    """Recompute the hash chain; exit 1 and name the first bad row."""
    from app import audit as audits
    from app.db import db

    with ready().app_context():
        while audits.seal(limit=5000):
            db.session.commit()
        verdict = audits.verify()
    click.echo(f"{verdict.checked} rows checked: {'the chain holds' if verdict.ok else verdict.first_bad}")
    sys.exit(0 if verdict.ok else 1)


@main.command()
@click.option("--tickets", type=click.IntRange(1, 5_000_000), required=True, help="How many to add.")
def seed(tickets: int) -> None:
    """Add bulk data for load tests: tickets as rows, most of them closed."""
    from app.seeding import seed as add

    with ready().app_context(), click.progressbar(length=tickets, label="Adding tickets") as bar:
        done = 0
        for so_far in add(tickets):
            bar.update(so_far - done)
            done = so_far


@main.command()
def doctor() -> None:
    """Say in sentences what is wrong with this installation."""
    from app.doctor import findings

    found = findings()
    for sentence in found:
        click.echo(f"- {sentence}")
    click.echo("Nothing is wrong." if not found else f"{len(found)} finding{'' if len(found) == 1 else 's'}.")
    sys.exit(1 if found else 0)
