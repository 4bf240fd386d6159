"""Bundled scripts, styles and icons: named by their content, so a browser may keep them for ever."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, render_template, request, url_for
from markupsafe import Markup

from app.errors import BadSetting
from app.web.access import PUBLIC, allow

DIST = Path(__file__).parent / "static" / "dist"
DAY = 24 * 3600
YEAR = 365 * DAY
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

blueprint = Blueprint("assets", __name__)


@lru_cache(maxsize=1)
def _read(stamp: int) -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text())  # type: ignore[no-any-return]


def manifest() -> dict[str, str]:
    """Return {name: file with its hash}; raise BadSetting when the bundles were never built."""
    try:
        return _read((DIST / "manifest.json").stat().st_mtime_ns)
    except FileNotFoundError:
        raise BadSetting("The scripts and styles are not built yet; run `make assets`.") from None


def asset(name: str) -> str:
    """Return the address of a bundle, such as app.css."""
    return url_for("web.assets.show", name=manifest()[name])


def icon(name: str, label: str = "") -> Markup:
    """Return a Bootstrap icon from the sprite; with a label it speaks, without one it is decoration."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#bi-{}"></use></svg>').format(spoken, asset("icons.svg"), name)


def init(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon)


@blueprint.get("/assets/<name>")
@allow(PUBLIC)
def show(name: str) -> Response:
    """Send a bundle, compressed where the browser takes it."""
    if not (DIST / name).is_file() or name.endswith(tuple(ending for _, ending in ENCODINGS)):
        abort(404)
    for encoding, ending in ENCODINGS:
        if request.accept_encodings[encoding] > 0 and (DIST / f"{name}{ending}").is_file():
            answer = _answer(name, DIST / f"{name}{ending}")
            answer.content_encoding = encoding
            return answer
    return _answer(name, DIST / name)


def _answer(name: str, path: Path) -> Response:
    answer = Response(path.read_bytes(), mimetype=TYPES.get(Path(name).suffix, "application/octet-stream"))
    answer.vary.add("Accept-Encoding")
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    answer.cache_control.max_age = YEAR
    return answer


@blueprint.get("/favicon.ico")
@allow(PUBLIC)
def favicon() -> Response:
    """Send the mark of the desk."""
    answer = Response(render_template("parts/favicon.svg"), mimetype="image/svg+xml")
    answer.cache_control.public = True
    answer.cache_control.max_age = DAY
    return answer
