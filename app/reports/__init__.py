"""Reports: one file each, with TITLE, COLUMNS and rows(period, by); page, table, CSV and API follow by themselves."""

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from app.errors import NotFound
from app.reports.period import Period, of_last, parse
from app.reports.table import Column, as_csv

__all__ = ["Column", "Period", "Report", "all_reports", "as_csv", "by_name", "of_last", "parse"]


class Report(Protocol):
    """`rows` are dictionaries with a value per column; `by` is one of GROUPS, the first unless told."""

    TITLE: str
    ABOUT: str
    GLYPH: str
    GROUPS: dict[str, str]
    COLUMNS: Sequence[Column]

    def rows(self, period: Period, by: str) -> list[dict[str, Any]]:
        """Return what the period came to, one row per group."""


def _found() -> dict[str, Report]:
    modules = {one.name: import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__)}
    return {name: cast(Report, module) for name, module in modules.items() if hasattr(module, "TITLE")}


_REPORTS = _found()


def all_reports() -> dict[str, Report]:
    """Return every report by name."""
    return _REPORTS


def by_name(name: str) -> Report:
    """Return a report; raise NotFound."""
    if name not in _REPORTS:
        raise NotFound(f"There is no report “{name[:80]}”.")
    return _REPORTS[name]
