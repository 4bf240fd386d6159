"""What comes in: the bases of bodies, queries and paths, so that no view meets text a database refuses."""

import base64
import math
from typing import Annotated, Any

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, WithJsonSchema, model_validator
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app import departments
from app.cards import finding
from app.departments import Department
from app.errors import Invalid, NotFound
from app.paging import LARGEST, LAST
from app.text import LONGEST, clean
from app.tickets.attaching import Upload

DEEPEST = 40
MOST_FILES = 50
LONGEST_REASON = 2_000

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON)]


def read_json() -> None:
    """Parse a JSON body before the view asks for it; raise BadRequest (400) for one that is none."""
    if request.is_json and request.get_data():
        try:
            request.get_json()
        except RecursionError:
            raise BadRequest("The JSON is nested too deeply.") from None


def storable(value: Any, depth: int = 0) -> Any:
    """Return JSON with every text cleaned; raise ValueError for what no JSON column takes."""
    if depth > DEEPEST:
        raise ValueError("is nested too deeply")
    if isinstance(value, str):
        return clean(value, len(value))
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number must be finite")
    if isinstance(value, dict):
        return {clean(str(key), len(str(key))): storable(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [storable(one, depth + 1) for one in value]
    return value


def _body(value: Any) -> Any:
    if value is None and not request.is_json:
        raise UnsupportedMediaType("Send JSON with Content-Type: application/json.")
    return storable(value)


class Ask(BaseModel):
    """A JSON body. Unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid")

    clean_body = model_validator(mode="before")(_body)


class FormData(RootModel[dict[str, Any]]):
    """The fields of a form, by name."""

    clean_body = model_validator(mode="before")(_body)


class Query(BaseModel):
    """The part of the address behind the question mark; unknown names are ignored."""

    clean_query = model_validator(mode="before")(storable)


class Paged(Query):
    page: int = Field(1, ge=1, le=LAST, description="Which page, from 1.")
    page_size: int = Field(50, ge=1, le=LARGEST, description="Items of a page.")


def _name(value: str) -> str:
    if "\x00" in value:
        raise NotFound()
    return value


Name = Annotated[str, BeforeValidator(_name)]


class ById(BaseModel):
    id: Name


class ByNumber(BaseModel):
    number: Name = Field(description="The ticket's number, such as TKT-0042.")


class ByKey(BaseModel):
    key: Name


def decoded(value: Any) -> bytes:
    """Return the bytes of a text in base64; raise ValueError for what is none."""
    if not isinstance(value, str):
        raise ValueError("must be a string of base64")
    return base64.b64decode("".join(value.split()), validate=True)


class File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    filename: str = Field(min_length=1, max_length=255)
    content_type: str = Field("application/octet-stream", max_length=120)
    content_base64: Annotated[bytes, BeforeValidator(decoded), WithJsonSchema({"type": "string", "format": "byte"})]

    def attached(self) -> Upload:
        """Return the file as rooms take it."""
        return (self.filename, self.content_type, self.content_base64)


Files = Annotated[list[File], Field(default_factory=list, max_length=MOST_FILES)]


def segment(path: str) -> None:
    """Raise Invalid for a segment nobody knows, for the address of the request itself is right."""
    try:
        finding.segment_at(path)
    except NotFound as error:
        raise Invalid(error.detail, {"change_request": error.detail}) from None


def department(key: str) -> Department:
    """Return the department a request names; raise Invalid, for the address of the request itself is right."""
    try:
        return departments.by_key(key)
    except NotFound as error:
        raise Invalid(error.detail, {"department": "is unknown"}) from None
