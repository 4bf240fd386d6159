"""What a manager sets about ratings; the drawings ask for it with `option("rating.…")`."""

from app import options
from app.options import Option

ASK: Option[bool] = Option("rating.ask", lambda: True, options.flag)
AFTER_HOURS: Option[int] = Option("rating.after_hours", lambda: 0, options.whole(0, 24 * 30))
REMIND_DAYS: Option[int] = Option("rating.remind_days", lambda: 1, options.whole(0, 30))
LOW: Option[int] = Option("rating.low", lambda: 2, options.whole(0, 4))
CHANGE_HOURS: Option[int] = Option("rating.change_hours", lambda: 24, options.whole(0, 24 * 30))
THANK: Option[bool] = Option("rating.thank", lambda: False, options.flag)
