"""Pauses as people record them, put in order."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.sla.moments import read, shown, to_us
from app.sla.refusals import bad_question

Pause = tuple[datetime, datetime | None]
"""From and to; no end means that it is still paused."""


def parse_pauses(listed: object) -> list[Pause]:
    """Return pauses from `[["T1", "T2"], ["T3", null]]`; raise BadQuestion for anything else."""
    if listed is None:
        return []
    if not isinstance(listed, list | tuple):
        raise bad_question("pauses", 'must be a list such as [["T1", "T2"]]')
    return [_parse(pair, f"pauses[{number}]") for number, pair in enumerate(listed)]


def in_order(pauses: Iterable[Pause]) -> list[tuple[int, int | None]]:
    """Return pauses in microseconds, sorted, overlapping and touching ones joined, empty ones left out.

    Raise BadQuestion for one that ends before it begins or lacks an offset.
    """
    joined: list[tuple[int, int | None]] = []
    for start, end in sorted(map(_microseconds, enumerate(pauses)), key=lambda pause: pause[0]):
        if end is not None and end <= start:
            continue
        if joined and ((last := joined[-1][1]) is None or start <= last):
            joined[-1] = (joined[-1][0], None if last is None or end is None else max(last, end))
        else:
            joined.append((start, end))
    return joined


def _parse(pair: object, field: str) -> Pause:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise bad_question(field, f'{shown(pair)} is not a pause such as ["T1", "T2"]')
    return read(pair[0], field), None if pair[1] is None else read(pair[1], field)


def _microseconds(numbered: tuple[int, Sequence[datetime | None]]) -> tuple[int, int | None]:
    number, (start, end) = numbered
    field = f"pauses[{number}]"
    if start is None:
        raise bad_question(field, "has no beginning")
    begun, ended = to_us(start, field), None if end is None else to_us(end, field)
    if ended is not None and ended < begun:
        raise bad_question(field, "ends before it begins")
    return begun, ended
