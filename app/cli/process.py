"""Drawings, tables and their instances."""

import json
import sys
from pathlib import Path

import click

from app.cli.root import main, ready


@main.group()
def process() -> None:
    """Drawings and decision tables."""


@process.command("list")
def process_list() -> None:
    """List the active definitions."""
    from app import engine

    with ready().app_context():
        for one in engine.definitions():
            click.echo(f"{one.key}\tv{one.version}\t{one.kind}\t{one.name}")


@process.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def process_check(files: tuple[Path, ...]) -> None:
    """Print `file:element: problem` lines; exit 1 when there is one that is more than a warning.

    The files may refer to each other and to what is deployed, or shipped where nothing is deployed yet.
    """
    with ready(migrate=False).app_context():
        sys.exit(0 if _fine(_contents(files)) else 1)


@process.command("deploy")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--note", required=True, help="Why this version exists.")
def process_deploy(files: tuple[Path, ...], note: str) -> None:
    """Deploy drawings and tables as new versions: all of them, or none.

    What stands in the way is printed as by `check`, with exit code 1.
    """
    from app import engine, relay

    with ready().app_context():
        contents = _contents(files, err=True)
        if not _fine(contents, err=True):
            sys.exit(1)
        texts = {path: engine.as_text(content) for path, content in contents.items()}
        for path in engine.in_order(texts):
            deployed = engine.deploy(texts[path], note=note, by="cli", beside=texts.values())
            click.echo(f"{deployed.key} v{deployed.version}")
        relay.commit()


def _contents(files: tuple[Path, ...], *, err: bool = False) -> dict[Path, bytes]:
    """Return what the files hold, cut where no file is accepted any more; leave when one cannot be read."""
    from app import engine

    contents, unread = {}, []
    for path in files:
        try:
            with path.open("rb") as file:
                contents[path] = file.read(engine.MAX_XML + 1)
        except OSError as error:
            unread.append(f"{_told(path)}:: The file cannot be read: {error.strerror}.")
    for line in unread:
        click.echo(line, err=err)
    if unread:
        _fine(contents, err=err)
        sys.exit(1)
    return contents


def _fine(contents: dict[Path, bytes], *, err: bool = False) -> bool:
    """Print what is wrong with the files and return whether they can be deployed."""
    from app import engine

    fine = True
    for path, found in engine.check_all(contents).items():
        for one in found:
            told = "" if one.severity == "error" else f"{one.severity}: "
            click.echo(f"{_told(path)}:{_told(one.element)}: {told}{_told(one.message)}", err=err)
            fine = fine and one.severity != "error"
    return fine


def _told(text: object) -> str:
    # An id from a hostile file must not look like another line, nor steer the terminal.
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))


@process.command("export")
@click.argument("key")
@click.option("--version", type=int, default=None)
def process_export(key: str, version: int | None) -> None:
    """Print the XML of a definition."""
    from app import engine

    with ready().app_context():
        click.echo(engine.version(key, version).xml, nl=False)


@process.command("catalogue")
def process_catalogue() -> None:
    """Print, as JSON, everything a drawing may refer to."""
    from app import engine

    ready(migrate=False)
    click.echo(json.dumps(engine.catalogue.everything(), indent=2))


@main.group()
def instance() -> None:
    """Process instances."""


@instance.command("show")
@click.argument("ident")
def instance_show(ident: str) -> None:
    """Print where an instance stands."""
    from app import engine

    with ready().app_context():
        one = engine.instance(ident)
        shown = {
            "id": one.public_id,
            "process": one.definition.key,
            "version": one.definition.version,
            "state": one.status,
            "started_at": one.started_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "waiting": engine.waiting(one),
        }
        click.echo(json.dumps(shown, indent=2))


@instance.command("history")
@click.argument("ident")
@click.option("--format", "shape", type=click.Choice(["json", "csv"]), default="json", show_default=True)
def instance_history(ident: str, shape: str) -> None:
    """Print every step of an instance."""
    import csv

    from app import engine

    with ready().app_context():
        rows = engine.history(engine.instance(ident))
    if shape == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else ["seq"])
    writer.writeheader()
    writer.writerows({k: json.dumps(v) if isinstance(v, dict) else v for k, v in row.items()} for row in rows)
