"""Print how well the local AI sorts the labelled messages of tests/ai/labelled.jsonl, and what it costs.

Run from the project's root: .venv/bin/python bench/ai_quality.py
Messages of the split `tuning` were looked at while choosing words and weights; only `held_out` says how good it is.
Both were written by the people who wrote the words, so real mail will be sorted somewhat less well.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.ai import PRESET_CATEGORIES, Classification, Request, classify

LABELLED = Path(__file__).resolve().parent.parent / "tests" / "ai" / "labelled.jsonl"
THRESHOLD = 0.7


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and what was proposed for it."""

    label: dict[str, str]
    proposed: Classification

    @property
    def right(self) -> bool:
        """Tell whether the category is the labelled one."""
        return self.proposed.category == self.label["category"]


def judge(split: str = "") -> list[Judged]:
    """Classify the labelled messages of a split, or all, without a model."""
    labels = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    return [
        Judged(label, classify(Request(subject=label["subject"], text=label["text"]), PRESET_CATEGORIES, None))
        for label in labels
        if not split or label["split"] == split
    ]


def share(judged: Sequence[Judged], field: str = "category") -> float:
    """Return the share of messages whose field is the labelled one."""
    return sum(getattr(one.proposed, field) == one.label[field] for one in judged) / max(1, len(judged))


def confident(judged: Sequence[Judged]) -> list[Judged]:
    """Return those that would not go to triage at the default threshold."""
    return [one for one in judged if one.proposed.confidence >= THRESHOLD]


def calibration(judged: Sequence[Judged], bins: int = 5) -> list[tuple[float, float, int]]:
    """Return (mean confidence, accuracy, count) for each filled bin of confidence."""
    rows = []
    for number in range(bins):
        held = [one for one in judged if min(int(one.proposed.confidence * bins), bins - 1) == number]
        if held:
            rows.append((sum(one.proposed.confidence for one in held) / len(held), share(held), len(held)))
    return rows


def calibration_error(judged: Sequence[Judged]) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy, weighted by count."""
    return sum(abs(mean - right) * count for mean, right, count in calibration(judged)) / max(1, len(judged))


def main() -> None:
    """Print the figures for each split, then every miss."""
    for split in ("held_out", "tuning"):
        started = time.process_time()
        judged = judge(split)
        spent = (time.process_time() - started) / len(judged) * 1_000
        sure = confident(judged)
        print(f"{split}: {len(judged)} messages, {spent:.2f} ms CPU each")
        print(f"  category right        {share(judged):.1%}")
        print(f"  not sent to triage    {len(sure) / len(judged):.1%} (confidence >= {THRESHOLD})")
        print(f"  right among those     {share(sure):.1%}")
        print(f"  priority right        {share(judged, 'priority'):.1%}")
        print(f"  language right        {share(judged, 'language'):.1%}")
        print(f"  calibration error     {calibration_error(judged):.3f}")
        for mean, right, count in calibration(judged):
            print(f"    confidence {mean:.2f}: {right:.0%} right of {count}")
        for one in judged:
            if not one.right:
                said, label = f"{one.proposed.category} {one.proposed.confidence}", one.label
                print(f"  miss: {said}, labelled {label['category']}: {label['subject']} / {label['text'][:60]}")


if __name__ == "__main__":
    main()
