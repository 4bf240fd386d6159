"""What somebody meant who wrote an expression in another tool's language."""

import difflib
import re
from collections.abc import Iterable
from itertools import islice

_MAX_COMPARED, _MAX_WORD = 20, 80

_HINTS = (
    (re.compile(r"\s*[$#]\{.*\}\s*", re.DOTALL), "Write it without ${ }, in the language of this desk."),
    (re.compile(r"\s*=.*", re.DOTALL), "Leave out the leading “=”."),
    (re.compile(r".*(?:&&|\|\|).*", re.DOTALL), "Write “and”, “or”."),
    (re.compile(r"\s*![^=].*", re.DOTALL), "Write “not”."),
    (re.compile(r"[^=!<>]*[^=!<>]=[^=].*", re.DOTALL), "Compare with “==”."),
    (
        re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?![\w(]).*", re.DOTALL),
        'Take a part with brackets: facts["subject"].',
    ),
    (re.compile(r"-?P[\dTYMWDHS.]+", re.IGNORECASE), 'Put the duration in quotes: "PT48H".'),
    (re.compile(r"\d{4}-\d\d.*"), 'Put the date in quotes: "2026-12-31T09:00+01:00".'),
)


def hint(text: str) -> str:
    """Return a sentence of advice for an expression that was refused, empty when there is none."""
    return next((f" {advice}" for pattern, advice in _HINTS if pattern.fullmatch(text[:500].strip())), "")


def near(word: str, among: Iterable[str]) -> str:
    """Return the word somebody probably meant, empty when none is like it; looks at a few that begin or end alike."""
    alike = (one for one in among if abs(len(one) - len(word)) < 4 and (one[:2] == word[:2] or one[-2:] == word[-2:]))
    some = [one for one in islice(alike, _MAX_COMPARED) if len(one) <= _MAX_WORD]
    return next(iter(difflib.get_close_matches(word[:_MAX_WORD], some, 1)), "")
