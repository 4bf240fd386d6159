"""The HTML of a mail as a page of its own: cleaned, sandboxed, without remote images unless asked for."""

from collections.abc import Callable

from flask import Response, make_response, render_template
from markupsafe import Markup

from app.channels.mail.html import safe_html

_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src {images}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def page(images: bool, html: str, picture: Callable[[str], str | None] | None = None) -> Response:
    """Return the page; `picture` turns the Content-ID of an attached picture into a data address."""
    cleaned = Markup(safe_html(html, images=images, picture=picture))  # noqa: S704 nh3 cleaned it
    answer = make_response(render_template("formatted.html", html=cleaned))
    answer.headers["Content-Security-Policy"] = _POLICY.format(images="data: https:" if images else "data:")
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
