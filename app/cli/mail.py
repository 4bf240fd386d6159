"""Mail by pipe, and what mail is understood as."""

import json
import sys
from pathlib import Path

import click

from app.cli.root import main, ready


@main.command("mail-in")
@click.option("--department", default="", help="Key of the department the mail is for.")
def mail_in(department: str) -> None:
    """Keep one raw mail from standard input: exit 0 when kept, 75 to be asked again."""
    raw = sys.stdin.buffer.read()
    try:
        from app import intake, relay
        from app.serving import nudge_only

        app = ready()
        with app.app_context():
            nudge_only(app)
            row = intake.keep_mail(raw, source="pipe", department=department)
            public_id = row.public_id
            relay.commit()
    except Exception as error:
        # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and tries again.
        click.echo(f"flowdesk: not kept, try again: {getattr(error, 'detail', error)}", err=True)
        sys.exit(75)
    click.echo(f"kept as {public_id}")


@main.group()
def mail() -> None:
    """Look at mail."""


@mail.command("parse")
@click.option(
    "--batch", type=click.Path(path_type=Path, exists=True, file_okay=False), help="A folder of raw messages."
)
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def mail_parse(batch: Path | None, file: Path | None) -> None:
    """Print what raw mail is understood as, one JSON object per message; nothing is stored."""
    from app.channels.mail.parse import parse

    paths = sorted(p for p in batch.rglob("*") if p.is_file()) if batch else [file] if file else [None]
    for path in paths:
        raw = path.read_bytes() if path else sys.stdin.buffer.read()
        name = str(path.relative_to(batch)) if path and batch else str(path or "-")
        click.echo(json.dumps({"file": name, **parse(raw).as_json()}, ensure_ascii=True))
