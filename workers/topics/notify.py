"""Telling colleagues."""

from app import notify
from app.engine import topic
from app.tickets import finding
from workers import post


@topic("notify.manager")
def manager(ticket: int, about: str) -> None:
    """Mail the managers of a ticket's department."""
    for letter in notify.manager(finding.by_id(ticket), about):
        post.queue(letter)
