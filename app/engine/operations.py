"""Service operations a drawing may name. Workers declare them; the engine only knows names, parameters and pace."""

import inspect
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from app.errors import Trouble

Phases = Generator[None, None, dict[str, Any] | None]
"""What a slow operation returns: it yields after reading and again before writing; its return value is the result."""


class UnknownOperation(Trouble):
    """No worker offers this operation."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`call` is a function (quick), or a generator function of three phases (slow): read, `yield`, talk to the world,
    `yield`, write; its return value is the result. One that need not go `outside` just now is as quick as a function.
    `parameters` and `returns` are JSON types by name."""

    name: str
    call: Callable[..., Any]
    phased: bool
    outside: Callable[[], bool]
    parameters: dict[str, str]
    required: frozenset[str]
    returns: dict[str, str]
    text: str

    @property
    def slow(self) -> bool:
        """Say whether the operation now talks to the world."""
        return self.phased and self.outside()

    def at_once(self, params: Mapping[str, Any]) -> dict[str, Any] | None:
        """Do it all in the running transaction and return the result."""
        answer = self.call(**params)
        return _to_the_end(answer) if self.phased else answer


def _to_the_end(phases: Phases) -> dict[str, Any] | None:
    try:
        while True:
            next(phases)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


_operations: dict[str, Operation] = {}
_TYPES = {int: "integer", str: "string", float: "number", bool: "boolean", list: "array", dict: "object"}


def topic(
    name: str, *, returns: Mapping[str, Any] | tuple[str, ...] = (), outside: Callable[[], bool] = lambda: True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Offer a function as the service operation `name`; a generator function is a slow one.

    `returns` gives the type of each part of the result, or only the names; `outside` says whether a slow one has to
    talk to the world as things are.
    """
    answer = returns if isinstance(returns, Mapping) else dict.fromkeys(returns, Any)

    def declare(call: Callable[..., Any]) -> Callable[..., Any]:
        if name in _operations:
            raise RuntimeError(f"operation {name} is declared twice")
        signature = inspect.signature(call)
        hints = get_type_hints(call)
        _operations[name] = Operation(
            name=name,
            call=call,
            phased=inspect.isgeneratorfunction(call),
            outside=outside,
            parameters={p: type_name(hints.get(p, str)) for p in signature.parameters},
            required=frozenset(p.name for p in signature.parameters.values() if p.default is p.empty),
            returns={part: type_name(hint) for part, hint in answer.items()},
            text=inspect.cleandoc(call.__doc__ or ""),
        )
        return call

    return declare


def type_name(hint: Any) -> str:
    """Return the JSON type of a type hint; `any` when it has none of its own."""
    if hint in _TYPES:
        return _TYPES[hint]
    origin = getattr(hint, "__origin__", None)
    if origin in _TYPES:
        return _TYPES[origin]
    inner = [a for a in getattr(hint, "__args__", ()) if a is not type(None)]
    return type_name(inner[0]) if len(inner) == 1 else "any"


def operation(name: str) -> Operation:
    """Return the operation; raise UnknownOperation with its name."""
    try:
        return _operations[name]
    except KeyError:
        raise UnknownOperation(f"No worker offers the operation “{name}”.") from None


def operations() -> dict[str, Operation]:
    """Return every declared operation by name."""
    return dict(sorted(_operations.items()))
