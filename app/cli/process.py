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
    """Print `file:element: problem` lines; exit 1 when there is one."""
    from app import engine

    ready(migrate=False)
    found = False
    for path in files:
        try:
            problems = engine.check(path.read_bytes())
        except OSError as error:
            problems = [engine.Problem("", f"The file cannot be read: {error.strerror}.")]
        for problem in problems:
            found = True
            click.echo(f"{path}:{problem.element}: {problem.message}")
    sys.exit(1 if found else 0)


@process.command("deploy")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--note", required=True, help="Why this version exists.")
def process_deploy(files: tuple[Path, ...], note: str) -> None:
    """Deploy drawings and tables as new versions."""
    from app import engine, relay

    with ready().app_context():
        for path in files:
            deployed = engine.deploy(path.read_text(), note=note, by="cli")
            click.echo(f"{deployed.key} v{deployed.version}")
        relay.commit()


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
    from app.engine import expressions, forms

    ready(migrate=False)
    operations = {
        name: {
            "parameters": o.parameters,
            "required": sorted(o.required),
            "returns": list(o.returns),
            "text": o.text,
        }
        for name, o in engine.catalogue().items()
    }
    helpers = {name: text for name, (_, text) in expressions.HELPERS.items()}
    click.echo(json.dumps({"operations": operations, "forms": forms.names(), "helpers": helpers}, indent=2))


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
