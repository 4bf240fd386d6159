"""The JSON door of the arithmetic: one question in, one answer out, for `flowdesk sla due` and its batches."""

import json
from collections.abc import Mapping
from typing import Any

from app.errors import Trouble
from app.sla.due import Due, due
from app.sla.known import known
from app.sla.moments import number, read, shown
from app.sla.pauses import parse_pauses
from app.sla.refusals import bad_question


def answer(question: object) -> dict[str, Any]:
    """Return `{"due_at", "steps", "remaining_seconds"?}` for `{"calendar", "start", "minutes", "pauses"?}`.

    `due_at` is RFC 3339 in the calendar's zone, or null while paused. A refusal is `{"error": sentence}`.
    """
    try:
        return as_json(_due(question))
    except Trouble as trouble:
        return {"error": trouble.detail}


def answer_line(line: str) -> str:
    """Return the answer to a line of JSON as a line of JSON; a line that is no JSON is a refusal too."""
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        return json.dumps({"error": f"the line is not JSON ({error})"})
    return json.dumps(answer(question), ensure_ascii=False)


def as_json(result: Due) -> dict[str, Any]:
    """Return a result as the command line and the API show it."""
    shown_steps = [step.as_json() for step in result.steps]
    if result.due_at is None:
        remaining = number(round(result.remaining_seconds * 1_000_000))
        return {"due_at": None, "remaining_seconds": remaining, "steps": shown_steps}
    return {"due_at": shown_steps[-1]["to"], "steps": shown_steps}


def _due(question: object) -> Due:
    if not isinstance(question, Mapping):
        raise bad_question("question", "must be an object with calendar, start, minutes and pauses")
    for field in ("calendar", "start", "minutes"):
        if field not in question:
            raise bad_question(field, "is missing")
    calendar = known(question["calendar"])
    start = read(question["start"], "start")
    return due(calendar, start, _seconds(question["minutes"]), parse_pauses(question.get("pauses")))


def _seconds(minutes: object) -> float:
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise bad_question("minutes", f"{shown(minutes)} is not a number")
    return minutes * 60
