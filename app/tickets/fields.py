"""Custom fields: what a desk asks about its tickets, per category. Values are kept when a field is archived."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.errors import Invalid
from app.options import Option
from app.text import clean, one_line
from app.tickets.changes import hold, put
from app.tickets.configured import flag_of, key_of, keys_of, listed, name_of, unique
from app.tickets.ticket import Ticket

KINDS = ("text", "number", "date", "choice", "yes_no")
MOST, MOST_CHOICES, LONGEST_TEXT = 60, 50, 2_000


@dataclass(frozen=True)
class Field:
    """`categories` are keys, none means all; a value `required_on_resolve` is needed before a ticket is resolved."""

    key: str
    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    required: bool = False
    required_on_resolve: bool = False
    archived: bool = False
    hint: str = ""

    def asked_of(self, category: str | None) -> bool:
        """Tell whether tickets of a category have this field."""
        return not self.archived and (not self.categories or category in self.categories)

    def read(self, value: Any) -> Any:
        """Return a value as it is kept, None for an empty one; raise ValueError saying what it must be."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return _READ[self.kind](self, value)


def _text(_field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"must have at most {LONGEST_TEXT} characters")
    return clean(value).strip()


def _number(_field: Field, value: Any) -> int | float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number) or abs(number) > 1e15:
        raise ValueError("must be a number")
    return int(number) if number.is_integer() else number


def _date(_field: Field, value: Any) -> str:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError("must be a date such as 2026-12-31")
    return found.isoformat()


def _choice(field: Field, value: Any) -> str:
    if value not in field.choices:
        raise ValueError(f"must be one of {', '.join(field.choices)}")
    return str(value)


def _yes_no(_field: Field, value: Any) -> bool:
    if value in (True, "1", "on", "true", "yes"):
        return True
    if value in (False, "0", "off", "false", "no"):
        return False
    raise ValueError("must be yes or no")


_READ: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
}


def _checked(value: Any) -> list[dict[str, Any]]:
    fields = [_field(one) for one in listed(value, MOST)]
    unique([field.key for field in fields])
    return [asdict(field) | {"choices": list(field.choices), "categories": list(field.categories)} for field in fields]


def _field(one: dict[str, Any]) -> Field:
    kind = one.get("kind")
    if kind not in KINDS:
        raise ValueError(f"must each be one of {', '.join(KINDS)}")
    choices = tuple(dict.fromkeys(word for line in one.get("choices") or [] if (word := one_line(str(line), 120))))
    if kind == "choice" and not 1 < len(choices) <= MOST_CHOICES:
        raise ValueError(f"need 2 to {MOST_CHOICES} choices")
    return Field(
        key=key_of(one.get("key")),
        name=name_of(one.get("name")),
        kind=kind,
        choices=choices if kind == "choice" else (),
        categories=keys_of(one.get("categories")),
        required=flag_of(one.get("required")),
        required_on_resolve=flag_of(one.get("required_on_resolve")),
        archived=flag_of(one.get("archived")),
        hint=one_line(str(one.get("hint") or ""), 200),
    )


FIELDS: Option[list[dict[str, Any]]] = Option("tickets.fields", list, _checked)


def all_fields() -> list[Field]:
    """Return every field, archived ones too, in their order."""
    return [
        Field(**{**one, "choices": tuple(one["choices"]), "categories": tuple(one["categories"])})
        for one in FIELDS.get()
    ]


def fields_of(category: str | None) -> list[Field]:
    """Return the fields that tickets of a category have."""
    return [field for field in all_fields() if field.asked_of(category)]


def opened_with(values: dict[str, Any], category: str | None) -> dict[str, Any]:
    """Return the values a ticket is opened with by hand; raise Invalid naming what is wrong or missing."""
    known = fields_of(category)
    return _merged({}, {field.key: None for field in known if field.required} | values, category)


def set_custom(ticket: Ticket, values: dict[str, Any], *, by: str, reason: str = "") -> bool:
    """Set some custom fields and record `ticket.custom_changed`; return whether any changed.

    An empty value takes one out; fields that are not named stay. Raise Invalid naming each wrong field as `custom.KEY`.
    """
    hold(ticket)
    return put(ticket, "custom", _merged(ticket.custom, values, ticket.category), by=by, reason=reason)


def check_resolvable(ticket: Ticket) -> None:
    """Raise Invalid naming the fields that are needed before a ticket is resolved and have no value."""
    needed = [field for field in fields_of(ticket.category) if field.required or field.required_on_resolve]
    if missing := [field for field in needed if field.key not in ticket.custom]:
        names = ", ".join(field.name for field in missing)
        wrong = {f"custom.{field.key}": "is needed before the ticket is resolved" for field in missing}
        raise Invalid(f"Before this ticket is resolved, fill in: {names}.", wrong)


def _merged(before: dict[str, Any], values: dict[str, Any], category: str | None) -> dict[str, Any]:
    known = {field.key: field for field in fields_of(category)}
    after, wrong = dict(before), {}
    for key, value in values.items():
        if key not in known:
            wrong[f"custom.{one_line(str(key), 60)}"] = "is no field of this category"
            continue
        try:
            found = known[key].read(value)
        except ValueError as error:
            wrong[f"custom.{key}"] = str(error)
            continue
        after.pop(key, None)
        if found is not None:
            after[key] = found
    for field in (known[key] for key in values if key in known):
        if field.required and field.key not in after and f"custom.{field.key}" not in wrong:
            wrong[f"custom.{field.key}"] = "is needed"
    if wrong:
        names = "; ".join(f"{known[k].name if (k := key[7:]) in known else k} {why}" for key, why in wrong.items())
        raise Invalid(f"Some fields need another look: {names}.", wrong)
    return after
