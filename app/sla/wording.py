"""How times are written in sentences, the same in every locale of the server."""

from datetime import date, datetime, timedelta

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def days(on: date) -> str:
    """Return a date as `Mon 2 Mar 2026`."""
    return f"{_WEEKDAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def clock(at: datetime) -> str:
    """Return a time of day as `09:00`, with seconds only where there are any."""
    text = at.time().isoformat()
    if at.microsecond:
        return text.rstrip("0")
    return text if at.second else text[:5]


def moment(at: datetime) -> str:
    """Return a moment as `Mon 2 Mar 2026 09:00`."""
    return f"{days(at)} {clock(at)}"


def span(start: datetime, end: datetime | None) -> str:
    """Return `Mon 2 Mar 2026 09:00 to 17:00`; midnight at the end is 24:00 of the day before."""
    if end is None:
        return f"since {moment(start)}"
    if end > start and clock(end) == "00:00":
        before = end.date() - timedelta(days=1)
        closing = "24:00" if before == start.date() else f"{days(before)} 24:00"
    else:
        closing = clock(end) if end.date() == start.date() else moment(end)
    return f"{moment(start)} to {closing}"


def offset(at: datetime) -> str:
    """Return the offset of an aware moment as `+01:00`."""
    return f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5]


def stretch(seconds: float) -> str:
    """Return a duration as `7 h 30 min`, `20 s` or `0.5 s`."""
    minutes, rest = divmod(round(seconds, 6), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0)
    if rest or not parts:
        parts.append(f"{round(rest, 6):.6f}".rstrip("0").rstrip(".") + " s")
    return " ".join(parts)
