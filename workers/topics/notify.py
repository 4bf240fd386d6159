"""Telling colleagues."""

from app import notify
from app.engine import topic
from app.tickets import finding
from workers import post


@topic("notify.manager")
def manager(ticket: int, about: str) -> None:
    """Mail the manager of who holds a ticket, else those of its department, else all, else the admins."""
    for letter in notify.manager(finding.by_id(ticket), about):
        post.queue(letter)
