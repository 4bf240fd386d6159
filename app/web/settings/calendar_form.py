"""The form of a calendar: hours, holidays and special days as people write them, and back."""

from collections.abc import Callable
from typing import Any

from flask import request

from app import clock
from app.errors import Invalid
from app.sla import Calendar, written
from app.sla.holidays import countries
from app.sla.hours import WEEKDAYS
from app.sla.ical import holidays_of

OFFICE = {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}
NEW: dict[str, Any] = {"timezone": "UTC", "hours": OFFICE, "holidays": []}


def read(before: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the calendar the form means as plain data, and what is wrong, by field of the form."""
    spec, wrong = _read(before)
    if not wrong:
        try:
            return Calendar.parse(spec).as_json(), {}
        except Invalid as error:
            wrong = dict(error.fields)
    return spec, {_beside(field): reason for field, reason in wrong.items()}


def fields(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what the form shows of plain data."""
    return {
        "hours": {day: written.write_hours(spec["hours"].get(day) or ()) for day in WEEKDAYS},
        "holidays": written.write_holidays(spec.get("holidays", ())),
        "openings": written.write_openings(spec.get("openings", ())),
        "parts": [(part, part) for part in countries().get(spec.get("country", ""), [])],
    }


def _read(before: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    sent, wrong = request.form, {}
    spec = {**before, "timezone": sent.get("timezone", "").strip(), "country": sent.get("country", "")}
    part = sent.get("subdivision", "")
    # The parts of one country are none of another, and are only offered once the country is known.
    spec["subdivision"] = part if part in countries().get(spec["country"], ()) else ""
    reads: dict[str, Callable[[], Any]] = {
        "openings": lambda: written.read_openings(sent.get("openings", "")),
        "holidays": lambda: written.read_holidays(sent.get("holidays", "")),
        "ical": _uploaded,
    }
    found: dict[str, Any] = {"hours": {}}
    for day in WEEKDAYS:
        try:
            found["hours"][day] = written.read_hours(sent.get(f"hours_{day}", ""), f"hours.{day}")
        except Invalid as error:
            wrong.update(error.fields)
    for field, take in reads.items():
        try:
            found[field] = take()
        except Invalid as error:
            wrong.update(error.fields)
    listed = [*found.get("holidays", before.get("holidays", [])), *found.pop("ical", [])]
    return {**spec, **found, "holidays": listed}, wrong


def _uploaded() -> list[Any]:
    file = request.files.get("ical")
    if file is None or not file.filename:
        return []
    found, _timed = holidays_of(file.read(), clock.now().date())
    return [{"date": one.on.isoformat(), "name": one.name} if one.name else one.on.isoformat() for one in found]


def _beside(field: str) -> str:
    """Return the field of the form at which to say what is wrong with a field of the calendar."""
    head, _, rest = field.partition(".")
    return f"hours_{rest or 'mon'}" if head == "hours" else head
