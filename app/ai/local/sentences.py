"""What somebody actually said in a mail: its sentences without greeting, sign-off, signature and quotes."""

import re

from app.ai.local.words import fold

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|to whom it may|hallo|guten (?:morgen|tag"
    r"|abend)|sehr geehrte"
    r"|lieber?|moin|servus|gruss gott|bonjour|bonsoir|chere?s?|madame|salut|hola|buen[oa]s|estimad[oa]s?|querid[oa]s?"
    r"|ola|bom dia|boa (?:tarde|noite)|prezad[oa]s?|car[oa]s?)\b"
)
_ADDRESSED = frozenset(
    (
        *("there", "all", "team", "everyone", "everybody", "together", "sir", "madam", "or", "zusammen", "ihr", "und"),
        *("a", "todos", "todas", "equipe", "equipo", "tous", "toutes", "le", "la", "support", "folks", "dear", "dr"),
    )
)
_CLOSING = re.compile(
    r"(?:(?:regards|cheers|sincerely|best|gruss|gruesse|lg|vg|mfg)(?:\W+\w+){0,2}\W*$"
    r"|(?:kind|best|warm|many) regards|best wishes|all the best|yours (?:sincerely|faithfully|truly)"
    r"|mit (?:freundlich|best|lieb)|(?:viele|beste|liebe|herzliche|schone|freundliche) gru"
    r"|(?:bien )?cordialement|bien a vous|salutations|sinceres|(?:un )?(?:cordial )?saludos?|atentamente"
    r"|atenciosamente|(?:com os )?(?:melhores )?cumprimentos|abraco)"
)
_THANKS = re.compile(
    r"(?:many )?thank|thx|(?:vielen |herzlichen )?dank|merci|(?:muchas )?gracias|(?:muito )?obrigad|agradec"
)
_OPENING = re.compile(r"[^,:.!?\n]{1,40}[,:!]\s+(?=\S)")
_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_BREAK = re.compile(r"(?<=[.!?…])[\"”»')]?\s+")
_ABBREVIATION = re.compile(
    r"(?:^|\W)(?:[^\W\d]|dr|mr|mrs|ms|prof|st|nr|no|art|tel|bzw|ca|evtl|inkl|ggf|vs|approx|pag)\.$", re.IGNORECASE
)
_ORDINAL = re.compile(r"(?:^|\W)\d{1,2}\.$")
_AFTER_ORDINAL = re.compile(r"(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez|stock|etage)", re.IGNORECASE)


def is_greeting(line: str) -> bool:
    """Tell whether a line is nothing but a greeting: "Hi Ann," is, "Hi my lamp is broken" is not."""
    line = line.strip()
    words = line.split()
    found = _GREETING.match(fold(line)) if 0 < len(words) <= 6 else None
    if found is None:
        return False
    named = [word.strip(",.!:;") for word in line[found.end() :].split()]
    unlike_names = [word for word in named if not _is_name(word) and fold(word) not in _ADDRESSED]
    return not unlike_names or (line.endswith(",") and line.count(",") == 1)


def _is_name(word: str) -> bool:
    return not word or (word[0].isupper() and not (len(word) > 3 and word.isupper()))


def is_closing(line: str) -> bool:
    """Tell whether a line is a closing formula, after which only names follow."""
    return len(line.split()) <= 6 and bool(_CLOSING.match(fold(line).strip()))


def is_thanks(line: str, most: int = 5) -> bool:
    """Tell whether a line of at most so many words thanks, and so says nothing else."""
    return len(line.split()) <= most and bool(_THANKS.match(fold(line).strip()))


def core(text: str) -> str:
    """Return the text without greeting, quotes, thanks, sign-off and signature."""
    kept: list[str] = []
    for line in text.splitlines():
        if line.rstrip() == "--" or (is_closing(line.strip()) and any(kept)):
            break
        if not line.lstrip().startswith(">") and not is_thanks(line.strip()):
            kept.append(line)
    first = next((number for number, line in enumerate(kept) if line.strip()), len(kept))
    salutation = _salutation(kept[first]) if first < len(kept) else 0
    text = "\n".join(kept)[sum(len(line) + 1 for line in kept[:first]) + salutation :].strip()
    return text[:1].upper() + text[1:] if salutation else text


def _salutation(line: str) -> int:
    """Return how many characters of a line greet: "Hi Ann, my printer" has eight."""
    if is_greeting(line):
        return len(line)
    opening = _OPENING.match(line)
    return opening.end() if opening and is_greeting(opening.group()) else 0


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; lines that a mail program wrapped are put together again."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        for block in _blocks(paragraph):
            found += _split(block)
    return found


def _blocks(paragraph: str) -> list[str]:
    blocks: list[str] = []
    for line in paragraph.splitlines():
        bullet = _BULLET.match(line)
        if blocks and not bullet and not blocks[-1].endswith((".", "!", "?", ":")):
            blocks[-1] += " " + line.strip()
        else:
            blocks.append(line[bullet.end() :].strip() if bullet else line.strip())
    return blocks


def _split(block: str) -> list[str]:
    found: list[str] = []
    for piece in _BREAK.split(block):
        if found and _goes_on(found[-1][-12:], piece):
            found[-1] += " " + piece
        elif piece.strip():
            found.append(piece.strip())
    return found


def _goes_on(end: str, piece: str) -> bool:
    """Tell whether the full stop belongs to an abbreviation ("Dr. Lee") or a German ordinal ("am 3. Mai")."""
    return bool(_ABBREVIATION.search(end) or (_ORDINAL.search(end) and _AFTER_ORDINAL.match(piece)))
