"""The sentences that matter most, by TextRank (Mihalcea and Tarau, 2004)."""

import math

from app.ai.local.sentences import sentences
from app.ai.local.words import stems

TEXT_CHARS, _SENTENCES, _LEAST_WORDS = 20_000, 120, 3
_DAMPING, _ROUNDS = 0.85, 20


def key_sentences(text: str, limit: int = 3) -> list[str]:
    """Return at most `limit` sentences of the text, in its order; only its first 20,000 characters are read."""
    found = list(dict.fromkeys(sentences(text[:TEXT_CHARS])))[:_SENTENCES]
    telling = [one for one in found if len(one.split()) >= _LEAST_WORDS] or found
    if len(telling) <= limit:
        return telling
    scores = _rank([frozenset(stems(one)) for one in telling])
    weighed = [score * _emphasis(one, number) for number, (one, score) in enumerate(zip(telling, scores, strict=True))]
    best = sorted(range(len(telling)), key=lambda number: -weighed[number])[:limit]
    return [telling[number] for number in sorted(best)]


def _emphasis(sentence: str, position: int) -> float:
    """A mail's first sentence and its questions say what it is about."""
    return (1.4 if position == 0 else 1.0) * (1.5 if "?" in sentence else 1.0)


def _rank(bags: list[frozenset[str]]) -> list[float]:
    links: list[list[tuple[int, float]]] = [[] for _ in bags]
    for one, bag in enumerate(bags):
        for other in range(one):
            weight = _likeness(bag, bags[other])
            if weight:
                links[one].append((other, weight))
                links[other].append((one, weight))
    totals = [sum(weight for _, weight in row) for row in links]
    scores = [1.0] * len(bags)
    for _ in range(_ROUNDS):
        lent = [score / total if total else 0.0 for score, total in zip(scores, totals, strict=True)]
        scores = [1 - _DAMPING + _DAMPING * sum(lent[other] * weight for other, weight in row) for row in links]
    return scores


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (math.log(len(one) + 1) + math.log(len(other) + 1)) if shared else 0.0
