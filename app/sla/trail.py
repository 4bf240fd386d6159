"""What a count went through, kept short: raw marks that `explain` turns into sentences when somebody asks."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counted", "closed", "holiday", "opening", "pause", "dst", "due"]

SINGLY = 30
"""Counted periods listed one by one; later ones are joined until something notable lies between them."""

AT_MOST = 120
"""Marks kept; notable ones beyond that are only numbered. The last period and the outcome always get their own."""


@dataclass(slots=True)
class Mark:
    """One thing that happened; microseconds since 1970 UTC, `end` None when it has not ended."""

    kind: Kind
    start: int
    end: int | None
    counted: int = 0
    day: int = 0
    offsets: tuple[int, int] = (0, 0)
    joined: bool = False
    folded: int = 0


class Trail:
    """Collects marks in order of time."""

    def __init__(self, singly: int = SINGLY) -> None:
        self.marks: list[Mark] = []
        self._singly = singly
        self._periods = 0
        self._holidays: set[int] = set()
        self._openings: set[int] = set()

    @property
    def full(self) -> bool:
        """Whether further periods are joined, so that whole weeks may be counted at once."""
        return self._periods >= self._singly

    def counted(self, start: int, end: int, counted: int, last: bool = False) -> None:
        """Note open time; `counted` is less than end - start when closed time lies between."""
        mark = self.marks[-1] if self.marks and self.marks[-1].kind == "counted" else None
        if mark and mark.end == start and not mark.joined and counted == end - start:
            mark.end, mark.counted = end, mark.counted + counted
        elif mark and self.full and not last:
            mark.end, mark.counted, mark.joined = end, mark.counted + counted, True
        else:
            self._periods += 1
            self.marks.append(Mark("counted", start, end, counted, joined=counted != end - start))

    def closed(self, start: int, end: int) -> None:
        """Note closed time worth telling: whole days, and what lies before the first opening."""
        if self.marks and self.marks[-1].kind == "closed" and self.marks[-1].end == start:
            self.marks[-1].end = end
        elif not self.full:
            self._note(Mark("closed", start, end))

    def holiday(self, day: int, start: int, end: int) -> None:
        """Note a holiday, once, that took open time away."""
        if day not in self._holidays:
            self._holidays.add(day)
            self._note(Mark("holiday", start, end, day=day))
        elif self.marks[-1].kind == "holiday" and self.marks[-1].end == start:
            self.marks[-1].end = end

    def opening(self, day: int, start: int, end: int) -> None:
        """Note that a day has hours of its own, once."""
        if day not in self._openings:
            self._openings.add(day)
            self._note(Mark("opening", start, end, day=day))

    def shift(self, at: int, before: int, after: int) -> None:
        """Note that the clocks changed."""
        self._note(Mark("dst", at, at, offsets=(before, after)))

    def pause(self, start: int, end: int | None) -> None:
        """Note a pause; without an end it is the outcome."""
        mark = Mark("pause", start, end)
        if end is None:
            self.marks.append(mark)
        else:
            self._note(mark)

    def due(self, at: int) -> None:
        """Note the outcome."""
        self.marks.append(Mark("due", at, at))

    def _note(self, mark: Mark) -> None:
        if len(self.marks) < AT_MOST:
            self.marks.append(mark)
        else:
            self.marks[-1].folded += 1
