"""The functions an expression may call, each with what process owners read about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from inspect import signature
from typing import Any

from app import clock, options


def _text(value: Any) -> str:
    # The text of a list of lists of lists could fill the memory.
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise TypeError(f"{type(value).__name__} is no text")
    return str(value)


def _lower(text: Any) -> str:
    return _text(text).lower()


def _contains(text: Any, part: Any) -> bool:
    return _lower(part) in _lower(text)


def _contains_any(text: Any, words: list[Any]) -> bool:
    # At the start of a word, so that "manufacturer" is no "facture" and "Rechnungsnummer" still is a "Rechnung".
    if not isinstance(words, list | tuple):
        raise TypeError("the words are no list")
    alternatives = "|".join(re.escape(_text(word)) for word in words)
    return bool(words) and re.search(rf"(?<!\w)(?:{alternatives})", _text(text), re.IGNORECASE) is not None


def _starts_with(text: Any, part: Any) -> bool:
    return _lower(text).startswith(_lower(part))


def _ends_with(text: Any, part: Any) -> bool:
    return _lower(text).endswith(_lower(part))


def _matches_domain(email: Any, domain: Any) -> bool:
    host, wanted = _lower(email).rpartition("@")[2], _lower(domain)
    return host == wanted or host.endswith("." + wanted)


def _length(value: Any) -> int:
    return len(value)


def _in_hours(n: Any) -> str:
    return (clock.now() + timedelta(hours=n)).isoformat()


def _in_days(n: Any) -> str:
    return (clock.now() + timedelta(days=n)).isoformat()


def _option(name: Any) -> Any:
    return options.value(_text(name))


@dataclass(frozen=True, slots=True)
class Helper:
    """A function, what process owners read about it, and the JSON type of what it gives."""

    call: Callable[..., Any]
    text: str
    gives: str

    @property
    def takes(self) -> int:
        return len(signature(self.call).parameters)


HELPERS = {
    "lower": Helper(_lower, "lower(text): the text in lower case", "string"),
    "contains": Helper(_contains, "contains(text, part): whether the part occurs anywhere, in any case", "boolean"),
    "contains_any": Helper(
        _contains_any, "contains_any(text, [words]): whether a word starts with one of these, in any case", "boolean"
    ),
    "starts_with": Helper(_starts_with, "starts_with(text, part): whether the text begins so, in any case", "boolean"),
    "ends_with": Helper(_ends_with, "ends_with(text, part): whether the text ends so, in any case", "boolean"),
    "matches_domain": Helper(
        _matches_domain,
        "matches_domain(email, domain): whether the address belongs to the domain or one below it",
        "boolean",
    ),
    "length": Helper(_length, "length(list or text): how many", "integer"),
    "hours": Helper(_in_hours, "hours(n): the moment n hours from now", "string"),
    "days": Helper(_in_days, "days(n): the moment n days from now", "string"),
    "option": Helper(_option, "option(name): what the desk has set in its settings", "any"),
}
