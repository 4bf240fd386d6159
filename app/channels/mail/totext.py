"""HTML to readable text, whatever the HTML is like."""

import html as entities
import re

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement

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
_QUOTE = re.compile(r"<blockquote\b([^<>]{0,2000})>|</blockquote\s*>", re.IGNORECASE)
_CITED = re.compile(
    r"(?i)type=[\"']?cite|\bcite=|class=[\"'][^\"']*quote|border-left(?:-width|-style)?:(?!\s*(?:none|0))"
)
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
# Programs nest a div for every line and cut words by spans; the library indents the one and spaces the other.
_BLOCK = HtmlElement(display=Display.block)
_LAYOUT = ParserConfig(css=CSS_PROFILES["relaxed"] | {"div": _BLOCK, "blockquote": _BLOCK, "span": HtmlElement()})
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
    html = _with_marks(_COMMENT.sub("", html[:MAX_HTML].translate(_MARKS)))
    text = "" if depth(html) > _MAX_DEPTH else _laid_out(html)
    text = _with_quotes(clean_text(text) if text.strip() else bare_text(html))
    return _MANY_BLANKS.sub("\n\n", _TRAILING.sub("", text)).strip()


def _with_marks(html: str) -> str:
    """Mark where a quoted mail begins and ends; a blockquote that only indents stays one."""
    cited: list[bool] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] is None:
            return f"{found[0]}<div>{_CLOSE}</div>" if cited and cited.pop() else found[0]
        cited.append(bool(_CITED.search(found[1])))
        return f"<div>{_OPEN}</div>{found[0]}" if cited[-1] else found[0]

    return _QUOTE.sub(mark, html)


def _with_quotes(text: str) -> str:
    """Write `> ` before every line of a quoted mail, as in plain text."""
    if _OPEN not in text:
        return text
    out: list[str] = []
    depth = 0
    for line in text.split("\n"):
        depth += line.count(_OPEN)
        words = line.translate(_MARKS)
        if words.strip() or not (depth and (not out or out[-1].rstrip(">") == "" or _CLOSE in line)):
            out.append(f"{'>' * depth} {words.strip()}".rstrip() if depth else words)
        depth = max(0, depth - line.count(_CLOSE))
    return "\n".join(out)


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
    return get_text(f"<html><body>{shape}</body></html>", _LAYOUT) if shape.strip() else ""


def bare_text(html: str) -> str:
    """Return the text with every tag cut out, a line break where a block ends; linear for any input."""
    html = _BREAK.sub("\n", _HIDDEN.sub(" ", _COMMENT.sub("", html[:MAX_HTML])))
    return clean_text(entities.unescape(_ANY_TAG.sub("", html)))
