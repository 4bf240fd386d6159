"""Look-ups in a template: `{{ name }}` becomes what is known under an allowed name, once, and as plain text.

There is nothing else: no expressions, no filters, no blocks. What is put in is never looked at again, and it cannot
become markup, a header or a link, for it may be a customer's own words.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from app.errors import Invalid
from app.text import one_line

LONGEST_VALUE = 1_000
BLOCKS = frozenset({"reply", "stars", "answer"})
"""What is Markdown already, an agent's or ours, and stands on lines of its own."""

_LOOK = re.compile(r"[ \t]*\{\{[ \t]*([A-Za-z_]{1,40})[ \t]*\}\}")
_BRACES = re.compile(r"\{\{[^{}\n]{0,60}\}\}|\{\{|\}\}")
_ALONE = re.compile(r"\{\{[ \t]*([A-Za-z_]{1,40})[ \t]*\}\}")
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+!|<>&~=]|(?<![^\W_])-|-(?![^\W_])|(?<![^\W\d_])\.")


def checked(field: str, text: str, allowed: Collection[str]) -> str:
    """Return a template's text; raise Invalid that names the place and the word of the first look-up that cannot be."""
    for place, told in _faults(text, allowed):
        line = text.count("\n", 0, place) + 1
        column = place - (text.rfind("\n", 0, place) + 1) + 1
        raise Invalid("The template cannot be used.", {field: f"line {line}, column {column}: {told}"})
    return text


def names(text: str, name: str) -> bool:
    """Say whether a template looks a name up."""
    return any(found[1] == name for found in _ALONE.finditer(text))


def rendered(text: str, values: Mapping[str, str]) -> str:
    """Return the Markdown of a template; an empty value takes the blanks before it along, an empty block its lines."""
    said = {name: value if name in BLOCKS else plain(value) for name, value in values.items()}
    gone = [name for name in BLOCKS.intersection(said) if not said[name]]
    for name in gone:
        text = re.sub(rf"\n*[ \t]*\{{\{{[ \t]*{name}[ \t]*\}}\}}[ \t]*(?=\n|$)", "", text)
    return _filled(text, said)


def line(text: str, values: Mapping[str, str], limit: int) -> str:
    """Return a template of one line, such as a subject, as text without markup."""
    return one_line(_filled(text, values), limit)


def plain(value: str) -> str:
    """Return text as Markdown that reads as just that text: no markup, and no web address becomes a link."""
    # The word joiner is not seen; it keeps mail programs and our own Markdown from making links of foreign words.
    quiet = one_line(value, LONGEST_VALUE).replace("://", ":\u2060//")
    return _MARKUP.sub(lambda found: f"\\{found[0]}", quiet)


def _filled(text: str, values: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        value = values.get(found[1], "")
        return found[0][: found[0].index("{{")] + value if value else ""

    return _LOOK.sub(put, text)


def _faults(text: str, allowed: Collection[str]) -> Iterator[tuple[int, str]]:
    for found in _BRACES.finditer(text):
        word = _ALONE.fullmatch(found[0])
        if found[0] in {"{{", "}}"}:
            yield found.start(), f"“{found[0]}” has no counterpart on its line; a look-up is written {{{{ name }}}}."
        elif word is None:
            yield found.start(), f"“{found[0]}” is no look-up; between the braces stands one name and nothing else."
        elif word[1] not in allowed:
            yield found.start(), f"“{word[1]}” is not known here; there is {', '.join(sorted(allowed))}."
        elif word[1] in BLOCKS and _line_of(text, found.start()) != found[0]:
            yield found.start(), f"“{word[1]}” needs a line of its own."


def _line_of(text: str, place: int) -> str:
    return text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0].strip()
