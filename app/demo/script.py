"""The script: one file per story, each a customer's request and the steps of its handling with their moments."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

STORIES = Path(__file__).parent / "stories"
ZONE = ZoneInfo("Europe/Berlin")
TRIAGED_AFTER = timedelta(minutes=20)
_WORKDAYS = re.compile(r"(\d+) workdays? ago, (\d\d):(\d\d)")
_AGO = re.compile(r"(?:(\d+)h)? ?(?:(\d+)m)? ago")


@dataclass(frozen=True)
class Story:
    """A request: who asks for what, and by which channel; `to` is the department a mail is written to."""

    name: str
    sender: str
    subject: str
    to: str = "support"
    channel: str = "email"
    taken_by: str = ""


@dataclass(frozen=True)
class Step:
    """Something happens in a story: `act` names a function of `app.demo.acts`, `said` is its first argument."""

    at: datetime
    story: Story
    act: str
    said: Any
    details: dict[str, Any]


def steps(now: datetime) -> list[Step]:
    """Return every step of every story in the order of time; raise ValueError naming a story that cannot be."""
    told = [step for path in sorted(STORIES.glob("*.toml")) for step in _story(path, now)]
    return sorted(told, key=lambda step: step.at)


def moment(text: str, now: datetime) -> datetime:
    """Return what `3 workdays ago, 09:15` (office time) or `2h 5m ago` means; raise ValueError for anything else."""
    if match := _WORKDAYS.fullmatch(text):
        day = now.astimezone(ZONE).date()
        for _ in range(int(match[1])):
            day -= timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))
        return datetime.combine(day, time(int(match[2]), int(match[3])), ZONE).astimezone(now.tzinfo)
    if match := _AGO.fullmatch(text):
        return now - timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
    raise ValueError(f"{text!r} is no moment")


def _story(path: Path, now: datetime) -> list[Step]:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    written, filed = told.pop("step"), told.pop("filed", None)
    story = Story(name=path.stem, **told)
    found = [_step(story, one, now) for one in written]
    if filed is not None:
        found.insert(1, _triage(found, filed))
    for earlier, later in pairwise(found):
        if later.at < earlier.at:
            raise ValueError(f"{path.name}: {later.act} comes before {earlier.act}")
    return found


def _step(story: Story, written: dict[str, Any], now: datetime) -> Step:
    details = dict(written)
    # Nobody writes at full minutes; the same shift for the whole story keeps its order.
    at = moment(details.pop("at"), now) + timedelta(seconds=crc32(story.name.encode()) % 60)
    act = next(_acts(details), "")
    if not act:
        raise ValueError(f"{story.name}: nothing happens at {written['at']}")
    return Step(at, story, act, details.pop(act), details)


def _acts(details: dict[str, Any]) -> Iterator[str]:
    known = ("mail", "request", "reply", "resolve", "status", "rate", "note", "convert", "deliver")
    return (name for name in known if name in details)


def _triage(found: list[Step], filed: dict[str, Any]) -> Step:
    """A person files what the desk is not sure about, before anything else happens."""
    first = found[0]
    at = min([first.at + TRIAGED_AFTER, *(first.at + (step.at - first.at) / 2 for step in found[1:2])])
    return Step(at, first.story, "triage", filed, {})
