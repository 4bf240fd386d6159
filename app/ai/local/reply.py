"""A draft without a model: a prepared reply or what solved a like ticket, else the right questions."""

import re
from collections.abc import Sequence

from app.ai.data import Article, Candidate, CannedReply, Draft, DraftSource, Match, Request, SolvedTicket, TicketContext
from app.ai.guard import one_line, plain_text
from app.ai.links import Links
from app.ai.local.details import missing
from app.ai.local.extract import TEXT_CHARS, key_sentences
from app.ai.local.language import UNKNOWN, detect
from app.ai.local.nearest import suggest
from app.ai.local.phrases import PHRASES, Phrases
from app.ai.local.scoring import LOCAL_MODEL, LOCAL_VERSION, classify
from app.ai.local.seeds import PRESET_CATEGORIES
from app.ai.local.sentences import core, sentences
from app.ai.local.words import fold, words

_NEAR_CANNED, _NEAR_SOLVED, _NEAR_ARTICLE = 0.18, 0.2, 0.15
_QUOTE_CHARS, _SUBJECT_CHARS, _SHORT_QUESTION = 240, 120, 8
_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|tr|rv|enc|res)\s*:|\[[^\]]{1,20}\])\s*", re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:hi|hello|hallo|bonjour|hola|ola|help|hilfe|aide|ayuda|ajuda|question|frage|urgente?|no subject)\W*"
)
_TITLE = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|herr|frau|mme|m|sr|sra)\.?\s+)+", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Whatever may belong to the other customer: addresses, links, numbers, amounts, ticket numbers.
_PERSONAL = re.compile(
    r"@|://|www\.|\d{3,}|[€$£]|\b[A-Z]{2,}-\d+|\b(?:iban|eur|usd|gbp)\b"
    r"|\b(?:passwor[dt]|kennwort|mot de passe|contraseña|senha|pin|code)\s*(?:is|ist|lautet|est|es|é|[:=])",
    re.IGNORECASE,
)


def draft(context: TicketContext, note: str = "") -> Draft:
    """Write a polite reply in the customer's language, to be read and changed by a person."""
    asked = question_of(context)
    language = language_of(context)
    phrases = PHRASES.get(language, PHRASES["en"])
    body, sources = _body(context, asked, language, phrases)
    parts = [greeting(first_name(context.customer_name), phrases), _acknowledgement(context, asked, phrases), *body]
    parts.append(signed(phrases.closing, context))
    return Draft(
        text=plain_text("\n\n".join(part for part in parts if part), published(context)),
        source="local",
        model=LOCAL_MODEL,
        prompt_version=LOCAL_VERSION,
        language=language,
        sources=sources,
        note=f"{note} {_explain(sources)}".strip(),
    )


def question_of(context: TicketContext) -> str:
    """Return what the customer wrote since the last answer, without greetings and signatures."""
    unanswered: list[str] = []
    for message in reversed(context.messages):
        if not message.from_customer and unanswered:
            break
        if message.from_customer:
            unanswered.append(core(message.text[:TEXT_CHARS]))
    return "\n\n".join(reversed(unanswered))


def language_of(context: TicketContext) -> str:
    """Return the language to answer in, `en` when the customer's is not known."""
    if context.language and context.language != UNKNOWN:
        return context.language
    said = "\n".join(message.text for message in context.messages if message.from_customer)
    found = detect(f"{context.subject}\n{said}")
    return "en" if found == UNKNOWN else found


def published(context: TicketContext) -> Links:
    """Return the links a reply may hold: the desk's own and those of published articles and prepared replies."""
    texts = [text for article in context.articles for text in (article.url, article.text)]
    return Links.published(context.base_url, [*texts, *(reply.text for reply in context.canned)])


def first_name(name: str) -> str:
    """Return the first name out of "Ann Lee", "Lee, Ann" or "Dr. Ann Lee"; nothing when it is not a plain name."""
    plain = _TITLE.sub("", one_line(name, limit=80))
    family, comma, given = plain.partition(",")
    first = ((given if comma else family).split() or [""])[0]
    return first if len(first) <= 30 and _NAME.fullmatch(first) and "@" not in plain and "(" not in plain else ""


def greeting(name: str, phrases: Phrases) -> str:
    """Return the greeting, by name when there is one."""
    return phrases.hello.format(name=name) if name else phrases.hello_nobody


def signed(closing: str, context: TicketContext) -> str:
    """Return a closing formula with the agent's name and department below."""
    return "\n".join(line for line in (closing, context.agent_name, context.department) if line)


def near_articles(context: TicketContext, limit: int, least: float = _NEAR_ARTICLE) -> list[Article]:
    """Return the published articles nearest to what was asked."""
    candidates = [Candidate(id=str(n), title=a.title, text=a.text) for n, a in enumerate(context.articles)]
    return [context.articles[int(match.id)] for match in _near(context, candidates, limit, least)]


def _near(context: TicketContext, candidates: Sequence[Candidate], limit: int, least: float) -> list[Match]:
    return suggest(f"{context.subject}\n{question_of(context)}", candidates, limit, least)


def _acknowledgement(context: TicketContext, asked: str, phrases: Phrases) -> str:
    subject = context.subject
    while _PREFIX.match(subject):
        subject = _PREFIX.sub("", subject, count=1)
    subject = one_line(subject, limit=_SUBJECT_CHARS)
    vague = not words(subject) or _VAGUE.fullmatch(fold(subject))
    lines = [phrases.thanks if vague else phrases.thanks_about.format(subject=subject)]
    words_of_theirs = one_line(_main_point(asked), limit=_QUOTE_CHARS)
    if words_of_theirs:
        lines.append(phrases.quote.format(words=words_of_theirs))
    return "\n".join(lines)


def _main_point(asked: str) -> str:
    """Return the customer's last question, with the sentence before a short one, else the sentence that says most."""
    said = sentences(asked)
    last = max((n for n, one in enumerate(said) if one.endswith("?")), default=None)
    if last is None:
        return "".join(key_sentences(asked, 1))
    short = len(said[last].split()) < _SHORT_QUESTION
    return " ".join(said[last - 1 : last + 1] if short and last else [said[last]])


def _body(context: TicketContext, asked: str, language: str, phrases: Phrases) -> tuple[list[str], list[DraftSource]]:
    category = classify(Request(subject=context.subject, text=asked), PRESET_CATEGORIES).category
    parts = [phrases.sorry] if category == "complaint" else []
    sources: list[DraftSource] = []
    canned, solved = _canned(context, language), _solved(context, language)
    asks = _asks(category, f"{context.subject}\n{asked}", phrases)
    if canned:
        parts.append(core(canned.text))
        sources.append(DraftSource(kind="canned", title=canned.title))
    elif solved:
        ticket, answer = solved
        parts.append(f"{phrases.helped}\n{answer}")
        sources.append(DraftSource(kind="ticket", title=ticket.subject, ref=ticket.number))
        parts += [f"{phrases.ask_else}\n{asks}"] if asks else []
    else:
        parts.append(f"{phrases.ask}\n{asks}" if asks else phrases.looking)
    for article in near_articles(context, 2):
        parts.append(phrases.article.format(title=article.title, url=article.url))
        sources.append(DraftSource(kind="article", title=article.title, ref=article.url))
    return parts, sources


def _asks(category: str, said: str, phrases: Phrases) -> str:
    return "\n".join(f"- {phrases.details[name]}" for name in missing(category, said))


def _canned(context: TicketContext, language: str) -> CannedReply | None:
    """Return the nearest prepared reply that is in the customer's language."""
    fitting = [reply for reply in context.canned if detect(reply.text) in {language, UNKNOWN}]
    candidates = [Candidate(id=str(n), title=r.title, text=core(r.text)) for n, r in enumerate(fitting)]
    return next((fitting[int(match.id)] for match in _near(context, candidates, 1, _NEAR_CANNED)), None)


def _solved(context: TicketContext, language: str) -> tuple[SolvedTicket, str] | None:
    """Return the nearest solved ticket and what of its answer holds for anybody."""
    fitting = [ticket for ticket in context.solved if detect(ticket.answer) in {language, UNKNOWN}]
    candidates = [Candidate(id=str(n), title=t.subject, text=t.answer) for n, t in enumerate(fitting)]
    for match in _near(context, candidates, 3, _NEAR_SOLVED):
        ticket = fitting[int(match.id)]
        answer = impersonal(ticket)
        if answer:
            return ticket, answer
    return None


def impersonal(ticket: SolvedTicket) -> str:
    """Return the sentences of a solved ticket's answer that say nothing about its customer."""
    names = {word for word in words(ticket.customer_name) if len(word) > 1}
    kept = [
        one
        for one in sentences(core(ticket.answer))
        if not _PERSONAL.search(one) and names.isdisjoint(words(one)) and not one.endswith("?")
    ]
    answer = " ".join(kept[:4])
    return answer[:1].upper() + answer[1:]


def _explain(sources: list[DraftSource]) -> str:
    if not sources:
        return "The draft is a polite frame with the questions that are usually needed; check it before sending."
    names = {"canned": "the canned reply “{}”", "ticket": "the solved ticket {}", "article": "the article “{}”"}
    made_of = ", ".join(names[one.kind].format(one.ref if one.kind == "ticket" else one.title) for one in sources)
    return f"The draft was put together from {made_of}; check it before sending."
