"""Drawings, tables and their instances."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.cli.root import main, ready
from app.errors import Invalid


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
    from app import engine

    read = {path: _read(path) for path in files}
    with ready(migrate=False).app_context():
        beside: list[bytes | str] = [*engine.in_force(), *(c for c in read.values() if isinstance(c, bytes))]
        problems = {path: _problems(content, beside) for path, content in read.items()}
    for path, found in problems.items():
        for one in found:
            told = "" if one.severity == "error" else f"{one.severity}: "
            click.echo(f"{path}:{one.element}: {told}{one.message}")
    sys.exit(1 if any(one.severity == "error" for found in problems.values() for one in found) else 0)


def _read(path: Path) -> bytes | str:
    try:
        return path.read_bytes()
    except OSError as error:
        return f"The file cannot be read: {error.strerror}."


def _problems(content: bytes | str, beside: list[bytes | str]) -> list[Any]:
    from app import engine

    if isinstance(content, str):
        return [engine.Problem("", content)]
    return engine.check(content, beside=beside)


@process.command("deploy")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--note", required=True, help="Why this version exists.")
def process_deploy(files: tuple[Path, ...], note: str) -> None:
    """Deploy drawings and tables as new versions: all of them, or none."""
    from app import engine, relay

    contents = {path: _text(path) for path in files}
    with ready().app_context():
        for path in engine.in_order(contents):
            try:
                deployed = engine.deploy(contents[path], note=note, by="cli", beside=contents.values())
            except engine.Refused as error:
                raise engine.Refused(f"{path}:{error.detail}") from None
            click.echo(f"{deployed.key} v{deployed.version}")
        relay.commit()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"{path}: The file is not UTF-8; save it as UTF-8.") from None


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
