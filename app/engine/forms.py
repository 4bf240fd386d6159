"""Forms a user task may name: JSON Schema 2020-12 with hints for the page, one file each in `forms/`."""

import json
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from app.config import ROOT
from app.errors import Invalid, NotFound

FORMS = ROOT / "forms"


@lru_cache(maxsize=64)
def form(name: str) -> dict[str, Any]:
    """Return {"title", "schema", "ui"} of a form; raise NotFound."""
    path = FORMS / f"{name}.json"
    if not name.replace("_", "").replace("-", "").isalnum() or not path.is_file():
        raise NotFound(f"There is no form “{name}”.")
    loaded: dict[str, Any] = json.loads(path.read_text())
    Draft202012Validator.check_schema(loaded["schema"])
    return loaded


def names() -> list[str]:
    """Return every form a drawing may name."""
    return sorted(path.stem for path in FORMS.glob("*.json"))


def validated(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the answer cut to the fields of the form; raise Invalid with one sentence per wrong field."""
    if not name:
        return data
    schema = form(name)["schema"]
    fields: dict[str, str] = {}
    for error in Draft202012Validator(schema).iter_errors(data):
        place = str(error.absolute_path[0]) if error.absolute_path else _missing(error)
        fields.setdefault(place, error.message[:300])
    if fields:
        raise Invalid("The form has wrong fields: " + "; ".join(f"{k}: {v}" for k, v in fields.items()), fields)
    return {key: value for key, value in data.items() if key in schema.get("properties", {})}


def _missing(error: Any) -> str:
    present = error.instance if isinstance(error.instance, dict) else {}
    if error.validator == "required":
        return next((name for name in error.validator_value if name not in present), "form")
    return "form"
