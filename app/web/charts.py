"""Charts as plain figures for a template to draw: what was counted over time, readable without a script."""

from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 28, 8, 12, 24
MOST = 62
_LABELS = 8


@dataclass(frozen=True)
class Bar:
    """One column: where it stands, how high it is, and what it says. `label` is empty where there is no room."""

    x: float
    y: float
    width: float
    height: float
    says: str
    label: str


@dataclass(frozen=True)
class Chart:
    """Columns of an average from one to five, with the heights of its lines."""

    bars: list[Bar]
    lines: list[tuple[int, float]]


def averages(points: list[tuple[date, float | None, int]], by: str) -> Chart | None:
    """Return a chart of (day, average, answers); None where there are too few or too many columns to read."""
    if not 2 <= len(points) <= MOST or sum(1 for _, average, _ in points if average is not None) < 2:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(points)
    every = -(-len(points) // _LABELS)
    bars = []
    for place, (day, average, answers) in enumerate(points):
        top = _y(average) if average is not None else _y(0)
        said = f"{average:.2f} of 5, {answers} answer{'s' if answers != 1 else ''}" if average is not None else "none"
        label = _short(day, by) if place % every == 0 else ""
        bar = Bar(LEFT + place * step + step * 0.15, top, step * 0.7, _y(0) - top, f"{_long(day, by)}: {said}", label)
        bars.append(bar)
    return Chart(bars, [(number, _y(number)) for number in range(6)])


def _y(value: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / 5, 2)


def _short(day: date, by: str) -> str:
    return f"{day:%b %Y}" if by == "month" else f"{day:%-d %b}"


def _long(day: date, by: str) -> str:
    if by == "month":
        return f"{day:%B %Y}"
    return f"{'Week of ' if by == 'week' else ''}{day:%-d %b %Y}"
