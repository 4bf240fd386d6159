"""Everything a drawing may refer to, generated from what the code declares.

Operations are declared by the workers, messages and lanes by whoever records and knows them; forms are files.
"""

from dataclasses import dataclass
from typing import Any

from app.engine import forms
from app.engine.functions import HELPERS
from app.engine.operations import operations, type_name


@dataclass(frozen=True, slots=True)
class Message:
    """What the desk says under this name: `carries` are the variables it brings, as JSON types by name.

    `drawn` ones a drawing may say too.
    """

    name: str
    carries: dict[str, str]
    text: str
    drawn: bool


_messages: dict[str, Message] = {}
_lanes: dict[str, None] = {}


def message(name: str, text: str, /, *, drawn: bool = False, **carries: Any) -> None:
    """Declare what happens at the desk and reaches the drawings as a message of this name."""
    if name in _messages:
        raise RuntimeError(f"message {name} is declared twice")
    _messages[name] = Message(name, {field: type_name(hint) for field, hint in carries.items()}, text, drawn)


def messages() -> dict[str, Message]:
    """Return every declared message by name."""
    return dict(sorted(_messages.items()))


def lane(*names: str) -> None:
    """Declare lanes whose tasks somebody may answer; the empty name stands for drawings without lanes."""
    _lanes.update(dict.fromkeys(names))


def lanes() -> list[str]:
    """Return every declared lane, in the order it was declared."""
    return list(_lanes)


def fields(form: str) -> dict[str, str]:
    """Return the JSON type of each field of a form that becomes a variable; raise NotFound."""
    found = forms.form(form)
    transient = found["ui"].get("transient", [])
    properties = found["schema"].get("properties", {})
    return {name: _json_type(schema) for name, schema in properties.items() if name not in transient}


def _json_type(schema: Any) -> str:
    found = schema.get("type") if isinstance(schema, dict) else None
    return found if isinstance(found, str) else "any"


def everything() -> dict[str, Any]:
    """Return the whole catalogue as JSON."""
    return {
        "operations": {
            name: {
                "parameters": one.parameters,
                "required": sorted(one.required),
                "returns": one.returns,
                "text": one.text,
            }
            for name, one in operations().items()
        },
        "messages": {name: {"carries": one.carries, "text": one.text} for name, one in messages().items()},
        "forms": {name: {"title": forms.form(name)["title"], "variables": fields(name)} for name in forms.names()},
        "variables": _variables(),
        "lanes": [name for name in lanes() if name],
        "helpers": {name: {"text": one.text, "gives": one.gives} for name, one in HELPERS.items()},
    }


def _variables() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    carried = [(f"message {name}", one.carries) for name, one in messages().items()]
    asked = [(f"form {name}", fields(name)) for name in forms.names()]
    for source, carries in carried + asked:
        for name, kind in carries.items():
            variable = found.setdefault(name, {"type": kind, "from": []})
            variable["type"] = kind if variable["type"] == kind else "any"
            variable["from"].append(source)
    return dict(sorted(found.items()))
