"""The HTML of a mail as a page of its own: cleaned, sandboxed, without remote images unless asked for."""

from collections.abc import Callable
from email import message_from_bytes, policy

from flask import Response, make_response, render_template
from markupsafe import Markup

from app.channels.mail.html import safe_html

_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src {images}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def our_own(mail: bytes, part: str) -> Response:
    """Return the `html` or `plain` part of a mail we composed, as it is sent, in the same cage as a foreign one."""
    body = message_from_bytes(mail, policy=policy.default).get_body((part,))
    content = body.get_content() if body is not None else ""
    return _caged(Response(content, mimetype="text/html" if part == "html" else "text/plain"), "data:")


def page(images: bool, html: str, picture: Callable[[str], str | None] | None = None) -> Response:
    """Return the page; `picture` turns the Content-ID of an attached picture into a data address."""
    cleaned = Markup(safe_html(html, images=images, picture=picture))  # noqa: S704 nh3 cleaned it
    return _caged(make_response(render_template("formatted.html", html=cleaned)), "data: https:" if images else "data:")


def _caged(answer: Response, images: str) -> Response:
    answer.headers["Content-Security-Policy"] = _POLICY.format(images=images)
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
