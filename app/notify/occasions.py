"""The occasions on which the desk writes to a customer, and which of them are switched on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import NotFound
from app.options import Option
from app.tickets import stages as board

_SAFE = ("name", "number", "desk", "department")
"""What an automatic first answer may say. Whoever forges a sender must not have us mail words of theirs, so the
subject is not among it."""

STAGE = "stage."


@dataclass(frozen=True, slots=True)
class Occasion:
    """`names` are the look-ups its template may use."""

    key: str
    title: str
    about: str
    names: tuple[str, ...]


_LISTED = (
    Occasion("created", "Request received", "Says that the message arrived and what its number is.", _SAFE),
    Occasion(
        "out_of_hours",
        "Received out of hours",
        "Takes the place of “Request received” while the department is closed, and says when it opens.",
        (*_SAFE, "opens"),
    ),
    Occasion("assigned", "Somebody takes care", "Sent when an agent gets the ticket.", (*_SAFE, "agent")),
    Occasion(
        "reply",
        "An agent’s reply",
        "What stands around an agent’s words. Switched off, the words go out as they were written.",
        (*_SAFE, "subject", "agent", "reply"),
    ),
    Occasion(
        "completed",
        "Solved",
        "Says that the request is solved, besides the mail that asks for a rating.",
        (*_SAFE, "subject", "agent"),
    ),
    Occasion("cancelled", "Cancelled", "Says that the request was cancelled.", (*_SAFE, "subject")),
    Occasion("rejected", "Rejected", "Says that the desk cannot do what was asked.", (*_SAFE, "subject")),
    Occasion(
        "delivered",
        "Card done",
        "Answers the customer when the card that came of the request is done.",
        (*_SAFE, "subject", "answer"),
    ),
    Occasion("rating", "Solved: how did we do?", "Asks for one to five stars.", (*_SAFE, "subject", "agent", "stars")),
    Occasion(
        "rating_reminder",
        "Reminder to rate",
        "Asks for one to five stars once more.",
        (*_SAFE, "subject", "agent", "stars"),
    ),
    Occasion("thanks", "Thanks for a good rating", "Answers four or five stars.", (*_SAFE, "agent")),
)
_BY_KEY = {one.key: one for one in _LISTED}
_ASKED_ELSEWHERE = {"rating", "rating_reminder", "thanks"}
_ON = ["created", "reply", "cancelled", "rejected", "delivered"]


def stages() -> Mapping[str, str]:
    """Return the stages of the board that a mail can belong to, by key."""
    return {stage.key: stage.name for stage in board.all_stages()}


def all_occasions() -> list[Occasion]:
    """Return every occasion, those of the stages last."""
    return [*_LISTED, *(_stage(key, name) for key, name in stages().items())]


def occasion(key: str) -> Occasion:
    """Return an occasion; raise NotFound for one there is not."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    if key.startswith(STAGE) and key.removeprefix(STAGE) in stages():
        return _stage(key.removeprefix(STAGE), stages()[key.removeprefix(STAGE)])
    raise NotFound(f"There is no mail for “{key[:80]}”.")


def _stage(key: str, name: str) -> Occasion:
    return Occasion(f"{STAGE}{key}", f"Stage: {name}", f"Sent when the ticket comes to “{name}”.", (*_SAFE, "stage"))


def _check(value: Any) -> list[str]:
    known = {one.key for one in all_occasions()} - _ASKED_ELSEWHERE
    if not isinstance(value, list) or not set(map(str, value)) <= known:
        raise ValueError(f"must be a list of {', '.join(sorted(known))}")
    return sorted(set(value))


ON: Option[list[str]] = Option("notices.on", lambda: sorted(_ON), _check)


def is_on(key: str) -> bool:
    """Say whether mails of an occasion are sent; those about ratings are switched with the ratings."""
    return key in _ASKED_ELSEWHERE or key in ON.get()


def switchable(key: str) -> bool:
    """Say whether an occasion is switched here."""
    return key not in _ASKED_ELSEWHERE


def switch(key: str, on: bool, *, by: str) -> bool:
    """Switch the mails of an occasion on or off, recorded as `option.set`; return whether that is a change."""
    if not switchable(occasion(key).key):
        raise NotFound("Mails about ratings are switched with the ratings.")
    others = [one for one in ON.get() if one != key]
    return ON.set([*others, key] if on else others, by=by)
