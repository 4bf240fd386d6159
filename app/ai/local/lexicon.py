"""Finds weighted terms in folded words, in time proportional to the words and not to the terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.ai.local.words import words as split

_SHORTEST_AFFIX = 3


@dataclass(frozen=True, slots=True)
class Term:
    """`word`, `prefix*`, `*suffix` or `several words` (the last may be a prefix), what it speaks for and how loudly."""

    spelled: str
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found at a word's position, and the words that spell it."""

    term: Term
    position: int
    text: str


class Lexicon:
    """A set of terms, prepared for look-up."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._words: dict[str, list[Term]] = {}
        self._prefixes: dict[str, list[Term]] = {}
        self._suffixes: dict[str, list[Term]] = {}
        self._phrases: dict[str, list[tuple[list[str], bool, Term]]] = {}
        for term in terms:
            self._add(term)

    def _add(self, term: Term) -> None:
        parts = split(term.spelled)
        if len(parts) > 1:
            self._phrases.setdefault(parts[0], []).append((parts, term.spelled.endswith("*"), term))
        elif term.spelled.endswith("*"):
            self._prefixes.setdefault(parts[0], []).append(term)
        elif term.spelled.startswith("*"):
            self._suffixes.setdefault(parts[0], []).append(term)
        else:
            self._words.setdefault(parts[0], []).append(term)

    def find(self, text: Sequence[str]) -> list[Hit]:
        """Return the hits in order; the words of a phrase are not looked up again one by one."""
        hits: list[Hit] = []
        position = 0
        while position < len(text):
            length, found = self._phrase(text, position)
            if not found:
                length, found = 1, self._single(text[position])
            spelled = " ".join(text[position : position + length])
            hits += [Hit(term, position, spelled) for term in found]
            position += length
        return hits

    def _phrase(self, text: Sequence[str], position: int) -> tuple[int, list[Term]]:
        """Return the longest phrases that start here."""
        longest = 0
        found: list[Term] = []
        for parts, open_end, term in self._phrases.get(text[position], ()):
            here = text[position : position + len(parts)]
            if len(here) < len(parts) or here[:-1] != parts[:-1]:
                continue
            if here[-1] == parts[-1] or (open_end and here[-1].startswith(parts[-1])):
                if len(parts) > longest:
                    longest, found = len(parts), []
                if len(parts) == longest:
                    found.append(term)
        return longest, found

    def _single(self, word: str) -> list[Term]:
        """Return the weightiest term for each label."""
        found = list(self._words.get(word, ()))
        for length in range(_SHORTEST_AFFIX, len(word) + 1):
            found += self._prefixes.get(word[:length], ())
            # A compound: "Stornorechnung" is a "Rechnung"; the whole word was already met as a prefix.
            if length < len(word):
                found += self._suffixes.get(word[-length:], ())
        return list({term.label: term for term in sorted(found, key=lambda term: term.weight)}.values())
