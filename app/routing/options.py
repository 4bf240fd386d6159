"""What a manager may set about transfers."""

from app.options import Option, flag

TRANSFER_REASON = Option("routing.transfer_reason", lambda: False, flag)
"""Whether a person who passes a ticket on has to say why."""
