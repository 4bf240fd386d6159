import re
import threading
from io import BytesIO

import pytest
from web_desk import WebDesk

from app import contacts, relay
from app.db import db
from app.tickets import conversation, finding, status


@pytest.fixture
def number(desk: WebDesk) -> str:
    return desk.mail()


def _nonce(page: str, form: str) -> str:
    return re.search(rf'action="[^"]*/{form}".*?name="nonce" value="([^"]+)"', page, re.DOTALL)[1]


def _triage(desk: WebDesk, person, number: str, **more: str):
    task = desk.task(number)
    assert task is not None
    fields = {"department": "support", "category": "billing", "priority": "high", **more}
    return person.post(f"/tasks/{task.public_id}/completion", **fields)


def _category(desk: WebDesk) -> str:
    return desk.ask("SELECT key FROM category ORDER BY key LIMIT 1")


def test_the_ticket_shows_who_asked_what_and_where_it_stands(ann, number):
    page = ann.get(f"/tickets/{number}").text
    for words in ("My invoice is wrong", "Maria Lopes", "please look at invoice 17.", "First reply", "Where it stands"):
        assert words in page


def test_a_reply_is_sent_and_shown(desk: WebDesk, ann, number):
    page = ann.get(f"/tickets/{number}").text
    answer = ann.post(f"/tickets/{number}/reply", body="Dear Maria,\r\n\r\n**done**.", nonce=_nonce(page, "reply"))
    assert answer.status_code == 303
    desk.work()
    page = ann.get(f"/tickets/{number}").text
    assert "<strong>done</strong>" in page
    assert "built-in mailbox" in page
    assert desk.ask("SELECT count(*) FROM outgoing WHERE reference LIKE 'message:%'") == 1


def test_a_second_click_sends_nothing(desk: WebDesk, ann, number):
    nonce = _nonce(ann.get(f"/tickets/{number}").text, "reply")
    first = ann.post(f"/tickets/{number}/reply", body="Once.", nonce=nonce)
    second = ann.post(f"/tickets/{number}/reply", body="Once.", nonce=nonce)
    assert first.location == second.location
    assert desk.ask("SELECT count(*) FROM message WHERE kind = 'reply'") == 1


def test_two_clicks_at_the_same_moment_send_one_reply(desk: WebDesk, ann, number):
    nonce = _nonce(ann.get(f"/tickets/{number}").text, "reply")
    cookie = ann.client.get_cookie("flowdesk")
    answers = []

    def click() -> None:
        client = desk.flask.test_client()
        client.set_cookie("flowdesk", cookie.value)
        fields = {"csrf_token": ann.token, "body": "Once.", "nonce": nonce}
        answers.append(client.post(f"/tickets/{number}/reply", data=fields))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert desk.ask("SELECT count(*) FROM message WHERE kind = 'reply'") == 1


def test_a_nonce_of_somebody_else_is_refused(desk: WebDesk, ann, number):
    nonce = _nonce(ann.get(f"/tickets/{number}").text, "reply")
    ann.post(f"/tickets/{number}/reply", body="Mine.", nonce=nonce)
    other = desk.person("senior")
    assert other.post(f"/tickets/{number}/reply", body="Not mine.", nonce=nonce).status_code == 409
    assert desk.ask("SELECT count(*) FROM message WHERE kind = 'reply'") == 1


def test_an_empty_reply_is_refused_in_words(desk: WebDesk, ann, number):
    answer = ann.post(f"/tickets/{number}/reply", body="  \n ")
    assert answer.status_code == 422
    assert "write a few words first" in answer.text


def test_a_note_is_unmistakable_and_is_not_sent(desk: WebDesk, ann, number):
    before = desk.ask("SELECT count(*) FROM outgoing")
    assert ann.post(f"/tickets/{number}/note", body="Ask finance.").status_code == 303
    desk.work()
    assert desk.ask("SELECT count(*) FROM outgoing") == before
    assert 'data-kind="note"' in ann.get(f"/tickets/{number}").text


def test_a_file_is_sent_along_and_only_ever_downloaded(desk: WebDesk, ann, number):
    evil = (BytesIO(b"<script>alert(1)</script>"), "evil.html", "text/html")
    ann.post(f"/tickets/{number}/reply", body="See the file.", files=[evil])
    assert "evil.html" in ann.get(f"/tickets/{number}").text
    answer = ann.get(f"/attachments/{desk.ask('SELECT public_id FROM attachment')}")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_draft_survives_and_goes_when_it_is_sent(desk: WebDesk, ann, number):
    assert ann.post(f"/tickets/{number}/draft", kind="reply", body="Half a sent").status_code == 204
    assert ann.post(f"/tickets/{number}/draft", kind="note", body="A thought").status_code == 204
    page = ann.get(f"/tickets/{number}").text
    assert ">Half a sent</textarea>" in page
    assert ">A thought</textarea>" in page
    assert "Half a sent" not in desk.person("senior").get(f"/tickets/{number}").text
    ann.post(f"/tickets/{number}/reply", body="A whole sentence.")
    assert "Half a sent" not in ann.get(f"/tickets/{number}").text


def test_each_property_is_set_by_its_own_address(desk: WebDesk, ann, number):
    changes = {
        "status": {"status": "waiting:third_party", "reason": "the bank"},
        "priority": {"priority": "urgent"},
        "assignment": {"agent": desk.people["senior"]},
        "category": {"category": _category(desk)},
        "tags": {"tags": "Refund, vip ,refund"},
    }
    for what, fields in changes.items():
        assert ann.post(f"/tickets/{number}/{what}", **fields).status_code == 303, what
    page = ann.get(f"/tickets/{number}").text
    for words in ("Waiting for a third party", "Urgent", "Senior Person", "refund, vip"):
        assert words in page
    assert desk.ask("SELECT reason FROM status_change ORDER BY id DESC") == "the bank"
    assert ann.post(f"/tickets/{number}/department", department="billing").status_code == 303
    assert desk.ask("SELECT d.key FROM ticket t JOIN department d ON d.id = t.department_id") == "billing"


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("status", {"status": "merged"}),
        ("status", {"status": "waiting:godot"}),
        ("priority", {"priority": "extreme"}),
        ("assignment", {"agent": "nobody"}),
        ("category", {"category": "nonsense"}),
        ("tags", {"tags": "x" * 50}),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(desk: WebDesk, ann, number, what, fields):
    before = desk.ask("SELECT count(*) FROM event")
    assert ann.post(f"/tickets/{number}/{what}", **fields).status_code == 422
    assert desk.ask("SELECT count(*) FROM event") == before


def test_htmx_gets_only_the_parts_that_moved(ann, number):
    sent = {"csrf_token": ann.token, "priority": "high"}
    answer = ann.client.post(f"/tickets/{number}/priority", data=sent, headers={"HX-Request": "true"})
    assert 'id="ticket-head" hx-swap-oob="true"' in answer.text
    assert "<html" not in answer.text
    assert 'id="editor"' not in answer.text


def test_the_open_pages_hear_of_changes_and_of_nothing_else(desk: WebDesk, ann, number):
    for path, page in ((f"/tickets/{number}/live", f"/tickets/{number}"), ("/live", "/?view=all")):
        since = re.search(r"live\?since=([\d-]+)", ann.get(page).text)[1]
        assert ann.get(f"{path}?since={since}").status_code == 204
        ann.post(f"/tickets/{number}/note", body=f"Something happens on {path}.")
        assert ann.get(f"{path}?since={since}&view=all").status_code == 200


def test_a_triage_form_comes_from_its_schema_and_completes_its_task(desk: WebDesk, ann):
    number = desk.mail("Hm", "xyzzy")
    page = ann.get(f"/tickets/{number}").text
    assert "Triage the request" in page
    assert 'name="department"' in page
    assert _triage(desk, ann, number, category=_category(desk)).status_code == 303
    desk.work()
    assert desk.ask("SELECT priority FROM ticket") == "high"
    assert "Triage the request</h2>" not in ann.get(f"/tickets/{number}").text


def test_a_wrong_answer_is_told_at_its_field_and_kept(desk: WebDesk, ann):
    number = desk.mail("Hm", "xyzzy")
    answer = _triage(desk, ann, number, category="", note="Keep this.")
    assert answer.status_code == 422
    assert "Keep this." in answer.text
    assert "field-error" in answer.text
    assert desk.task(number) is not None


def test_who_was_second_is_told_by_whom_and_keeps_what_was_typed(desk: WebDesk, ann):
    number = desk.mail("Hm", "xyzzy")
    task, category = desk.task(number), _category(desk)
    assert _triage(desk, desk.person("senior"), number, category=category).status_code == 303
    fields = {"department": "support", "category": category, "priority": "low", "note": "My long thoughts."}
    answer = ann.post(f"/tasks/{task.public_id}/completion", **fields)
    assert answer.status_code == 409
    assert "Senior Person did this" in answer.text
    assert "My long thoughts." in answer.text


def test_a_task_can_be_taken_and_given_back(desk: WebDesk, ann):
    task = desk.task(desk.mail("Hm", "xyzzy"))
    assert ann.post(f"/tasks/{task.public_id}/claim").status_code == 303
    assert desk.person("senior").post(f"/tasks/{task.public_id}/claim").status_code == 409
    assert ann.post(f"/tasks/{task.public_id}/release").status_code == 303
    assert desk.person("senior").post(f"/tasks/{task.public_id}/claim").status_code == 303


def test_a_ticket_can_be_opened_by_hand_once(desk: WebDesk, ann):
    nonce = _nonce(ann.get("/tickets/new").text.replace("<form method", '<form action="/new" method'), "new")
    fields = {"email": "Bob@Acme.example", "name": "Bob", "subject": "A call", "body": "He called.", "nonce": nonce}
    first = ann.post("/tickets/new", channel="phone", **fields)
    second = ann.post("/tickets/new", channel="phone", **fields)
    assert first.status_code == 303
    assert first.location == second.location
    assert desk.ask("SELECT count(*) FROM ticket") == 1
    assert desk.ask("SELECT channel FROM ticket") == "phone"


def test_an_incomplete_ticket_is_told_at_its_fields_and_kept(desk: WebDesk, ann):
    answer = ann.post("/tickets/new", email="bob@acme.example", body="He called.", channel="phone")
    assert answer.status_code == 422
    assert "what it is about" in answer.text
    assert ">He called.</textarea>" in answer.text
    assert desk.ask("SELECT count(*) FROM ticket") == 0


def test_who_may_not_write_sees_no_way_to(desk: WebDesk, number):
    page = desk.person("auditor").get(f"/tickets/{number}").text
    assert "please look at invoice 17." in page
    assert 'id="editor"' not in page
    assert 'id="prop-status"' not in page


def test_a_doubtful_delivery_is_shown_and_sent_again_on_request(desk: WebDesk, ann, number):
    ann.post(f"/tickets/{number}/reply", body="Hello.")
    desk.work()
    with desk.flask.app_context():
        db.session.execute(db.text("UPDATE message SET delivery = 'unknown' WHERE kind = 'reply'"))
        db.session.execute(db.text("UPDATE outgoing SET state = 'unknown' WHERE reference LIKE 'message:%'"))
        db.session.commit()
    message = desk.ask("SELECT public_id FROM message WHERE kind = 'reply'")
    assert "may or may not have arrived" in ann.get(f"/tickets/{number}").text
    assert ann.post(f"/messages/{message}/delivery", outcome="again").status_code == 303
    desk.work()
    assert desk.ask("SELECT delivery FROM message WHERE kind = 'reply'") == "mailbox"
    assert ann.post(f"/messages/{message}/delivery", outcome="again").status_code == 409
    assert desk.ask("SELECT count(*) FROM outgoing WHERE reference LIKE 'message:%'") == 1


def test_a_message_of_a_stranger_is_held_until_somebody_takes_it_in(desk: WebDesk, ann, number):
    with desk.flask.app_context():
        ticket = finding.by_number(number)
        stranger = contacts.find_or_make("mallory@else.example", "Mallory", by="system")
        conversation.from_customer(ticket, contact=stranger, body="Let me in.", held="Mallory does not take part.")
        relay.commit()
    held = desk.ask("SELECT public_id FROM message WHERE held != ''")
    assert "Mallory does not take part." in ann.get(f"/tickets/{number}").text
    assert ann.post(f"/messages/{held}/acceptance").status_code == 303
    assert "Held back" not in ann.get(f"/tickets/{number}").text


def test_the_list_puts_first_what_presses_most(desk: WebDesk, ann):
    numbers = [desk.mail(f"Subject {n}") for n in range(4)]
    with desk.flask.app_context():
        wrote, urgent = finding.by_number(numbers[2]), finding.by_number(numbers[3])
        status.change(wrote, "in_progress", by="system")
        status.change(wrote, "customer_responded", by="system")
        urgent.priority = "urgent"
        status.change(finding.by_number(numbers[0]), "waiting", by="system")
        relay.commit()
    page = ann.get("/?view=all").text
    shown = re.findall(r'id="open-(TKT-\d+)"', page)
    assert shown == [numbers[3], numbers[2], numbers[1], numbers[0]]
    assert [title for title in ("Next up", "In progress", "Waiting") if title in page] == ["Next up", "Waiting"]


def test_an_empty_desk_teaches_how_to_start(ann):
    page = ann.get("/").text
    assert "support@" in page
    assert "2525" in page
