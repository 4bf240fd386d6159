"""CRMs on their settings page: added, read from a file and over the web by the drawn process, with a report."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from crm_server import running
from freezegun import freeze_time
from sqlalchemy import select
from web_desk import Person, WebDesk
from werkzeug.test import TestResponse

from app import clock
from app.cli import main
from app.db import db
from app.engine.models import Timer
from workers import clock as ticking
from workers import runner

FILE = b"email,name,organisation\njoe@acme.test,=Joe,Acme\nbroken,No,\n"


@pytest.fixture
def environment() -> dict[str, str]:
    return {"OUTGOING_PRIVATE": "1"}


@pytest.fixture
def manager(desk: WebDesk) -> Person:
    return desk.person("manager")


def add(manager: Person, kind: str, **fields: str) -> str:
    manager.get(f"/settings/crm/new/{kind}")
    answer = send(manager, f"/settings/crm/new/{kind}", every_hours="0", **fields)
    assert answer.status_code == 303, answer.text
    return answer.location


def send(manager: Person, where: str, **fields: str) -> TestResponse:
    """Send a form; one of its fields is called `path`."""
    return manager.client.post(where, data={"csrf_token": manager.token, **fields})


def read(desk: WebDesk, manager: Person, source: str, content: bytes = FILE) -> str:
    manager.get(source)
    begun = manager.post(f"{source}/runs", file=(io.BytesIO(content), "export.csv"))
    assert begun.status_code == 303, begun.text
    desk.work()
    return begun.location


def test_a_file_is_read_and_the_report_shows_what_became_of_each_row(desk: WebDesk, manager: Person) -> None:
    assert "No CRM yet" in manager.get("/settings/crm").text
    report = read(desk, manager, add(manager, "csv", name="Export"))
    page = manager.get(report).text
    for words in ("Done, 1 refused", "joe@acme.test", "=Joe", "broken is no address"):
        assert words in page
    assert "joe@acme.test" not in manager.get(f"{report}?outcome=refused").text
    assert "'=Joe" in manager.get(f"{report}/report.csv").text
    assert "Done, 1 refused" in manager.get("/settings/crm").text


def test_a_file_that_makes_no_sense_is_refused_beside_its_field(desk: WebDesk, manager: Person) -> None:
    source = add(manager, "csv", name="Export")
    manager.get(source)
    refused = manager.post(f"{source}/runs", file=(io.BytesIO(b" "), "export.csv"))
    assert refused.status_code == 422
    assert "is empty" in refused.text
    assert manager.post(f"{source}/runs").status_code == 422


def test_a_run_that_fails_says_why(desk: WebDesk, manager: Person) -> None:
    page = manager.get(read(desk, manager, add(manager, "csv", name="Export"), b"phone\n1\n")).text
    assert "Failed" in page
    assert "No column holds an id or addresses; there are phone." in page


def test_a_token_is_never_shown_again(desk: WebDesk, manager: Person) -> None:
    path = add(manager, "http", name="Acme CRM", url="https://crm.test/api", token="s3cret-token")
    page = manager.get(path).text
    assert "One is kept; it is never shown" in page
    assert "s3cret" not in page
    assert "s3cret" not in desk.person("auditor").get("/audit").text
    refused = manager.post(path, url="nowhere", every_hours="0", token="another-token")
    assert refused.status_code == 422
    assert "A web address begins with https://" in refused.text
    assert "another-token" not in refused.text


def test_a_schedule_reads_by_itself_and_gives_way_to_another(desk: WebDesk, manager: Person, tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_bytes(FILE)
    path = add(manager, "csv", name="Export", path="crm.csv")
    for hours in ("24", "1"):
        manager.get(path)
        assert send(manager, path, path="crm.csv", every_hours=hours).status_code == 303
        desk.work()
    with desk.flask.app_context():
        [timer] = db.session.scalars(select(Timer).where(Timer.state == "waiting")).all()
        due = timer.due_at
        db.session.rollback()
        with freeze_time(due + timedelta(seconds=1)):
            assert ticking.fire_due() == 1
            desk.work()
            [timer] = db.session.scalars(select(Timer).where(Timer.state == "waiting")).all()
            assert timer.due_at > due + timedelta(minutes=50)
            db.session.rollback()
    assert desk.ask("SELECT count(*) FROM crm_run WHERE state = 'done' AND added = 1") == 1


def test_an_agent_does_not_reach_it_and_an_auditor_changes_nothing(desk: WebDesk, manager: Person, ann: Person) -> None:
    path = add(manager, "csv", name="Export")
    assert ann.get("/settings/crm").status_code == 403
    auditor = desk.person("auditor")
    assert "asks for “settings.write”" in auditor.get(path).text
    for refused in (path, f"{path}/runs", "/settings/crm/new/csv"):
        assert auditor.post(refused).status_code == 403


def test_the_file_inputs_name_is_what_the_page_sends(manager: Person) -> None:
    page = manager.get(add(manager, "csv", name="Export")).text
    assert re.search(r'<input[^>]+name="file"[^>]+type="file"', page)


def test_a_crm_that_does_not_answer_just_now_is_asked_again(desk: WebDesk, manager: Person) -> None:
    with running() as server:
        path = add(manager, "http", name="Acme CRM", url=server.url, token="s3cret-token")
        server.status = 503
        server.holds({"external_id": "1", "name": "Joe"})
        manager.get(path)
        report = manager.post(f"{path}/runs").location
        desk.work()
        assert "Reading" in manager.get(report).text
        server.status = 200
        job = desk.ask("SELECT id FROM job WHERE topic = 'crm.fetch_page' AND state = 'queued' AND attempts = 1")
        with desk.flask.app_context(), freeze_time(clock.now() + timedelta(seconds=3)):
            runner.run(job)
        desk.work()
        assert "Done" in manager.get(report).text
    assert [one["token"] for one in server.asked] == ["Bearer s3cret-token"] * 2
    assert desk.ask("SELECT count(*) FROM step WHERE outputs LIKE '%s3cret%' OR inputs LIKE '%s3cret%'") == 0


def test_the_command_begins_a_run(
    desk: WebDesk, manager: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add(manager, "csv", name="Export")
    (tmp_path / "export.csv").write_bytes(FILE)
    monkeypatch.setattr("app.cli.crm.ready", lambda: desk.flask)
    told = CliRunner().invoke(main, ["crm", "sync", "Export", "--file", str(tmp_path / "export.csv"), "--no-wait"])
    assert told.output == "running: 0 added, 0 changed, 0 same, 0 refused\n"
    desk.work()
    assert desk.ask("SELECT added FROM crm_run WHERE state = 'done' AND by = 'cli'") == 1
    unknown = CliRunner().invoke(main, ["crm", "sync", "Nowhere"])
    assert (unknown.exit_code, unknown.output) == (1, "flowdesk: There is no such CRM.\n")
