"""The island's verbs: ask the model when there is one, hold its answer to the rules, else do it here and say so."""

import re
from collections.abc import Mapping, Sequence

from app.ai import guard, local, prompts
from app.ai.answers import ClassificationAnswer, NoAnswer, Rejected, SummaryAnswer, TextAnswer
from app.ai.data import (
    WISHES,
    Article,
    Classification,
    Draft,
    DraftSource,
    Request,
    Summary,
    TicketContext,
    Wish,
)
from app.ai.links import Links, urls_in
from app.ai.local.language import UNKNOWN, detect
from app.ai.local.reply import first_name, language_of, near_articles, published, signed
from app.ai.provider import Provider
from app.errors import Invalid

_ARTICLES, _LEAST_NEAR, _SUMMARY_LINES, _SUMMARY_CHARS = 4, 0.03, 3, 240
_NO_KEY = "No AI key is configured, so this was done without a model."


def classify(request: Request, categories: Mapping[str, str], provider: Provider | None) -> Classification:
    """Propose one of `categories` (key to name) and a priority; raise NoCategories when there are none."""
    if provider is None or not categories:
        return local.classify(request, categories, _NO_KEY)
    try:
        reply = provider.ask(prompts.classify(request, categories), ClassificationAnswer)
        return Classification(
            category=guard.category(reply.answer, categories),
            priority=guard.priority(reply.answer),
            confidence=guard.confidence(reply.answer),
            language=guard.language(reply.answer),
            reason=guard.one_line(reply.answer.reason),
            source="model",
            model=provider.model,
            prompt_version=prompts.PROMPT_VERSION,
            tokens=reply.tokens,
        )
    except NoAnswer as refusal:
        return local.classify(request, categories, _instead(refusal))


def draft_reply(context: TicketContext, provider: Provider | None) -> Draft:
    """Propose a reply to the customer's last messages, signed with the agent's name and department."""
    if provider is None:
        return local.draft(context, _NO_KEY)
    articles = near_articles(context, _ARTICLES, _LEAST_NEAR)
    try:
        reply = provider.ask(prompts.draft(context, first_name(context.customer_name), articles), TextAnswer)
        text = _text(reply.answer.text, published(context))
    except NoAnswer as refusal:
        return local.draft(context, _instead(refusal))
    return Draft(
        text=signed(text, context),
        source="model",
        model=provider.model,
        prompt_version=prompts.PROMPT_VERSION,
        language=language_of(context),
        sources=_used(reply.answer.used_articles, articles),
        tokens=reply.tokens,
    )


def summarise(context: TicketContext, provider: Provider | None) -> Summary:
    """Say in at most three lines what the public conversation is about."""
    links = published(context)
    if provider is None:
        return local.summarise(context, links, _NO_KEY)
    try:
        reply = provider.ask(prompts.summarise(context), SummaryAnswer)
        lines = [guard.one_line(line, links, _SUMMARY_CHARS) for line in reply.answer.lines]
        text = "\n".join([line for line in lines if line][:_SUMMARY_LINES])
        if not text:
            raise Rejected
    except NoAnswer as refusal:
        return local.summarise(context, links, _instead(refusal))
    return Summary(
        text=text, source="model", model=provider.model, prompt_version=prompts.PROMPT_VERSION, tokens=reply.tokens
    )


def refine(text: str, wish: Wish, provider: Provider | None, *, language: str = "", base_url: str = "") -> Draft:
    """Propose the agent's own draft shorter, friendlier or translated into `language` (ISO 639); raise Invalid."""
    if wish not in WISHES:
        raise Invalid("Say what the draft should become.", {"wish": f"one of {', '.join(WISHES)}"})
    if wish == "translate" and not re.fullmatch(r"[a-z]{2}", language):
        raise Invalid("Say which language to translate into.", {"language": "two letters, such as de"})
    if provider is None:
        return local.refine(text, wish, _NO_KEY)
    links = Links.published(base_url, [text])
    try:
        reply = provider.ask(prompts.refine(text, wish, language, urls_in(text)), TextAnswer)
        refined = _text(reply.answer.text, links)
    except NoAnswer as refusal:
        return local.refine(text, wish, _instead(refusal))
    spoken = language if wish == "translate" else detect(text)
    return Draft(
        text=refined,
        source="model",
        model=provider.model,
        prompt_version=prompts.PROMPT_VERSION,
        language="" if spoken == UNKNOWN else spoken,
        tokens=reply.tokens,
    )


def _text(written: str, links: Links) -> str:
    """Return what is left of a model's text under the rules; raise Rejected when nothing is."""
    text = guard.plain_text(written, links)
    if not text:
        raise Rejected
    return text


def _used(titles: Sequence[str], articles: Sequence[Article]) -> list[DraftSource]:
    """Believe a model only about articles it was given."""
    named = {title.strip().casefold() for title in titles}
    return [DraftSource(kind="article", title=a.title, ref=a.url) for a in articles if a.title.casefold() in named]


def _instead(refusal: NoAnswer) -> str:
    return f"{refusal.detail} This was done without a model instead."
