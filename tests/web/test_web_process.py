import json
import re

from web_desk import WebDesk

from app import relay
from app.db import db
from app.engine.models import Incident, Instance


def _instance(desk: WebDesk) -> str:
    desk.mail("Hm", "xyzzy")
    return desk.ask("SELECT public_id FROM instance ORDER BY id LIMIT 1")


def test_an_instance_shows_its_path_and_says_what_it_waits_for(desk: WebDesk, ann):
    page = ann.get(f"/instances/{_instance(desk)}").text
    assert "It waits for somebody to do “Triage the request”" in page
    data = json.loads(re.search(r'id="drawing-data">(.*?)</script>', page, re.DOTALL)[1])
    assert "Activity_Triage" in data["active"]
    assert "Activity_Classify" in data["completed"]
    assert data["flows"]


def test_the_history_has_one_line_per_step(desk: WebDesk, ann):
    page = ann.get(f"/instances/{_instance(desk)}").text
    assert page.count('data-element="Activity_Classify"') == 1
    assert page.count('data-element="Activity_Triage"') == 1


def test_a_manager_cancels_a_process_with_a_reason(desk: WebDesk, ann):
    path = f"/instances/{_instance(desk)}"
    assert "cancel-reason" not in ann.get(path).text
    manager = desk.person("manager")
    assert "cancel-reason" in manager.get(path).text
    assert manager.post(f"{path}/cancellation", reason=" ").status_code == 422
    assert manager.post(f"{path}/cancellation", reason="It was raised twice.").status_code == 303
    page = manager.get(path).text
    assert "It was raised twice." in page
    assert "cancelled" in page
    assert manager.post(f"{path}/cancellation", reason="again").status_code == 409


def test_the_processes_of_a_ticket_stand_beside_each_other(desk: WebDesk, ann):
    page = ann.get(f"/instances/{_instance(desk)}").text
    assert "SLA clock · First reply" in page
    assert "SLA clock · Resolution" in page


def test_drawings_and_tables_can_be_read(ann):
    assert "Customer request" in ann.get("/processes").text
    assert 'id="drawing-data"' in ann.get("/processes/request").text
    assert "from stripe.com" in ann.get("/processes/routing").text
    assert ann.get("/processes/request?version=99").status_code == 404
    assert ann.get("/processes/nothing").status_code == 404


def test_what_is_stuck_can_be_tried_again_by_those_who_may(desk: WebDesk, ann):
    _instance(desk)
    with desk.flask.app_context():
        instance = db.session.query(Instance).first()
        db.session.add(Incident(instance_id=instance.id, element="Activity_Classify", text="The service is away."))
        relay.commit()
    incident = desk.ask("SELECT public_id FROM incident")
    page = ann.get("/incidents").text
    assert "The service is away." in page
    assert "Try again" not in page
    manager = desk.person("manager")
    assert "Try again" in manager.get("/incidents").text
    assert manager.post(f"/incidents/{incident}/skip", result="{nonsense").status_code == 422
    assert manager.post(f"/incidents/{incident}/retry").status_code == 303
    assert desk.ask("SELECT state FROM incident") == "retried"
    assert manager.post(f"/incidents/{incident}/retry").status_code == 409


def test_the_audit_list_tells_who_changed_what(desk: WebDesk, ann):
    number = desk.mail()
    ann.post(f"/tickets/{number}/priority", priority="urgent")
    auditor = desk.person("auditor")
    page = auditor.get(f"/audit?ticket={number}&name=ticket.priority").text
    assert "Agent Person" in page
    assert "<ins>urgent</ins>" in page
    assert "No recorded change" in auditor.get("/audit?ticket=TKT-9999").text


def test_each_clock_of_a_ticket_is_called_by_what_it_times(desk: WebDesk, ann):
    number = desk.mail()
    page = ann.get(f"/tickets/{number}").text
    for name in ("SLA clock · First reply", "SLA clock · Resolution", "Customer request"):
        assert name in page
    found = re.search(r'href="(/instances/[^"]+)"><span class="cut">SLA clock · Resolution', page)
    assert found
    assert "<h1>SLA clock · Resolution</h1>" in ann.get(found[1]).text
