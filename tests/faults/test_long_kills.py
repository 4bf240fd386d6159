"""kill -9, a hundred times, while mails become tickets and replies leave."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from fault_desk import FaultDesk
from load import AGENTS, Flow, blows, by_progress, decide, expect_each_once, post, replies, settle, share_of
from long_results import Record
from watching import doubts

pytestmark = pytest.mark.faults

MAILS = share_of(2_000, least=40)
CLICKS = share_of(2_000, least=40)
KILLS = share_of(100, least=4)
SHOWN_WITHIN = 60.0
"""Seconds."""


def restart(desk: FaultDesk, name: str) -> None:
    """kill -9 one process and start it again."""
    desk.installation.kill(name)
    desk.installation.start_process(name.partition("-")[0], name)


@pytest.mark.parametrize("setup", ["production", "embedded"])
def test_a_worker_killed_again_and_again_loses_nothing_and_sends_nothing_twice(
    setup: str, request: pytest.FixtureRequest, record_result: Record
) -> None:
    desk: FaultDesk = request.getfixturevalue(setup)
    desk.sink.stall_sometimes(0.02, 5)
    chance, names = random.Random(4), ["up"] if setup == "embedded" else ["worker", "worker-2"]
    mails, kills = (MAILS, KILLS) if setup == "production" else (MAILS // 10, max(4, KILLS // 10))
    due = by_progress(lambda: len(desk.sink.received), 2 * mails, kills)
    with doubts(desk) as shown:
        with blows(lambda: restart(desk, chance.choice(names)), due, kills):
            Flow(desk, mails).run()
            settle(desk, 300 + mails)
        settle(desk, 120)
        counted = expect_each_once(desk, mails)
    slowest = max(shown.values(), default=0.0)
    decided = decide(desk)
    settle(desk, 120)
    assert expect_each_once(desk, mails)["unknown"] == 0
    record_result(
        f"kill -9 of workers, {setup}",
        done=f"{kills} × kill -9 of {' or '.join(names)} during {mails} mails → tickets → replies; sink stalls at 2 %",
        goal="0 lost, 0 duplicates below handed_over, unknown shown within 60 s",
        measured=f"{mails} tickets and replies, 0 lost, 0 twice; {counted['unknown']} unknown, "
        f"shown after at most {slowest:.0f} s, {decided} settled by a person",
    )
    assert counted["unknown"] == len(shown)
    assert slowest <= SHOWN_WITHIN


def test_pages_killed_while_agents_click_keep_one_reply_per_click(production: FaultDesk, record_result: Record) -> None:
    desk = production
    names = [f"customer{n}" for n in range(max(4, CLICKS // 50))]
    with ThreadPoolExecutor(AGENTS) as pool:
        numbers = list(pool.map(desk.receive, names))
    clicks = [(numbers[click % len(numbers)], f"click {click} of the agent") for click in range(CLICKS)]
    random.Random(4).shuffle(clicks)
    answered: list[str] = []

    def click(one: tuple[str, str]) -> None:
        number, body = one
        answered.append(post(desk, f"/api/v1/tickets/{number}/messages", {"body": body, "kind": "reply"}, body)["id"])

    due = by_progress(lambda: len(answered), CLICKS, KILLS)
    with blows(lambda: restart(desk, "web"), due, KILLS), ThreadPoolExecutor(AGENTS) as pool:
        list(pool.map(click, clicks))
    settle(desk, 300 + CLICKS)
    written = replies(desk)
    sent = Counter(mail["Message-ID"] for mail in desk.sink.received if not mail["Auto-Submitted"])
    record_result(
        "kill -9 of the web process",
        done=f"{KILLS} × kill -9 of web and its children during {CLICKS} reply clicks, {AGENTS} clients, keys repeated",
        goal=f"{CLICKS} rows, {CLICKS} sends",
        measured=f"{len(written)} rows, {sent.total()} sends of {len(sent)} mails",
    )
    assert sorted(message["body"] for message in written) == sorted(body for _, body in clicks)
    assert sorted(answered) == sorted(message["id"] for message in written)
    assert sent == dict.fromkeys((message["message_id"] for message in written), 1)
    assert {message["delivery"] for message in written} == {"sent"}
