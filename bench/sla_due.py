"""Measure how fast `flowdesk sla due --batch` can answer: `python bench/sla_due.py [CASES]` prints cases per second.

Three mixes: one calendar for all, a new calendar for each case, and budgets of years.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.sla.answer import answer_line

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "UTC")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    chance = random.Random(4711)
    one = _calendar(chance)
    mixes: dict[str, Callable[[], dict[str, object]]] = {
        "one calendar": lambda: _question(chance, one, 5_000),
        "a calendar each": lambda: _question(chance, _calendar(chance), 5_000),
        "budgets of years": lambda: _question(chance, _calendar(chance), 1_000_000),
    }
    for name, question in mixes.items():
        lines = [json.dumps(question()) for _ in range(cases)]
        begun = time.perf_counter()
        answers = [answer_line(line) for line in lines]
        took = time.perf_counter() - begun
        refused = sum('"error"' in text for text in answers)
        print(f"{name:18} {cases} cases in {took:.2f} s = {cases / took:.0f} cases/s, {refused} refused")


def _calendar(chance: random.Random) -> dict[str, object]:
    opens, closes = chance.randrange(6, 11), chance.randrange(15, 21)
    lunch = chance.randrange(11, 14)
    day = [[f"{opens:02}:00", f"{lunch}:00"], [f"{lunch}:{chance.randrange(10, 60)}", f"{closes}:00"]]
    holidays = sorted({_day(chance).date().isoformat() for _ in range(12)})
    return {"timezone": chance.choice(ZONES), "hours": dict.fromkeys(WORKDAYS, day), "holidays": holidays}


def _question(chance: random.Random, calendar: dict[str, object], most: int) -> dict[str, object]:
    start = _day(chance)
    paused = start + timedelta(minutes=chance.randrange(2_000))
    pause = [paused.isoformat(), (paused + timedelta(minutes=chance.randrange(3_000))).isoformat()]
    pauses = [pause] * chance.randrange(2)
    return {"calendar": calendar, "start": start.isoformat(), "minutes": chance.randint(1, most), "pauses": pauses}


def _day(chance: random.Random) -> datetime:
    return NEW_YEAR + timedelta(seconds=chance.randrange(730 * 86_400))


if __name__ == "__main__":
    main()
