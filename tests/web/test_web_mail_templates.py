"""The settings page of mails: written, looked at, tried out, switched, had back."""

import pytest
from web_desk import Person, WebDesk

PATH = "/settings/mail-templates"
WRITTEN = {
    "language": "en",
    "department": "",
    "subject": "Got {{ number }}",
    "body": "Hi {{ name }},\n\n**we** have it.",
}


@pytest.fixture
def manager(desk: WebDesk) -> Person:
    person = desk.person("manager")
    person.get(PATH)
    return person


def test_the_list_says_what_is_sent_and_what_was_worded(desk: WebDesk, manager: Person):
    page = manager.get(PATH).text
    assert "Request received" in page
    assert "Stage: Awaiting" in page
    assert "with the ratings" in page
    manager.post(f"{PATH}/created", **WRITTEN)
    assert "English" in manager.get(PATH).text


def test_what_was_written_is_what_the_next_customer_reads(desk: WebDesk, manager: Person):
    assert manager.post(f"{PATH}/created", **WRITTEN).status_code == 303
    number = desk.mail(sender="maria@acme.example")
    assert desk.ask("SELECT subject FROM outgoing WHERE reference LIKE 'ack:%'") == f"Got {number}"


def test_a_wrong_look_up_is_refused_beside_its_field_with_its_place_and_what_was_typed(manager: Person):
    refused = manager.post(f"{PATH}/created", **(WRITTEN | {"body": "Hi\n{{ secret }} <b>"}))
    assert refused.status_code == 422
    assert "line 2, column 1: “secret” is not known here" in refused.text
    assert "{{ secret }} &lt;b&gt;" in refused.text
    assert "Worded by you" in manager.get(PATH).text


def test_the_preview_is_the_mail_itself_in_a_cage(manager: Person):
    seen = manager.post(f"{PATH}/created/preview", **WRITTEN, part="html")
    assert "<strong>we</strong>" in seen.text
    assert "Hi Maria," in seen.text
    assert "prefers-color-scheme: dark" in seen.text
    assert seen.headers["Content-Security-Policy"].startswith("sandbox")
    plain = manager.post(f"{PATH}/created/preview", **WRITTEN, part="plain")
    assert plain.mimetype == "text/plain"
    assert "we have it." in plain.text
    assert "Re: My invoice" in manager.get(f"{PATH}/rating/preview?language=en").text
    assert "line 1" in manager.post(f"{PATH}/created/preview", **(WRITTEN | {"body": "{{ x }}"})).text


def test_a_trial_goes_to_oneself_and_keeps_nothing(desk: WebDesk, manager: Person):
    page = manager.post(f"{PATH}/created/trial", **WRITTEN)
    assert "Sent to manager@desk.test" in page.text
    desk.work()
    assert desk.ask("SELECT recipients FROM outgoing") == '["manager@desk.test"]'
    assert desk.ask("SELECT state FROM outgoing") == "mailbox"
    assert desk.ask("SELECT count(*) FROM mail_template") == 0
    assert manager.post(f"{PATH}/created/trial", **(WRITTEN | {"subject": ""})).status_code == 422


def test_our_text_can_be_had_back(desk: WebDesk, manager: Person):
    manager.post(f"{PATH}/created", **WRITTEN)
    assert "Go back to our text" in manager.get(f"{PATH}/created").text
    assert manager.post(f"{PATH}/created/restoration", language="en", department="").status_code == 303
    assert "We have your message" in manager.get(f"{PATH}/created").text
    assert desk.ask("SELECT count(*) FROM event WHERE name = 'template.restored'") == 1


def test_an_auditor_reads_and_cannot_write(desk: WebDesk):
    auditor = desk.person("auditor")
    assert "asks for “settings.write”" in auditor.get(f"{PATH}/created").text
    for path in (f"{PATH}/created", f"{PATH}/created/switch", f"{PATH}/created/trial", f"{PATH}/created/restoration"):
        assert auditor.post(path, **WRITTEN).status_code == 403


@pytest.mark.parametrize("path", ["nothing", "stage.nowhere", "created?department=nowhere"])
def test_what_is_not_there_is_said(manager: Person, path: str):
    assert manager.get(f"{PATH}/{path}").status_code == 404


def test_ratings_are_set_and_wrong_values_refused_by_field(desk: WebDesk, manager: Person):
    good = {"rating_ask": "1", "rating_after_hours": "4", "rating_remind_days": "2", "rating_low": "3"}
    good |= {"rating_change_hours": "1"}
    assert manager.post("/settings/ratings", **good).status_code == 303
    assert 'value="4"' in manager.get("/settings/ratings").text
    refused = manager.post("/settings/ratings", **(good | {"rating_low": "9", "rating_after_hours": "-1"}))
    assert refused.status_code == 422
    assert "must be a whole number from 0 to 4" in refused.text
    assert "must be a whole number from 0 to 720" in refused.text
    assert desk.ask("SELECT count(*) FROM event WHERE name = 'option.set'") == 4
