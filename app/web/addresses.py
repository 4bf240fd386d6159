"""Where to go next: only addresses of this desk are followed."""

from urllib.parse import urlsplit

from flask import url_for


def own(address: str | None) -> str:
    """Return a path of this desk, or My work for anything that leads elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return url_for("web.work.index")
    parts = urlsplit(address.replace("\\", "/"))
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in address):
        return url_for("web.work.index")
    return address
