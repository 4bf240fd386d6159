"""Tasks, instances, incidents and drawings over the API."""

import re
from pathlib import Path
from typing import Any

import pytest
from api_world import Caller, World
from sqlalchemy import select

from app import engine
from app.db import db
from app.engine import jobs, walk
from app.engine.models import Job, UserTask

REQUEST = (Path(__file__).parents[2] / "processes" / "request.bpmn").read_text()
PRIORITY = (Path(__file__).parents[2] / "processes" / "priority.dmn").read_text()


@pytest.fixture
def waiting(world: World) -> Any:
    """Give a task that a process offers."""
    world.caller().open_ticket()
    world.work()
    return world.caller().get("/tasks")["items"][0]


def test_a_task_has_the_fields_of_the_contract(waiting: Any) -> None:
    contract = {
        "id", "name", "element", "process", "instance", "ticket", "lane", "assignee", "candidates", "priority",
        "due_at", "created_at", "form",
    }  # fmt: skip
    assert contract <= waiting.keys()
    assert waiting["form"].keys() == {"schema", "ui", "data"}
    assert (waiting["process"], waiting["ticket"], waiting["priority"]) == ("request", "TKT-0001", "medium")
    assert "agent@desk.test" in waiting["candidates"]
    assert "auditor@desk.test" not in waiting["candidates"]


def test_a_claimed_task_is_mine_and_refused_to_others(world: World, ann: Caller, waiting: Any) -> None:
    claimed = ann("POST", f"/tasks/{waiting['id']}/claim")
    assert (claimed.status_code, claimed.json["assignee"]) == (200, "agent@desk.test")
    assert [one["id"] for one in ann.get("/tasks?mine=1")["items"]] == [waiting["id"]]
    late = world.caller("senior")("POST", f"/tasks/{waiting['id']}/claim")
    assert (late.status_code, late.json["by"]) == (409, "Agent")
    assert "agent:" not in late.json["detail"]


def test_a_task_is_completed_once_and_the_second_is_told_by_whom(world: World, ann: Caller, waiting: Any) -> None:
    with world.flask.app_context():
        form = db.session.scalars(select(UserTask.form)).one()
    answer = {
        "triage": {"department": "billing", "category": "billing", "priority": "high"},
        "reply": {"body": "Done.", "then": "waiting"},
    }[form]
    done = ann("POST", f"/tasks/{waiting['id']}/completion", answer)
    assert (done.status_code, done.json["state"], done.json["completed_by"]) == (200, "completed", "agent@desk.test")
    late = world.caller("senior")("POST", f"/tasks/{waiting['id']}/completion", answer)
    assert (late.status_code, late.json["by"]) == (409, "Agent")


def test_a_wrong_form_is_refused_by_field(ann: Caller, waiting: Any) -> None:
    answer = ann("POST", f"/tasks/{waiting['id']}/completion", {"then": "never", "priority": "huge"})
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_a_cancelled_process_waits_for_nothing_and_says_who_ended_it_and_why(
    world: World, ann: Caller, waiting: Any
) -> None:
    path = f"/instances/{waiting['instance']}"
    assert ann("POST", f"{path}/cancellation", {"reason": "a test"}).status_code == 403
    manager = world.caller("manager")
    assert manager("POST", f"{path}/cancellation", {"reason": ""}).status_code == 422
    ended = manager("POST", f"{path}/cancellation", {"reason": "raised twice"})
    assert (ended.status_code, ended.json["state"], ended.json["waiting"]) == (200, "cancelled", [])
    last = ann.get(f"{path}/history")["items"][-1]
    assert (last["kind"], last["actor_name"], last["outputs"]["reason"]) == ("ended", "Manager", "raised twice")
    assert ann("POST", f"/tasks/{waiting['id']}/completion", waiting["form"]["data"]).status_code == 409
    again = manager("POST", f"{path}/cancellation", {"reason": "again"})
    assert (again.status_code, "cancelled" in again.json["detail"]) == (409, True)


def test_an_instance_tells_where_it_stands_and_how_it_got_there(world: World, ann: Caller, waiting: Any) -> None:
    path = f"/instances/{waiting['instance']}"
    shown = ann.get(path)
    assert (shown["process"], shown["ticket"], shown["state"]) == ("request", "TKT-0001", "running")
    assert waiting["element"] in [one["element"] for one in shown["waiting"]]
    rows = ann.get(f"{path}/history")
    contract = {
        "seq", "at", "actor", "kind", "element", "element_name", "flow", "ticket", "instance", "version", "inputs",
        "outputs", "duration_ms",
    }  # fmt: skip
    assert contract <= rows["items"][0].keys()
    assert [one["seq"] for one in rows["items"]] == list(range(1, rows["total"] + 1))
    assert {one["ticket"] for one in rows["items"]} == {"TKT-0001"}
    assert [one["seq"] for one in ann.get(f"{path}/history?page=2&page_size=3")["items"]] == [4, 5, 6]
    drawn = ann.get(f"{path}/diagram")
    assert waiting["element"] in drawn["active"]
    assert drawn["xml"].startswith("<?xml")


def test_what_is_stuck_is_listed_and_tried_again_once(world: World) -> None:
    world.caller().open_ticket()
    with world.flask.app_context():
        job = db.session.scalars(select(Job).where(Job.instance_id.is_not(None))).first()
        assert job is not None
        jobs.fail(job, "The model said no.", retry=False)
        topic = job.topic
        db.session.commit()
    manager = world.caller("manager")
    found = manager.get("/incidents")["items"]
    assert [(one["text"], one["operation"], one["ticket"]) for one in found] == [
        ("The model said no.", topic, "TKT-0001")
    ]
    path = f"/incidents/{found[0]['id']}"
    assert manager("POST", f"{path}/retry").json["state"] == "retried"
    late = manager("POST", f"{path}/retry")
    assert (late.status_code, "by Manager" in late.json["detail"]) == (409, True)
    assert manager("POST", f"{path}/skip", {"result": {}}).status_code == 409
    assert manager.get("/incidents")["total"] == 0
    assert manager.get("/incidents?state=retried")["total"] == 1


def test_what_is_stuck_can_be_skipped_with_a_result(world: World) -> None:
    world.caller().open_ticket()
    with world.flask.app_context():
        job = db.session.scalars(select(Job).where(Job.instance_id.is_not(None))).first()
        assert job is not None
        walk.live(job.instance_id or 0)
        jobs.claim(job.id)
        jobs.fail(job, "No answer.", retry=False)
        db.session.commit()
    manager = world.caller("manager")
    found = manager.get("/incidents")["items"][0]
    result = {"category": "billing", "priority": "low", "confidence": 0.9, "language": "en"}
    skipped = manager("POST", f"/incidents/{found['id']}/skip", {"result": result})
    assert (skipped.status_code, skipped.json["state"], skipped.json["resolved_by"]) == (
        200,
        "skipped",
        "manager@desk.test",
    )


def test_the_active_drawings_are_listed_and_can_be_read(ann: Caller) -> None:
    found = {one["key"]: one for one in ann.get("/processes")["items"]}
    assert {"request", "sla", "routing"} <= found.keys()
    assert (found["request"]["kind"], found["routing"]["kind"]) == ("bpmn", "dmn")
    answer = ann("GET", "/processes/request/xml?version=1")
    assert (answer.text, answer.mimetype) == (REQUEST, "application/xml")
    assert ann("GET", "/processes/request/xml?version=2").status_code == 404


def _deploy(caller: Caller, key: str, xml: str, **more: Any) -> Any:
    return caller("POST", f"/processes/{key}/versions", data=xml.encode(), content_type="application/xml", **more)


def test_a_changed_drawing_becomes_the_next_version_with_its_note(admin: Caller) -> None:
    changed = REQUEST.replace("</bpmn:definitions>", "<!-- changed --></bpmn:definitions>")
    answer = _deploy(admin, "request", changed, headers={"X-Note": "Because."})
    assert answer.status_code == 201, answer.text
    assert (answer.json["version"], answer.json["note"], answer.json["active"]) == (2, "Because.", True)
    assert admin("GET", "/processes/request/xml").text == changed
    as_json = admin("POST", "/processes/priority/versions", {"xml": PRIORITY + "\n", "note": "As JSON"})
    assert (as_json.status_code, as_json.json["note"], as_json.json["version"]) == (201, "As JSON", 2)


def test_a_drawing_at_fault_is_refused_with_its_element(admin: Caller) -> None:
    broken = re.sub(r'id="mail\.send_reply"', 'id="mail.send_money"', REQUEST, count=1)
    assert broken != REQUEST
    problems = admin("POST", "/processes/request/drafts", data=broken.encode(), content_type="application/xml")
    assert problems.status_code == 200
    assert [set(one) for one in problems.json["problems"]] == [{"element", "message"}]
    answer = _deploy(admin, "request", broken)
    assert answer.status_code == 422
    assert answer.json["element"] == problems.json["problems"][0]["element"]
    assert admin.get("/processes")["items"]
    assert admin("GET", "/processes/request/xml").text == REQUEST


def test_a_draft_without_fault_has_no_problems(ann: Caller) -> None:
    assert ann("POST", "/processes/request/drafts", {"xml": REQUEST}).json == {"problems": [], "warnings": []}


def test_a_drawing_is_not_deployed_under_the_name_of_another(admin: Caller) -> None:
    answer = _deploy(admin, "sla", REQUEST.replace("</bpmn:definitions>", " </bpmn:definitions>"))
    assert (answer.status_code, answer.json["element"]) == (422, "request")
    assert admin.get("/processes?page_size=200")["items"][0]["version"] == 1


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "no xml",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<a>" * 3000,
        "\x00",
        '<?xml version="1.0" encoding="utf-16"?><a/>',
    ],
)
def test_what_is_no_drawing_is_a_problem_not_a_fault(admin: Caller, xml: str) -> None:
    draft = admin("POST", "/processes/x/drafts", data=xml.encode(), content_type="application/xml")
    assert draft.status_code == 200
    assert draft.json["problems"]
    assert _deploy(admin, "x", xml).status_code == 422


def test_a_drawing_that_cannot_be_decoded_is_a_problem_too(admin: Caller) -> None:
    for content in (b"\xff\xfe<", REQUEST.replace("Handle", "Händeln").encode("latin-1")):
        draft = admin("POST", "/processes/request/drafts", data=content, content_type="application/xml")
        assert draft.status_code == 200
        [problem] = draft.json["problems"]
        assert (problem["element"], problem["message"][-18:]) == ("", " save it as UTF-8.")
        answer = admin("POST", "/processes/request/versions", data=content, content_type="application/xml")
        assert answer.status_code == 422


def test_a_drawing_in_utf_16_is_kept_in_utf_8(admin: Caller) -> None:
    content = REQUEST.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    answer = admin("POST", "/processes/request/versions", data=content, content_type="application/xml")
    assert answer.status_code == 201, answer.text
    assert admin("GET", "/processes/request/xml").text == REQUEST


def test_a_draft_says_when_it_would_be_another_process(ann: Caller) -> None:
    [problem] = ann("POST", "/processes/sla/drafts", {"xml": REQUEST}).json["problems"]
    assert problem == {"element": "request", "message": "The file holds “request”, not “sla”."}


def test_the_catalogue_is_what_the_command_prints(ann: Caller) -> None:
    told = ann.get("/processes/catalogue")
    assert told == engine.catalogue.everything()
    assert told["operations"]["tickets.route"]["parameters"]["department"] == "string"
    assert told["messages"]["ticket.rated"]["carries"] == dict.fromkeys(
        ("ticket", "survey", "score", "before"), "integer"
    )
