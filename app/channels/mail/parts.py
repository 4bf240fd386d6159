"""A MIME message cut into its parts, without recursion and with a limit on everything (RFC 2046 section 5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.channels.mail.decode import clean_line
from app.channels.mail.headers import Headers, decode_words, parameters, read_head

MAX_PARTS = 2_000
MAX_BOUNDARY = 250
MAX_LOOKS = 300_000
_GUESS_WITHIN = 65_536
_MAX_PART_HEAD = 262_144
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}")
_DELIMITER = re.compile(rb"(?m)^--([^\s-][^\r\n]{0,198}?)[ \t]*\r?$")


@dataclass(slots=True)
class Part:
    """One node: its headers and the span of its body in the raw bytes; `parent` is an index, -1 for the root."""

    headers: Headers
    parent: int
    start: int
    end: int
    content_type: str
    params: dict[str, str]
    disposition: str
    filename: str
    children: int = 0

    @property
    def is_multipart(self) -> bool:
        """Whether the part only holds other parts."""
        return self.children > 0

    @property
    def encoding(self) -> str:
        """The Content-Transfer-Encoding as written."""
        return self.headers.get("content-transfer-encoding", 200)


@dataclass(slots=True)
class Tree:
    """The parts in document order, the root first, and what was wrong with them."""

    raw: bytes
    parts: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def body(self, part: Part) -> bytes:
        """Return the still encoded body of a part."""
        return self.raw[part.start : part.end]

    def leaves(self) -> Iterator[Part]:
        """Yield the parts that hold content, in document order."""
        return (part for part in self.parts if not part.is_multipart)

    def ancestors(self, part: Part) -> Iterator[Part]:
        """Yield the parts around `part`, innermost first."""
        while part.parent >= 0:
            part = self.parts[part.parent]
            yield part


class _Open:
    """The multiparts we are inside of, innermost last, found by boundary in constant time."""

    def __init__(self) -> None:
        self.stack: list[tuple[bytes, int]] = []
        self.levels: dict[bytes, list[int]] = {}
        self.looks = 0

    def push(self, boundary: bytes, part: int) -> None:
        self.levels.setdefault(boundary, []).append(len(self.stack))
        self.stack.append((boundary, part))

    def level(self, boundary: bytes) -> int | None:
        found = self.levels.get(boundary)
        return found[-1] if found else None

    def pop_to(self, level: int, end: int, parts: list[Part]) -> None:
        """Leave every multipart above `level`; they all end at `end`."""
        while len(self.stack) > level:
            boundary, part = self.stack.pop()
            self.levels[boundary].pop()
            parts[part].end = end

    def delimiter(self, line: bytes) -> tuple[int, bool] | None:
        """Return level and whether it closes, if `line` (without its two hyphens) is a delimiter."""
        text = line.rstrip(b" \t\r")
        if (level := self.level(text)) is not None:
            return level, False
        if text.endswith(b"--") and (level := self.level(text[:-2])) is not None:
            return level, True
        return None


def split(raw: bytes) -> Tree:
    """Cut `raw` into at most MAX_PARTS parts; never raises. `message/*` parts stay whole."""
    tree, inside = Tree(raw), _Open()
    position = _begin(tree, inside, 0, len(raw), parent=-1)
    current: int | None = None if inside.stack else 0
    while inside.stack and (found := _next_delimiter(raw, position, len(raw), inside)):
        at, after, level, closes = found
        end = at - 1 if raw[at - 1 : at] == b"\r" else at
        if current is not None:
            tree.parts[current].end = max(end, tree.parts[current].start)
        inside.pop_to(level if closes else level + 1, end, tree.parts)
        current, position = None, after
        if closes:
            continue
        if len(tree.parts) >= MAX_PARTS:
            tree.problems.append(f"the mail has more than {MAX_PARTS} parts; the rest is not read")
            break
        depth, current = len(inside.stack), len(tree.parts)
        position = _begin(tree, inside, after, _limit(raw, after, inside), parent=inside.stack[-1][1])
        current = None if len(inside.stack) > depth else current
    if inside.looks == MAX_LOOKS:
        tree.problems.append("the mail has too many lines that look like the start of a part; not all are read")
    inside.pop_to(0, len(raw), tree.parts)
    _settle(tree)
    return tree


def _begin(tree: Tree, inside: _Open, start: int, stop: int, parent: int) -> int:
    """Read one part's headers, note it, enter it if it holds parts; return where its body begins."""
    headers, body, problems = read_head(tree.raw, start, stop)
    tree.problems += [problem for problem in problems if problem not in tree.problems]
    part = _part(headers, parent, body, len(tree.raw))
    index = len(tree.parts)
    tree.parts.append(part)
    if parent >= 0:
        tree.parts[parent].children += 1
        if tree.parts[parent].content_type == "multipart/digest" and "content-type" not in headers:
            part.content_type = "message/rfc822"
    if part.content_type.startswith("multipart/") and (boundary := _boundary(tree, part, inside)):
        inside.push(boundary, index)
    return body


def _part(headers: Headers, parent: int, start: int, end: int) -> Part:
    content_type, params = parameters(headers.get("content-type"))
    disposition, more = parameters(headers.get("content-disposition"))
    if not _TYPE.fullmatch(content_type):
        content_type = "text/plain"
    filename = clean_line(decode_words(more.get("filename") or params.get("name") or ""), 1000)
    return Part(headers, parent, start, end, content_type, params, disposition, filename)


def _boundary(tree: Tree, part: Part, inside: _Open) -> bytes:
    named = part.params.get("boundary", "").rstrip().encode("utf-8", "replace")[:MAX_BOUNDARY]
    if named:
        return named
    for line in _DELIMITER.finditer(tree.raw, part.start, part.start + _GUESS_WITHIN):
        if inside.delimiter(line[1]) is None:
            tree.problems.append("a multipart names no boundary; it is guessed from its first line")
            return line[1]
    return b""


def _next_delimiter(raw: bytes, start: int, stop: int, inside: _Open) -> tuple[int, int, int, bool] | None:
    """Find the next delimiter line; return the line end before it, where it ends, its level, whether it closes."""
    at = raw.find(b"\n--", max(start - 1, 0), stop)
    while at >= 0 and inside.looks < MAX_LOOKS:
        inside.looks += 1
        eol = raw.find(b"\n", at + 3, at + 3 + MAX_BOUNDARY + 8)
        line = raw[at + 3 : eol if eol >= 0 else at + 3 + MAX_BOUNDARY + 8]
        if found := inside.delimiter(line):
            return at, (eol + 1 if eol >= 0 else len(raw)), *found
        at = raw.find(b"\n--", at + 3, stop)
    return None


def _limit(raw: bytes, start: int, inside: _Open) -> int:
    """Return where a part's headers must end: at the next delimiter, if that comes before a blank line."""
    furthest = min(len(raw), start + _MAX_PART_HEAD)
    ends = [at for blank in (b"\n\n", b"\n\r\n") if (at := raw.find(blank, max(start - 1, 0), furthest)) >= 0]
    found = _next_delimiter(raw, start, min(ends, default=furthest), inside)
    return found[0] + 1 if found else furthest


def _settle(tree: Tree) -> None:
    """Treat a multipart without a single part as the text it then is."""
    for part in tree.parts:
        if part.content_type.startswith("multipart/") and not part.children:
            tree.problems.append("a part says it holds other parts and holds none; it is read as text")
            part.content_type = "text/plain"
