"""The command line: `flowdesk …`."""

from app.cli import crm, desk, mail, people, process, sla
from app.cli.root import main

__all__ = ["crm", "desk", "mail", "main", "people", "process", "sla"]
