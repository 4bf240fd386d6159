from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk
from sqlalchemy import delete, insert, select, update

from app import audit, clock, events
from app.db import db
from app.engine.models import Definition, Instance, Step
from app.events import Event, Seal


def _happen(count: int, name: str = "something.happened") -> list[int]:
    """Record events and commit; return their ids."""
    for n in range(count):
        events.record(name, by="system", subject="thing:1", data={"n": n, "ü": [1.5, None]})
    db.session.commit()
    return sorted(db.session.scalars(select(Event.id).order_by(Event.id.desc()).limit(count)))


def _step() -> int:
    definition = Definition(key="p", version=1, kind="bpmn", name="P", hash="", xml="", deployed_by="system")
    instance = Instance(definition=definition, business_key="ticket:1", started_by="system")
    db.session.add(instance)
    db.session.flush()
    step = Step(
        actor="system",
        kind="entered",
        business_key="ticket:1",
        instance_id=instance.id,
        version=1,
        inputs={"a": 0.1},
        duration_ms=1.0 / 3.0,
    )
    db.session.add(step)
    db.session.commit()
    return step.id


def _sealed(limit: int = 1_000) -> int:
    count = audit.seal(limit)
    db.session.commit()
    return count


def _problem() -> str:
    verdict = audit.verify()
    assert verdict.ok is (verdict.first_bad is None)
    return str(verdict.first_bad or "")


def test_everything_is_sealed_once_and_verifies(any_app: Flask) -> None:
    _happen(3)
    step = _step()
    assert _sealed() == 4
    assert _sealed() == 0
    _happen(1)
    assert _sealed() == 1
    assert audit.verify() == audit.Verdict(True, 5, None)
    links = db.session.execute(select(Seal.seq, Seal.source, Seal.row_id).order_by(Seal.seq)).all()
    assert [link.seq for link in links] == [1, 2, 3, 4, 5]
    assert ("step", step) in [(link.source, link.row_id) for link in links]


def test_an_empty_chain_holds(app: Flask) -> None:
    assert audit.verify() == audit.Verdict(True, 0, None)
    assert audit.head() == (0, "0" * 64)


def test_sealing_goes_in_steps(app: Flask) -> None:
    _happen(5)
    assert [_sealed(2), _sealed(2), _sealed(2), _sealed(2)] == [2, 2, 1, 0]
    assert audit.verify().checked == 5


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "agent:2"},
        {"reason": "because"},
        {"data": {"n": 2}},
        {"at": datetime(2020, 2, 29, tzinfo=UTC)},
        {"ticket_id": 7},
    ],
    ids=str,
)
def test_a_changed_row_is_named(app: Flask, change: dict[str, object]) -> None:
    ids = _happen(4)
    _sealed()
    db.session.execute(update(Event).where(Event.id.in_(ids[1:3])).values(change))
    assert _problem() == f"event {ids[1]} was changed after it was sealed (link 2)"


def test_a_changed_step_is_named(any_app: Flask) -> None:
    step = _step()
    _sealed()
    db.session.execute(update(Step).where(Step.id == step).values(duration_ms=1.0))
    assert _problem().startswith(f"step {step} was changed")


def test_a_deleted_row_is_named(any_app: Flask) -> None:
    ids = _happen(3)
    _sealed()
    db.session.execute(delete(Event).where(Event.id == ids[1]))
    assert _problem() == f"event {ids[1]} was deleted after it was sealed (link 2)"


def test_a_deleted_link_is_named(app: Flask) -> None:
    _happen(3)
    _sealed()
    db.session.execute(delete(Seal).where(Seal.seq == 2))
    assert _problem() == "seal 2 was deleted"


def test_a_row_and_its_link_deleted_together_are_named(app: Flask) -> None:
    ids = _happen(3)
    _sealed()
    db.session.execute(delete(Event).where(Event.id == ids[0]))
    db.session.execute(delete(Seal).where(Seal.seq == 1))
    assert _problem() == "seal 1 was deleted"


def test_reordered_links_are_named(app: Flask) -> None:
    ids = _happen(3)
    _sealed()
    for seq, row_id in ((2, -1), (3, ids[1]), (2, ids[2])):
        db.session.execute(update(Seal).where(Seal.seq == seq).values(row_id=row_id))
    assert _problem() == f"event {ids[2]} was reordered: link 2 belongs to event {ids[1]}"


def test_swapped_contents_are_named(app: Flask) -> None:
    first, second = _happen(2)
    _sealed()
    for key, n in ((first, 1), (second, 0)):
        db.session.execute(update(Event).where(Event.id == key).values(data={"n": n, "ü": [1.5, None]}))
    assert _problem().startswith(f"event {first} was changed")


def _insert(key: int, at: object) -> None:
    db.session.execute(
        insert(Event).values(id=key, at=at, name="forged", actor="agent:1", subject="thing:1", reason="", data={})
    )
    db.session.commit()


@pytest.mark.parametrize("seal_again", [False, True])
def test_a_row_inserted_into_the_past_is_named_even_when_sealing_goes_on(any_app: Flask, seal_again: bool) -> None:
    ids = _happen(2)
    _insert(ids[-1] + 10, clock.now())
    _sealed()
    _insert(ids[-1] + 5, clock.now() - timedelta(minutes=5))
    if seal_again:
        assert _sealed() == 0
    assert _problem() == f"event {ids[-1] + 5} was inserted later: rows after it are sealed, it is not"


def test_a_row_that_commits_out_of_order_is_sealed_late(any_app: Flask) -> None:
    ids = _happen(2)
    _insert(ids[-1] + 10, clock.now())
    _sealed()
    _insert(ids[-1] + 5, clock.now() - timedelta(seconds=2))
    assert _problem() == ""
    with freeze_time(clock.now() + timedelta(hours=1)):  # even if the sealer was down for an hour
        assert _sealed() == 1
    assert audit.verify() == audit.Verdict(True, 4, None)


def test_rows_not_sealed_yet_are_not_judged(app: Flask) -> None:
    _happen(2)
    _sealed()
    _happen(3)
    assert audit.verify() == audit.Verdict(True, 2, None)


def test_an_exported_head_shows_a_chain_that_was_cut_or_rewritten(app: Flask) -> None:
    ids = _happen(3)
    _sealed()
    head = audit.head()
    assert audit.verify(head).ok
    db.session.execute(delete(Event).where(Event.id == ids[-1]))
    db.session.execute(delete(Seal).where(Seal.seq == 3))
    assert audit.verify().ok
    assert str(audit.verify(head).first_bad) == "seal 3 was deleted: the exported chain is longer"
    db.session.execute(delete(Seal))
    _happen(1)
    _sealed()
    assert audit.verify().ok
    assert str(audit.verify(head).first_bad) == "seal 3 is not the link that was exported"


def test_a_chain_longer_than_a_batch_verifies(app: Flask) -> None:
    _happen(2_100)
    assert _sealed(5_000) == 2_100
    assert audit.verify().checked == 2_100


def test_events_are_filtered_and_paged_newest_first(any_app: Flask, desk: Desk) -> None:
    ticket = desk.ticket()
    _happen(3, "ticket.poked")
    _happen(1, "ticketing.started")
    assert [event.data["n"] for event in audit.page(name="ticket.").items] == [2, 1, 0]
    assert audit.page(1, 2, name="ticket.poked").next == 2
    assert [event.name for event in audit.page(ticket_id=ticket.id).items] == ["request.received"]
    assert audit.page(subject=ticket.key, actor="system").total == 1
    assert audit.page(actor="agent:99").items == []
    moment = audit.page(name="ticketing.started").items[0].at
    assert audit.page(since=moment).total == 1
    assert audit.page(until=moment, name="ticketing.started").total == 0


def test_several_sealers_and_writers_at_once_make_one_chain(postgres_app: Flask) -> None:
    _happen(3)
    _sealed()

    def write_and_seal(_: int) -> int:
        with postgres_app.app_context():
            _happen(2)
            return _sealed()

    with ThreadPoolExecutor(6) as pool:
        sealed = sum(pool.map(write_and_seal, range(24)))
    assert sealed + _sealed() == 48
    assert audit.verify() == audit.Verdict(True, 51, None)


def test_several_sealers_that_begin_a_chain_at_once_make_one(postgres_app: Flask) -> None:
    _happen(200)

    def seal(_: int) -> int:
        with postgres_app.app_context():
            return _sealed(50)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(seal, range(6))) == 200
    assert audit.verify() == audit.Verdict(True, 200, None)


def test_whether_there_is_anything_to_seal_is_known_without_a_lock(any_app: Flask) -> None:
    assert not audit.is_behind()
    ids = _happen(2)
    assert audit.is_behind()
    _sealed()
    assert not audit.is_behind()
    _insert(ids[-1] + 5, clock.now())
    _sealed()
    _insert(ids[-1] + 3, clock.now())
    assert audit.is_behind(), "a row that came late"
