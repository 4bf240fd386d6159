"""Contacts of an earlier release keep their phone, their organisation its domain, and all that points at them stays."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from revisions import add, migrate
from sqlalchemy import MetaData, Table, select, text

from app import contacts
from app.db import db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def earlier(noon: datetime) -> None:
    """Add what an earlier release knew: a contact with an organisation, an address and a ticket."""
    add("organisation", id=1, public_id="o", name="Acme", domain="acme.test")
    known = {"name": "Joe", "organisation_id": 1, "vip": True, "phone": "020 7946", "notes": "", "language": ""}
    add("contact", id=1, public_id="c", created_at=noon, **known)
    add("contact_email", email="joe@acme.test", contact_id=1, created_at=noon)
    add("department", id=1, public_id="d", key="support", name="Support", is_default=True)
    stands = {"status": "open", "priority": "low", "rank": 1, "channel": "web", "language": "", "flagged": ""}
    said = {"number": "T-1", "subject": "Help", "tags": [], "custom": {}, "created_at": noon, "updated_at": noon}
    add("ticket", id=1, public_id="t", department_id=1, contact_id=1, **stands, **said)
    db.session.commit()


@pytest.mark.parametrize("server", ["sqlite", "postgres"])
def test_what_an_earlier_release_knew_is_still_known(
    server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    flask = Flask("earlier")
    there = f"sqlite:///{tmp_path / 'old.db'}" if server == "sqlite" else request.getfixturevalue("postgres_url")
    flask.config["SQLALCHEMY_DATABASE_URI"] = there.replace("postgresql://", "postgresql+psycopg://", 1)
    db.init_app(flask)
    with flask.app_context():
        migrate("0005_people")
        earlier(NOON.replace(tzinfo=None) if server == "sqlite" else NOON)
        migrate("head")
        joe = contacts.by_email("joe@acme.test")
        assert joe is not None
        assert joe.organisation is not None
        assert (joe.phone, joe.phones[0].digits, joe.vip) == ("020 7946", "0207946", True)
        assert [one.domain for one in joe.organisation.domains] == ["acme.test"]
        assert db.session.scalar(text("SELECT contact_id FROM ticket")) == joe.id
        db.session.rollback()
        migrate("0005_people", down=True)
        old = Table("contact", MetaData(), autoload_with=db.session.connection())
        assert db.session.scalar(select(old.c.phone)) == "020 7946"
        assert db.session.scalar(text("SELECT domain FROM organisation")) == "acme.test"
        db.session.remove()
        db.engine.dispose()
