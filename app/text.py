"""Text as it may be stored: without NUL (PostgreSQL refuses it) or lone surrogates (UTF-8 has none), and bounded."""

import re

LONGEST = 500_000
"""Characters of a body; the raw mail keeps what is longer."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


def clean(text: str | None, limit: int = LONGEST) -> str:
    """Return at most `limit` characters that every database stores."""
    return _SURROGATE.sub("\ufffd", (text or "").replace("\x00", ""))[:limit]


def one_line(text: str | None, limit: int) -> str:
    """Return `clean` text with every run of blanks, line breaks and control characters as one space."""
    return _BLANK.sub(" ", clean(text)).strip()[:limit].rstrip()


def identifier(text: str | None, limit: int) -> str | None:
    """Return `one_line` text of at most `limit` bytes, so that an index can hold it; None when nothing is left."""
    return one_line(text, limit).encode()[:limit].decode(errors="ignore") or None
