"""The agent's own draft in other words, as far as that goes without a model."""

import re
from dataclasses import dataclass

from app.ai.data import Draft, Wish
from app.ai.local.extract import key_sentences
from app.ai.local.language import UNKNOWN, detect
from app.ai.local.phrases import PHRASES, Phrases
from app.ai.local.scoring import LOCAL_MODEL, LOCAL_VERSION
from app.ai.local.sentences import is_closing, is_greeting, is_thanks, sentences

_PER_PARAGRAPH, _THANKS_WORDS = 2, 14
_LIST = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Letter:
    greeting: str
    body: str
    closing: str

    def __str__(self) -> str:
        return "\n\n".join(part for part in (self.greeting, self.body, self.closing) if part)


def refine(text: str, wish: Wish, note: str = "") -> Draft:
    """Shorten by choosing sentences, befriend by adding some; translating is left alone and said to be."""
    language = detect(text)
    letter = _letter(text)
    match wish:
        case "shorter":
            refined, how = _shorter(letter, language), "The most telling sentences were kept as they are."
        case "friendlier":
            refined, how = _friendlier(letter, language), "Friendly sentences were added; yours are unchanged."
        case "translate":
            refined, how = text, "Translating needs a model, so the text is unchanged."
    return Draft(
        text=refined,
        source="local",
        model=LOCAL_MODEL,
        prompt_version=LOCAL_VERSION,
        language=language,
        note=f"{note} {how}".strip(),
    )


def _letter(text: str) -> _Letter:
    lines = text.strip().splitlines()
    start = 1 if lines and is_greeting(lines[0]) else 0
    end = next((n for n in range(start, len(lines)) if is_closing(lines[n].strip())), len(lines))
    return _Letter(*("\n".join(part).strip() for part in (lines[:start], lines[start:end], lines[end:])))


def _shorter(letter: _Letter, language: str) -> str:
    paragraphs = [_shortened(one, language) for one in re.split(r"\n\s*\n", letter.body)]
    body = "\n\n".join(one for one in paragraphs if one)
    return str(_Letter(letter.greeting, body or letter.body, letter.closing))


def _shortened(paragraph: str, language: str) -> str:
    """Keep a list whole; of prose drop the courtesies and keep the sentences that say most."""
    if _LIST.search(paragraph):
        return paragraph
    phrases = PHRASES.get(language, PHRASES["en"])
    quote = phrases.quote.partition("{")[0]
    unquoted = "\n".join(line for line in paragraph.splitlines() if not line.startswith(quote))
    telling = [one for one in sentences(unquoted) if not _is_courtesy(one, phrases)]
    return " ".join(key_sentences(" ".join(telling), _PER_PARAGRAPH))


def _is_courtesy(sentence: str, phrases: Phrases) -> bool:
    return is_thanks(sentence, _THANKS_WORDS) or sentence in {phrases.patience, phrases.offer}


def _friendlier(letter: _Letter, language: str) -> str:
    phrases = PHRASES.get("en" if language == UNKNOWN else language)
    if phrases is None:
        return str(letter)
    added = [one for one in (phrases.patience, phrases.offer) if one not in letter.body]
    before, after = added[: phrases.patience in added], added[phrases.patience in added :]
    body = "\n\n".join([*before, letter.body, *after])
    return str(_Letter(letter.greeting or phrases.hello_nobody, body, letter.closing or phrases.closing))
