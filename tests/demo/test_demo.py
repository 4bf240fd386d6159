"""The demo desk: two weeks played through the real process, once for all these tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app import clock, create_app, sla, tasks
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.config import settings
from app.csat import Survey
from app.db import db
from app.demo import fill, script
from app.engine.models import Incident, Instance, Job, Timer, UserTask
from app.events import Event
from app.migrating import upgrade
from app.people import ROLES, all_agents
from app.tickets.messages import Attachment, Message, Proposal
from app.tickets.ticket import STATUSES, WAIT_REASONS, Ticket

NOW = datetime(2026, 3, 12, 14, 20, tzinfo=UTC)
"""A Thursday: shortly after, the clocks of Berlin change."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A filled desk as of NOW that could reach a mail server and an AI service; gives what the filling said."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLOWDESK_DATA", str(tmp_path_factory.mktemp("demo")))
        patch.setenv("FLOWDESK_SMTP_URL", "smtp://127.0.0.1:1")
        patch.setenv("OPENAI_API_KEY", "not-a-key")
        patch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
        settings.cache_clear()
        app = create_app(doors=False)
        with clock.held(NOW - timedelta(weeks=4)):
            upgrade(app)
        with app.app_context(), clock.held(NOW):
            yield fill()
            db.session.remove()
            db.engine.dispose()
    settings.cache_clear()


def _all(query: object) -> set[object]:
    return set(db.session.scalars(query))  # type: ignore[call-overload]


def test_it_says_how_many_tickets_it_made(desk):
    made = db.session.scalar(select(func.count(Ticket.id)))
    assert made >= 30
    assert desk == f"Made {made} demo tickets"


def test_a_desk_in_use_is_left_alone(desk):
    before = db.session.scalar(select(func.max(Event.id)))
    assert fill() == ""
    assert db.session.scalar(select(func.max(Event.id))) == before


def test_there_are_tickets_in_every_status_and_for_every_reason_to_wait(desk):
    assert _all(select(Ticket.status)) == set(STATUSES) - {"merged"}
    assert _all(select(Ticket.wait_reason)) == {*WAIT_REASONS, None}


def test_every_process_goes_on_or_is_through_and_nothing_is_stuck(desk):
    assert _all(select(Instance.status)) == {"running", "completed"}
    assert _all(select(Incident.text)) == set()
    assert _all(select(Job.state)) <= {"done", "dropped"}


def test_no_timer_that_is_due_was_left_behind(desk):
    assert _all(select(Timer.id).where(Timer.state == "waiting", Timer.due_at <= NOW)) == set()
    assert _all(select(Timer.id).where(Timer.state == "fired"))


def test_everything_happened_in_order_and_until_now(desk):
    moments = list(db.session.scalars(select(Event.at).order_by(Event.id)))
    assert moments == sorted(moments)
    assert moments[-1] <= NOW


def test_nothing_was_sent_and_nobody_was_asked(desk):
    assert _all(select(Outgoing.state)) == {"mailbox"}
    assert _all(select(Proposal.source)) == {"local"}
    assert settings().smtp_url
    assert settings().openai_api_key


def test_every_mail_found_its_ticket(desk):
    assert _all(select(RawMessage.state)) == {"understood"}


def test_there_is_somebody_in_every_role_and_no_password(desk):
    agents = all_agents()
    assert {agent.role for agent in agents} == set(ROLES)
    assert all(agent.email.endswith("@example.com") and agent.password_hash is None for agent in agents)


def test_some_tickets_wait_for_triage_and_others_for_a_reply(desk):
    assert _all(select(UserTask.form).where(UserTask.state == "open")) >= {"triage", "reply"}


def test_every_open_task_can_be_opened_with_its_form(desk):
    for task in db.session.scalars(select(UserTask).where(UserTask.state == "open")):
        assert tasks.form_of(task)["schema"]


def test_every_rating_was_given_and_some_surveys_wait(desk):
    assert _all(select(Survey.score)) == {1, 2, 3, 4, 5, None}


def test_one_promise_is_broken_one_is_in_danger_and_one_customer_is_urgent(desk):
    clocks = list(db.session.scalars(select(sla.Clock).where(sla.Clock.state == "running")))
    assert any(one.breached_at for one in clocks)
    assert any(one.alerted_at and not one.breached_at for one in clocks)
    urgent = db.session.scalars(select(Ticket).where(Ticket.priority == "urgent", Ticket.status == "open")).one()
    assert urgent.contact.vip


def test_one_ticket_was_reopened_out_of_the_rating(desk):
    reopened = _all(select(Event.ticket_id).where(Event.name == "ticket.reopened"))
    assert "in_progress" in _all(select(Ticket.status).where(Ticket.id.in_(reopened)))


def test_people_write_several_languages(desk):
    assert _all(select(Ticket.language)) >= {"en", "de", "fr", "es"}


def test_one_thread_is_long_and_files_came_both_ways(desk):
    lengths = select(func.count(Message.id)).where(Message.kind != "note").group_by(Message.ticket_id)
    assert max(db.session.scalars(lengths)) >= 10
    assert _all(select(Message.direction).join(Attachment, Attachment.message_id == Message.id)) == {"in", "out"}


def test_a_strangers_mail_is_held_and_a_machines_mail_is_marked(desk):
    assert _all(select(Message.author_email).where(Message.held != "")) == {"m.keller@example.net"}
    machines = select(Message.id).where(Message.direction == "in", Message.kind == "auto")
    assert len(_all(machines)) == 2


def test_customers_answers_show_their_own_words_only(desk):
    answers = list(db.session.scalars(select(Message.body).where(Message.direction == "in")))
    assert not [body for body in answers if body.startswith(">") or "wrote:" in body]


def test_all_addresses_are_made_up(desk):
    senders = _all(select(Message.author_email).where(Message.direction == "in"))
    domains = {str(sender).rpartition("@")[2] for sender in senders}
    assert not [d for d in domains if not d.endswith((".example", "example.com", "example.org", "example.net"))]


@pytest.mark.parametrize("day", range(7))
def test_the_stories_keep_their_order_whenever_they_are_told(day):
    for hour in range(24):
        now = NOW + timedelta(days=day, hours=hour)
        told = script.steps(now)
        assert told[-1].at <= now
        assert now - told[0].at < timedelta(days=15)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("25m ago", datetime(2026, 3, 9, 6, 35, tzinfo=UTC)),
        ("26h 5m ago", datetime(2026, 3, 8, 4, 55, tzinfo=UTC)),
        ("1 workday ago, 09:15", datetime(2026, 3, 6, 8, 15, tzinfo=UTC)),
        ("6 workdays ago, 17:00", datetime(2026, 2, 27, 16, 0, tzinfo=UTC)),
    ],
)
def test_moments_are_told_in_office_time_or_back_from_now(text, meant):
    monday = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    assert script.moment(text, monday) == meant


@pytest.mark.parametrize("text", ["soon", "workdays ago, 09:15", "", "3 days ago"])
def test_a_moment_that_means_nothing_is_refused(text):
    with pytest.raises(ValueError, match="is no moment"):
        script.moment(text, NOW)


def test_a_story_that_goes_back_in_time_is_refused(tmp_path, monkeypatch):
    steps = '[[step]]\nat = "1h ago"\nmail = "a"\n[[step]]\nat = "2h ago"\nnote = "b"\n'
    (tmp_path / "odd.toml").write_text(f'sender = "A <a@example.com>"\nsubject = "s"\n{steps}')
    monkeypatch.setattr(script, "STORIES", tmp_path)
    with pytest.raises(ValueError, match=r"odd\.toml: note comes before mail"):
        script.steps(NOW)
