"""Paragraphs that a program broke into lines for others' sake, in one piece again (RFC 3676)."""

import re

_QUOTED = re.compile(r"(>*)(.*)", re.DOTALL)
_SIGNATURE = "-- "


def unflow(text: str, *, delsp: bool) -> str:
    """Join flowed lines of the same quote depth and undo space-stuffing; `delsp` drops the space at the break."""
    out: list[str] = []
    flowing = -1  # the quote depth of a line that goes on, or -1
    for line in text.split("\n"):
        marks, words = _QUOTED.fullmatch(line).groups()  # type: ignore[union-attr]
        words = words.removeprefix(" ")
        depth = len(marks)
        if flowing == depth and words != _SIGNATURE:
            out[-1] += words
        else:
            out.append(f"{marks} {words}" if marks and words else f"{marks}{words}")
        goes_on = words.endswith(" ") and words != _SIGNATURE
        if goes_on and delsp:
            out[-1] = out[-1][:-1]
        flowing = depth if goes_on else -1
    return "\n".join(out)
