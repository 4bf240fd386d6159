"""What follows from a rating, and from a ticket's end, as the drawings say it."""

import pytest
from web_desk import Person, WebDesk

from app import csat, people, relay
from app.tickets import assigning, finding, status
from app.tickets.changes import touch

SETTINGS = {"rating_ask": "1", "rating_after_hours": "0", "rating_remind_days": "1", "rating_low": "2"}
SETTINGS |= {"rating_change_hours": "24"}


def resolved(desk: WebDesk, language: str = "") -> tuple[str, str]:
    """Return the number of a resolved ticket and the link of its survey."""
    number = desk.mail(sender="maria@acme.example")
    set_status(desk, number, "resolved")
    with desk.flask.app_context():
        survey = csat.latest(finding.by_number(number))
        return number, csat.link(survey) if survey is not None else ""


def set_status(desk: WebDesk, number: str, said: str) -> None:
    with desk.flask.app_context():
        status.change(finding.by_number(number), said, by="agent:1")
        relay.commit()
    desk.work()


def rate(desk: WebDesk, link: str, score: int, comment: str = "") -> None:
    customer = desk.anybody()
    customer.get(link)
    assert customer.post(link, score=str(score), comment=comment).status_code == 200
    desk.work()


def instances(desk: WebDesk, key: str) -> int:
    query = "SELECT count(*) FROM instance i JOIN definition d ON d.id = i.definition_id WHERE d.key = ?"
    return int(desk.ask(query, key))


def mails(desk: WebDesk, like: str) -> int:
    return int(desk.ask("SELECT count(*) FROM outgoing WHERE reference LIKE ?", like))


@pytest.fixture
def manager(desk: WebDesk) -> Person:
    return desk.person("manager")


def answer_task(desk: WebDesk, person: Person, number: str, outcome: str) -> None:
    task = desk.task(number)
    assert task is not None
    assert (task.name, task.lane) == ("Call the customer back", "Manager")
    assert person.post(f"/tasks/{task.public_id}/completion", outcome=outcome, note="").status_code == 303
    desk.work()


def test_a_good_rating_costs_no_instance(desk: WebDesk):
    _, link = resolved(desk)
    rate(desk, link, 5, "Quick!")
    assert instances(desk, "after_rating") == 0
    assert mails(desk, "survey:%:thanks") == 0


def test_a_low_rating_flags_the_ticket_tells_the_manager_and_asks_for_a_call(desk: WebDesk, manager: Person):
    number, link = resolved(desk)
    rate(desk, link, 2, "Still broken")
    assert desk.ask("SELECT flagged FROM ticket WHERE number = ?", number) == "low_rating"
    assert mails(desk, "manager:low_rating:%") == 1
    answer_task(desk, manager, number, "settled")
    assert desk.ask("SELECT outcome FROM survey") == "settled"
    assert desk.ask("SELECT flagged FROM ticket WHERE number = ?", number) == ""
    assert desk.ask("SELECT status FROM ticket WHERE number = ?", number) == "closed"


def test_an_agent_may_not_answer_for_the_manager(desk: WebDesk, ann: Person):
    number, link = resolved(desk)
    rate(desk, link, 1)
    task = desk.task(number)
    assert task is not None
    assert ann.post(f"/tasks/{task.public_id}/completion", outcome="settled").status_code == 403


def test_what_an_unhappy_customer_wrote_can_be_made_the_next_thing_to_answer(desk: WebDesk, manager: Person):
    number, link = resolved(desk)
    rate(desk, link, 1, "It still prints nothing")
    answer_task(desk, manager, number, "reopen")
    assert desk.ask("SELECT status FROM ticket WHERE number = ?", number) == "customer_responded"
    assert "It still prints nothing" in manager.get(f"/tickets/{number}").text
    assert desk.ask("SELECT body FROM message ORDER BY id DESC LIMIT 1") == "It still prints nothing"
    task = desk.task(number)
    assert task is not None
    assert task.form == "reply"


def test_who_changes_a_good_rating_to_a_low_one_is_called_once(desk: WebDesk):
    _, link = resolved(desk)
    rate(desk, link, 5)
    rate(desk, link, 1)
    rate(desk, link, 2)
    assert instances(desk, "after_rating") == 1


def test_what_is_low_is_the_managers_choice_and_good_ones_can_be_thanked_for(desk: WebDesk, manager: Person):
    assert manager.post("/settings/ratings", **(SETTINGS | {"rating_low": "3", "rating_thank": "1"})).status_code == 303
    number, link = resolved(desk)
    rate(desk, link, 3)
    assert desk.ask("SELECT flagged FROM ticket WHERE number = ?", number) == "low_rating"
    _, link = resolved(desk)
    rate(desk, link, 4)
    assert mails(desk, "survey:%:thanks") == 1


def test_a_desk_that_does_not_ask_opens_no_survey(desk: WebDesk, manager: Person):
    manager.post("/settings/ratings", **{k: v for k, v in SETTINGS.items() if k != "rating_ask"})
    assert resolved(desk)[1] == ""
    assert (instances(desk, "csat"), mails(desk, "survey:%")) == (0, 0)


def test_a_question_that_waits_is_not_asked_when_the_ticket_is_open_again(desk: WebDesk, manager: Person):
    manager.post("/settings/ratings", **(SETTINGS | {"rating_after_hours": "5"}))
    number, _ = resolved(desk)
    assert mails(desk, "survey:%") == 0
    assert desk.ask("SELECT count(*) FROM timer WHERE element = 'Event_Later' AND state = 'waiting'") == 1
    set_status(desk, number, "open")
    assert desk.ask("SELECT count(*) FROM timer WHERE element = 'Event_Later' AND state = 'waiting'") == 0


@pytest.mark.parametrize("end", ["cancelled", "rejected"])
def test_the_customer_hears_how_it_ended(desk: WebDesk, end: str):
    set_status(desk, desk.mail(sender="maria@acme.example"), end)
    assert mails(desk, f"notice:{end}:%") == 1
    assert desk.ask("SELECT state FROM outgoing WHERE reference LIKE ?", f"notice:{end}:%") == "mailbox"


def test_a_mail_that_is_switched_off_costs_no_instance(desk: WebDesk, manager: Person):
    assert manager.post("/settings/mail-templates/cancelled/switch", on="").status_code == 303
    number = desk.mail(sender="maria@acme.example")
    set_status(desk, number, "cancelled")
    assert (instances(desk, "notice_ended"), instances(desk, "notice_assigned")) == (0, 0)
    assert mails(desk, "notice:%") == 0


def test_who_takes_care_and_each_stage_are_told_once_that_is_switched_on(desk: WebDesk, manager: Person):
    for occasion in ("assigned", "completed", "stage.awaiting"):
        assert manager.post(f"/settings/mail-templates/{occasion}/switch", on="1").status_code == 303
    number = desk.mail(sender="maria@acme.example")
    with desk.flask.app_context():
        ticket = finding.by_number(number)
        assigning.assign(ticket, people.by_email("agent@desk.test"), by="agent:1")
        for stage in ("awaiting", "new", "a stage nobody has"):
            told = {"ticket": ticket.id, "stage": stage}
            touch(ticket, "ticket.stage_changed", by="agent:1", data=told)
        relay.commit()
    desk.work()
    set_status(desk, number, "resolved")
    assert mails(desk, "notice:assigned:%") == 1
    assert mails(desk, "notice:stage.awaiting:%") == 1
    assert mails(desk, "notice:completed:%") == 1
    assert instances(desk, "notice_stage") == 1
