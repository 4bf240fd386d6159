"""HTML of a mail, made harmless for a sandboxed frame: no code, no forms, no style that strays, nothing fetched."""

import re
from collections.abc import Callable

import nh3

from app.channels.mail.totext import bare_text, depth

MAX_HTML = 2_000_000
_MAX_DEPTH = 400
_TAGS = {
    *("a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col"),
    *("colgroup", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s"),
    *("samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "time", "tr", "tt", "u", "ul", "var", "wbr"),
}
_ATTRIBUTES = {
    "*": {"align", "bgcolor", "dir", "lang", "style", "title", "valign"},
    "a": {"href"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "height", "rowspan", "width"},
    "th": {"colspan", "height", "rowspan", "width"},
    "time": {"datetime"},
}
_PROPERTIES = {
    *("background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius"),
    *("border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display"),
    *("font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "height", "letter-spacing"),
    *("line-height", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top"),
    *("max-height", "max-width", "min-height", "min-width", "padding", "padding-bottom", "padding-left"),
    *("padding-right", "padding-top", "text-align", "text-decoration", "text-indent", "text-transform"),
    *("vertical-align", "white-space", "width", "word-break", "word-wrap", "overflow-wrap"),
}
_DROPPED = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "head",
    "textarea",
    "select",
}
_LINK = re.compile(r"(?i)(?:https?|mailto|tel):")
_REMOTE = re.compile(r"(?i)https?:")
_PICTURES = ("data:image/png", "data:image/gif", "data:image/jpeg", "data:image/webp", "data:image/bmp")


def safe_html(html: str, *, images: bool = False, picture: Callable[[str], str | None] | None = None) -> str:
    """Return HTML to show in a sandboxed frame; remote images stay out unless `images`.

    `picture` turns the Content-ID of an attached picture into an address to show it from, or None.
    """
    html = html[:MAX_HTML].replace("\x00", "")
    if depth(html) > _MAX_DEPTH:  # the cleaner needs quadratic time for such nesting
        return f"<pre>{nh3.clean_text(bare_text(html))}</pre>"

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return _source(value.strip(), images, picture)
        return None if attribute == "href" and not _LINK.match(value.strip()) else value

    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        filter_style_properties=_PROPERTIES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        url_relative="pass_through",
    )


def _source(address: str, images: bool, picture: Callable[[str], str | None] | None) -> str | None:
    lower = address.lower()
    if lower.startswith("cid:"):
        return picture(address[4:]) if picture else None
    if lower.startswith("data:"):
        return address if lower.startswith(_PICTURES) else None
    return address if images and _REMOTE.match(address) else None


def has_remote_images(html: str) -> bool:
    """Whether `safe_html` leaves images out that `images=True` would show."""
    return "src=" in html.lower() and safe_html(html) != safe_html(html, images=True)
