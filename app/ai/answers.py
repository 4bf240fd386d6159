"""What a model may answer: read leniently (fences, thoughts, prose around it), validated strictly."""

import json
import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import Trouble

Text = Annotated[str, Field(max_length=20_000)]
_DECODER = json.JSONDecoder()
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_TRIES = 20


class NoAnswer(Trouble):
    """The AI service gave no usable answer."""

    status = 502
    title = "No answer from the AI service"


class Rejected(NoAnswer):
    """The AI service's answer did not have the agreed form."""


class Answer(BaseModel):
    """Base of all answers: exact types, no infinities, unknown extra fields ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class ClassificationAnswer(Answer):
    """A proposed category, priority and how sure the model is (0 to 1)."""

    category: Text
    priority: Text
    confidence: float
    language: Text
    reason: Text


class TextAnswer(Answer):
    """A proposed text and the titles of the articles it rests on."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    used_articles: list[Text]


class SummaryAnswer(Answer):
    """At most three lines."""

    lines: Annotated[list[Text], Field(min_length=1, max_length=10)]


A = TypeVar("A", bound=Answer)


def schema_of(answer: type[Answer], **enums: list[str]) -> dict[str, Any]:
    """Return the JSON Schema of an answer, closed and with every field required as strict servers ask."""
    schema = answer.model_json_schema()
    properties = {name: _bare(spec, enums.get(name)) for name, spec in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _bare(spec: dict[str, Any], enum: list[str] | None) -> dict[str, Any]:
    kept = {key: value for key, value in spec.items() if key in {"type", "items"}}
    if "items" in kept:
        kept["items"] = {"type": kept["items"]["type"]}
    return kept | ({"enum": enum} if enum else {})


def read(text: str, answer: type[A]) -> A:
    """Find the answer in a model's text; raise Rejected when there is none of the agreed form."""
    text = _THOUGHT.sub("", text)
    start = text.find("{")
    for _ in range(_TRIES):
        if start < 0:
            break
        try:
            return answer.model_validate(_DECODER.raw_decode(text, start)[0])
        except (json.JSONDecodeError, ValidationError, RecursionError):
            start = text.find("{", start + 1)
    raise Rejected
