"""Nothing leaves the island that is not plain, bounded text and a value from the desk's own lists."""

import html
import re
from collections.abc import Mapping

from app.ai.answers import ClassificationAnswer, Rejected
from app.ai.data import PRIORITIES, Priority
from app.ai.links import Links

REPLY_CHARS, LINE_CHARS = 6_000, 300
_NO_LINKS = Links()
_TAGS = (
    "a|abbr|address|area|article|aside|audio|b|base|bdi|bdo|big|blink|blockquote|body|br|button|canvas|caption|center"
    "|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font"
    "|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|image|input|ins|kbd|label|legend|li|link|main"
    "|map|mark|marquee|math|menu|meta|meter|nav|noscript|object|ol|optgroup|option|output|p|param|picture|pre|progress"
    "|q|s|samp|script|section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td"
    "|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|use|var|video|wbr|xml|xmp"
)
_UNSEEN_BLOCK = re.compile(r"<(script|style|svg|math|template)\b.{0,20000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/li|/tr|/h[1-6])\s*>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:[\s/][^<>]*)?>|<!--.{{0,20000}}?-->|<[!?][^<>]*>", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\](?:\([^()]{0,2000}\)|\[[^\[\]]{0,200}\])")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,500})\]\(\s{0,9}<?([^()\[\]<>\s]{0,2000})>?(?:\s[^()\[\]]{0,500})?\)")
# Control characters but tab and line feed, soft hyphen, zero-width and bidirectional marks, tags, private use.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def plain_text(text: str, links: Links, limit: int = REPLY_CHARS) -> str:
    """Return plain text of at most `limit` characters: no HTML, Markdown images or unseen characters, allowed links."""
    text = _unescape(text[: 3 * limit].replace("\r\n", "\n").replace("\r", "\n"))
    text = _UNSEEN.sub("", text)
    text = _untag(text)
    text = _IMAGE.sub(r"\1", text)
    text = _MARKDOWN_LINK.sub(_spelled_out, text)
    text = _inert(links.clean(text))
    text = re.sub(r"[ \t]+\n", "\n", text)
    return shorten(re.sub(r"\n{3,}", "\n\n", text).strip(), limit)


def one_line(text: str, links: Links = _NO_LINKS, limit: int = LINE_CHARS) -> str:
    """Return plain text without line breaks."""
    return shorten(" ".join(plain_text(text, links, 3 * limit).split()), limit)


def shorten(text: str, limit: int) -> str:
    """Cut a text at a word so that it has at most `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[-60:] else cut).rstrip() + "…"


def category(answer: ClassificationAnswer, categories: Mapping[str, str]) -> str:
    """Return the key a model meant, by key or by name; raise Rejected when it is none of the list."""
    meant = answer.category.strip().casefold()
    for key, name in categories.items():
        if meant in {key.casefold(), name.casefold()}:
            return key
    raise Rejected("The AI proposed a category that does not exist, so its answer was not used.")


def priority(answer: ClassificationAnswer) -> Priority:
    """Return the priority; raise Rejected when it is none of the four."""
    meant = answer.priority.strip().casefold()
    for known in PRIORITIES:
        if meant == known:
            return known
    raise Rejected("The AI proposed a priority that does not exist, so its answer was not used.")


def confidence(answer: ClassificationAnswer) -> float:
    """Return the confidence, held between 0 and 1."""
    return round(min(1.0, max(0.0, answer.confidence)), 3)


def language(answer: ClassificationAnswer) -> str:
    """Return an ISO 639 code, `und` when the model wrote something else."""
    code = re.split(r"[-_]", answer.language.strip().casefold())[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else "und"


def _unescape(text: str) -> str:
    """Undo HTML entities, also nested ones, in which a link or a tag could hide."""
    for _ in range(5):
        plain = html.unescape(text)
        if plain == text:
            return text
        text = plain
    return text.replace("&", " ")


def _untag(text: str) -> str:
    """Remove HTML until nothing of it is left; what only looks like a tag keeps its words."""
    text = _AUTOLINK.sub(r"\1", text)
    for _ in range(5):
        plain = _TAG.sub("", _BREAK.sub("\n", _UNSEEN_BLOCK.sub("", text)))
        if plain == text:
            break
        text = plain
    return text


def _inert(text: str) -> str:
    """Take apart what a browser or a Markdown renderer would still take for a tag, a link or a link's definition."""
    return _OPENING.sub("‹", text).replace("](", "] (").replace("]:", "] :")


def _spelled_out(found: re.Match[str]) -> str:
    words, target = found.groups()
    return words if words.strip() == target else f"{words} ({target})"
