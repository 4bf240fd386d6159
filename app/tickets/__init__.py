"""Tickets: one file per ability; `opening.open_ticket`, `status.change`, `finding.search` and so on."""
