"""Which links may stand in a text; every other one is removed or written so that nothing turns it into a link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

REMOVED = "(link removed)"
_URL = r"[a-z][a-z0-9+.-]{1,30}://[^\s<>\"]+"
_ACTIVE = r"(?:javascript|vbscript|data|mailto|tel|sms|https?):[^\s<>\"]+"
_EMAIL = r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
_BARE = r"(?:[\w-]{1,63}\.){1,30}[^\W\d_]{2,24}(?:\.[\w-]+)*(?::\d+)?(?:[/?#][^\s<>\"]*)?"
_ANY = re.compile(
    rf"(?P<url>{_URL})|(?<![a-z0-9])(?P<active>{_ACTIVE})"
    rf"|(?<!\w)(?:(?P<email>{_EMAIL})|(?P<bare>{_BARE}))",
    re.IGNORECASE,
)
_HTTP = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?<![\w.@+-]){_EMAIL}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\"*_»”"
_FILE_NAME = re.compile(
    r"(?:pdf|docx?|xlsx?|pptx?|csv|txt|rtf|od[tsp]|png|jpe?g|gif|bmp|svg|webp|heic|mp[34]|wav|avi|json|xml|html?|css|js|ts"
    r"|log|ini|cfg|conf|ya?ml|exe|dll|msi|dmg|iso|tar|gz|rar|eml|msg|ics|bak|tmp|sql|db)"
)
# After a single letter these are link shorteners and the like; anything else is an abbreviation ("p.ex.").
_AFTER_ONE_LETTER = re.compile(r"(?:com?|me|ly|io|to|net|org|us|gg|im|tv|cc|be|gd)")


@dataclass(frozen=True, slots=True)
class Links:
    """Everything on the desk's own origin, and exactly the URLs and addresses the desk itself has published."""

    origin: str = ""
    urls: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @classmethod
    def published(cls, base_url: str, texts: Iterable[str]) -> "Links":
        """Collect the links of texts the desk has published."""
        urls: set[str] = set()
        addresses: set[str] = set()
        for text in texts:
            urls.update(_canonical(url) for url in urls_in(text))
            addresses.update(found.group().rstrip(".").casefold() for found in _ADDRESS.finditer(text))
        return cls(_origin(base_url), frozenset(urls - {""}), frozenset(addresses))

    def allow(self, url: str) -> bool:
        """Tell whether an http(s) URL may stand."""
        canonical = _canonical(url)
        return bool(canonical) and (_origin(url) == self.origin or canonical in self.urls)

    def clean(self, text: str) -> str:
        """Return the text with every link that may not stand removed or defused."""
        return _ANY.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        whole = found.group()
        kept = whole.rstrip(_TRAILING)
        tail = whole[len(kept) :]
        match found.lastgroup:
            case "url":
                return kept + tail if self.allow(kept) else REMOVED + tail
            case "active":
                return self._active(kept, tail)
            case "email":
                return self._email(kept) + tail
        return self._bare(kept) + tail

    def _active(self, kept: str, tail: str) -> str:
        scheme, _, rest = kept.partition(":")
        if scheme.casefold() == "mailto":
            return self._email(rest) + tail
        if scheme.casefold() in {"tel", "sms"}:
            return rest + tail
        return REMOVED + tail

    def _email(self, address: str) -> str:
        if address.casefold() in self.addresses:
            return address
        return address.replace("@", " (at) ").replace(".", "(dot)")

    def _bare(self, text: str) -> str:
        host = re.split(r"[/?#:]", text, maxsplit=1)[0]
        labels = host.casefold().split(".")
        if text == host and _FILE_NAME.fullmatch(labels[-1]):
            return text
        if text == host and len(labels) == 2 and len(labels[0]) == 1 and not _AFTER_ONE_LETTER.fullmatch(labels[-1]):
            return text
        if self.allow(f"https://{text}") or self.allow(f"http://{text}"):
            return text
        return host.replace(".", "(dot)") + ("" if text == host else " " + REMOVED)


def urls_in(text: str) -> list[str]:
    """Return the http(s) URLs of a text as they are written."""
    return [found.group().rstrip(_TRAILING) for found in _HTTP.finditer(text)]


def _parts(url: str) -> SplitResult | None:
    """Split an http(s) URL that every reader understands alike: no credentials, no backslash, an ASCII host."""
    if "\\" in url or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        sound = parts.hostname and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if sound and parts.scheme in {"http", "https"} else None


def _origin(url: str) -> str:
    """Return scheme, host and port; two URLs without an origin have different ones."""
    parts = _parts(url)
    if parts is None:
        return ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _canonical(url: str) -> str:
    parts = _parts(url)
    if parts is None:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{_origin(url)}{parts.path.rstrip('/')}{query}"
