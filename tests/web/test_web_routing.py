"""Queues, passing on, the dispatch log and the settings of routing in the browser."""

from datetime import timedelta
from io import BytesIO

from sqlalchemy import select
from web_desk import WebDesk

from app import clock, departments, engine, people, relay
from app.db import db
from app.engine.models import Timer

HOLDER = "SELECT a.name FROM ticket t JOIN agent a ON a.id = t.assignee_id WHERE t.number = ?"
RULE = "SELECT d.reason FROM dispatch d JOIN ticket t ON t.id = d.ticket_id WHERE t.number = ? ORDER BY d.id DESC"


def away(desk: WebDesk, absent: bool, *roles: str) -> None:
    """Let colleagues of these roles go or come back, and the work that follows be done."""
    with desk.flask.app_context():
        for role in roles:
            people.set_absent(people.by_email(f"{role}@desk.test"), absent, by="system")  # type: ignore[arg-type]
        relay.commit()
    desk.work()


def parcel(desk: WebDesk, urgent: bool = False) -> str:
    """Let a mail come in that is clearly one for Support, and return its ticket."""
    subject = "Where is my parcel? Your tracking is down" if urgent else "Where is my parcel?"
    return desk.mail(subject, "my parcel has not been delivered, the tracking of the delivery says nothing.")


WORKING = ("agent", "senior", "manager", "admin")


def test_a_department_gives_its_tickets_away_as_a_manager_sets_it(desk: WebDesk) -> None:
    manager = desk.person("manager")
    fields = {"strategy": "random", "prefers_agent": "1"}
    assert manager.post("/settings/assignment/support", **fields).status_code == 303
    number = parcel(desk)
    assert "was drawn from" in desk.ask(RULE, number)
    audit = desk.person("auditor").get("/audit?name=department.assignment").text
    assert "round_robin" in audit and "random" in audit
    refused = manager.post("/settings/assignment/support", strategy="dice")
    assert refused.status_code == 422
    assert desk.person("agent").post("/settings/assignment/support", **fields).status_code == 403


def test_what_nobody_can_take_waits_in_the_queue_and_goes_to_who_comes_back(desk: WebDesk) -> None:
    away(desk, True, *WORKING)
    numbers = [parcel(desk), parcel(desk)]
    assert [desk.ask(HOLDER, number) for number in numbers] == [None, None]
    page = desk.person("agent").get("/queues/support").text
    assert all(number in page for number in numbers)
    away(desk, False, "senior")
    assert [desk.ask(HOLDER, number) for number in numbers] == ["Senior Person"] * 2
    assert desk.ask("SELECT count(*) FROM incident") == 0
    assert desk.ask("SELECT count(*) FROM instance i JOIN definition d ON d.id = i.definition_id "
                    "WHERE d.key = 'queue' AND i.ended_at IS NULL") == 0  # fmt: skip


def test_room_that_frees_is_filled_from_the_queue(desk: WebDesk) -> None:
    away(desk, True, "senior", "manager", "admin")
    with desk.flask.app_context():
        people.by_email("agent@desk.test").capacity = 1  # type: ignore[union-attr]
        relay.commit()
    held, waits = parcel(desk), parcel(desk)
    assert (desk.ask(HOLDER, held), desk.ask(HOLDER, waits)) == ("Agent Person", None)
    ann = desk.person("agent")
    ann.post(f"/tickets/{held}/status", status="resolved")
    desk.work()
    assert desk.ask(HOLDER, waits) == "Agent Person"


def test_taking_next_takes_the_urgent_one_first_and_taking_twice_is_told(desk: WebDesk) -> None:
    away(desk, True, *WORKING)
    plain, urgent = parcel(desk), parcel(desk, urgent=True)
    ann, senior = desk.person("agent"), desk.person("senior")
    page = ann.get("/queues/support").text
    assert page.index(urgent) < page.index(plain)
    assert ann.post("/queues/support/next").headers["Location"].endswith(urgent)
    assert ann.post(f"/tickets/{plain}/taking").status_code == 303
    told = senior.post(f"/tickets/{plain}/taking")
    assert told.status_code == 409
    assert "Agent Person was first" in told.text
    assert senior.post("/queues/support/next").status_code == 404
    assert "Nobody waits in Support" in senior.get("/queues/support").text


def test_passing_on_to_another_department_finds_its_agent_and_may_ask_for_a_reason(desk: WebDesk) -> None:
    with desk.flask.app_context():
        departments.join(departments.by_key("billing"), people.by_email("senior@desk.test"), by="system")  # type: ignore[arg-type]
        departments.leave(departments.by_key("billing"), people.by_email("agent@desk.test"), by="system")  # type: ignore[arg-type]
        relay.commit()
    desk.person("manager").post("/settings/assignment", routing_transfer_reason="1")
    away(desk, True, "senior")
    number, ann = parcel(desk), desk.person("agent")
    away(desk, False, "senior")
    ann.get(f"/tickets/{number}")
    refused = ann.post(f"/tickets/{number}/department", department="billing")
    assert refused.status_code == 422
    assert "why you pass this ticket on" in refused.text
    assert ann.post(f"/tickets/{number}/department", department="billing", reason="About money").status_code == 303
    desk.work()
    assert desk.ask(HOLDER, number) == "Senior Person"
    audit = desk.person("auditor").get("/audit?name=ticket.transferred").text
    assert "About money" in audit


def test_the_ticket_and_the_log_say_why_and_among_whom(desk: WebDesk) -> None:
    away(desk, True, "senior")
    number, ann = parcel(desk), desk.person("agent")
    ticket = ann.get(f"/tickets/{number}").text
    assert "Why here?" in ticket and "is absent" in ticket
    log = ann.get(f"/dispatches?ticket={number}&rule=round").text
    assert "fewest open tickets" in log and "Senior Person" in log
    assert "Nothing was decided yet that fits" in ann.get("/dispatches?outcome=nobody").text


def test_the_threshold_of_triage_is_set_and_counts(desk: WebDesk) -> None:
    manager = desk.person("manager")
    assert manager.post("/settings/triage", triage_threshold="0").status_code == 303
    sure = desk.task(desk.mail("Wrong invoice"))
    assert sure is not None and sure.form == "reply"
    manager.post("/settings/triage", triage_threshold="1")
    unsure = desk.task(desk.mail("Wrong invoice"))
    assert unsure is not None and unsure.form == "triage"
    assert "must be a number from 0 to 1" in manager.post("/settings/triage", triage_threshold="2").text


def test_dictionaries_are_kept_and_old_tickets_follow_a_merge(desk: WebDesk) -> None:
    manager, base = desk.person("manager"), "/settings/dictionaries"
    for kind in ("category", "type", "product", "tag"):
        assert manager.post(f"{base}/{kind}", name="Grinder Café").status_code == 303
    assert "grinder-caf" in manager.get(f"{base}/product").text
    number, ann = parcel(desk), desk.person("agent")
    ann.get(f"/tickets/{number}")
    assert ann.post(f"/tickets/{number}/product", product="grinder-caf").status_code == 303
    assert ann.post(f"/tickets/{number}/type", type="problem").status_code == 303
    assert ann.post(f"/tickets/{number}/tags", tags="grinder café, vip").status_code == 303
    assert ann.post(f"/tickets/{number}/product", product="nothing").status_code == 422
    manager.post(f"{base}/product", name="Machine")
    assert manager.post(f"{base}/product/entries/grinder-caf", act="merge", into="machine").status_code == 303
    assert manager.post(f"{base}/tag/entries/grinder café", act="save", name="Mill").status_code == 303
    assert manager.post(f"{base}/type/entries/problem", act="archive").status_code == 303
    assert desk.ask("SELECT product || ' ' || type FROM ticket WHERE number = ?", number) == "machine problem"
    assert desk.ask("SELECT tags FROM ticket WHERE number = ?", number) == '["mill", "vip"]'
    assert "Problem" in ann.get(f"/tickets/{number}").text
    assert ann.post(f"/tickets/{number}/type", type="problem").status_code == 303
    assert ann.post(f"/tickets/{number}/type", type="question").status_code == 303
    assert ann.post(f"/tickets/{number}/type", type="problem").status_code == 422


def test_a_category_is_renamed_ordered_nested_and_cannot_be_below_itself(desk: WebDesk) -> None:
    manager, base = desk.person("manager"), "/settings/dictionaries/category"
    assert manager.post(f"{base}/entries/billing", act="save", name="Money", parent="other").status_code == 303
    assert "Money" in manager.get(base).text
    refused = manager.post(f"{base}/entries/other", act="save", name="Other", parent="billing")
    assert refused.status_code == 422
    assert "is below this category" in refused.text
    before = manager.get(base).text
    manager.post(f"{base}/entries/software", act="up")
    assert manager.get(base).text.index("software") < before.index("software")
    assert desk.person("auditor").get("/audit?name=category.changed").text.count("category.changed") > 1


CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;TZID=Europe/Berlin:20260105T000000\r
DTEND;TZID=Europe/Berlin:20260112T000000\r
RRULE:FREQ=WEEKLY\r
SUMMARY:On call: Senior Person\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART:20260105T000000Z\r
DTEND:20260105T010000Z\r
RRULE:FREQ=DAILY;COUNT=2000\r
SUMMARY:Lunch\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_an_urgent_ticket_is_told_to_who_is_on_call_and_then_to_the_manager(desk: WebDesk) -> None:
    manager = desk.person("manager")
    assert "Nobody is on call now" in manager.get("/settings/oncall").text
    sent = {"csrf_token": manager.token, "zone": "Europe/Berlin", "file": (BytesIO(CALENDAR), "rota.ics")}
    assert manager.client.post("/settings/oncall/file", data=sent).status_code == 303
    page = manager.get("/settings/oncall").text
    assert "Senior Person" in page and "names nobody who works here" in page and "Nobody is on call now" not in page
    number = parcel(desk, urgent=True)
    told = "SELECT recipients FROM outgoing WHERE reference LIKE 'urgent:%' ORDER BY id DESC"
    assert "senior@desk.test" in desk.ask(told)
    late(desk)
    assert "manager@desk.test" in desk.ask(told)
    late(desk, 32)
    assert desk.ask("SELECT flagged FROM ticket WHERE number = ?", number) == "oncall"
    assert desk.ask("SELECT count(*) FROM outgoing WHERE reference LIKE 'urgent:%'") == 2
    assert desk.ask("SELECT count(*) FROM incident") == 0


def test_nobody_else_is_told_once_somebody_is_on_it(desk: WebDesk) -> None:
    number, ann = parcel(desk, urgent=True), desk.person("agent")
    ann.get(f"/tickets/{number}")
    assert ann.post(f"/tickets/{number}/taking", over="1").status_code == 303
    late(desk)
    assert desk.ask("SELECT count(*) FROM outgoing WHERE reference LIKE 'urgent:%'") == 1
    assert desk.ask("SELECT flagged FROM ticket WHERE number = ?", number) == ""


def late(desk: WebDesk, minutes: int = 16) -> None:
    """Let the time somebody has to react pass."""
    with desk.flask.app_context(), clock.held(clock.now() + timedelta(minutes=minutes)):
        due = select(Timer.id).where(Timer.due_at <= clock.now(), Timer.state == "waiting")
        for ident in db.session.scalars(due).all():
            engine.wake(ident)
            relay.commit()
        db.session.rollback()
        desk.work()


def test_shifts_by_hand_are_checked_and_hostile_calendars_refused(desk: WebDesk) -> None:
    manager = desk.person("manager")
    shift = {"agent": desk.people["senior"], "zone": "Europe/Berlin", "starts_at": "2030-01-01T18:00"}
    refused = manager.post("/settings/oncall", **shift, ends_at="2030-01-01T08:00")
    assert refused.status_code == 422
    assert "must be after the beginning" in refused.text
    lost = manager.post("/settings/oncall", **(shift | {"zone": "Mars/One"}), ends_at="2030-01-02T08:00")
    assert "must look like Europe/Berlin" in lost.text
    assert manager.post("/settings/oncall", **shift, ends_at="2030-01-02T08:00").status_code == 303
    sixty = ",".join(map(str, range(60)))
    often = {"FREQ=SECONDLY": "more often than daily", f"FREQ=DAILY;BYMINUTE={sixty};BYSECOND={sixty}": "too often"}
    for rule, why in often.items():
        bad = CALENDAR.replace(b"FREQ=WEEKLY", rule.encode())
        sent = {"csrf_token": manager.token, "zone": "UTC", "file": (BytesIO(bad), "rota.ics")}
        answer = manager.client.post("/settings/oncall/file", data=sent)
        assert answer.status_code == 422, rule
        assert why in answer.text
    for junk in (b"", b"\x00\xff", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"BEGIN:VEVENT\n" * 3000):
        sent = {"csrf_token": manager.token, "zone": "UTC", "file": (BytesIO(junk), "rota.ics")}
        assert manager.client.post("/settings/oncall/file", data=sent).status_code == 422
