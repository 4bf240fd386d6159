"""What a drawing means, told without the engine: a plain interpreter of blocks that says what is waited for."""

from __future__ import annotations

from properties.blocks import (
    Beside,
    Block,
    Choice,
    Cutting,
    Fork,
    Guarded,
    Loop,
    Race,
    Row,
    Scope,
    Several,
    Step,
    Throwing,
)

Waits = dict[str, str]
"""The element that waits → what for."""


class Place:
    """Where a block stands; there is none before it began and after it ended. `inner` are places within."""

    inner: list[Place] = []  # noqa: RUF012
    catches = ""

    def waits(self) -> Waits:
        return {element: kind for place in self.inner for element, kind in place.waits().items()}

    def fire(self, element: str, choice: int) -> Place | None:
        """Return where the block stands after one of its waits is over, or its error was caught."""
        raise NotImplementedError

    def hears(self, element: str) -> bool:
        """Say whether `fire` is to be asked about an element."""
        return element in self.waits() or element == self.catches or any(one.hears(element) for one in self.inner)

    def catcher(self, element: str) -> str:
        """Return the error event that catches what fails at an element; an empty text when none does."""
        around = [one for one in self.inner if element in one.waits()]
        return next((found for one in around if (found := one.catcher(element))), self.catches if around else "")


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
        case Beside(kind, event, handler):
            return BesideIt(AtStep(kind, f"{path}_host"), f"{path}_{event}", event, (handler, f"{path}0"))
        case Throwing(body, named, handler):
            return InThrowing(body, named, handler, path)
        case Cutting(first, second):
            begun = enter(first, f"{path}0")
            return CutBy(begun, enter(second, f"{path}1")) if begun is not None else None


class AtStep(Place):
    def __init__(self, kind: str, element: str) -> None:
        self.kind, self.element = kind, element

    def waits(self) -> Waits:
        return {self.element: "message" if self.kind == "kept" else self.kind}

    def fire(self, element: str, choice: int) -> Place | None:
        return None


def _row(parts: tuple[Block, ...], path: str, number: int) -> Place | None:
    while number < len(parts):
        place = enter(parts[number], f"{path}{number}")
        if place is not None:
            return InRow(place, parts, path, number)
        number += 1
    return None


class InRow(Place):
    def __init__(self, place: Place, parts: tuple[Block, ...], path: str, number: int) -> None:
        self.place, self.parts, self.path, self.number = place, parts, path, number
        self.inner = [place]

    def fire(self, element: str, choice: int) -> Place | None:
        place = self.place.fire(element, choice)
        if place is None:
            return _row(self.parts, self.path, self.number + 1)
        return InRow(place, self.parts, self.path, self.number)


class Asking(Place):
    def __init__(self, place: AtStep, branches: tuple[Block, ...], path: str) -> None:
        self.inner, self.branches, self.path = [place], branches, path

    def fire(self, element: str, choice: int) -> Place | None:
        taken = choice if 0 < choice < len(self.branches) else 0
        return enter(self.branches[taken], f"{self.path}{taken}")


def _looping(body: Block, path: str) -> Place:
    place = enter(body, f"{path}0")
    return Looping(place or AtStep("task", f"{path}_ask"), place is None, body, path)


class Looping(Place):
    def __init__(self, place: Place, asking: bool, body: Block, path: str) -> None:
        self.place, self.asking, self.body, self.path = place, asking, body, path
        self.inner = [place]

    def fire(self, element: str, choice: int) -> Place | None:
        if self.asking:
            return _looping(self.body, self.path) if choice == 1 else None
        place = self.place.fire(element, choice)
        return Looping(place or AtStep("task", f"{self.path}_ask"), place is None, self.body, self.path)


def _forked(branches: tuple[Block, ...], path: str, left_out: int) -> Place | None:
    taken = {n: enter(one, f"{path}{n}") for n, one in enumerate(branches) if n != left_out}
    return _joined(taken)


def _joined(branches: dict[int, Place | None]) -> Place | None:
    running = {number: place for number, place in branches.items() if place is not None}
    return Forked(running) if running else None


class LeavingOut(Asking):
    def fire(self, element: str, choice: int) -> Place | None:
        return _forked(self.branches, self.path, left_out=choice)


class Forked(Place):
    def __init__(self, running: dict[int, Place]) -> None:
        self.running, self.inner = running, list(running.values())

    def fire(self, element: str, choice: int) -> Place | None:
        number = next(number for number, place in self.running.items() if place.hears(element))
        return _joined({**self.running, number: self.running[number].fire(element, choice)})


class Racing(Place):
    def __init__(self, on_message: Block, on_timer: Block, path: str) -> None:
        self.after = {f"{path}_message": (on_message, f"{path}0"), f"{path}_timer": (on_timer, f"{path}1")}

    def waits(self) -> Waits:
        return {element: element.rpartition("_")[2] for element in self.after}

    def fire(self, element: str, choice: int) -> Place | None:
        return enter(*self.after[element])


def _bounded(place: Place | None, boundaries: tuple[tuple[str, Block], ...], path: str) -> Place | None:
    return Bounded(place, boundaries, path) if place is not None else None


class Bounded(Place):
    def __init__(self, place: Place, boundaries: tuple[tuple[str, Block], ...], path: str) -> None:
        self.inner, self.boundaries, self.path = [place], boundaries, path
        self.after = {
            f"{path}_{kind}": (handler, f"{path}{number}") for number, (kind, handler) in enumerate(boundaries)
        }
        self.catches = next((element for element in self.after if element == f"{path}_error"), "")

    def waits(self) -> Waits:
        events = {element: element.rpartition("_")[2] for element in self.after if element != self.catches}
        return {**super().waits(), **events}

    def fire(self, element: str, choice: int) -> Place | None:
        if element in self.after:
            return enter(*self.after[element])
        place = self.inner[0].fire(element, choice)
        return Bounded(place, self.boundaries, self.path) if place is not None else None


class BesideIt(Place):
    """A step and, once its event came, what that set going; the event comes once."""

    def __init__(self, host: Place | None, edge: str, event: str, handler: tuple[Block, str]) -> None:
        self.host, self.edge, self.event, self.handler = host, edge, event, handler
        self.told: Place | None = None
        self.heard = False

    @property
    def inner(self) -> list[Place]:  # type: ignore[override]
        return [place for place in (self.host, self.told) if place is not None]

    def waits(self) -> Waits:
        listens = self.host is not None and not self.heard
        return {**super().waits(), **({self.edge: self.event} if listens else {})}

    def fire(self, element: str, choice: int) -> Place | None:
        if element == self.edge:
            self.told, self.heard = enter(*self.handler), True
        elif self.host is not None and element in self.host.waits():
            self.host = self.host.fire(element, choice)
        elif self.told is not None:
            self.told = self.told.fire(element, choice)
        return self if self.inner else None


class InThrowing(Place):
    def __init__(self, body: Block, named: bool, handler: Block, path: str) -> None:
        begun = enter(body, f"{path}0")
        self.ask, self.handler, self.path = f"{path}_ask", handler, path
        self.catches = "" if named else f"{path}_caught"
        self.asking = begun is None
        self.inner = [begun or AtStep("task", self.ask)]

    def fire(self, element: str, choice: int) -> Place | None:
        if element == self.catches or (element == self.ask and choice == 1):
            return enter(self.handler, f"{self.path}1")
        if element == self.ask:
            return None
        self.inner = [self.inner[0].fire(element, choice) or AtStep("task", self.ask)]
        return self


class CutBy(Place):
    def __init__(self, first: Place, second: Place | None) -> None:
        self.first, self.second = first, second
        self.inner = [first] if second is None else [first, second]

    def fire(self, element: str, choice: int) -> Place | None:
        if self.first.hears(element):
            first = self.first.fire(element, choice)
            return CutBy(first, self.second) if first is not None else None
        return CutBy(self.first, self.second.fire(element, choice) if self.second is not None else None)
