"""Words of any language, folded so that case, accents and ß make no difference."""

import re
import unicodedata

from app.ai.local.language import SMALL_WORDS

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text in lower case, without accents, ß as ss."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Return the folded words in order."""
    return _WORD.findall(fold(text))


STOPWORDS = frozenset(word for small in SMALL_WORDS.values() for word in words(small))


def stems(text: str) -> list[str]:
    """Return the words that carry meaning, cut to their first six letters: a crude stem for five languages at once."""
    return [word[:6] for word in words(text) if len(word) > 2 and word not in STOPWORDS]
