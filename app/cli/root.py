"""The root command, and how every command comes by an application."""

import sys
from typing import Any

import click

from app import create_app
from app.errors import BadSetting, Trouble


class Sentences(click.Group):
    """Turns expected trouble into one sentence on standard error and exit code 1, or 2 for a wrong setting."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as error:
            click.echo(f"flowdesk: {error.detail}", err=True)
            sys.exit(2 if isinstance(error, BadSetting) else 1)


def ready(*, migrate: bool = True, doors: bool = False) -> Any:
    """Return the application, its database brought to this release; with its doors for who serves them."""
    app = create_app(doors=doors)
    if migrate:
        from app.migrating import upgrade

        upgrade(app)
    return app


@click.group(cls=Sentences)
def main() -> None:
    """Flowdesk: a helpdesk whose process is a drawing."""
