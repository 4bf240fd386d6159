"""Categories, types, products and tags."""

from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.tickets import dictionary, merging_words
from app.tickets.dictionary import Entry
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("dictionaries", __name__)
PAGE = Page(
    "Tickets", "Dictionaries", "web.settings.dictionaries.index", "bookmarks", "Categories, types, products and tags"
)
TITLES = {"category": "Categories", "type": "Types", "product": "Products", "tag": "Tags"}
# bi-bookmarks


@blueprint.get("/dictionaries")
@allow("settings.read")
def index() -> str:
    """Show the categories."""
    return _page("category", {})


@blueprint.get("/dictionaries/<kind>")
@allow("settings.read")
def show(kind: str) -> str:
    """Show one dictionary."""
    return _page(kind, {})


@blueprint.post("/dictionaries/<kind>")
@allow("settings.write")
def add(kind: str) -> Response | tuple[str, int]:
    """Add an entry."""
    name = request.form.get("name", "")
    act = partial(dictionary.add, kind, request.form.get("key", ""), name, by=current_user.actor)
    return _answer(kind, attempt(act), f"“{name.strip()}” is there.")


@blueprint.post("/dictionaries/<kind>/entries/<path:key>")
@allow("settings.write")
def change(kind: str, key: str) -> Response | tuple[str, int]:
    """Rename, move, archive or merge an entry."""
    row = dictionary.entry(kind, key)
    return _answer(kind, attempt(partial(_changed, row)), "Saved.")


def _changed(row: Entry) -> None:
    sent, by = request.form, current_user.actor
    act, kind = sent.get("act", "save"), dictionary.kind_of(row)
    if act in {"up", "down"}:
        dictionary.move(row, -1 if act == "up" else 1, by=by)
    elif act in {"archive", "restore"}:
        dictionary.change(row, archived=act == "archive", by=by)
    elif act == "merge":
        merging_words.merge(row, dictionary.entry(kind, sent.get("into", "")), by=by)
    elif kind == "tag":
        if dictionary.add("tag", "", sent.get("name", ""), by=by) is not row:
            merging_words.rename_tag(row, sent.get("name", ""), by=by)
    else:
        fields = {"name": sent.get("name", "")} | ({"parent": sent.get("parent") or None} if kind == "category" else {})
        dictionary.change(row, by=by, **fields)


def _answer(kind: str, wrong: dict[str, str], said: str) -> Response | tuple[str, int]:
    return answer(wrong, partial(_page, kind), url_for("web.settings.dictionaries.show", kind=kind), said)


def _page(kind: str, wrong: dict[str, str]) -> str:
    found = dictionary.entries(kind)
    nodes = dictionary.tree() if kind == "category" else [dictionary.Node(entry, 0) for entry in found]
    return render_template(
        "settings/dictionaries.html",
        kind=kind,
        titles=TITLES,
        nodes=[node for node in nodes if not node.entry.archived],
        entries=[entry for entry in found if not entry.archived],
        archived=[entry for entry in found if entry.archived],
        wrong=wrong,
    )
