"""Which articles and solved tickets resemble a text: cosine of TF-IDF weights, reckoned over the candidates given."""

import math
from collections import Counter
from collections.abc import Sequence

from app.ai.data import Candidate, Match
from app.ai.local.words import stems

LEAST = 0.12
_TEXT_CHARS = 4_000


def suggest(text: str, candidates: Sequence[Candidate], limit: int = 5, least: float = LEAST) -> list[Match]:
    """Return at most `limit` candidates, nearest first, that are at least `least` (0 to 1) near."""
    wanted = Counter(stems(text[:_TEXT_CHARS]))
    bags = [Counter(stems(f"{one.title} {one.title} {one.text[:_TEXT_CHARS]}")) for one in candidates]
    spread = Counter(stem for bag in bags for stem in bag)
    weights = {stem: math.log(1 + (len(bags) + 1) / (count + 0.5)) for stem, count in spread.items()}
    rarest = math.log(1 + (len(bags) + 1) / 0.5)
    query = _vector(wanted, weights, rarest)
    matches = [
        Match(id=one.id, score=round(_cosine(query, _vector(bag, weights, rarest)), 3))
        for one, bag in zip(candidates, bags, strict=True)
    ]
    near = [match for match in matches if match.score >= least]
    return sorted(near, key=lambda match: -match.score)[:limit]


def _vector(bag: Counter[str], weights: dict[str, float], rarest: float) -> dict[str, float]:
    raw = {stem: (1 + math.log(count)) * weights.get(stem, rarest) for stem, count in bag.items()}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {stem: value / length for stem, value in raw.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(value * other[stem] for stem, value in one.items() if stem in other)
