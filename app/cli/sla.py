"""Service levels: when is it due, and why?"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.cli.root import main


@main.group()
def sla() -> None:
    """Service levels."""


@sla.command("due")
@click.option("--calendar", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--start")
@click.option("--minutes", type=float)
@click.option("--pauses", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--batch", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
def sla_due(
    calendar: Path | None, start: str | None, minutes: float | None, pauses: Path | None, batch: Path | None
) -> None:
    """Print when a budget of business minutes is used up, and why."""
    from app.sla.answer import answer, answer_line

    if batch is not None:
        with click.open_file(str(batch), "rb") as lines:
            for line in lines:
                if line.strip():
                    click.echo(answer_line(line.decode(errors="replace")))
        return
    if calendar is None or start is None or minutes is None:
        raise click.UsageError("Give --calendar, --start and --minutes, or --batch.")
    given: dict[str, Any]
    try:
        asked = {"calendar": _read(calendar, "calendar"), "start": start, "minutes": minutes}
        given = answer(asked | ({"pauses": _read(pauses, "pauses")} if pauses is not None else {}))
    except BadFile as error:
        given = {"error": str(error)}
    click.echo(json.dumps(given, indent=2))
    sys.exit(1 if "error" in given else 0)


class BadFile(Exception):
    """A file holds no JSON."""


def _read(path: Path, field: str) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"{field}: the file is not JSON ({error})") from error
