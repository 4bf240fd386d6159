"""Whatever happens to a running process, in any order: the engine does what a plain reading of the drawing says."""

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from long_results import Record
from properties.engine_machine import CaughtAndKept, EngineMachine

from app.db import db

EXAMPLES = int(os.environ.get("FLOWDESK_LONG_EXAMPLES", "2000"))
"""How many drawings the long tests make up."""

BASE = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    stateful_step_count=25,
)
QUICK = settings(BASE, derandomize=True, max_examples=30)
QUICK_ON_POSTGRES = settings(BASE, derandomize=True, max_examples=8)
LONG = settings(BASE, max_examples=EXAMPLES, stateful_step_count=50)


def test_the_engine_does_what_the_drawing_says(app: Flask) -> None:
    run_state_machine_as_test(EngineMachine, settings=QUICK)


def test_the_engine_does_what_the_drawing_says_on_postgres(postgres_app: Flask) -> None:
    run_state_machine_as_test(EngineMachine, settings=QUICK_ON_POSTGRES)


def test_the_engine_catches_failures_and_keeps_messages_as_drawn(app: Flask) -> None:
    run_state_machine_as_test(CaughtAndKept, settings=settings(QUICK, max_examples=15))


@pytest.mark.faults
def test_the_engine_does_what_many_drawings_say(any_app: Flask, record_result: Record) -> None:
    EngineMachine.steps = 0
    run_state_machine_as_test(EngineMachine, settings=LONG)
    record_result(
        f"engine = model, {db.engine.dialect.name}",
        done=f"{EngineMachine.steps} things done to instances of {EXAMPLES} made-up drawings",
        goal="it waits for what the drawing says, after each",
        measured=f"{EngineMachine.steps} times so",
    )
