"""How well the local classifier sorts the labelled messages: measured, with thresholds it could fail."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "ai_quality.py"


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ai_quality", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ai_quality"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def held_out(quality):
    return quality.judge("held_out")


def test_the_labelled_set_is_large_and_covers_languages_and_categories(quality, held_out):
    everything = quality.judge()
    assert len(everything) >= 160
    assert len(held_out) >= 80
    assert {one.label["language"] for one in held_out} == {"en", "de", "fr", "es", "pt"}
    assert {one.label["category"] for one in held_out} == set(quality.PRESET_CATEGORIES)


def test_nine_of_ten_held_out_messages_get_the_right_category(quality, held_out):
    assert quality.share(held_out) >= 0.9


def test_what_skips_triage_is_right_and_is_most_of_the_mail(quality, held_out):
    sure = quality.confident(held_out)
    assert quality.share(sure) >= 0.95
    assert len(sure) / len(held_out) >= 0.7


def test_what_is_sorted_wrongly_is_mostly_unsure_of_itself(quality):
    wrong = [one for one in quality.judge() if not one.right]
    assert wrong, "a set without a miss measures nothing"
    assert sum(one.proposed.confidence < quality.THRESHOLD for one in wrong) / len(wrong) >= 0.8


def test_confidence_is_near_accuracy_and_never_far_above_it(quality):
    everything = quality.judge()
    assert quality.calibration_error(everything) <= 0.2
    assert all(mean - right <= 0.15 for mean, right, count in quality.calibration(everything) if count >= 5)


def test_priority_and_language_are_mostly_right(quality, held_out):
    assert quality.share(held_out, "priority") >= 0.85
    assert quality.share(held_out, "language") >= 0.9
