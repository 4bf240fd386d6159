"""Measure whether a long conversation stays cheap: python bench/replies.py [REPLIES], 500 unless told.

One ticket runs through processes/request.bpmn: an agent completes the reply task, the workers do what follows, the
customer answers, the workers do what follows. Printed is the median CPU at replies 5 to 15 and over the last eleven;
the goal is a ratio of at most 1.2 for each round.
"""

import statistics
import sys
from collections import defaultdict

from _desk import agent, cpu, desk, open_ticket, ticket, work

from app import engine, relay, reply
from app.tickets import conversation

EARLY = slice(5, 16)
LATE = slice(-11, None)


def main() -> None:
    """Print the figures."""
    replies = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    spent: dict[str, list[float]] = defaultdict(list)
    with desk():
        ident = open_ticket(1, "Your invoice 17 charges us twice.")
        for number in range(replies):
            parts = {
                "the agent replies": cpu(lambda: answer(ident)),
                "jobs after the reply": cpu(work),
                "the customer answers": cpu(lambda number=number: write(ident, number)),
                "jobs after the answer": cpu(work),
            }
            for name, took in {**parts, "the whole round": sum(parts.values())}.items():
                spent[name].append(took)
        state = engine.instances_of(ticket(ident).key)[0].state or b""
    print(f"{replies} replies on one ticket; the saved process has {len(state)} bytes at the end")
    for name, took in spent.items():
        early, late = statistics.median(took[EARLY]), statistics.median(took[LATE])
        print(f"{name:22} {early:7.2f} ms at replies 5-15, {late:7.2f} ms at the end, ratio {late / early:.2f}")


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
