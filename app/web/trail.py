"""The history of an instance as a person reads it: one line per step, not one for arriving and one for leaving."""

from collections.abc import Iterable
from typing import Any

LEAVING = {"completed", "failed", "cancelled"}
WORDS = {
    "started": "started",
    "entered": "is here since",
    "completed": "done",
    "failed": "failed, as the drawing foresees",
    "cancelled": "left undone",
    "message": "heard",
    "timer": "time came",
    "job": "work",
    "incident": "got stuck",
    "ended": "ended",
    "put_back": "put back where it stood",
}


def trail(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of engine.history without bare flows, and without arrivals that were followed by leaving."""
    arrived: dict[str, int] = {}
    shown: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row["kind"] == "flow":
            continue
        shown[row["seq"]] = told = {**row, "word": WORDS.get(row["kind"], row["kind"])}
        if row["kind"] == "entered":
            arrived[row["element"]] = row["seq"]
        elif row["kind"] in LEAVING and row["element"] in arrived:
            before = shown.pop(arrived.pop(row["element"]))
            told["inputs"] = row["inputs"] or before["inputs"]
    return list(shown.values())
