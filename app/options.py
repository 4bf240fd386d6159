"""Options of the desk: values an admin sets in the browser, each declared by the room that reads it."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, String, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import events
from app.db import Base, db, of_transaction
from app.errors import Invalid
from app.text import one_line

T = TypeVar("T")
_READ = "options.read"
_known: dict[str, "Option[Any]"] = {}


class OptionRow(Base):
    """What was set; an option without a row has its default."""

    __tablename__ = "option"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Option(Generic[T]):
    """One value with its default; `check` returns what may be stored, or raises ValueError saying what it must be.

    The default is asked for each time, so that it may come from the environment.
    """

    def __init__(self, name: str, default: Callable[[], T], check: Callable[[Any], T]) -> None:
        self.name, self.default, self.check = name, default, check
        _known[name] = self

    @property
    def field(self) -> str:
        """The name of its field in a form and in a refusal."""
        return self.name.replace(".", "_")

    def get(self) -> T:
        """Return what was set, or the default. All options are read once per transaction."""
        found = _rows()
        return found[self.name] if self.name in found else self.default()

    def set(self, value: Any, *, by: str, reason: str = "") -> bool:
        """Set it and record `option.set` with before and after; return whether it changed.

        Raise Invalid naming the field where the value cannot be.
        """
        try:
            wanted = self.check(value)
        except ValueError as error:
            raise Invalid(f"This {error}.", {self.field: str(error)}) from None
        row = db.session.get(OptionRow, self.name, with_for_update=True)
        before = row.value if row is not None else self.default()
        if before == wanted:
            return False
        if row is None:
            db.session.add(OptionRow(name=self.name, value=wanted))
        else:
            row.value = wanted
        db.session.flush()
        db.session.info.pop(_READ, None)
        was, now = {self.name: before}, {self.name: wanted}
        events.record("option.set", by=by, subject=f"option:{self.name}", reason=reason, before=was, after=now)
        return True


def known() -> set[str]:
    """Return the names of all options that some room has declared."""
    return set(_known)


def value(name: str) -> Any:
    """Return what an option is set to; raise LookupError for one nobody has declared."""
    if name not in _known:
        raise LookupError(f"there is no option “{name}”")
    return _known[name].get()


def text(longest: int, *, least: int = 0) -> Callable[[Any], str]:
    """Return a check for one line of text of so many characters."""

    def check(value: Any) -> str:
        line = one_line(str(value), longest + 1)
        if not least <= len(line) <= longest:
            raise ValueError(f"must have {least} to {longest} characters")
        return line

    return check


def whole(least: int, most: int) -> Callable[[Any], int]:
    """Return a check for a whole number between two."""

    def check(value: Any) -> int:
        line = str(value).strip()
        if isinstance(value, bool) or not line.isdecimal() or not least <= int(line) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(line)

    return check


def number(least: float, most: float) -> Callable[[Any], float]:
    """Return a check for a number between two."""

    def check(value: Any) -> float:
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = float("nan")
        if isinstance(value, bool) or not least <= found <= most:
            raise ValueError(f"must be a number from {least} to {most}")
        return found

    return check


def flag(value: Any) -> bool:
    """Check a yes or no: a truth value, or the text of a checkbox."""
    if value in (True, "1", "on", "true"):
        return True
    if value in (False, "", "0", "false", None):
        return False
    raise ValueError("must be yes or no")


def one_of(*known: str) -> Callable[[Any], str]:
    """Return a check for one of some words."""

    def check(value: Any) -> str:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return str(value)

    return check


def _rows() -> dict[str, Any]:
    memory = of_transaction()
    if _READ not in memory:
        memory[_READ] = {row.name: row.value for row in db.session.execute(select(OptionRow.name, OptionRow.value))}
    found: dict[str, Any] = memory[_READ]
    return found


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_READ, None)
