"""What a timer may be told: an ISO 8601 duration or a moment with its time zone."""

import re
from datetime import datetime

from app.engine.expressions import ExpressionError

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:\d{1,4}W|(?:\d{1,2}Y)?(?:\d{1,4}M)?(?:\d{1,5}D)?)"
    r"(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,7}M)?(?:\d{1,9}(?:[.,]\d{1,6})?S)?)?",
    re.IGNORECASE,
)


def is_duration(text: str) -> bool:
    """Say whether a text is a duration."""
    return _DURATION.fullmatch(text) is not None


def duration(text: object) -> str:
    """Return a duration such as PT48H or P3D as it was given; raise ExpressionError. At most 99 years."""
    if not isinstance(text, str) or not is_duration(text):
        shown = f"“{text[:80]}”" if isinstance(text, str) else repr(text)[:80]
        raise ExpressionError(f"{shown} is not an ISO 8601 duration such as PT48H.")
    return text


def moment(text: object) -> datetime:
    """Return a moment such as 2026-12-31T09:00+01:00; raise ExpressionError, also when it names no time zone."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise ExpressionError(f"{text!r:.80} is not a moment such as 2026-12-31T09:00+01:00.") from None
    if found.tzinfo is None:
        raise ExpressionError(f"{text!r:.80} names no time zone; write it as in 2026-12-31T09:00+01:00.")
    return found


def repetition(text: object) -> str:
    """Return a repetition such as R3/PT1H, or R/P1D without an end, as it was given; raise ExpressionError."""
    found = re.fullmatch(r"R(\d{0,4})/(.+)", text) if isinstance(text, str) else None
    if found is None or found[1] == "0" or not re.search("[1-9]", duration(found[2])):
        raise ExpressionError(f"{text!r:.80} is not a repetition such as R3/PT1H.")
    return found[0]
