"""Which parts are the words of the mail and which are files that came with it."""

import hashlib
import html as entities
import mimetypes
import re
from dataclasses import dataclass, field

from app.channels.mail.decode import clean_line, clean_text, to_text, transfer
from app.channels.mail.flowed import unflow
from app.channels.mail.model import Attachment
from app.channels.mail.parts import Part, Tree
from app.channels.mail.totext import text_of

MAX_TEXT = 1_000_000
MAX_HTML = 2_000_000
MAX_ATTACHMENTS = 500
MAX_PIECES = 200
_WORDS = {"text/plain", "text/html", "text/enriched", "text/richtext"}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted", "multipart/encrypted"}
_UNSHOWN = {"text/x-amp-html", "text/watch-html"}
_EXTENSIONS = {"message/rfc822": ".eml", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt"}
_UNSAFE_NAME = re.compile('[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


@dataclass(slots=True)
class Body:
    """The words of a mail and its files; `html` is None when it has none."""

    text: str = ""
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of words; pieces with the same `choice` say the same in different ways (multipart/alternative)."""

    choice: int
    is_html: bool
    text: str


def read_body(tree: Tree) -> Body:
    """Read words and files out of the parts; never raises."""
    body = Body()
    pieces: list[_Piece] = []
    for part in tree.leaves():
        if _is_words(part) and len(pieces) < MAX_PIECES:
            pieces.append(_piece(tree, part, body, guess=len(pieces) < 5))
        elif part.content_type not in _UNSHOWN:
            _attach(tree, part, body)
    if not any(piece.text.strip() for piece in pieces):
        pieces += _named_words(tree, body)
    body.text = _text(pieces)
    if _is_sealed(tree, body.text):
        body.problems.append("the mail is encrypted; its words cannot be read here")
    body.html = _html(pieces)
    return body


def _is_sealed(tree: Tree, text: str) -> bool:
    """Whether what was written is inside S/MIME (RFC 8551) or OpenPGP (RFC 3156, 9580)."""
    sealed = not text and any(part.content_type in _SEALED for part in tree.parts)
    return sealed or text.lstrip().startswith("-----BEGIN PGP MESSAGE-----")


def _is_words(part: Part) -> bool:
    return part.content_type in _WORDS and part.disposition != "attachment" and not part.filename


def _named_words(tree: Tree, body: Body) -> list[_Piece]:
    """Where nothing else is text, an inline text with a file name is what was written."""
    for part in tree.leaves():
        if part.content_type in _WORDS and part.disposition != "attachment" and part.filename:
            return [_piece(tree, part, body, guess=True)]
    return []


def _piece(tree: Tree, part: Part, body: Body, *, guess: bool) -> _Piece:
    data, broken = transfer(tree.body(part)[: MAX_HTML * 2], part.encoding)
    text, lied = to_text(data[:MAX_HTML], part.params.get("charset"), guess=guess)
    nul = "the text holds NUL characters; they are removed" if "\x00" in text else None
    long = "the text is very long; it is cut" if len(data) > MAX_HTML or len(text) > MAX_TEXT else None
    body.problems += [problem for problem in (broken, lied, nul, long) if problem]
    outermost = -1
    for index in _ancestor_indexes(tree, part):
        if tree.parts[index].content_type == "multipart/alternative":
            outermost = index
    is_html = part.content_type == "text/html"
    text = clean_text(text)
    if part.content_type == "text/plain" and part.params.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=part.params.get("delsp", "").lower() == "yes")
    return _Piece(outermost, is_html, text[: MAX_HTML if is_html else MAX_TEXT])


def _ancestor_indexes(tree: Tree, part: Part) -> list[int]:
    found = []
    while part.parent >= 0:
        found.append(part.parent)
        part = tree.parts[part.parent]
    return found


def _shown(pieces: list[_Piece], *, html: bool) -> list[_Piece]:
    """Choose one way of saying where there are several: the plain one for text, the rich one for HTML."""
    best = {piece.choice for piece in pieces if piece.is_html == html and piece.text.strip()}
    return [piece for piece in pieces if piece.choice < 0 or piece.choice not in best or piece.is_html == html]


def _text(pieces: list[_Piece]) -> str:
    out: list[str] = []
    for piece in _shown(pieces, html=False):
        out.append(text_of(piece.text) if piece.is_html else piece.text.rstrip())
        if sum(map(len, out)) > MAX_TEXT:
            break
    return "\n\n".join(text.strip("\n") for text in out if text.strip())[:MAX_TEXT]


def _html(pieces: list[_Piece]) -> str | None:
    if not any(piece.is_html and piece.text.strip() for piece in pieces):
        return None
    shown = [piece.text if piece.is_html else _as_html(piece.text) for piece in _shown(pieces, html=True)]
    return "\n".join(text for text in shown if text.strip())[:MAX_HTML]


def _as_html(text: str) -> str:
    return f"<div>{entities.escape(text.strip()).replace(chr(10), '<br>')}</div>" if text.strip() else ""


def _attach(tree: Tree, part: Part, body: Body) -> None:
    if len(body.attachments) >= MAX_ATTACHMENTS:
        problem = f"there are more than {MAX_ATTACHMENTS} attachments; the rest are left in the raw message"
        body.problems += [problem] if problem not in body.problems else []
        return
    content, broken = transfer(tree.body(part), part.encoding)
    if broken:
        body.problems.append(f"an attachment is damaged: {broken}")
    content_id = clean_line(part.headers.get("content-id"), 300).strip("<> ") or None
    body.attachments.append(
        Attachment(
            filename=safe_filename(part.filename, part.content_type, len(body.attachments) + 1),
            content_type=part.content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            inline=part.disposition == "inline" or (part.disposition != "attachment" and content_id is not None),
            content_id=content_id,
            content=content,
        )
    )


def safe_filename(name: str, content_type: str, number: int = 1) -> str:
    """Return a name that is no path, hides nothing and keeps its extension; at most 150 characters."""
    name = _UNSAFE_NAME.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")
    if not name.strip("_"):
        extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
        return f"attachment-{number}{extension}"
    stem, dot, extension = name.rpartition(".")
    if len(name) > 150 and dot and len(extension) <= 15:
        return f"{stem[: 149 - len(extension)]}.{extension}"
    return name[:150]
