"""What the arithmetic refuses; `fields` names the field and the reason."""

from app.errors import Invalid


class BadCalendar(Invalid):
    """This calendar cannot be used."""

    title = "Unusable calendar"


class BadQuestion(Invalid):
    """This start, budget or pause cannot be used."""

    title = "Unusable question"


class BeyondHorizon(BadQuestion):
    """The budget does not fit into the 100 years after the start."""


def bad_calendar(field: str, reason: str) -> BadCalendar:
    """Return a refusal of one calendar field."""
    return BadCalendar(f"calendar {field}: {reason}", fields={field: reason})


def bad_question(field: str, reason: str) -> BadQuestion:
    """Return a refusal of one field of a question."""
    return BadQuestion(f"{field}: {reason}", fields={field: reason})
