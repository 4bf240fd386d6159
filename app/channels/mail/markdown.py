"""What an agent writes, as HTML for a mail: each element carries its style, for mail programs drop style sheets."""

import re
from collections.abc import Iterator, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_FONT = "font-size:16px;line-height:1.6;margin:0 0 16px"
_STYLES = {
    "p": _FONT,
    "ul": f"{_FONT};padding-left:24px",
    "ol": f"{_FONT};padding-left:24px",
    "li": "margin:0 0 6px",
    "h1": "font-size:22px;line-height:1.3;margin:24px 0 12px",
    "h2": "font-size:19px;line-height:1.3;margin:24px 0 12px",
    "h3": "font-size:17px;line-height:1.3;margin:20px 0 8px",
    "blockquote": "margin:0 0 16px;padding:2px 0 2px 16px;border-left:3px solid #c3c9d3",
    "hr": "border:0;border-top:1px solid #d9dee6;margin:24px 0",
}
_CODE = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:14px"
_PRE = f"{_CODE};line-height:1.5;margin:0 0 16px;padding:12px;border:1px solid #d9dee6;white-space:pre-wrap"
_TAGS = {
    *("p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "pre", "code", "hr"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_PROPERTIES = {
    *("font-size", "line-height", "margin", "padding", "padding-left", "border", "border-left", "border-top"),
    *("font-family", "white-space", "color"),
}
_BARE_LINK = re.compile(r"https?://[^\s<>\"'\u201c\u201d]{1,2000}")
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def read(markdown: str) -> list[Token]:
    """Parse Markdown; raw HTML in it is plain text, bare web addresses are links."""
    tokens = _markdown.parse(markdown.replace("\x00", ""))
    for token in tokens:
        if token.type == "inline":
            token.children = list(_linked(token.children or []))
    return tokens


def to_html(tokens: Sequence[Token], link_colour: str) -> str:
    """Render parsed Markdown with inline styles, cleaned of everything a mail does not need."""
    for token in tokens:
        _style(token, link_colour)
        for child in token.children or []:
            _style(child, link_colour)
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"*": {"style"}, "a": {"href", "class"}, "ol": {"start"}},
        filter_style_properties=_PROPERTIES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


def _style(token: Token, link_colour: str) -> None:
    if token.tag == "a" and token.nesting == 1:
        token.attrSet("style", f"color:{link_colour}")
        token.attrSet("class", "link")
    elif token.tag == "code":
        token.attrSet("style", _PRE if token.block else _CODE)
    elif token.tag in _STYLES and token.nesting >= 0:
        token.attrSet("style", _STYLES[token.tag])


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            yield from _split(token)
        else:
            yield token


def _split(token: Token) -> Iterator[Token]:
    end = 0
    for match in _BARE_LINK.finditer(token.content):
        url = match[0].rstrip(".,;:!?)]}*_")
        yield _text(token.content[end : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": url})
        yield _text(url)
        yield Token("link_close", "a", -1)
        end = match.start() + len(url)
    yield _text(token.content[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
