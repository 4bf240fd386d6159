"""Agents and their API tokens."""

import click

from app.cli.root import main, ready


@main.group()
def agent() -> None:
    """People who work at the desk."""


@agent.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", default="agent", show_default=True)
@click.option("--department", default=None, help="Key of a department to join.")
@click.password_option("--password", envvar="FLOWDESK_PASSWORD", prompt_required=False, default="", help="Optional.")
def agent_add(email: str, name: str, role: str, department: str | None, password: str) -> None:
    """Add an agent."""
    from app import departments, people, relay

    with ready().app_context():
        added = people.add(email, name, role, by="cli", password=password or None)
        if department:
            departments.join(departments.by_key(department), added, by="cli")
        relay.commit()
        click.echo(f"{added.name} <{added.email}> is {added.role}")


@main.group()
def department() -> None:
    """Desks with addresses of their own."""


@department.command("add")
@click.argument("key")
@click.option("--name", required=True)
@click.option("--address", "addresses", multiple=True, help="A mail address that opens tickets here; may be repeated.")
def department_add(key: str, name: str, addresses: tuple[str, ...]) -> None:
    """Add a department."""
    from app import departments, relay

    with ready().app_context():
        added = departments.add(key, name, addresses=list(addresses), by="cli")
        relay.commit()
        click.echo(f"{added.name}: {', '.join(a.email for a in added.addresses) or 'no address yet'}")


@main.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.argument("email")
def token_create(email: str) -> None:
    """Print a new API token for an agent; it is shown once."""
    from app import people, relay
    from app.errors import NotFound

    with ready().app_context():
        found = people.by_email(email)
        if found is None:
            raise NotFound(f"There is no agent with the address {email}.")
        plain = people.tokens.create(found, by="cli")
        relay.commit()
    click.echo(plain)
