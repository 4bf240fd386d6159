"""Requests nobody should have sent: each is refused with problem details that name what is wrong; nothing changes."""

from pathlib import Path
from typing import Any

import pytest
from command_line import Flowdesk
from post_office import PostOffice, mail
from werkzeug.test import TestResponse

from app.config import ROOT

SHIPPED = (ROOT / "processes" / "request.bpmn").read_bytes()
NEW = {"subject": "Invoice", "body": "It is wrong.", "contact": {"email": "eve@acme.example"}}


def refused(answer: TestResponse, status: int) -> Any:
    """Return the problem details (RFC 9457) of a refusal."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json is not None
    assert {"type", "title", "status", "detail"} <= set(answer.json)
    assert answer.json["status"] == status
    return answer.json


def waiting_task(post: PostOffice, element: str) -> Any:
    """Return the one task the desk has; it must be this one."""
    [task] = post.world.caller().get("/tasks")["items"]
    assert task["element"] == element
    return task


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"then": "explode"}, {"body", "then"}),
        ({"body": "", "then": "waiting"}, {"body"}),
        ({"body": 17}, {"body"}),
        ([], None),
    ],
)
def test_a_form_with_wrong_fields_names_them_and_leaves_the_task_open(
    on_sqlite: PostOffice, wrong: Any, fields: set[str] | None
) -> None:
    on_sqlite.hand_in(mail())
    task = waiting_task(on_sqlite, "Activity_Reply")
    told = refused(on_sqlite.world.caller()("POST", f"/tasks/{task['id']}/completion", wrong), 422)
    if fields is not None:
        assert set(told["errors"]) & fields
    assert waiting_task(on_sqlite, "Activity_Reply")["id"] == task["id"]


def test_a_triage_that_names_no_such_department_is_refused_by_name(on_sqlite: PostOffice) -> None:
    on_sqlite.hand_in(mail("Hm.", Subject="Hm"))
    task = waiting_task(on_sqlite, "Activity_Triage")
    form = {**task["form"]["data"], "department": "moon", "category": "none", "priority": "soon"}
    told = refused(on_sqlite.world.caller()("POST", f"/tasks/{task['id']}/completion", form), 422)
    assert {"department", "category"} & set(told["errors"])
    assert waiting_task(on_sqlite, "Activity_Triage")["id"] == task["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"department": "moon"}, "department"),
        ({"priority": "soon"}, "priority"),
        ({"category": "astrology"}, "category"),
        ({"channel": "pigeon"}, "channel"),
        ({"contact": {"email": "nobody"}}, "contact.email"),
        ({"subject": ""}, "subject"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_ticket_with_a_wrong_field_is_refused_by_its_name(
    on_sqlite: PostOffice, change: dict[str, Any], field: str
) -> None:
    told = refused(on_sqlite.world.caller()("POST", "/tickets", NEW | change), 422)
    assert field in told["errors"]
    assert on_sqlite.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff", b'{"subject": ' + b"[" * 100_000])
def test_a_body_that_is_no_ticket_is_a_problem_and_no_crash(on_sqlite: PostOffice, body: bytes) -> None:
    answer = on_sqlite.world.caller()("POST", "/tickets", data=body, content_type="application/json")
    refused(answer, answer.status_code)
    assert answer.status_code in {400, 422}


BROKEN = {
    "not XML": (b"<bpmn", ""),
    "an entity": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', ""),
    "no drawing": (b"<html/>", ""),
    "an unknown operation": (("tickets.facts", "tickets.fact"), "Activity_Facts"),
    "an unknown form": (('value="triage"', 'value="triangle"'), "Activity_Triage"),
    "a wild expression": (('facts["sure"]', '__import__("os").getpid() &gt; 0'), "Flow_Sure_Filed"),
}


def drawing(change: Any) -> bytes:
    """Return the request drawing with one text replaced, or the bytes given."""
    if isinstance(change, bytes):
        return change
    text = (ROOT / "processes" / "request.bpmn").read_text()
    assert change[0] in text
    return text.replace(*change).encode()


@pytest.mark.parametrize("name", BROKEN)
def test_a_drawing_that_cannot_run_is_refused_with_its_element(on_sqlite: PostOffice, name: str) -> None:
    change, element = BROKEN[name]
    caller, sent = on_sqlite.world.caller(), {"data": drawing(change), "content_type": "application/xml"}
    before = caller.get("/processes")["total"]
    found = caller("POST", "/processes/request/drafts", **sent).json
    assert found is not None
    assert found["problems"]
    assert all(one["message"] for one in found["problems"])
    told = refused(caller("POST", "/processes/request/versions", **sent), 422)
    assert found["problems"][0]["element"] == told.get("element", "") == element
    assert caller.get("/processes")["total"] == before


def test_the_command_line_names_file_and_element_and_leaves_with_one(flowdesk: Flowdesk, tmp_path: Path) -> None:
    file = tmp_path / "broken.bpmn"
    file.write_bytes(drawing(BROKEN["an unknown operation"][0]))
    result = flowdesk("process", "check", str(file), str(tmp_path / "missing.bpmn"))
    assert result.exit_code == 1
    assert f"{file}:Activity_Facts: " in result.stdout
    assert "missing.bpmn" in result.stdout


def test_the_command_line_tells_warnings_apart_and_leaves_with_nought(flowdesk: Flowdesk, tmp_path: Path) -> None:
    file = tmp_path / "warned.bpmn"
    note = '<bpmn:process id="them"><bpmn:task id="they" name="They write"/></bpmn:process>'
    file.write_bytes(SHIPPED.replace(b"</bpmn:process>", b"</bpmn:process>" + note.encode(), 1))
    result = flowdesk("process", "check", str(file))
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1), result.stdout
    assert result.stdout.startswith(f"{file}:them: warning: ")


def test_an_id_of_a_hostile_file_is_not_another_line_nor_a_sign_to_the_terminal(
    flowdesk: Flowdesk, tmp_path: Path
) -> None:
    file = tmp_path / "hostile.bpmn"
    file.write_bytes(
        SHIPPED.replace(b'id="Event_RequestReceived"', 'id="a&#10;b.bpmn:c: fine&#x85;\u202e"'.encode(), 1)
    )
    result = flowdesk("process", "check", str(file))
    assert result.exit_code == 1
    assert all(line.startswith(f"{file}:") for line in result.stdout.splitlines())
    assert "\u202e" not in result.stdout
    assert "Traceback" not in result.output


def test_all_files_are_deployed_or_none(flowdesk: Flowdesk, tmp_path: Path) -> None:
    good, broken = tmp_path / "good.bpmn", tmp_path / "broken.bpmn"
    good.write_bytes(SHIPPED + b"\n")
    broken.write_bytes(
        drawing(BROKEN["an unknown operation"][0]).replace(b'process id="request"', b'process id="other"')
    )
    result = flowdesk("process", "deploy", str(good), str(broken), "--note", "both")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{broken}:Activity_Facts: " in result.stderr
    assert "request\tv1\t" in flowdesk("process", "list").stdout


def test_a_file_without_an_end_is_read_no_further_than_it_may_be(flowdesk: Flowdesk) -> None:
    result = flowdesk("process", "check", "/dev/zero", "/")
    assert result.exit_code == 1
    assert "/dev/zero:: The file has " in result.stdout
    assert "/:: The file cannot be read: " in result.stdout
