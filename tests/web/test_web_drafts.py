"""A proposed reply is for whoever sits before it."""

import html
import re

from web_desk import WebDesk

from app.tickets import finding


def test_a_draft_is_signed_by_whoever_reads_it(desk: WebDesk):
    number = desk.mail("Error message after the update", "the printer shows an error and does not start.")
    with desk.flask.app_context():
        held_by = finding.by_number(number).assignee.name
    drafts = {}
    for role in ("agent", "senior", "manager"):
        page = desk.person(role).get(f"/tickets/{number}").text
        drafts[role] = html.unescape(re.search(r'id="proposal-text"[^>]*>(.*?)</div>', page, re.DOTALL)[1])
        assert f"\n{role.title()} Person\n" in drafts[role]
    assert sum(held_by in draft for draft in drafts.values()) <= 1
