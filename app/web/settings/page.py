"""What every page of settings has: a place in the list, and forms that keep what was typed when it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app import relay
from app.db import db
from app.errors import Conflict, Invalid
from app.options import Option

GROUPS = ("Desk", "People", "Customers", "Tickets", "Routing", "Promises", "Mail")


@dataclass(frozen=True)
class Page:
    """A page in the list of settings; `glyph` is a Bootstrap icon, named as bi-NAME somewhere in a page or file."""

    group: str
    title: str
    endpoint: str
    glyph: str
    hint: str
    permission: str = "settings.read"


def attempt(act: Callable[[], object]) -> dict[str, str]:
    """Make a change and commit it; return what is wrong by field, under "" what no field is to blame for."""
    try:
        act()
        relay.commit()
    except (Invalid, Conflict) as error:
        db.session.rollback()
        return dict(getattr(error, "fields", None) or {"": error.detail})
    return {}


def answer(
    wrong: dict[str, str], again: Callable[[dict[str, str]], str], back: str, said: str = "Saved."
) -> Response | tuple[str, int]:
    """Go back with a notice, or show the form again with what is wrong and what was typed (422)."""
    if wrong:
        return again(wrong), 422
    flash(said)
    return redirect(back, 303)


def changed_by(act: Mapping[str, Callable[[], object]]) -> dict[str, str]:
    """Make several changes of one form as one; return what is wrong by field, of all of them at once."""
    wrong: dict[str, str] = {}

    def all_of_them() -> None:
        for name, change in act.items():
            try:
                change()
            except Invalid as error:
                wrong.update(error.fields or {name: error.detail})
        if wrong:
            raise Invalid("Part of this cannot be.", dict(wrong))

    return attempt(all_of_them)


def set_options(*options: Option[Any]) -> dict[str, str]:
    """Set options to what the form holds under their fields, as one change; return what is wrong by field."""
    sent, by = request.form, current_user.actor
    return changed_by({one.field: partial(one.set, sent.get(one.field, ""), by=by) for one in options})
