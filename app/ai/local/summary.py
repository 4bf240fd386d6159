"""A summary without a model: the sentences that matter most, as they were written."""

from app.ai.data import Summary, TicketContext
from app.ai.guard import one_line
from app.ai.links import Links
from app.ai.local.extract import TEXT_CHARS, key_sentences
from app.ai.local.scoring import LOCAL_MODEL, LOCAL_VERSION
from app.ai.local.sentences import core

LINES, LINE_CHARS = 3, 240


def summarise(context: TicketContext, links: Links, note: str = "") -> Summary:
    """Quote at most three sentences of the public conversation."""
    said = "\n\n".join(core(message.text[:TEXT_CHARS]) for message in context.messages)
    lines = [one_line(one, links, LINE_CHARS) for one in key_sentences(said, LINES)]
    return Summary(
        text="\n".join(line for line in lines if line) or one_line(context.subject, links, LINE_CHARS),
        source="local",
        model=LOCAL_MODEL,
        prompt_version=LOCAL_VERSION,
        note=f"{note} The lines are sentences of the ticket, chosen by weight.".strip(),
    )
