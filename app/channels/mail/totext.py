"""HTML to readable text, whatever the HTML is like."""

import html as entities
import re

import nh3
from inscriptis import get_text

from app.channels.mail.decode import clean_text

MAX_HTML = 400_000
_MAX_DEPTH = 60
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_FLAT = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
    *("p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot", "colgroup"),
}
_HIDDEN = re.compile(
    r"<(script|style|head|title|noscript|template)\b[^>]*+>(?:[^<]|<(?!/\1\b))*+(?:</\1[^>]*+>|\Z)", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/table|/blockquote|hr)\b[^<>]*>?", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
_STRUCTURE = {
    *("a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("i", "li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_MANY_BLANKS = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_TRAILING = re.compile(r"[ \t\u00a0]+$", re.MULTILINE)


def depth(html: str) -> int:
    """Return an upper bound of how deep the elements nest; linear in the length."""
    deepest = level = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _FLAT:
            level = max(level - 1, 0) if match[1] else level + 1
            deepest = max(deepest, level)
    return deepest


def text_of(html: str) -> str:
    """Return the text a reader of the HTML would see, laid out in lines; time and memory are bounded."""
    html = _COMMENT.sub("", html[:MAX_HTML])
    text = "" if depth(html) > _MAX_DEPTH else _laid_out(html)
    text = clean_text(text) if text.strip() else bare_text(html)
    return _MANY_BLANKS.sub("\n\n", _TRAILING.sub("", text)).strip()


def _laid_out(html: str) -> str:
    # Cleaned first: of all style only "is it shown" remains, so that no margin of a million ems is drawn in spaces.
    shape = nh3.clean(
        html,
        tags=_STRUCTURE,
        clean_content_tags={"script", "style", "title", "template"},
        attributes={"*": {"style"}},
        filter_style_properties={"display"},
        link_rel=None,
    )
    return get_text(f"<html><body>{shape}</body></html>") if shape.strip() else ""


def bare_text(html: str) -> str:
    """Return the text with every tag cut out, a line break where a block ends; linear for any input."""
    html = _BREAK.sub("\n", _HIDDEN.sub(" ", _COMMENT.sub("", html[:MAX_HTML])))
    return clean_text(entities.unescape(_ANY_TAG.sub("", html)))
