"""The life of a ticket in the browser: merged and taken out, split, linked, moved over the board; its settings."""

import re

import pytest
from web_desk import Person, WebDesk


def test_an_agent_finds_the_target_sees_what_will_happen_and_merges(desk: WebDesk, ann: Person):
    source, target = desk.mail("My invoice is wrong"), desk.mail("Invoice 17 again")
    offer = ann.get(f"/tickets/{source}/merge").text
    assert target in offer and f"into={source}" not in offer
    assert target in ann.get(f"/tickets/{source}/merge?q=again").text
    preview = ann.get(f"/tickets/{source}/merge?into={target}").text
    assert f"Merge into {target}" in preview and "Both are from Maria Lopes" in preview
    done = ann.post(f"/tickets/{source}/merge", into=target, reason="The same")
    assert done.status_code == 303 and done.headers["Location"].endswith(target)
    desk.work()
    page = ann.get(f"/tickets/{target}").text
    assert "please look at invoice 17" in page and "merged in" in page
    merged = ann.get(f"/tickets/{source}").text
    assert f'part of <a href="/tickets/{target}"' in merged and "“The same”" in merged
    assert 'id="reply-body"' not in merged and "/status" not in merged
    assert desk.task(source) is None
    assert ann.post(f"/tickets/{source}/priority", priority="low").status_code == 409
    assert ann.post(f"/tickets/{source}/unmerge").status_code == 303
    task = desk.task(source)
    assert task is not None and task.name == "Reply to the customer"
    assert "itself again" in ann.get(f"/tickets/{source}").text


def test_what_stands_in_the_way_of_a_merge_is_said_on_its_page(desk: WebDesk, ann: Person):
    number = desk.mail()
    for into, why in {"": "Say which ticket.", "TKT-9": "There is no ticket TKT-9.", number: "into itself"}.items():
        answer = ann.post(f"/tickets/{number}/merge", into=into)
        assert answer.status_code in (409, 422) and why in answer.text


def test_a_message_becomes_a_ticket_of_its_own(desk: WebDesk, ann: Person):
    ann.get("/tickets/new")
    opened = ann.post("/tickets/new", email="eve@example.com", subject="Two things", body="And my printer is broken.")
    number = opened.headers["Location"].rsplit("/", 1)[1]
    page = ann.get(f"/tickets/{number}").text
    path = re.search(r'href="(/messages/[^"]+/split)"', page)
    assert path is not None
    assert "stays in" in ann.get(path[1]).text
    answer = ann.post(path[1], subject="Only the printer")
    desk.work()
    fresh = ann.get(answer.headers["Location"]).text
    assert "Only the printer" in fresh and f"Split from {number}" in fresh
    assert "Split into" in ann.get(f"/tickets/{number}").text


def test_links_show_the_state_of_children(desk: WebDesk, ann: Person):
    parent, child = desk.mail(), desk.mail("Part of it")
    ann.get("/")
    assert ann.post(f"/tickets/{parent}/links", other=child, kind="child").status_code == 303
    page = ann.get(f"/tickets/{parent}").text
    assert "0 of 1 children done" in page
    ann.post(f"/tickets/{child}/status", status="resolved")
    page = ann.get(f"/tickets/{parent}").text
    assert "1 of 1 children done" in page
    removal = re.search(r'action="([^"]+/removal)"', page)
    assert removal is not None and ann.post(removal[1]).status_code == 303
    assert "children done" not in ann.get(f"/tickets/{parent}").text
    assert ann.post(f"/tickets/{parent}/links", other="TKT-77", kind="child").status_code == 422


def test_time_is_noted_corrected_and_taken_away(desk: WebDesk, ann: Person):
    number = desk.mail()
    ann.post(f"/tickets/{number}/time", minutes="95", note="On the phone")
    page = ann.get(f"/tickets/{number}").text
    assert "1 h 35 min" in page and "On the phone" in page
    entry = re.search(rf'action="(/tickets/{number}/time/[^"]+)"', page)
    assert entry is not None
    assert "time" not in re.findall(
        r'action="/tickets/[^/]+/(time)/', desk.person("senior").get(f"/tickets/{number}").text
    )
    ann.post(entry[1], minutes="5", note="On the phone", act="save")
    assert "5 min" in ann.get(f"/tickets/{number}").text
    assert desk.person("senior").post(entry[1], minutes="1", act="save").status_code == 403
    ann.post(entry[1], act="remove")
    assert "Nothing noted yet" in ann.get(f"/tickets/{number}").text
    for wrong in ("", "0", "-5", "1e3", "9999999"):
        assert ann.post(f"/tickets/{number}/time", minutes=wrong).status_code == 422


def test_the_board_has_a_column_per_stage_and_moves_a_ticket(desk: WebDesk, ann: Person):
    number = desk.mail()
    page = ann.get("/board").text
    stages = re.findall(r'class="lanes-cards" data-stage="(\w+)"', page)
    assert stages == ["new", "in_progress", "awaiting", "done", "cancelled", "rejected"]
    assert page.index(number) < page.index('data-stage="in_progress"')
    assert ann.post(f"/tickets/{number}/stage", stage="awaiting", board="all").status_code == 303
    page = ann.get("/board").text
    assert page.index('data-stage="awaiting"') < page.index(number) < page.index('data-stage="done"')
    moved = ann.post(f"/tickets/{number}/stage", stage="Done", board="mine")
    assert moved.headers["Location"].endswith("view=mine")
    assert ann.post(f"/tickets/{number}/stage", stage="nowhere", board="all").status_code == 422
    reader = desk.person("auditor")
    assert number in reader.get("/board").text and "lanes-move" not in reader.get("/board").text


def test_the_board_is_sent_again_only_when_something_happened(desk: WebDesk, ann: Person):
    desk.mail()
    stamp = re.search(r"since=([\d-]+)", ann.get("/board").text)
    assert stamp is not None
    assert ann.get(f"/board/live?since={stamp[1]}").status_code == 204
    desk.mail()
    assert ann.get(f"/board/live?since={stamp[1]}").status_code == 200


def test_a_manager_adds_changes_moves_and_removes_a_stage(desk: WebDesk, ann: Person):
    manager = desk.person("manager")
    here = ["support", "billing"]
    lab = {"name": "Lab check", "status": "in_progress", "departments": here, "reason_required": "1"}
    assert manager.post("/settings/stages/new", **lab, awaiting_after="48").status_code == 303
    page = manager.get("/settings/stages").text
    assert "Lab check" in page and "only Support, Billing" in page and "awaiting after 48 h" in page
    number = desk.mail()
    refused = ann.post(f"/tickets/{number}/stage", stage="lab_check", board="all")
    assert refused.status_code == 422 and "Say why" in refused.text
    assert ann.post(f"/tickets/{number}/stage", stage="lab_check", reason="Needs a look").status_code == 303
    wrong = manager.post("/settings/stages/lab_check", **lab | {"name": "", "awaiting_after": "x"})
    assert wrong.status_code == 422 and "is empty" in wrong.text
    wrong = manager.post("/settings/stages/lab_check", **lab, awaiting_after="x")
    assert wrong.status_code == 422 and "whole number" in wrong.text
    assert manager.post("/settings/stages/lab_check/place", act="up").status_code == 303
    assert manager.post("/settings/stages/lab_check/place", act="remove").status_code == 303
    assert "In Progress" in ann.get(f"/tickets/{number}").text
    needed = manager.post("/settings/stages/done/place", act="remove")
    assert needed.status_code == 422 and "need one for all departments that means resolved" in needed.text
    assert ann.get("/settings/stages").status_code == 403
    told = desk.person("auditor").get("/audit?name=option.set").text
    assert "Lab check" in told


def test_a_reason_is_asked_for_a_status_where_the_settings_say_so(desk: WebDesk, ann: Person):
    manager, number = desk.person("manager"), desk.mail()
    manager.post("/settings/stages/reasons", reasons_for="cancelled")
    assert ann.post(f"/tickets/{number}/status", status="cancelled").status_code == 422
    assert ann.post(f"/tickets/{number}/status", status="cancelled", reason="Twice").status_code == 303


def test_a_field_is_asked_of_its_category_and_before_a_ticket_is_resolved(desk: WebDesk, ann: Person):
    manager = desk.person("manager")
    serial = {"name": "Serial number", "kind": "text", "categories": "hardware", "needed": "always"}
    assert manager.post("/settings/fields/new", **serial).status_code == 303
    few = manager.post("/settings/fields/new", name="Site", kind="choice", choices="Porto")
    assert few.status_code == 422 and "at least two lines" in few.text
    assert manager.post("/settings/fields/new", name="Site", kind="choice", choices="Porto\nBerlin").status_code == 303
    given = {"email": "eve@example.com", "subject": "Broken", "body": "It is.", "category": "hardware"}
    ann.get("/tickets/new")
    refused = ann.post("/tickets/new", **given, **{"custom.site": "Porto"})
    assert refused.status_code == 422 and 'id="custom.serial_number-error"' in refused.text
    opened = ann.post("/tickets/new", **given, **{"custom.serial_number": "A-17"})
    number = opened.headers["Location"].rsplit("/", 1)[1]
    assert "A-17" in ann.get(f"/tickets/{number}").text
    by_mail = desk.mail()
    ann.post(f"/tickets/{by_mail}/category", category="hardware")
    for path, more in {"status": {"status": "resolved"}, "reply": {"body": "Done", "then": "resolve"}}.items():
        answer = ann.post(f"/tickets/{by_mail}/{path}", **more)
        assert answer.status_code == 422 and "Serial number" in answer.text
    assert (
        ann.post(f"/tickets/{by_mail}/custom", **{"custom.serial_number": "B-2", "custom.site": ""}).status_code == 303
    )
    assert ann.post(f"/tickets/{by_mail}/status", status="resolved").status_code == 303
    assert manager.post("/settings/fields/serial_number/place", act="archive").status_code == 303
    page = ann.get(f"/tickets/{by_mail}").text
    assert "B-2" in page and "no longer asked" in page


@pytest.mark.parametrize("path", ["/board", "/settings/stages", "/settings/stages/new", "/settings/fields/new"])
def test_the_new_pages_hold_nothing_inline(desk: WebDesk, path: str):
    page = desk.person("admin").get(path)
    assert page.status_code == 200
    assert not re.search(r"<script>|style=|onclick=", page.text)
