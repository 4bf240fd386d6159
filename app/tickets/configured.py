"""Checks for what a desk configures as a list; each returns what may be stored or raises ValueError."""

import re
from collections.abc import Sequence
from typing import Any

from app import options
from app.text import one_line

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def listed(value: Any, most: int) -> list[dict[str, Any]]:
    """Check a list of objects."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError("must be a list")
    if len(value) > most:
        raise ValueError(f"must be at most {most}")
    return value


def key_of(value: Any) -> str:
    """Check a key."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("need keys of lower-case letters, digits and _, beginning with a letter")
    return value


def key_from(name: str, taken: Sequence[str]) -> str:
    """Return a key for a name that none of those taken has."""
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:36]
    stem = stem if stem[:1].isalpha() else f"x_{stem}".rstrip("_")
    return next(key for number in range(1, 1_000) if (key := stem if number == 1 else f"{stem}_{number}") not in taken)


def name_of(value: Any) -> str:
    """Check a name for people."""
    return options.text(60, least=1)(value if value is not None else "")


def unique(keys: Sequence[str]) -> None:
    """Check that no key is there twice."""
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise ValueError(f"must not have two with the key {twice}")


def keys_of(value: Any) -> tuple[str, ...]:
    """Check a list of keys of departments, categories or the like."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of keys")
    return tuple(dict.fromkeys(one_line(one, 40) for one in value if one))


def flag_of(value: Any) -> bool:
    """Check a yes or no."""
    return options.flag(value)
