"""Header blocks as they really arrive: folded, 8-bit, broken, huge (RFC 5322, 2047, 2231)."""

import binascii
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from app.channels.mail.decode import clean_line, codec_of, to_text

MAX_BLOCK = 8_000_000
MAX_FIELDS = 10_000
MAX_REPEATS = 1_000
MAX_VALUE = 16_384
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
_BLANK = re.compile(rb"\n\r?\n")
_FROM_LINE = re.compile(rb">?From [^\n]*\n")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|references|in-reply-to"
    rb"|reply-to|sender|x-[a-z-]+|delivered-to|list-[a-z]+|precedence|auto-submitted|dkim-signature)[ \t]*:",
    re.IGNORECASE,
)
_ESSENTIAL = frozenset(
    ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "content-type", "return-path")
)
_WORD = re.compile(r"=\?([^?\s=*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_PARAM = re.compile(r';\s*([^=;\s"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*+)')
_PIECE = re.compile(r"([^*]+)\*(?:(\d{1,3}))?(\*?)")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header block in order, names lower case, values raw."""

    fields: tuple[tuple[str, bytes], ...]
    hint: str | None = None

    def raw(self, name: str) -> list[bytes]:
        """Return every value of the field, still folded and encoded."""
        return [value for key, value in self.fields if key == name]

    def all(self, name: str, limit: int = MAX_VALUE) -> list[str]:
        """Return every value of the field, unfolded, 8-bit characters read, encoded words left alone."""
        return [unfold(value[:limit], self.hint) for value in self.raw(name)]

    def get(self, name: str, limit: int = MAX_VALUE) -> str:
        """Return the first value of the field, or an empty string."""
        return next((unfold(value[:limit], self.hint) for key, value in self.fields if key == name), "")

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)


def read_head(raw: bytes, start: int, stop: int) -> tuple[Headers, int, list[str]]:
    """Read the header block at `start`; return it, where the body begins, and what was wrong."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Headers(()), start + (1 if raw[start : start + 1] == b"\n" else 2), []
    blank = _BLANK.search(raw, max(start - 1, 0), stop)
    end, body = (blank.start() + 1, blank.end()) if blank else (stop, stop)
    end = min(end, start + MAX_BLOCK)
    fields: list[tuple[str, bytes]] = []
    problems: list[str] = []
    mbox_line = _FROM_LINE.match(raw, start, end)
    position = mbox_line.end() if mbox_line else start
    seen: Counter[str] = Counter()
    while position < end:
        if match := _FIELD.match(raw, position, end):
            name = match[1].decode("ascii").lower()
            seen[name] += 1
            # Past the limit only what the mail cannot be understood without is still looked for.
            if seen[name] <= MAX_REPEATS and (len(fields) < MAX_FIELDS or name in _ESSENTIAL):
                fields.append((name, match[2]))
            elif "there are too many header fields; not all are read" not in problems:
                problems.append("there are too many header fields; not all are read")
            position = match.end()
            continue
        following = raw.find(b"\n", position, end) + 1 or end
        if not _KNOWN.match(raw, following, end):
            # Text where a field should be, and no field after it: the blank line before the body is missing.
            return _with_hint(fields), position, [*problems, "a line that is no header field ends the headers"]
        problems.append("a line among the headers is no header field")
        position = following
    if blank and blank.start() + 1 > end:
        problems.append("the headers are too long; the rest of them is not read")
    return _with_hint(fields), body, problems


def _with_hint(fields: list[tuple[str, bytes]]) -> Headers:
    declared = next((value for key, value in fields if key == "content-type"), b"")
    charset = parameters(declared[:4096].decode("ascii", "replace"))[1].get("charset")
    return Headers(tuple(fields), codec_of(charset))


def unfold(value: bytes, hint: str | None = None) -> str:
    """Join a folded value; read 8-bit characters as UTF-8, else in the charset of the body, else as Windows-1252."""
    line = value.replace(b"\r", b"").replace(b"\n", b"")
    if line.isascii():
        return line.decode("ascii").strip()
    return to_text(line, hint or "cp1252", guess=False)[0].strip()


def decode_words(text: str) -> str:
    """Decode the encoded words of RFC 2047, also where they stand in places the RFC does not allow."""
    out: list[str] = []
    end, charset, held = 0, "", b""
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        joined = bool(held) and not between.strip()
        if not (joined and word[1].lower() == charset):
            out.append(to_text(held, charset, guess=False)[0] if held else "")
            out.append("" if joined else between)
            held = b""
        charset, held, end = word[1].lower(), held + _word_bytes(word[2], word[3]), word.end()
    out.append(to_text(held, charset, guess=False)[0] if held else "")
    return "".join([*out, text[end:]])


def _word_bytes(encoding: str, body: str) -> bytes:
    data = body.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    data = data[: len(data) - (len(data) % 4 == 1)]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split `text/plain; charset=x; name*0*=...` into the lower-case main value and its parameters (RFC 2231)."""
    head, _, _ = value[:MAX_VALUE].partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAM.finditer(value[:MAX_VALUE]):
        key, text = match[1].lower(), _unquoted(match[2])
        if piece := _PIECE.fullmatch(key):
            pieces.setdefault(piece[1], []).append((int(piece[2] or 0), bool(piece[3] or not piece[2]), text))
        else:
            plain.setdefault(key, text)
    return head.strip().lower(), plain | {key: _joined(found) for key, found in pieces.items()}


def _unquoted(text: str) -> str:
    text = text.strip()
    return re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"')) if text.startswith('"') else text


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    charset, data = "utf-8", b""
    for number, encoded, text in sorted(pieces, key=lambda piece: piece[0]):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, value = text.split("'", 2)
        else:
            value = text
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return to_text(data, charset or "utf-8", guess=False)[0]


def line_of(headers: Headers, name: str, limit: int = 2000) -> str:
    """Return the field as one clean decoded line, such as a subject."""
    return clean_line(decode_words(headers.get(name)), limit)
