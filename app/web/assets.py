"""Bundled scripts, styles and icons: named by their content, so a browser may keep them for ever."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, request, send_from_directory, url_for
from markupsafe import Markup

from app.errors import BadSetting
from app.web.access import PUBLIC, allow

DIST = Path(__file__).parent / "static" / "dist"
YEAR = 365 * 24 * 3600
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
def show(name: str) -> Any:
    """Send a bundle, compressed where the browser takes it."""
    if not (DIST / name).is_file() or name.endswith((".br", ".gz")):
        abort(404)
    for encoding, ending in ENCODINGS:
        if request.accept_encodings[encoding] > 0 and (DIST / f"{name}{ending}").is_file():
            answer = send_from_directory(DIST, f"{name}{ending}", max_age=YEAR, mimetype=_type(name))
            answer.content_encoding = encoding
            return _kept(answer)
    return _kept(send_from_directory(DIST, name, max_age=YEAR))


def _type(name: str) -> str:
    return {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[Path(name).suffix]


def _kept(answer: Response) -> Response:
    answer.vary.add("Accept-Encoding")
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    answer.cache_control.no_cache = None
    return answer
