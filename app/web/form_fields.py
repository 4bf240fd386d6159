"""From what a browser sends, always text, to what a form's JSON Schema asks for."""

from typing import Any

from werkzeug.datastructures import MultiDict

NUMBERS = {"integer": int, "number": float}


def answer_of(schema: dict[str, Any], sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return the answer as data; empty optional fields are left out, and text that is no number stays text."""
    answer = {}
    for name, field in schema.get("properties", {}).items():
        value = _value(field, sent.getlist(name))
        if value is not None:
            answer[name] = value
    return answer


def _value(field: dict[str, Any], texts: list[str]) -> Any:
    kind = field.get("type", "string")
    if kind == "boolean":
        return bool(texts and texts[-1])
    if kind == "array":
        return [text for text in texts if text]
    if not texts or not texts[-1].strip():
        return None
    return _number(NUMBERS[kind], texts[-1]) if kind in NUMBERS else texts[-1].replace("\r\n", "\n").strip()


def _number(kind: type[int] | type[float], text: str) -> Any:
    # What is no number is handed on as it is: the schema refuses it with the field's name.
    try:
        return kind(text.replace(",", "."))
    except ValueError:
        return text
