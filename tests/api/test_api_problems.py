"""Whatever goes wrong under /api/ is a problem document."""

import json
from typing import Any

import pytest
from api_world import Caller, World
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.tickets import finding


def _is_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.data)
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert isinstance(body["detail"], str)
    return body


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/tickets", "/api/v1/tickets/TKT-1/nothing"])
def test_an_address_that_is_no_route(world: World, path: str) -> None:
    _is_problem(world.flask.test_client().get(path), 404)


def test_a_method_that_is_not_offered(ann: Caller) -> None:
    answer = ann("DELETE", "/tickets")
    _is_problem(answer, 405)
    assert "POST" in answer.headers["Allow"]


def test_an_object_that_is_not_there(ann: Caller) -> None:
    assert "TKT-9999" in _is_problem(ann("GET", "/tickets/TKT-9999"), 404)["detail"]
    for path in ("/contacts/x", "/instances/x", "/instances/%00", "/tickets/%00", "/processes/x/xml"):
        _is_problem(ann("GET", path), 404)
    _is_problem(ann("POST", "/tasks/x/claim"), 404)


def test_json_that_is_none(ann: Caller) -> None:
    send = {"content_type": "application/json"}
    for data in (b"{", b"\xff", b'{"a": 01}', b"[" * 100_000):
        _is_problem(ann("POST", "/tickets", data=data, **send), 400)


@pytest.mark.parametrize("data", [b"null", b"[]", b'"text"', b"3", b"", b'{"subject": NaN}'])
def test_json_of_another_shape(ann: Caller, data: bytes) -> None:
    assert _is_problem(ann("POST", "/tickets", data=data, content_type="application/json"), 422)["errors"]


def test_json_nested_deeper_than_any_form(ann: Caller) -> None:
    data = json.dumps({"subject": "x"}).replace('"x"', "[" * 60 + "]" * 60)
    body = _is_problem(ann("POST", "/tickets", data=data, content_type="application/json"), 422)
    assert "nested" in body["detail"]


def test_another_content_type(ann: Caller) -> None:
    _is_problem(ann("POST", "/tickets", data=b"<a/>", content_type="application/xml"), 415)
    _is_problem(ann("POST", "/inbound/email", data=b"x", content_type="multipart/form-data; boundary=x"), 415)


def test_a_request_that_is_too_large(ann: Caller, world: World) -> None:
    world.flask.config["MAX_CONTENT_LENGTH"] = 1000
    _is_problem(ann("POST", "/tickets", {"subject": "x" * 2000}), 413)


def test_each_wrong_field_is_named(ann: Caller) -> None:
    answer = ann("POST", "/tickets", {"subject": "", "contact": {"email": "nobody"}, "priority": "huge"})
    assert set(_is_problem(answer, 422)["errors"]) == {"subject", "body", "contact.email", "priority"}


def test_a_database_that_does_not_answer(ann: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_number: str) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(finding, "by_number", locked)
    answer = ann("GET", "/tickets/TKT-0001")
    _is_problem(answer, 503)
    assert answer.headers["Retry-After"] == "1"


def test_a_fault_of_ours_tells_nothing_about_the_inside(ann: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "by_number", lambda _number: 1 / 0)
    body = _is_problem(ann("GET", "/tickets/TKT-0001"), 500)
    assert "ZeroDivision" not in json.dumps(body)


def test_answers_are_kept_by_no_cache(ann: Caller) -> None:
    assert ann("GET", "/tickets").headers["Cache-Control"] == "no-store"
