"""A whole desk in this process on a database of its own; several can live beside each other, one at a time at home."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from api.api_world import World
from post_office import PostOffice

from app import create_app, departments, people, relay
from app.config import settings
from app.db import db
from app.migrating import first_start


def fill() -> str:
    """Make the desk in an empty database; return the agent's token."""
    db.create_all()
    first_start()
    agent = people.add("agent@desk.test", "Ann", "admin", by="system")
    departments.join(departments.by_key("support"), agent, by="system")
    token = people.tokens.create(agent, by="system")
    relay.commit()
    db.session.remove()
    return token


@contextmanager
def desk(home: Path, patch: pytest.MonkeyPatch, filled: str = "", **environment: str) -> Iterator[PostOffice]:
    """Give a desk with the department `support` and one agent, an admin; settings are named without FLOWDESK_.

    Where the database is filled already, give the agent's token.
    """
    given = {"DATA": str(home), "SECRET_KEY": "s" * 40, "DATABASE_URL": "", "REDIS_URL": "", "SMTP_URL": ""}

    def come_home() -> None:
        for name, value in {**given, **environment}.items():
            patch.setenv(f"FLOWDESK_{name}", value)
        settings.cache_clear()

    come_home()
    flask = create_app()
    with flask.app_context():
        token = filled or fill()
    yield PostOffice(World(flask, {"agent": token}), come_home)
    with flask.app_context():
        db.engine.dispose()
    settings.cache_clear()
