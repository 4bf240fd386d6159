"""Markdown as a reader of plain text would like it: the same words, links spelled out, no marks left over."""

from collections.abc import Sequence

from markdown_it.token import Token

_BULLETS = "-"


class _Writer:
    """Writes block after block; `prefixes` stand before each line, `lead` before the next one only."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.prefixes: list[str] = []
        self.lead: str | None = None
        self.tight = True

    def gap(self) -> None:
        """Leave one blank line, unless the list goes on."""
        if self.lines and not self.tight and self.lines[-1].strip(" >"):
            self.lines.append("".join(self.prefixes).rstrip())
        self.tight = True

    def block(self, text: str) -> None:
        self.gap()
        for number, line in enumerate(text.split("\n")):
            before = "".join(self.prefixes)
            if number == 0 and self.lead is not None:
                before, self.lead = "".join(self.prefixes[:-1]) + self.lead, None
            self.lines.append(f"{before}{line}".rstrip())
        self.tight = False


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the text of parsed Markdown."""
    writer = _Writer()
    counters: list[int | None] = []
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            counters.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            counters.pop()
            writer.tight = False
        elif token.type == "list_item_open":
            number = counters[-1]
            writer.lead = f"{_BULLETS} " if number is None else f"{number}. "
            counters[-1] = None if number is None else number + 1
            writer.prefixes.append(" " * len(writer.lead))
            writer.tight = number not in (None, 1) or _continues(writer)
        elif token.type == "blockquote_open":
            writer.gap()
            writer.prefixes.append("> ")
        elif token.type in {"list_item_close", "blockquote_close"}:
            writer.prefixes.pop()
        else:
            _content(writer, token)
    return "\n".join(writer.lines).strip("\n")


def _continues(writer: _Writer) -> bool:
    return bool(writer.lines) and writer.lines[-1].lstrip(" >").startswith((f"{_BULLETS} ", "  "))


def _content(writer: _Writer, token: Token) -> None:
    if token.type == "inline":
        writer.block(_inline(token.children or []))
    elif token.type in {"fence", "code_block"}:
        writer.block("\n".join(f"    {line}" for line in token.content.rstrip("\n").split("\n")))
    elif token.type == "hr":
        writer.block("-" * 20)


def _inline(tokens: Sequence[Token]) -> str:
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(out)))
        elif token.type == "link_close":
            href, start = links.pop()
            shown = "".join(out[start:])
            out += [] if shown in (href, href.removeprefix("mailto:")) else [f" ({href.removeprefix('mailto:')})"]
        elif token.type in {"softbreak", "hardbreak"}:
            out.append("\n")
        else:
            out.append(token.content)
    return "".join(out)
