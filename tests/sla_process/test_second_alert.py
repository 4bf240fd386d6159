"""An owner's copy of the drawing of the clock with another alert in it."""

from datetime import timedelta

from second_alert import with_second_alert
from sla_desk import HOUR, MONDAY, SECOND, Desk
from sqlalchemy import select

from app import engine, relay
from app.db import db
from app.events import Event
from app.tickets import priority


def alerts(desk: Desk) -> list[tuple[str, float]]:
    """Return the alerts of the first response, each with the hours after which it came."""
    rows = db.session.scalars(select(Event).where(Event.name == "clock.near_breach").order_by(Event.id))
    told = [row for row in rows if row.data["kind"] == "first_response"]
    return [(row.data.get("alert", ""), (row.at - MONDAY) / HOUR) for row in told]


def test_the_edited_copy_deploys_and_alerts_at_its_own_share_as_well(desk: Desk) -> None:
    engine.deploy(with_second_alert(0.9), note="A second alert", by="agent:1")
    relay.commit()
    desk.open_ticket("high")  # 2 h
    for hours in (1.5, 1.8):
        desk.at(MONDAY + hours * HOUR - SECOND)
        before = len(alerts(desk))
        desk.at(MONDAY + hours * HOUR)
        desk.at(MONDAY + hours * HOUR + SECOND)
        assert len(alerts(desk)) == before + 1
    assert alerts(desk) == [("", 1.5), ("second", 1.8)]
    desk.at(MONDAY + 2 * HOUR)
    assert len(desk.told("clock.breached", "first_response")) == 1


def test_the_second_alert_moves_with_the_priority_and_never_comes_twice(desk: Desk) -> None:
    engine.deploy(with_second_alert(0.9), note="A second alert", by="agent:1")
    relay.commit()
    desk.open_ticket("high")
    desk.at(MONDAY + 1.5 * HOUR)
    desk.at(MONDAY + 1.8 * HOUR)
    priority.set_priority(desk.ticket, "medium", by="agent:1")  # 8 h
    desk.done()
    for minutes in range(110, 8 * 60, 20):
        desk.at(MONDAY + timedelta(minutes=minutes))
    assert alerts(desk) == [("", 1.5), ("second", 1.8)]
    desk.at(MONDAY + 8 * HOUR)
    assert desk.told("clock.breached", "first_response") == [MONDAY + 8 * HOUR]


def test_an_alert_may_come_so_many_minutes_before_the_deadline(desk: Desk) -> None:
    from app import sla

    desk.open_ticket("high")
    row = desk.clock("first_response")
    assert sla.moment(row, minutes=-20) == {"at": (MONDAY + timedelta(minutes=100)).isoformat(), "told": False}
    assert sla.moment(row, share=0, minutes=10)["at"] == (MONDAY + timedelta(minutes=10)).isoformat()
    assert sla.moment(row, share=1.5)["at"] == (MONDAY + 3 * HOUR).isoformat()
    assert sla.moment(row, share=0)["at"] == MONDAY.isoformat()
