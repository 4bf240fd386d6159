"""What holds for every calendar, and an oracle that only reads wall clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sla.answer import answer
from app.sla.calendar import Calendar
from app.sla.due import Due, due, elapsed

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)

CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "America/New_York": ("2026-03-08T07:00Z", "2026-11-01T06:00Z"),
    "Australia/Lord_Howe": ("2026-10-03T15:30Z", "2026-04-04T15:00Z"),
    "America/St_Johns": ("2010-03-14T03:31Z", "2010-11-07T02:31Z"),
    "America/Sao_Paulo": ("2018-11-04T03:00Z", "2018-02-18T02:00Z"),
    "Africa/Cairo": ("2026-04-23T22:00Z", "2026-10-29T21:00Z"),
    "Africa/Casablanca": ("2026-02-15T02:00Z", "2026-03-22T02:00Z"),
    "Pacific/Apia": ("2011-12-30T10:00Z",),
    "Asia/Kolkata": ("2028-02-29T00:00Z", "2026-12-31T18:30Z"),
    "UTC": ("2028-02-29T00:00Z", "2027-01-01T00:00Z"),
}


# Offsets with seconds: no minute of UTC is one of the wall clock.
ODD_OFFSETS = {"Africa/Monrovia": ("1972-01-07T00:44:30Z",), "Europe/Dublin": ("1916-05-21T02:25:21Z",)}


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def periods(draw: st.DrawFn) -> list[list[str]]:
    """Up to three periods of a day, edges drawn so that night hours are common."""
    count = draw(st.integers(0, 3))
    edges = st.one_of(st.integers(0, 24 * 60), st.integers(0, 16).map(lambda quarter: quarter * 15))
    drawn = sorted(draw(st.lists(edges, min_size=2 * count, max_size=2 * count, unique=True)))
    return [[clock(a), clock(b)] for a, b in zip(drawn[::2], drawn[1::2], strict=True)]


@st.composite
def calendars(draw: st.DrawFn, timezone: str, around: date) -> dict[str, Any]:
    shape = draw(st.sampled_from(("any", "any", "office", "always", "night")))
    hours = {
        "any": {day: draw(periods()) for day in DAYS},
        "office": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]},
        "always": {day: [["00:00", "24:00"]] for day in DAYS},
        "night": {day: [["22:00", "06:00"]] for day in DAYS},
    }[shape]
    if not any(hours.values()):
        hours["wed"] = [["10:00", "11:00"]]
    offsets = draw(st.lists(st.integers(-3, 10), max_size=3))
    holidays = [(around + timedelta(days=days)).isoformat() for days in offsets]
    special = draw(st.lists(st.integers(-3, 6), max_size=2, unique=True))
    openings = [
        {"date": (around + timedelta(days=days)).isoformat(), "hours": draw(periods()) or [["23:00", "24:00"]]}
        for days in special
    ]
    return {"timezone": timezone, "hours": hours, "holidays": holidays, "openings": openings}


@st.composite
def questions(draw: st.DrawFn, most: int) -> tuple[dict[str, Any], datetime, int, list[tuple[datetime, datetime]]]:
    """Return a calendar, a start, a budget in minutes and pauses, all near a change of the clocks."""
    timezone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[timezone])))
    start = change + draw(st.integers(-3 * 1440, 1440)) * MINUTE
    breaks = draw(st.lists(st.tuples(st.integers(-600, 4000), st.integers(0, 1500)), max_size=3))
    pauses = [(start + begin * MINUTE, start + (begin + length) * MINUTE) for begin, length in breaks]
    return draw(calendars(timezone, change.date())), start, draw(st.integers(1, most)), pauses


def open_minutes(
    calendar: dict[str, Any], start: datetime, pauses: list[tuple[datetime, datetime]]
) -> Iterator[datetime]:
    """Walk minute by minute in UTC, look at the wall clock, and yield the end of every minute that counts."""
    zone, at = ZoneInfo(calendar["timezone"]), start
    while True:
        local = at.astimezone(zone)
        if is_open(calendar, local) and not any(begin <= at < end for begin, end in pauses):
            yield at + MINUTE
        at += MINUTE


def is_open(calendar: dict[str, Any], local: datetime) -> bool:
    special = [one["hours"] for one in calendar.get("openings", ()) if one["date"] == local.date().isoformat()]
    if special:
        return any(opens <= f"{local:%H:%M:%S}" < closes for opens, closes in special[0])
    if local.date().isoformat() in calendar["holidays"]:
        return False
    now, today, yesterday = f"{local:%H:%M:%S}", DAYS[local.weekday()], DAYS[local.weekday() - 1]
    for opens, closes in calendar["hours"].get(today, []):
        if opens <= now and (now < closes or closes < opens):
            return True
    return any(closes < opens and now < closes for opens, closes in calendar["hours"].get(yesterday, []))


@settings(max_examples=120, deadline=None)
@given(questions(most=900))
def test_the_arithmetic_agrees_with_reading_the_wall_clock_every_minute(
    question: tuple[dict[str, Any], datetime, int, list[tuple[datetime, datetime]]],
) -> None:
    calendar, start, minutes, pauses = question
    walk = open_minutes(calendar, start, pauses)
    expected = start
    for _ in range(minutes):
        expected = next(walk)
        if expected - start > timedelta(days=25):
            assert elapsed(Calendar.parse(calendar), start, expected, pauses) < minutes * 60
            return
    assert due(Calendar.parse(calendar), start, minutes * 60, pauses).due_at == expected


@pytest.mark.parametrize("timezone", sorted(CHANGES | ODD_OFFSETS))
@pytest.mark.parametrize(("opens", "closes"), [("23:30:15", "00:00:10"), ("01:45:20", "02:10:07")])
def test_the_arithmetic_agrees_with_reading_the_wall_clock_every_second(timezone: str, opens: str, closes: str) -> None:
    calendar = {"timezone": timezone, "hours": {day: [[opens, closes]] for day in DAYS}, "holidays": []}
    parsed, zone = Calendar.parse(calendar), ZoneInfo(timezone)
    for change in (CHANGES | ODD_OFFSETS)[timezone]:
        start = datetime.fromisoformat(change) - timedelta(hours=3)
        seconds = [start + timedelta(seconds=second) for second in range(6 * 3600)]
        counted = [at for at in seconds if is_open(calendar, at.astimezone(zone))]
        assert elapsed(parsed, start, start + timedelta(hours=6)) == len(counted)
        assert counted == [at for at in seconds if parsed.is_open(at)]


LONG = questions(most=400_000)
Question = tuple[dict[str, Any], datetime, int, list[tuple[datetime, datetime]]]


def solve(question: Question) -> tuple[Calendar, datetime, Due]:
    data, start, minutes, pauses = question
    calendar = Calendar.parse(data)
    return calendar, start, due(calendar, start, minutes * 60, pauses)


@settings(max_examples=150, deadline=None)
@given(LONG)
def test_what_elapses_until_a_budget_is_due_is_the_budget(question: Question) -> None:
    calendar, start, result = solve(question)
    assert result.due_at is not None
    assert elapsed(calendar, start, result.due_at, question[3]) == question[2] * 60
    before = elapsed(calendar, start, result.due_at - timedelta(microseconds=1), question[3])
    assert before == pytest.approx(question[2] * 60 - 1e-6, abs=1e-9), "a moment before, something is left"


@settings(max_examples=100, deadline=None)
@given(LONG)
def test_the_steps_lead_from_start_to_due_and_add_up(question: Question) -> None:
    _, start, result = solve(question)
    steps = result.steps
    assert sum(step.seconds for step in steps) == question[2] * 60
    assert steps[-1].kind == "due"
    assert steps[-1].start == result.due_at
    assert all(step.end is not None and step.start <= step.end for step in steps)
    assert all(step.start >= start for step in steps)
    assert [step.start for step in steps] == sorted(step.start for step in steps)
    assert len(steps) < 130
    counted = [step for step in steps if step.kind == "counted"]
    assert all(earlier.end is not None and earlier.end <= later.start for earlier, later in pairwise(counted))


@settings(max_examples=100, deadline=None)
@given(LONG, st.integers(1, 100_000))
def test_a_larger_budget_is_never_due_earlier(question: Question, more: int) -> None:
    data, start, minutes, pauses = question
    later = solve((data, start, minutes + more, pauses))[2].due_at
    sooner = solve(question)[2].due_at
    assert sooner is not None
    assert later is not None
    assert sooner < later


@settings(max_examples=100, deadline=None)
@given(LONG, st.lists(st.integers(-1000, 10_000), max_size=4))
def test_pausing_and_resuming_at_once_changes_nothing(question: Question, moments: list[int]) -> None:
    data, start, minutes, pauses = question
    blinks = [(start + moment * MINUTE, start + moment * MINUTE) for moment in moments]
    assert solve((data, start, minutes, [*blinks, *pauses, *blinks]))[2].due_at == solve(question)[2].due_at


@settings(max_examples=100, deadline=None)
@given(LONG, st.integers(0, 100))
def test_a_budget_may_be_counted_in_two_goes(question: Question, percent: int) -> None:
    calendar, start, result = solve(question)
    budget = question[2] * 60
    first = budget * percent // 100
    if not 0 < first < budget:
        return
    halfway = due(calendar, start, first, question[3]).due_at
    assert halfway is not None
    assert due(calendar, halfway, budget - first, question[3]).due_at == result.due_at


@settings(max_examples=100, deadline=None)
@given(LONG)
def test_a_lasting_pause_keeps_the_rest_of_the_budget(question: Question) -> None:
    calendar, start, result = solve(question)
    assert result.due_at is not None
    paused = start + (result.due_at - start) / 2
    held = due(calendar, start, question[2] * 60, [*question[3], (paused, None)])
    if held.due_at is not None:
        assert elapsed(calendar, paused, result.due_at, question[3]) == 0
        return
    assert held.remaining_seconds == pytest.approx(elapsed(calendar, paused, result.due_at, question[3]), abs=1e-6)


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["UTC", "mon", "09:00"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["timezone", "hours", "holidays", "mon", "date"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional={"calendar": junk, "start": junk, "minutes": junk, "pauses": junk}))
def test_junk_is_refused_in_a_sentence_and_never_crashes(question: dict[str, Any]) -> None:
    assert set(answer(question)) == {"error"}


@settings(max_examples=100, deadline=None)
@given(junk, junk, junk)
def test_junk_beside_a_good_calendar_never_crashes(start: object, minutes: object, pauses: object) -> None:
    good = {"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}
    asked = {"calendar": good, "start": "2026-03-02T09:00:00Z", "minutes": 60, "pauses": []}
    assert set(answer(asked | {"start": start})) == {"error"}
    for changed in ({"minutes": minutes}, {"pauses": pauses}):
        assert set(answer(asked | changed)) in ({"error"}, {"due_at", "steps"})


def test_the_oracle_itself_reads_a_night_shift_right() -> None:
    calendar = {"hours": {"mon": [["22:00", "06:00"]]}, "holidays": []}
    assert is_open(calendar, datetime(2026, 3, 3, 5, 59, tzinfo=UTC))
    assert not is_open(calendar, datetime(2026, 3, 2, 5, 59, tzinfo=UTC))
