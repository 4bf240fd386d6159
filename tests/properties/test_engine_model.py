"""Whatever happens to a running process, in any order: the engine does what a plain reading of the drawing says."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from properties.engine_machine import EngineMachine

BASE = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    stateful_step_count=25,
)
QUICK = settings(BASE, derandomize=True, max_examples=90)
QUICK_ON_POSTGRES = settings(BASE, derandomize=True, max_examples=15)
LONG = settings(BASE, max_examples=600, stateful_step_count=60)


def test_the_engine_does_what_the_drawing_says(app: Flask) -> None:
    run_state_machine_as_test(EngineMachine, settings=QUICK)


def test_the_engine_does_what_the_drawing_says_on_postgres(postgres_app: Flask) -> None:
    run_state_machine_as_test(EngineMachine, settings=QUICK_ON_POSTGRES)


@pytest.mark.faults
def test_the_engine_does_what_many_drawings_say(any_app: Flask) -> None:
    run_state_machine_as_test(EngineMachine, settings=LONG)
