import pytest
from click.testing import CliRunner
from flask import Flask
from rooms_fixtures import Desk

from app import departments, people
from app.cli import main
from app.db import db


@pytest.fixture
def say(any_app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> "Say":
    """Give the command line of a small desk."""
    db.session.commit()
    monkeypatch.setattr("app.cli.people.ready", lambda: any_app)
    return Say()


class Say:
    """Runs `flowdesk …` and returns what it prints."""

    def __call__(self, *words: str, refused: bool = False) -> str:
        done = CliRunner().invoke(main, words)
        db.session.rollback()
        assert bool(done.exit_code) is refused, done.output
        return done.output


def test_somebody_is_away_listed_so_and_back(say: Say) -> None:
    assert "Ann is away until 2199-01-01 00:00 UTC" in say("agent", "absent", "ann@desk.test", "--until", "2199-01-01")
    later = say("agent", "absent", "bob@desk.test", "--from", "2199-05-01T08:30", "--note", "Sea")
    assert later.strip() == "Bob is away from 2199-05-01 08:30 UTC, until they are back"
    listed = say("agent", "list").splitlines()
    assert listed == [
        "ann@desk.test\tAnn\tagent\tsupport\taway until 2199-01-01 00:00 UTC",
        "bob@desk.test\tBob\tagent\tsupport",
    ]
    assert say("agent", "back", "ann@desk.test").strip() == "Ann is back"
    assert say("agent", "back", "ann@desk.test").strip() == "Ann was not away"
    assert "over already" in say(
        "agent", "absent", "bob@desk.test", "--from", "2020-01-01", "--until", "2020-02-01", refused=True
    )
    assert "There is no agent" in say("agent", "back", "nobody@desk.test", refused=True)


def test_who_answers_belongs_to_the_default_department_unless_told(say: Say) -> None:
    for role in people.ROLES:
        say("agent", "add", f"{role}@desk.test", "--name", role, "--role", role)
    departments.add("sales", "Sales", by="system")
    departments.add("shop", "Shop", by="system")
    db.session.commit()
    told = say("agent", "add", "x@desk.test", "--name", "X", "--department", "sales", "--department", "shop")
    assert told.strip() == "X <x@desk.test> is agent in Sales, Shop"
    members = {agent.name for agent in departments.by_key("support").members}
    assert members == {"Ann", "Bob", "agent", "senior", "manager"}
    # Said again, nothing is joined that was left in the meantime.
    ann = people.by_email("ann@desk.test")
    assert ann is not None
    departments.leave(departments.by_key("support"), ann, by="system")
    db.session.commit()
    assert say("agent", "add", "ann@desk.test", "--name", "Ann").strip() == "Ann <ann@desk.test> is agent"
    assert "default department" in " ".join(say("agent", "add", "--help").split())
