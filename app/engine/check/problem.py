"""What the check finds, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`element` is the id the drawing gives it, empty when the whole file is meant. A warning does not stop it.

    Of a row of a table `cell` says which cell is meant, counted from 0 over inputs and outputs.
    """

    element: str
    message: str
    severity: str = "error"
    cell: int | None = None


def warning(element: str, message: str) -> Problem:
    """Return a problem that does not stop a deployment."""
    return Problem(element, message, "warning")
