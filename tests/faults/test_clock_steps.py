"""The clock is put forward and back by an hour, and passes daylight saving and a leap day: each timer fires once."""

import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine.drawings import definitions, flow, message, node, timer
from fault_desk import fault_desk
from flask import Flask
from freezegun import freeze_time
from load import servers
from long_results import Record
from sqlalchemy import func, select
from story.installation import ROOT

from app import engine, relay
from app.db import db
from app.engine import jobs, library
from app.engine.models import Instance, Job, Step, Timer
from app.sla.calendar import Calendar
from app.sla.due import due
from workers import clock as duties

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
DAYS = {
    "Europe/Berlin": ((2026, 3, 29), (2026, 10, 25), (2028, 2, 29)),
    "America/New_York": ((2026, 3, 8), (2026, 11, 1), (2028, 2, 29)),
    "Australia/Lord_Howe": ((2026, 10, 4), (2026, 4, 5), (2028, 2, 29)),
}
"""The days on which the clocks go forward, go back, and the leap day."""
STEPS = (HOUR, -HOUR, -HOUR, HOUR)


def wait_until_due(moments: list[datetime]) -> None:
    """Start one process per moment; each waits for it and ends."""
    inside = (
        node("startEvent", "start", inner=message("request.received"))
        + node("intermediateCatchEvent", "wait", inner=timer("timeDate", "at"))
        + node("endEvent", "end")
        + flow("f1", "start", "wait")
        + flow("f2", "wait", "end")
    )
    library.store(definitions(inside), note="n", by="system")
    for number, moment in enumerate(moments):
        engine.deliver("request.received", f"case:{number}", {"at": moment.isoformat()}, by="system")
    relay.commit()


def fire_all_due() -> int:
    fired = 0
    while count := duties.fire_due():
        fired += count
    return fired


@pytest.mark.faults
@pytest.mark.parametrize("zone", ZONES)
def test_each_timer_fires_once_and_at_its_time_however_the_clock_is_set(
    zone: str, any_app: Flask, record_result: Record
) -> None:
    for year, month, day in DAYS[zone]:
        noon = datetime(year, month, day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        begin = noon - 12 * HOUR
        moments = [begin + 20 * MINUTE * n for n in range(1, 73)]
        before = db.session.scalar(select(func.count(Timer.id))) or 0
        with freeze_time(begin) as held:
            wait_until_due(moments)
            steps = list(STEPS)
            for hour in range(26):
                held.move_to(begin + hour * HOUR)
                fire_all_due()
                if hour % 6 == 3 and steps:
                    held.tick(steps.pop(0))
                    fire_all_due()
            held.move_to(begin + 26 * HOUR)
            fire_all_due()
        timers = db.session.scalars(select(Timer).where(Timer.id > before).order_by(Timer.due_at)).all()
        assert [(row.state, row.due_at) for row in timers] == [("fired", moment) for moment in moments]
        early = [row.due_at for row in timers if row.fired_at < row.due_at]
        assert early == []
        fired = Counter(db.session.scalars(select(Step.instance_id).where(Step.kind == "timer")))
        assert set(fired.values()) == {1}
        assert {row.status for row in db.session.scalars(select(Instance))} == {"completed"}
        db.session.rollback()
    record_result(
        f"clock steps: {zone}, {db.engine.dialect.name}",
        done=f"{3 * len(moments)} timers on the days of both clock changes and a leap day, clock put ±1 h each day",
        goal="0 missed, 0 double",
        measured="each fired once, none early",
    )


def test_jobs_written_before_the_clock_was_put_back_are_not_left_for_an_hour(any_app: Flask) -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with freeze_time(noon) as held:
        asked = [engine.enqueue("mail.deliver", {"outgoing": 0}) for _ in range(2)]
        relay.commit()
        fresh, leased = (job.id for job in asked)
        assert jobs.claim(leased) is not None
        relay.commit()
        held.move_to(noon - HOUR)
        assert sorted(jobs.missed()) == [fresh, leased]
        claimed = [jobs.claim(ident) for ident in (fresh, leased)]
        assert [job is not None and job.fence for job in claimed] == [1, 2]
        relay.commit()
        assert jobs.missed() == [], "what was claimed by the new clock is in good hands"
        held.tick(5 * HOUR)
        assert sorted(jobs.missed()) == [fresh, leased]
    assert db.session.scalar(select(func.count(Job.id))) == 2


def open_seconds(zone: ZoneInfo, start: datetime, end: datetime) -> int:
    """Count the open seconds one by one, as a person with a watch in that zone would: Monday to Sunday, 0:30 to 12."""
    counted, moment = 0, start
    while moment < end:
        local = moment.astimezone(zone)
        counted += (0, 30) <= (local.hour, local.minute) < (12, 0)
        moment += timedelta(seconds=1)
    return counted


@pytest.mark.faults
@pytest.mark.parametrize("zone", ZONES)
def test_promised_time_is_counted_to_the_second_across_clock_changes(zone: str, record_result: Record) -> None:
    week = {day: [["00:30", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    calendar, errors = Calendar.parse({"timezone": zone, "hours": week}), []
    for year, month, day in DAYS[zone]:
        midnight = datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for start in (midnight - 11 * HOUR, midnight + 95 * MINUTE):
            for budget in (HOUR, 7 * HOUR, 13 * HOUR):
                answer = due(calendar, start, budget.total_seconds()).due_at
                assert answer is not None
                elapsed = open_seconds(ZoneInfo(zone), start, answer.astimezone(UTC))
                errors.append(abs(elapsed - budget.total_seconds()))
    record_result(
        f"elapsed time: {zone}",
        done=f"{len(errors)} promises across both clock changes and the leap day, counted second by second",
        goal="elapsed error 0 s",
        measured=f"largest error {max(errors):.0f} s",
    )
    assert max(errors) == 0


STEPPED = (sys.executable, str(Path(__file__).with_name("stepped.py")))


@pytest.mark.faults
def test_processes_whose_clock_is_put_forward_and_back_go_on_working(
    tmp_path: Path, postgres_url: str, redis_url: str, record_result: Record
) -> None:
    ahead = tmp_path / "ahead"
    ahead.write_text("0")
    told = servers(postgres_url, redis_url) | {"FAULTS_CLOCK": str(ahead), "PYTHONPATH": str(ROOT)}
    slowest = 0.0
    with fault_desk(tmp_path, told, ("web", "worker", "clock"), "worker", STEPPED) as desk:
        for number, hours in enumerate((0, 1, 0, -1, 0)):
            desk.send(f"before{number}")
            fresh = ahead.with_suffix(".new")
            fresh.write_text(str(hours * 3600))
            fresh.rename(ahead)
            begun = time.monotonic()
            desk.receive(f"after{number}")
            desk.installation.until(lambda name=f"before{number}": desk.waiting_ticket(name), "the earlier one too", 60)  # type: ignore[misc]
            slowest = max(slowest, time.monotonic() - begun)
        assert desk.incidents() == []
    record_result(
        "clock steps: processes",
        done="web, worker and clock put 1 h ahead, back, 1 h behind, back, with mail in hand",
        goal="0 missed, jobs recovered within 30 s",
        measured=f"every mail came to its agent, after at most {slowest:.1f} s",
    )
    assert slowest <= 30
