"""The AI island: plain data in, dataclasses out; every proposal says whether a model or Flowdesk itself made it."""

from app.ai.answers import NoAnswer
from app.ai.asking import classify, draft_reply, refine, summarise
from app.ai.data import (
    PRIORITIES,
    WISHES,
    Article,
    Candidate,
    CannedReply,
    Classification,
    Draft,
    DraftSource,
    Match,
    Priority,
    PublicMessage,
    Request,
    SolvedTicket,
    Summary,
    TicketContext,
    Wish,
)
from app.ai.local import PRESET_CATEGORIES, NoCategories, suggest
from app.ai.local import detect as detect_language
from app.ai.provider import OpenAIProvider, Provider, Unavailable, configured, provider

__all__ = [
    "PRESET_CATEGORIES",
    "PRIORITIES",
    "WISHES",
    "Article",
    "Candidate",
    "CannedReply",
    "Classification",
    "Draft",
    "DraftSource",
    "Match",
    "NoAnswer",
    "NoCategories",
    "OpenAIProvider",
    "Priority",
    "Provider",
    "PublicMessage",
    "Request",
    "SolvedTicket",
    "Summary",
    "TicketContext",
    "Unavailable",
    "Wish",
    "classify",
    "configured",
    "detect_language",
    "draft_reply",
    "provider",
    "refine",
    "suggest",
    "summarise",
]
