"""Measure whether a long conversation stays cheap: python bench/replies.py [REPLIES] [SECONDS], 5000 in 240 s at most.

One ticket runs through processes/request.bpmn: an agent completes the reply task, the workers do what follows, the
customer answers, the workers do what follows. Printed is the median CPU at replies 5 to 15 and over the last eleven;
the goal is a ratio of at most 1.2 for each round. When the time is up, the ratio is that of the replies so far.
"""

import statistics
import sys
import time
from collections import defaultdict

from _desk import agent, cpu, desk, open_ticket, ticket, work
from _told import tell, tell_ratio

from app import engine, relay, reply
from app.tickets import conversation

EARLY = slice(5, 16)
LATE = slice(-11, None)


def main() -> None:
    """Print the figures."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    deadline = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 240)
    spent: dict[str, list[float]] = defaultdict(list)
    with desk():
        ident, number = open_ticket(1, "Your invoice 17 charges us twice."), 0
        while number < most and (number <= EARLY.stop or time.monotonic() < deadline):
            parts = {
                "the agent replies": cpu(lambda: answer(ident)),
                "jobs after the reply": cpu(work),
                "the customer answers": cpu(lambda number=number: write(ident, number)),
                "jobs after the answer": cpu(work),
            }
            for name, took in {**parts, "the whole round": sum(parts.values())}.items():
                spent[name].append(took)
            number += 1
        state = engine.instances_of(ticket(ident).key)[0].state or b""
    tell(f"bytes of the saved process after {number:,} replies", f"{len(state):,}")
    for name, took in spent.items():
        early, late = statistics.median(took[EARLY]), statistics.median(took[LATE])
        tell(f"  {name}", f"{early:.2f} -> {late:.2f} ms, {late / early:.2f}")
    early, late = (statistics.median(spent["the whole round"][part]) for part in (EARLY, LATE))
    tell_ratio(f"a round at reply {number:,} against reply 10", late / early, "<= 1.2")


def answer(ident: int) -> None:
    """Complete the reply task."""
    found = ticket(ident)
    [task] = engine.open_tasks(found.key)
    reply.send(found, "Thank you, we look into it.", agent=agent(), task=task)
    relay.commit()


def write(ident: int, number: int) -> None:
    """Let the customer answer."""
    found = ticket(ident)
    conversation.from_customer(found, contact=found.contact, body=f"Invoice {number} is wrong as well.")
    relay.commit()


if __name__ == "__main__":
    main()
