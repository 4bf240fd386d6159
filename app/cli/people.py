"""Agents, when they are away, and their API tokens."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from app.cli.root import main, ready

if TYPE_CHECKING:
    from app.people import Agent

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@main.group()
def agent() -> None:
    """People who work at the desk."""


@agent.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", default="agent", show_default=True)
@click.option(
    "--department",
    "keys",
    multiple=True,
    help="Key of a department to join; may be repeated. An agent sees the tickets of their departments only. "
    "Without it, somebody new who is agent, senior or manager becomes a member of the default department.",
)
@click.password_option("--password", envvar="FLOWDESK_PASSWORD", prompt_required=False, default="", help="Optional.")
def agent_add(email: str, name: str, role: str, keys: tuple[str, ...], password: str) -> None:
    """Add an agent."""
    from app import departments, people, relay

    with ready().app_context():
        known = people.by_email(email) is not None
        added = people.add(email, name, role, by="cli", password=password or None)
        if keys or not known:
            chosen = [departments.by_key(key) for key in keys] if keys else None
            departments.welcome(added, chosen, by="cli")
        relay.commit()
        told = ", ".join(department.name for department in departments.of_agent(added))
        click.echo(f"{added.name} <{added.email}> is {added.role}{f' in {told}' if told else ''}")


@agent.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also those who left.")
def agent_list(everybody: bool) -> None:
    """List who works at the desk: address, name, role, departments, and whether they are away."""
    from app import departments, people

    with ready().app_context():
        rows = people.all_agents(active=not everybody)
        keys, away = departments.keys_of(rows), people.absences.running()
        for row in rows:
            state = "left" if not row.active else _away(away[row.id].ends_at) if row.id in away else ""
            click.echo("\t".join((row.email, row.name, row.role, ",".join(keys[row.id]), state)).rstrip())


@agent.command("absent")
@click.argument("email")
@click.option("--from", "starts_at", type=MOMENT, help="In UTC; now without it.")
@click.option("--until", "ends_at", type=MOMENT, help="In UTC; until they are back without it.")
@click.option("--note", default="")
def agent_absent(email: str, starts_at: datetime | None, ends_at: datetime | None, note: str) -> None:
    """Say that an agent is away, now or later: nothing is assigned to them then."""
    from app import clock, people, relay

    with ready().app_context():
        found = _known(email)
        start = starts_at.replace(tzinfo=UTC) if starts_at else clock.now()
        row = people.absences.plan(found, start, ends_at.replace(tzinfo=UTC) if ends_at else None, by="cli", note=note)
        relay.commit()
        since = f"from {row.starts_at:%Y-%m-%d %H:%M} UTC, " if row.starts_at > clock.now() else ""
        click.echo(f"{found.name} is away {since}{_until(row.ends_at)}")


@agent.command("back")
@click.argument("email")
def agent_back(email: str) -> None:
    """Say that an agent is back; absences planned for later stay."""
    from app import people, relay

    with ready().app_context():
        found = _known(email)
        changed = people.set_absent(found, False, by="cli")
        relay.commit()
        click.echo(f"{found.name} is back" if changed else f"{found.name} was not away")


def _known(email: str) -> "Agent":
    from app import people
    from app.errors import NotFound

    found = people.by_email(email)
    if found is None:
        raise NotFound(f"There is no agent with the address {email}.")
    return found


def _until(ends_at: datetime | None) -> str:
    return f"until {ends_at:%Y-%m-%d %H:%M} UTC" if ends_at else "until they are back"


def _away(ends_at: datetime | None) -> str:
    return f"away {_until(ends_at)}"


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

    with ready().app_context():
        plain = people.tokens.create(_known(email), by="cli")
        relay.commit()
    click.echo(plain)
