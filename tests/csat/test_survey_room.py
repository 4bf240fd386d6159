from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk

from app import clock, csat
from app.csat import Survey
from app.db import db
from app.errors import Invalid
from app.events import take_pending
from app.tickets import assigning, status
from app.tickets.ticket import Ticket


def _resolved(desk: Desk) -> Ticket:
    ticket = desk.ticket()
    assigning.assign(ticket, desk.ann, by="system")
    status.change(ticket, "resolved", by=desk.ann.actor)
    desk.told()
    return ticket


def test_a_resolution_is_asked_about_once(any_app: Flask, desk: Desk) -> None:
    ticket = _resolved(desk)
    survey, token = csat.open_survey(ticket, by="process:request")
    (event,) = take_pending()
    assert (event.name, event.data) == ("survey.opened", {"ticket": ticket.id, "survey": survey.id})
    assert csat.open_survey(ticket, by="process:request") == (survey, token)
    assert desk.told() == []
    assert survey.agent_id == desk.ann.id


def test_another_resolution_is_asked_about_again(desk: Desk) -> None:
    ticket = _resolved(desk)
    first, _ = csat.open_survey(ticket, by="process:request")
    with freeze_time(clock.now() + timedelta(days=1)):
        status.change(ticket, "open", by="system")
        status.change(ticket, "resolved", by="system")
        second, _ = csat.open_survey(ticket, by="process:request")
    assert second is not first
    assert csat.latest(ticket) is second


def test_the_link_can_be_made_again_and_the_token_is_not_kept(desk: Desk) -> None:
    survey, token = csat.open_survey(_resolved(desk), by="process:request")
    assert csat.link(survey) == f"/rate/{token}"
    assert token not in str(vars(survey))
    assert len(token) >= 43
    assert csat.find(token) is survey


@pytest.mark.parametrize("token", ["", "x", "\udc80", "a" * 10_000])
def test_a_wrong_token_finds_nothing(desk: Desk, token: str) -> None:
    csat.open_survey(_resolved(desk), by="process:request")
    assert csat.find(token) is None


def test_a_link_ends_after_sixty_days(desk: Desk) -> None:
    _, token = csat.open_survey(_resolved(desk), by="process:request")
    with freeze_time(clock.now() + timedelta(days=61)):
        assert csat.find(token) is None


def test_the_first_answer_counts(any_app: Flask, desk: Desk) -> None:
    survey, _ = csat.open_survey(_resolved(desk), by="process:request")
    desk.told()
    assert csat.answer(survey, 5, "gr\x00eat" * 2000, by=desk.eve.actor)
    (event,) = take_pending()
    about = {"ticket": survey.ticket_id, "survey": survey.id}
    assert (event.name, event.data) == ("ticket.rated", {**about, "score": 5, "before": 0})
    assert not csat.answer(survey, 5, survey.comment, by=desk.eve.actor)
    assert (survey.score, len(survey.comment), desk.told()) == (5, csat.COMMENT, [])


def test_an_answer_can_be_changed_for_a_day_and_each_change_is_told_with_what_was_before(
    any_app: Flask, desk: Desk
) -> None:
    survey, _ = csat.open_survey(_resolved(desk), by="process:request")
    csat.answer(survey, 5, "", by=desk.eve.actor)
    desk.told()
    with freeze_time(clock.now() + timedelta(hours=23)):
        assert csat.answer(survey, 1, "it broke again", by=desk.eve.actor)
        (event,) = take_pending()
        assert (event.data["score"], event.data["before"]) == (1, 5)
    with freeze_time(clock.now() + timedelta(hours=24)):
        assert not csat.answer(survey, 3, "", by=desk.eve.actor)
    assert (survey.score, survey.comment, desk.told()) == (1, "it broke again", [])


def test_how_long_an_answer_can_be_changed_is_the_desks_choice(desk: Desk) -> None:
    csat.CHANGE_HOURS.set(0, by="agent:1")
    survey, _ = csat.open_survey(_resolved(desk), by="process:request")
    csat.answer(survey, 5, "", by=desk.eve.actor)
    assert not csat.answer(survey, 1, "", by=desk.eve.actor)


def test_the_link_of_an_earlier_resolution_leads_to_the_latest_survey(desk: Desk) -> None:
    ticket = _resolved(desk)
    _, early = csat.open_survey(ticket, by="process:request")
    with freeze_time(clock.now() + timedelta(days=1)):
        status.change(ticket, "open", by="system")
        status.change(ticket, "resolved", by="system")
        second, _ = csat.open_survey(ticket, by="process:request")
        assert csat.find(early) is second


def test_what_came_of_a_low_rating_is_kept_once_and_only_as_one_of_the_words_there_are(
    any_app: Flask, desk: Desk
) -> None:
    survey, _ = csat.open_survey(_resolved(desk), by="process:request")
    csat.answer(survey, 1, "", by=desk.eve.actor)
    desk.told()
    assert csat.followed_up(survey, "settled", by="agent:1")
    assert not csat.followed_up(survey, "settled", by="agent:1")
    assert desk.told() == ["survey.followed_up"]
    with pytest.raises(Invalid):
        csat.followed_up(survey, "forgotten", by="agent:1")


@pytest.mark.parametrize("score", [0, 6, -1, True, 2.5, "5", None])
def test_only_one_to_five_is_a_rating(desk: Desk, score: Any) -> None:
    survey, _ = csat.open_survey(_resolved(desk), by="process:request")
    with pytest.raises(Invalid) as refused:
        csat.answer(survey, score, "", by=desk.eve.actor)
    assert "score" in refused.value.fields
    assert survey.answered_at is None


def test_a_reminder_is_noted_once(desk: Desk) -> None:
    survey, _ = csat.open_survey(_resolved(desk), by="process:request")
    desk.told()
    assert csat.reminded(survey)
    assert not csat.reminded(survey)
    assert desk.told() == ["survey.reminded"]


def test_of_the_same_answer_sent_five_times_at_once_one_counts(postgres_app: Flask, desk: Desk) -> None:
    key = csat.open_survey(_resolved(desk), by="process:request")[0].id
    db.session.commit()

    def rate(_: int) -> bool:
        with postgres_app.app_context():
            counted = csat.answer(db.session.get_one(Survey, key), 4, "", by="contact:1")
            db.session.commit()
            return counted

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(rate, range(5))) == [False] * 4 + [True]
