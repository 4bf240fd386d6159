"""Sorts a request by its words: which category they speak for, and how clearly."""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from app.ai.data import Classification, Request
from app.ai.local.language import detect
from app.ai.local.lexicon import Hit, Lexicon, Term
from app.ai.local.seeds import PRESET_CATEGORIES, SEEDS, WEIGHTS
from app.ai.local.urgency import priority
from app.ai.local.words import STOPWORDS, fold, words
from app.errors import Trouble

LOCAL_MODEL, LOCAL_VERSION = "flowdesk-local", "2026-11.1"
_TEXT_CHARS, _SUBJECT_CHARS = 4_000, 300
_NO_EVIDENCE = 0.3
_BY_NAME = {fold(name): key for key, name in PRESET_CATEGORIES.items()}
_INTENTS = frozenset({"question", "complaint"})


class NoCategories(Trouble):
    """There is no category to choose from."""

    status = 422
    title = "No categories"


def classify(request: Request, categories: Mapping[str, str], note: str = "") -> Classification:
    """Propose the category, out of `categories` (key to name), that the words speak for; raise NoCategories."""
    if not categories:
        raise NoCategories
    subject, text = words(request.subject[:_SUBJECT_CHARS]), words(request.text[:_TEXT_CHARS])
    lexicon = _lexicon(tuple(categories.items()))
    scores, found = _weigh(lexicon.find(subject), lexicon.find(text))
    label, confidence = _decide(scores)
    if label not in categories:
        label, confidence = _unknown(categories), min(confidence, _NO_EVIDENCE)
    return Classification(
        category=label,
        priority=priority([*subject, *text], label),
        confidence=round(confidence, 2),
        language=detect(f"{request.subject[:_SUBJECT_CHARS]}\n{request.text[:_TEXT_CHARS]}"),
        reason=_reason(found.get(label, [])),
        source="local",
        model=LOCAL_MODEL,
        prompt_version=LOCAL_VERSION,
        note=note,
    )


@lru_cache(maxsize=16)
def _lexicon(categories: tuple[tuple[str, str], ...]) -> Lexicon:
    """Prepare all presets, so that evidence for one the desk does not use still counts against the others."""
    spoken_for: dict[str, list[str]] = {}
    terms: list[Term] = []
    for key, name in categories:
        preset = key if key in SEEDS else _BY_NAME.get(fold(name))
        if preset is None:
            terms += _own_terms(key, name)
        else:
            spoken_for.setdefault(preset, []).append(key)
    for preset in SEEDS:
        for label in spoken_for.get(preset, [preset]):
            terms += _preset_terms(preset, label)
    return Lexicon(terms)


def _preset_terms(preset: str, label: str) -> list[Term]:
    weighted = zip(SEEDS[preset], WEIGHTS, strict=True)
    return [Term(term.strip(), label, weight) for line, weight in weighted for term in line.split(",") if term.strip()]


def _own_terms(key: str, name: str) -> list[Term]:
    """Let a desk's own category speak through the words of its name."""
    own = {word for word in words(f"{key} {name}") if len(word) > 3 and word not in STOPWORDS}
    return [Term(f"{word[: max(4, len(word) - 2)]}*", key, WEIGHTS[0]) for word in sorted(own)]


def _weigh(subject: list[Hit], text: list[Hit]) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Add up distinct words per category; the subject says more, a repetition a little more."""
    times: defaultdict[tuple[str, str], float] = defaultdict(float)
    weight: dict[tuple[str, str], float] = {}
    for hits, value in ((text, 1.0), (subject, 3.0)):
        for hit in hits:
            times[hit.term.label, hit.text] += value
            weight[hit.term.label, hit.text] = hit.term.weight
    scores: defaultdict[str, float] = defaultdict(float)
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (label, spelled), count in times.items():
        points = weight[label, spelled] * (1 + 0.25 * min(count - 1, 3))
        scores[label] += points
        found[label].append((-points, spelled))
    return dict(scores), {label: [spelled for _, spelled in sorted(words)] for label, words in found.items()}


def _decide(scores: dict[str, float]) -> tuple[str, float]:
    """Return the category and how sure that is: much evidence, and little for any other.

    What a request is about goes before how it is put: a question about an invoice is about billing.
    """
    topics = sorted(((score, label) for label, score in scores.items() if label not in _INTENTS), reverse=True)
    (best, label), (second, _) = [*topics, (0.0, ""), (0.0, "")][:2]
    complaint, question = scores.get("complaint", 0.0), scores.get("question", 0.0)
    if complaint >= WEIGHTS[0] and complaint > best:
        return "complaint", _confidence(complaint, best)
    if question >= WEIGHTS[1] and best < WEIGHTS[1]:
        return "question", _confidence(question, best)
    return label, _confidence(best, max(second, complaint / 2))


def _confidence(best: float, second: float) -> float:
    if best <= 0:
        return _NO_EVIDENCE
    evidence, margin = 1 - math.exp(-((best / 2.6) ** 1.3)), max(0.0, best - second) / best
    return _NO_EVIDENCE + 0.68 * evidence * (0.4 + 0.6 * margin)


def _unknown(categories: Mapping[str, str]) -> str:
    return next((key for key in ("other", "question") if key in categories), next(iter(categories)))


def _reason(terms: list[str]) -> str:
    if not terms:
        return "No word in it speaks for a category."
    return "Words that speak for it: " + ", ".join(terms[:5]) + "."
