"""What a drawing means, told without the engine: a plain interpreter of blocks that says what is waited for."""

from __future__ import annotations

from typing import Protocol

from properties.blocks import Block, Choice, Fork, Guarded, Loop, Race, Row, Scope, Several, Step

Waits = dict[str, str]
"""The element that waits → what for: task, job, message or timer."""


class Place(Protocol):
    """Where a block stands; there is none before it began and after it ended."""

    def waits(self) -> Waits: ...

    def fire(self, element: str, choice: int) -> Place | None:
        """Return where the block stands after one of its waits is over."""


def enter(block: Block, path: str) -> Place | None:
    """Return where a block first waits."""
    match block:
        case Step("script"):
            return None
        case Step(kind):
            return AtStep(kind, path)
        case Row(parts):
            return _row(parts, path, 0)
        case Choice(branches):
            return Asking(AtStep("task", f"{path}_ask"), branches, path)
        case Loop(body):
            return _looping(body, path)
        case Fork(branches):
            return _forked(branches, path, left_out=-1)
        case Several(branches):
            return LeavingOut(AtStep("task", f"{path}_ask"), branches, path)
        case Race(on_message, on_timer):
            return Racing(on_message, on_timer, path)
        case Scope(body, called, boundaries):
            inside = f"{path}_calledx" if called else f"{path}_inx"
            return _bounded(enter(body, inside), boundaries, path)
        case Guarded(kind, boundary, handler):
            return _bounded(AtStep(kind, path), ((boundary, handler),), path)


class AtStep:
    def __init__(self, kind: str, element: str) -> None:
        self.kind, self.element = kind, element

    def waits(self) -> Waits:
        return {self.element: self.kind}

    def fire(self, element: str, choice: int) -> Place | None:
        return None


def _row(parts: tuple[Block, ...], path: str, number: int) -> Place | None:
    while number < len(parts):
        place = enter(parts[number], f"{path}{number}")
        if place is not None:
            return InRow(place, parts, path, number)
        number += 1
    return None


class InRow:
    def __init__(self, place: Place, parts: tuple[Block, ...], path: str, number: int) -> None:
        self.place, self.parts, self.path, self.number = place, parts, path, number

    def waits(self) -> Waits:
        return self.place.waits()

    def fire(self, element: str, choice: int) -> Place | None:
        place = self.place.fire(element, choice)
        if place is None:
            return _row(self.parts, self.path, self.number + 1)
        self.place = place
        return self


class Asking:
    def __init__(self, place: AtStep, branches: tuple[Block, ...], path: str) -> None:
        self.place, self.branches, self.path = place, branches, path

    def waits(self) -> Waits:
        return self.place.waits()

    def fire(self, element: str, choice: int) -> Place | None:
        taken = choice if 0 < choice < len(self.branches) else 0
        return enter(self.branches[taken], f"{self.path}{taken}")


def _looping(body: Block, path: str) -> Place:
    place = enter(body, f"{path}0")
    return Looping(place or AtStep("task", f"{path}_ask"), place is None, body, path)


class Looping:
    def __init__(self, place: Place, asking: bool, body: Block, path: str) -> None:
        self.place, self.asking, self.body, self.path = place, asking, body, path

    def waits(self) -> Waits:
        return self.place.waits()

    def fire(self, element: str, choice: int) -> Place | None:
        if self.asking:
            return _looping(self.body, self.path) if choice == 1 else None
        place = self.place.fire(element, choice)
        self.asking = place is None
        self.place = place or AtStep("task", f"{self.path}_ask")
        return self


def _forked(branches: tuple[Block, ...], path: str, left_out: int) -> Place | None:
    taken = {n: enter(one, f"{path}{n}") for n, one in enumerate(branches) if n != left_out}
    return _joined(taken)


def _joined(branches: dict[int, Place | None]) -> Place | None:
    running = {number: place for number, place in branches.items() if place is not None}
    return Forked(running) if running else None


class LeavingOut:
    def __init__(self, place: AtStep, branches: tuple[Block, ...], path: str) -> None:
        self.place, self.branches, self.path = place, branches, path

    def waits(self) -> Waits:
        return self.place.waits()

    def fire(self, element: str, choice: int) -> Place | None:
        return _forked(self.branches, self.path, left_out=choice)


class Forked:
    def __init__(self, running: dict[int, Place]) -> None:
        self.running = running

    def waits(self) -> Waits:
        return {element: kind for place in self.running.values() for element, kind in place.waits().items()}

    def fire(self, element: str, choice: int) -> Place | None:
        number = next(number for number, place in self.running.items() if element in place.waits())
        return _joined({**self.running, number: self.running[number].fire(element, choice)})


class Racing:
    def __init__(self, on_message: Block, on_timer: Block, path: str) -> None:
        self.after = {f"{path}_message": (on_message, f"{path}0"), f"{path}_timer": (on_timer, f"{path}1")}

    def waits(self) -> Waits:
        return {element: element.rpartition("_")[2] for element in self.after}

    def fire(self, element: str, choice: int) -> Place | None:
        return enter(*self.after[element])


def _bounded(place: Place | None, boundaries: tuple[tuple[str, Block], ...], path: str) -> Place | None:
    return Bounded(place, boundaries, path) if place is not None else None


class Bounded:
    def __init__(self, place: Place, boundaries: tuple[tuple[str, Block], ...], path: str) -> None:
        self.place = place
        self.after = {
            f"{path}_{kind}": (handler, f"{path}{number}") for number, (kind, handler) in enumerate(boundaries)
        }

    def waits(self) -> Waits:
        return {**self.place.waits(), **{element: element.rpartition("_")[2] for element in self.after}}

    def fire(self, element: str, choice: int) -> Place | None:
        if element in self.after:
            return enter(*self.after[element])
        place = self.place.fire(element, choice)
        if place is None:
            return None
        self.place = place
        return self
