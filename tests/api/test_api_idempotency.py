"""One Idempotency-Key, one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from api_world import Caller, World
from freezegun import freeze_time
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import clock
from app.api.idempotency import KEPT, IdempotencyKey
from app.db import db
from app.tickets.ticket import Ticket

BODY = {"subject": "Help", "body": "Please.", "contact": {"email": "eve@example.com"}}


def _send(caller: Caller, key: str, body: Any = BODY) -> TestResponse:
    return caller("POST", "/tickets", body, headers={"Idempotency-Key": key})


def _count(world: World, model: Any) -> int:
    with world.flask.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_request_sent_again_repeats_its_first_answer(world: World, ann: Caller) -> None:
    first, second = _send(ann, "one"), _send(ann, "one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert first.headers["Location"] == second.headers["Location"]
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    assert _count(world, Ticket) == 1


def test_another_key_is_another_request(world: World, ann: Caller) -> None:
    _send(ann, "one")
    _send(ann, "two")
    assert _count(world, Ticket) == 2


def test_a_key_belongs_to_its_agent(world: World, ann: Caller, admin: Caller) -> None:
    assert _send(ann, "one").json["number"] != _send(admin, "one").json["number"]


def test_a_key_used_for_another_request_is_refused(ann: Caller) -> None:
    _send(ann, "one")
    assert _send(ann, "one", {**BODY, "subject": "Other"}).status_code == 422


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(ann: Caller, key: str) -> None:
    assert _send(ann, key).status_code == 422


def test_a_request_that_failed_may_be_mended_under_its_key(world: World, ann: Caller) -> None:
    assert _send(ann, "one", {**BODY, "department": "moon"}).status_code == 422
    assert _count(world, IdempotencyKey) == 0
    assert _send(ann, "one").status_code == 201


def test_a_reply_sent_again_is_one_message(ann: Caller) -> None:
    path = f"/tickets/{ann.open_ticket()['number']}"
    for _ in range(3):
        ann("POST", f"{path}/messages", {"body": "Done."}, headers={"Idempotency-Key": "reply"})
    assert [one["kind"] for one in ann.get(path)["messages"]] == ["message", "reply"]


def test_old_keys_are_forgotten(world: World, ann: Caller) -> None:
    with freeze_time(clock.now() - KEPT - timedelta(hours=1)):
        _send(ann, "old")
    _send(ann, "new")
    with world.flask.app_context():
        assert db.session.scalars(select(IdempotencyKey.key)).all() == ["new"]


def test_duplicates_at_the_same_moment_have_one_effect(any_world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _send(any_world.caller(), "same"), range(8)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.data for one in answers}) == 1
    assert _count(any_world, Ticket) == 1
