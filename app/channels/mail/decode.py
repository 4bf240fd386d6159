"""Bytes to text: charsets that lie, transfer encodings that break, characters that nobody may store."""

import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable

from charset_normalizer import from_bytes

GUESS_FROM = 16_384
_TELLING = 12
_LONG = 100_000
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
# Python's own helpers for strings, not charsets of mail; two of them take quadratic time.
_NOT_CHARSETS = {
    *("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"),
    *("rot13", "hex", "base64", "bz2", "zlib", "quopri", "uu"),
}
_NOT_ASCII = ("utf-16", "utf-32", "utf-7", "iso2022", "hz")
_EAST_ASIAN = ("gb", "big5", "cp932", "cp949", "cp950", "euc", "johab", "shift")
_ASCII = bytes(range(128))
_ALIASES = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp-850": "cp850",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-2022-jp": "iso2022_jp_ext",
}
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SPACES = re.compile(r"[ \u00a0]+")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_WHITE = b" \t\r\n"
# Lists and scanners put their own words below the encoded ones, behind a rule of characters that base64 has not.
_FOOTER = re.compile(rb"(?m)(?<=\n)(?:--|__)")


def codec_of(label: str | None) -> str | None:
    """Return Python's name of the charset a mail calls `label`, or None when there is none."""
    name = (label or "").strip("\"' \t").lower()
    if not _LABEL.fullmatch(name):
        return None
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return None if codec.replace("-", "_") in _NOT_CHARSETS else codec


def to_text(data: bytes, label: str | None, *, guess: bool = True) -> tuple[str, str | None]:
    """Decode `data` said to be in charset `label`; return the text and, in plain words, what was wrong."""
    codec = codec_of(label)
    if codec and codec.startswith(_NOT_ASCII) and (text := _strict(data, codec)) is not None:
        return text, None
    if data.isascii():
        return data.decode("ascii"), None if codec or not label else f"the charset {label[:40]!r} is unknown"
    if _surely_utf8(data, codec) and (text := _strict(data, "utf-8")) is not None:
        # Text in another charset is next to never valid UTF-8 by accident, so the bytes win over the label.
        said = label[:40] if label else "ASCII"
        return text, None if codec == "utf-8" else f"the text says it is {said} but is UTF-8"
    if codec and (text := _strict(data, codec)) is not None:
        return text, None
    return _guessed(data, codec, label, guess)


def _surely_utf8(data: bytes, codec: str | None) -> bool:
    if codec is None or not codec.startswith(_EAST_ASIAN):
        return True
    return len(data.translate(None, _ASCII)) > 12


def _guessed(data: bytes, codec: str | None, label: str | None, guess: bool) -> tuple[str, str]:
    found = _best(data[:GUESS_FROM]) if guess else None
    # A known charset with a few broken bytes is still the better reading than a guess.
    chosen = codec if codec and data.decode(codec, "replace").count("\ufffd") * 50 < len(data) else found or "cp1252"
    what = f"the text is not the {label[:40]} it says" if codec and label else "the charset is missing or unknown"
    return data.decode(chosen, "replace"), f"{what}; it is read as {chosen}"


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        # Very long text arrives cut, and the cut may go through a character.
        cut = len(data) > _LONG and len(data) - error.start <= 4
        return data[: error.start].decode(codec, "replace") if cut else None
    except ValueError:
        return None


def _best(sample: bytes) -> str | None:
    best = from_bytes(sample, steps=3, chunk_size=512).best()
    codec = codec_of(best.encoding) if best else None
    if codec is None or len(sample.translate(None, _ASCII)) >= _TELLING:
        return codec
    # A few accents tell one Latin code page from another by nothing but chance; then it is the usual one.
    letters = [c for c in sample.decode(codec, "replace") if c.isalpha() and not c.isascii()]
    latin = all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return "cp1252" if latin and _strict(sample, "cp1252") is not None else codec


def transfer(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """Undo the Content-Transfer-Encoding (RFC 2045 section 6); what cannot be undone stays as it is."""
    known: dict[str, Callable[[bytes], tuple[bytes, str | None]]] = {
        "base64": _base64,
        "quoted-printable": lambda raw: (binascii.a2b_qp(raw), None),
    }
    name = encoding.strip().lower().strip("\"'; ")
    if name in known:
        return known[name](data)
    plain = name in {"", "7bit", "8bit", "binary"}
    return data, None if plain else f"the transfer encoding {name[:40]!r} is unknown"


def _base64(data: bytes) -> tuple[bytes, str | None]:
    if footer := _FOOTER.search(data):
        data = data[: footer.start()]
    clean = data.translate(None, _NOT_BASE64)
    stray = len(data.translate(None, _WHITE)) != len(clean)
    pieces = [piece for piece in clean.split(b"=", 1000) if piece]
    broken = bool(footer) or stray or sum(map(len, pieces)) % 4 == 1 or len(pieces) > 1
    out = b"".join(_base64_run(piece.replace(b"=", b"")) for piece in pieces)
    return out, "base64 is broken; what could be read is kept" if broken else None


def _base64_run(piece: bytes) -> bytes:
    whole = piece[: len(piece) - (len(piece) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def clean_text(text: str) -> str:
    """Return text that any database and page can hold: LF line ends, no control characters, no lone surrogates."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str, limit: int = 2000) -> str:
    """Return one line without control characters, spaces collapsed, at most `limit` characters."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text[: limit * 4])).strip()[:limit]
