"""Many people complete one task over HTTP at the same moment: one does, the others get a 409 with who and when."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from long_results import Record
from races.served import MOST, Served, served

ON_BOTH = ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.redis])]


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """Give the desk of the parameter: everything in one process on SQLite, or two web processes on PostgreSQL."""
    if request.param == "sqlite":
        environment, commands = {"FLOWDESK_DATABASE_URL": "", "FLOWDESK_REDIS_URL": ""}, ["up"]
    else:
        urls = {name: request.getfixturevalue(f"{name}_url") for name in ("postgres", "redis")}
        environment = {"FLOWDESK_DATABASE_URL": urls["postgres"], "FLOWDESK_REDIS_URL": urls["redis"]}
        commands = ["web", "web"]
    with served(tmp_path, environment, commands) as desk:
        yield desk


def race(desk: Served, ident: str, clients: int) -> None:
    answers = desk.at_once(ident, clients)
    [winner] = [body for code, body in answers if code == 200]
    refused = [(code, body) for code, body in answers if code != 200]
    assert len(refused) == clients - 1
    name = str(winner["completed_by"]).partition("@")[0].replace("agent", "Agent ")
    for code, body in refused:
        assert code == 409, body
        assert (body["by"], str(body["at"])[:19]) == (name, str(winner["completed_at"])[:19])
        assert name in body["detail"]


@pytest.mark.parametrize("desk", ON_BOTH, indirect=True)
def test_of_sixteen_people_one_completes_the_task(desk: Served) -> None:
    for ident in desk.tasks(20):
        race(desk, ident, MOST)


@pytest.mark.faults
@pytest.mark.parametrize("desk", ON_BOTH, indirect=True)
def test_of_sixteen_people_one_completes_the_task_a_thousand_times(
    desk: Served, request: pytest.FixtureRequest, record_result: Record
) -> None:
    began, idents = time.monotonic(), desk.tasks(1000)
    done = 0
    for ident in idents:
        race(desk, ident, MOST)
        done += 1
    where, took = request.node.callspec.id, time.monotonic() - began
    record_result(
        f"one task, 16 people, {where}",
        done=f"{len(idents)} tasks, each completed by 16 clients over HTTP at once ({took:.0f} s)",
        goal="one success each, the others 409 with who and when",
        measured=f"{done} times one success and {MOST - 1} times 409",
    )


@pytest.mark.faults
@pytest.mark.parametrize("desk", ON_BOTH, indirect=True)
def test_of_two_to_sixteen_people_one_completes_the_task(
    desk: Served, request: pytest.FixtureRequest, record_result: Record
) -> None:
    clients = range(2, MOST + 1)
    idents = desk.tasks(10 * len(clients))
    for number, ident in enumerate(idents):
        race(desk, ident, clients[number % len(clients)])
    record_result(
        f"one task, 2..16 people, {request.node.callspec.id}",
        done=f"{len(idents)} tasks, completed by 2 to 16 clients over HTTP at once",
        goal="one success each, the others 409 with who and when",
        measured=f"{len(idents)} times exactly one success",
    )
