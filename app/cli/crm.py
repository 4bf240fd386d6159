"""Reading contacts from a CRM."""

import time
from pathlib import Path

import click

from app.cli.root import main, ready

LOOK_SECONDS = 0.5


@main.group()
def crm() -> None:
    """Systems that contacts are read from."""


@crm.command("sync")
@click.argument("name")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV file to read.")
@click.option("--wait/--no-wait", default=True, help="Whether to wait for the end; a worker must be running.")
def sync(name: str, file: Path | None, wait: bool) -> None:
    """Have a CRM read, and print what that came to; exit 1 when it failed."""
    from app import relay
    from app.crm import runs, sources
    from app.db import db
    from app.errors import Trouble

    with ready().app_context():
        content = file.read_bytes() if file else None
        run = runs.begin(sources.by_name(name), by="cli", content=content, filename=file.name if file else "")
        relay.commit()
        key = run.id
        while wait and run.state == "running":
            db.session.rollback()
            time.sleep(LOOK_SECONDS)
            run = runs.by_id(key)
            db.session.refresh(run)
        if run.state == "failed":
            raise Trouble(run.error)
        click.echo(
            f"{run.state}: {run.added} added, {run.changed} changed, {run.unchanged} same, {run.refused} refused"
        )
