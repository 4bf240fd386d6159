"""Of every row a route names, the doors know whether it leads to a ticket: a new noun is either, and says so here."""

from pathlib import Path

import pytest

from app import create_app, sight
from app.config import settings

ABOUT_NO_TICKET = {
    *("agents", "boards", "calendars", "cards", "contacts", "crm", "members", "merges", "oncall", "organisations"),
    *("policies", "runs", "sources", "team"),
    *("links", "time"),  # below a ticket's number, which is asked for
}
"""Words before a public id in a path whose rows are about no ticket."""

NO_ROWS = {
    *("absence", "box", "column_id", "filename", "item", "key", "kind", "name", "occasion", "segment", "token"),
}
"""Arguments of routes that name no row, or one that only counts together with another argument."""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the paths of every route of the pages and the API."""
    monkeypatch.setenv("FLOWDESK_DATA", str(tmp_path))
    settings.cache_clear()
    found = [rule.rule for rule in create_app().url_map.iter_rules() if rule.endpoint.startswith(("web.", "api."))]
    settings.cache_clear()
    return found


def test_whatever_a_route_names_is_known_to_lead_to_a_ticket_or_not(rules: list[str]) -> None:
    named = {pair for rule in rules for pair in sight.named(rule).items()}
    assert len(named) > 15
    assert {argument for argument, _ in named} <= sight.IDENTS | NO_ROWS
    nouns = {noun for argument, noun in named if argument in sight.IDENTS and argument != "number"}
    assert nouns - sight.LEADS.keys() == ABOUT_NO_TICKET


def test_the_word_before_an_argument_says_what_it_names() -> None:
    assert sight.named("/mailbox/<box>/<public_id>/raw") == {"box": "mailbox", "public_id": "mailbox"}
    assert sight.named("/api/v1/tickets/<number>/notes/<int:id>") == {"number": "tickets", "id": "notes"}
