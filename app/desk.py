"""What the desk calls itself and its tickets."""

from app import options
from app.config import settings
from app.options import Option

NAME: Option[str] = Option("desk.name", lambda: settings().desk_name, options.text(60, least=1))
PREFIX: Option[str] = Option("desk.ticket_prefix", lambda: settings().ticket_prefix, options.text(12))
REOPEN_DAYS: Option[int] = Option("desk.reopen_days", lambda: settings().reopen_days, options.whole(0, 3650))
