"""The command line: `flowdesk …`."""

from app.cli import desk, mail, people, process, sla
from app.cli.root import main

__all__ = ["desk", "mail", "main", "people", "process", "sla"]
