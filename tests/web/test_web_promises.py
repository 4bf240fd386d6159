"""Policies and calendars in the browser."""

import io
import re
from typing import Any

import pytest
from web_desk import Person, WebDesk

POLICIES, CALENDARS = "/settings/policies", "/settings/calendars"
POLICY = {
    "first_response": "45 min",
    "next_response": "1 h 30 min",
    "idle": "",
    "resolution": "2 d",
    "near_breach": "80",
    "name": "Gold",
    "pause_resolution_customer": "1",
}
CALENDAR = {
    "name": "Berlin office",
    "timezone": "Europe/Berlin",
    **{f"hours_{day}": "09:00–12:00, 13:00–17:00" for day in ("mon", "tue", "wed", "thu", "fri")},
    "hours_sat": "",
    "hours_sun": "closed",
    "country": "DE",
    "holidays": "2026-12-24 Christmas Eve",
    "openings": "2026-12-31 09:00-12:00 New Year's Eve",
}
HIGH = re.compile(r'href="(/settings/policies/[0-9a-f-]+)">\s*<svg[^>]*><use[^>]*></use></svg> High')


def link_to_high(person: Person) -> str:
    found = HIGH.search(person.get(POLICIES).text)
    assert found
    return found[1]


def calendar(desk: WebDesk) -> str:
    return f"{CALENDARS}/{desk.ask('SELECT public_id FROM business_calendar')}"


def department(desk: WebDesk) -> str:
    return str(desk.ask("SELECT public_id FROM department WHERE key = 'support'"))


def test_the_policies_are_read_at_a_glance_in_human_units(desk: WebDesk) -> None:
    page = desk.person("manager").get(POLICIES).text
    for words in ("Everybody", "30 min", "2 h", "72 h" if "72 h" in page else "3 d", "75 %", "Longest wait"):
        assert words in page


def test_a_manager_changes_a_policy_and_the_audit_shows_before_and_after(desk: WebDesk) -> None:
    manager = desk.person("manager")
    path = link_to_high(manager)
    assert manager.post(path, **POLICY).status_code == 303
    page = manager.get(POLICIES).text
    assert "45 min" in page
    assert "1 h 30 min" in page
    form = manager.get(path).text
    assert re.search(r'name="pause_resolution_customer" value="1"[^>]* checked', form)
    assert not re.search(r'name="pause_resolution_review" value="1"[^>]* checked', form)
    assert "A ticket that arrives now" in form
    audit = desk.person("auditor").get("/audit?name=policy.set").text
    assert "2700" in audit
    assert "7200" in audit


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("first_response", "soon", "must look like 30 min"),
        ("resolution", "0 h", "must be from 1 s to 365 d"),
        ("near_breach", "140", "from 1 to 100"),
    ],
)
def test_a_wrong_policy_is_refused_beside_its_field_with_what_was_typed(
    desk: WebDesk, field: str, value: str, says: str
) -> None:
    manager = desk.person("manager")
    path = link_to_high(manager)
    refused = manager.post(path, **(POLICY | {field: value, "name": "Typed name"}))
    assert refused.status_code == 422
    assert says in refused.text
    assert f'value="{value}"' in refused.text
    assert "Typed name" in refused.text
    assert "45 min" not in manager.get(POLICIES).text


def test_an_exception_for_a_department_is_made_shown_and_removed(desk: WebDesk) -> None:
    manager = desk.person("manager")
    manager.get(f"{POLICIES}/new")
    nobody = manager.post(f"{POLICIES}/new", priority="urgent", **POLICY)
    assert nobody.status_code == 422
    assert "choose a department" in nobody.text
    place = {"priority": "urgent", "department": department(desk)}
    assert manager.post(f"{POLICIES}/new", **place, **POLICY).status_code == 303
    page = manager.get(POLICIES).text
    assert 'class="promise-other" title="30 min for everybody">45 min' in page
    ident = desk.ask("SELECT public_id FROM policy WHERE department_id IS NOT NULL")
    assert manager.post(f"{POLICIES}/{ident}/removal").status_code == 303
    assert "45 min" not in manager.get(POLICIES).text
    assert manager.get(f"{POLICIES}/{ident}").status_code == 404


def test_a_calendar_is_made_with_holidays_given_to_a_department_and_counts(desk: WebDesk) -> None:
    manager = desk.person("manager")
    assert "No calendar yet" in manager.get(CALENDARS).text
    manager.get(f"{CALENDARS}/new")
    assert manager.post(f"{CALENDARS}/new", **CALENDAR, departments=department(desk)).status_code == 303
    page = manager.get(CALENDARS).text
    assert "Berlin office" in page
    assert "holidays of DE" in page
    form = manager.get(calendar(desk)).text
    for words in ("Christmas Eve", "New Year&#39;s Eve", "The year ahead", "Bavaria" if "Bavaria" in form else "BY"):
        assert words in form
    number = desk.mail(subject="The printer", words="it jams.")
    clocks = desk.ask(
        "SELECT calendar FROM sla_clock WHERE ticket_id = (SELECT id FROM ticket WHERE number = ?)", number
    )
    assert '"country": "DE"' in clocks


def test_a_preview_says_when_a_ticket_would_be_due_and_saves_nothing(desk: WebDesk) -> None:
    manager = desk.person("manager")
    manager.get(f"{CALENDARS}/new")
    seen = manager.post(f"{CALENDARS}/new", **CALENDAR, act="preview", at="2026-12-23T16:30")
    assert seen.status_code == 200
    # High: 2 h to the first reply, of which half an hour is left on Wednesday; then Christmas until Monday.
    assert re.search(r"Mon 28 Dec(?: 2026)?, 10:30", seen.text)
    assert desk.ask("SELECT count(*) FROM business_calendar") == 0


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("timezone", "Mars/Olympus", "not a time zone"),
        ("hours_tue", "9 till 5", "must look like 09:00-12:00"),
        ("hours_wed", "09:00-12:00, 11:00-13:00", "overlaps"),
        ("country", "XX", "not known"),
        ("holidays", "25.12.2026", "is not a date"),
        ("openings", "2026-12-24", "needs hours"),
        ("name", "", "is empty"),
    ],
)
def test_a_wrong_calendar_is_refused_beside_its_field(desk: WebDesk, field: str, value: str, says: str) -> None:
    manager = desk.person("manager")
    manager.get(f"{CALENDARS}/new")
    refused = manager.post(f"{CALENDARS}/new", **(CALENDAR | {field: value}))
    assert refused.status_code == 422
    assert says in refused.text
    assert "Christmas Eve" in refused.text or field == "holidays"
    assert desk.ask("SELECT count(*) FROM business_calendar") == 0


def upload(person: Person, path: str, content: bytes) -> Any:
    fields = {**CALENDAR, "csrf_token": person.token, "ical": (io.BytesIO(content), "holidays.ics")}
    return person.client.post(path, data=fields, content_type="multipart/form-data")


def test_the_days_of_an_uploaded_file_join_the_list_and_a_broken_one_is_refused(desk: WebDesk) -> None:
    manager = desk.person("manager")
    manager.get(f"{CALENDARS}/new")
    day = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{}\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Founders' Day\r\nEND:VEVENT"
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{day.format('20200615')}\r\nEND:VCALENDAR\r\n".encode()
    refused = upload(manager, f"{CALENDARS}/new", b"<html>")
    assert refused.status_code == 422
    assert "is no calendar file" in refused.text
    assert upload(manager, f"{CALENDARS}/new", file).status_code == 303
    assert "Founders&#39; Day" in manager.get(calendar(desk)).text


def test_a_calendar_in_use_offers_no_removal_and_an_unused_one_goes(desk: WebDesk) -> None:
    manager = desk.person("manager")
    manager.get(f"{CALENDARS}/new")
    manager.post(f"{CALENDARS}/new", **CALENDAR, departments=department(desk))
    path = calendar(desk)
    assert "Remove this calendar" not in manager.get(path).text
    assert manager.post(f"{path}/removal").status_code == 422
    manager.post(path, **CALENDAR)
    assert "Remove this calendar" in manager.get(path).text
    assert manager.post(f"{path}/removal").status_code == 303
    assert "No calendar yet" in manager.get(CALENDARS).text


def test_an_auditor_reads_and_an_agent_does_not_even_that(desk: WebDesk, ann: Person) -> None:
    auditor = desk.person("auditor")
    path = link_to_high(auditor)
    assert "asks for “settings.write”" in auditor.get(path).text
    assert auditor.post(path, **POLICY).status_code == 403
    assert auditor.get(f"{CALENDARS}/new").status_code == 403
    assert ann.get(POLICIES).status_code == ann.get(CALENDARS).status_code == 403


def test_a_clock_on_the_ticket_says_what_was_promised_and_why_it_is_due_then(desk: WebDesk, ann: Person) -> None:
    number = desk.mail()
    page = ann.get(f"/tickets/{number}").text
    assert "Promised:" in page
    assert "for the first reply, by the policy" in page
    assert "It stands still while the ticket waits for the customer or somebody else or a review." in page
    assert "is used up." in page
