"""One record of a CRM: read out of whatever it sent, or refused with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.contacts.addresses import digits_of, typed_address, typed_phone
from app.contacts.identities import MOST, crm_url
from app.errors import Invalid
from app.text import clean, one_line

FIELDS = (
    *("external_id", "emails", "phones", "name", "organisation", "vip"),
    *("product", "language", "notes", "url"),
)
"""What a record can say, in the order of the settings page."""

_SHORT = {"name": 200, "organisation": 200, "product": 40, "language": 8}
_YES, _NO = {"1", "true", "yes", "y", "x"}, {"0", "false", "no", "n"}


@dataclass(frozen=True)
class Record:
    """What a CRM says of somebody; `said` holds only the fields it speaks of."""

    row: int
    external_id: str
    url: str
    said: dict[str, Any]

    @property
    def emails(self) -> list[str]:
        return list(self.said.get("emails", []))


@dataclass(frozen=True)
class Unreadable:
    """A record nobody can make sense of."""

    row: int
    external_id: str
    reason: str


def read(row: int, raw: Mapping[str, Any]) -> Record | Unreadable:
    """Return the record in values by field; those that are missing are not spoken of, None says empty."""
    known = _shown(raw.get("external_id"))
    try:
        said = {field: _READ[field](raw[field]) for field in _READ if field in raw}
        external_id = _text("external_id", 120, raw.get("external_id"))
        url = crm_url(_text("url", 500, raw.get("url")))
    except (ValueError, Invalid) as error:
        return Unreadable(row, known, _told(error))
    said = {field: value for field, value in said.items() if value is not None}
    if not external_id and not said.get("emails"):
        return Unreadable(row, known, "It has neither an id nor an address to know it by.")
    if not (said.get("emails") or said.get("phones") or said.get("name")):
        return Unreadable(row, known, "It has no name, no address and no phone.")
    return Record(row, external_id, url, said)


def _told(error: ValueError | Invalid) -> str:
    if isinstance(error, Invalid):
        return "; ".join(f"{field}: {why}" for field, why in error.fields.items())
    return str(error)


def _shown(value: Any) -> str:
    return one_line(str(value), 120) if isinstance(value, str | int) else ""


def _text(field: str, longest: int, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{field}: must be a text, not {_kind(value)}")
    if isinstance(value, int) and abs(value) >= 10**60:
        raise ValueError(f"{field}: is too long a number")
    line = one_line(str(value), longest + 1)
    if len(line) > longest:
        raise ValueError(f"{field}: must have at most {longest} characters")
    return line


def _kind(value: Any) -> str:
    return {bool: "a yes or no", list: "a list", dict: "an object", float: "a number with a point"}.get(
        type(value), type(value).__name__
    )


def _several(field: str, value: Any, one: Callable[[str], str], same: Callable[[str], str]) -> list[str]:
    given = value if isinstance(value, list) else [value]
    if len(given) > MOST:
        raise ValueError(f"{field}: must be {MOST} at most")
    lines = [line for part in given if (line := _text(field, 400, part))]
    found: dict[str, str] = {}
    for line in lines:
        typed = one(line)
        found.setdefault(same(typed), typed)
    return list(found.values())


def _flag(value: Any) -> bool | None:
    word = str(value).strip().lower() if isinstance(value, bool | int | str) else "?"
    if value is None or word == "":
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError("vip: must be yes or no")


def _notes(value: Any) -> str:
    if not isinstance(value, str | None):
        raise ValueError(f"notes: must be a text, not {_kind(value)}")
    return clean(value, 20_000).strip()


def _emails(value: Any) -> list[str]:
    return _several("emails", value, typed_address, str)


def _phones(value: Any) -> list[str]:
    return _several("phones", value, typed_phone, digits_of)


_READ: dict[str, Callable[[Any], Any]] = {
    "emails": _emails,
    "phones": _phones,
    **{field: partial(_text, field, longest) for field, longest in _SHORT.items()},
    "vip": _flag,
    "notes": _notes,
}
