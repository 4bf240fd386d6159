"""Choosing one of those who can: pure, but for the chance of `random`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import SystemRandom

from app.routing.candidates import Candidate

STRATEGIES = {
    "round_robin": "round robin by load",
    "random": "by turns at random, never the last one again",
}
"""Strategies by key, as the log and the settings call them."""

_chance = SystemRandom()


@dataclass(frozen=True)
class Way:
    """How a ticket is given away: a strategy, and two switches that narrow whom it chooses from."""

    strategy: str = "round_robin"
    preferred: bool = False
    seniors: bool = False


@dataclass(frozen=True)
class Choice:
    """Who gets it, by which rule and why; `among` are the agents a chance was taken between."""

    candidate: Candidate | None
    rule: str
    reason: str
    among: tuple[str, ...] = ()


def choose(way: Way, able: Sequence[Candidate], *, last: int | None, own: int | None, vip: bool) -> Choice:
    """Return who gets it of those who are `able`; `last` was chosen last, `own` is preferred."""
    if way.preferred and (theirs := next((c for c in able if c.agent.id == own), None)):
        return Choice(theirs, "preferred agent first", f"{theirs.agent.name} is the preferred agent of this contact")
    seniors = [c for c in able if c.agent.role == "senior"] if way.seniors else []
    found = _BY_STRATEGY[way.strategy](seniors or able, last)
    if not way.seniors or found.candidate is None:
        return found
    why = "a VIP goes" if vip else "this goes"
    told = f"{why} to a senior" if seniors else f"{why} to a senior, but none is able"
    return Choice(found.candidate, f"senior first, then {found.rule}", f"{told}; {found.reason}", found.among)


def _by_load(able: Sequence[Candidate], _last: int | None) -> Choice:
    rule = STRATEGIES["round_robin"]
    chosen = min(able, key=lambda c: (c.load, c.last, c.agent.id), default=None)
    if chosen is None:
        return Choice(None, rule, "")
    equals = sum(candidate.load == chosen.load for candidate in able)
    waited = ", and waited longest for one" if equals > 1 else ""
    return Choice(chosen, rule, f"{chosen.agent.name} has the fewest open tickets ({chosen.load}){waited}")


def _at_random(able: Sequence[Candidate], last: int | None) -> Choice:
    rule = STRATEGIES["random"]
    others = [candidate for candidate in able if candidate.agent.id != last] or list(able)
    if not others:
        return Choice(None, rule, "")
    chosen = _chance.choice(others)
    names = tuple(candidate.agent.name for candidate in others)
    if chosen.agent.id == last:
        return Choice(chosen, rule, f"{chosen.agent.name} was chosen last, but nobody else is able", names)
    left_out = next((candidate.agent.name for candidate in able if candidate.agent.id == last), "")
    spared = f"; {left_out} was chosen last" if left_out else ""
    return Choice(chosen, rule, f"{chosen.agent.name} was drawn from {', '.join(names)}{spared}", names)


_BY_STRATEGY: dict[str, Callable[[Sequence[Candidate], int | None], Choice]] = {
    "round_robin": _by_load,
    "random": _at_random,
}
