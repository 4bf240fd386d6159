"""How a mail of the desk looks: one calm column, readable in any mail program, light or dark, with pictures off."""

import re
from html import escape

DEFAULT_COLOUR = "#2f5fd0"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_FONTS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
@media (prefers-color-scheme: dark) {{
.page {{ background-color:#14171c !important; }}
.card {{ background-color:#1d2128 !important; }}
.words, .words p, .words li {{ color:#e6e9ee !important; }}
.desk, .foot {{ color:#aab2bf !important; }}
.link {{ color:#9cbcff !important; }}
}}
@media (max-width: 480px) {{ .card {{ padding:24px 20px 8px !important; }} }}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f3f5f8;font-family:{fonts}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="background-color:#f3f5f8"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="desk" style="padding:0 4px 12px;font-size:14px;font-weight:600;color:#55606e">{desk}</td></tr>
<tr><td class="card" \
style="background-color:#ffffff;border-top:4px solid {colour};padding:32px 32px 16px;border-radius:4px">
<div class="words" style="color:#1f2630;font-size:16px;line-height:1.6">
{words}</div>
</td></tr>
<tr><td class="foot" style="padding:16px 4px 0;font-size:13px;line-height:1.5;color:#55606e">{foot}</td></tr>
</table>
</td></tr></table>
</body>
</html>
"""


def page(*, subject: str, desk_name: str, colour: str, words: str, foot: str, language: str) -> str:
    """Return the whole HTML; `words` is clean HTML, everything else is text."""
    return _PAGE.format(
        language=escape(language),
        subject=escape(subject),
        desk=escape(desk_name),
        colour=safe_colour(colour),
        words=words,
        foot="<br>".join(escape(line) for line in foot.split("\n")),
        fonts=_FONTS,
    )


def safe_colour(colour: str) -> str:
    """Return `#rrggbb`, the default where `colour` is anything else."""
    return colour if _HEX.fullmatch(colour) else DEFAULT_COLOUR


def link_colour(colour: str) -> str:
    """Return the desk's colour where it can be read on white (WCAG 2.2, 4.5:1), else the default."""
    colour = safe_colour(colour)
    return colour if 1.05 / (_luminance(colour) + 0.05) >= 4.5 else DEFAULT_COLOUR


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
