"""The clock of a running installation, watched as it ticks by a drawing its owner edited."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from second_alert import with_second_alert
from story.installation import FLOWDESK, ROOT, Installation, letter

PROMISE = """
from app import create_app, people, relay, sla
with create_app(doors=False).app_context():
    sla.set_policy("medium", first_response=8, resolution=3600, by="system")
    ann = people.add("ann@desk.example", "Ann Agent", "admin", by="system")
    print(people.tokens.create(ann, by="system"))
    relay.commit()
"""
ALERT_AFTER, SECOND_AFTER = 6.0, 7.2
LATEST = 5.0


@pytest.fixture(params=["one process", "many processes"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """Give both set-ups in turn."""
    environment, commands = {}, ("up",)
    if request.param == "many processes":
        environment = {
            "FLOWDESK_DATABASE_URL": request.getfixturevalue("postgres_url"),
            "FLOWDESK_REDIS_URL": request.getfixturevalue("redis_url"),
            "FLOWDESK_SECRET_KEY": "s" * 40,
        }
        commands = ("web", "worker", "clock")
    with Installation(tmp_path, environment, commands) as made:
        yield made


def test_both_alerts_of_an_edited_drawing_come_within_five_seconds_of_their_moment(
    desk: Installation, tmp_path: Path
) -> None:
    drawing = tmp_path / "sla.bpmn"
    drawing.write_text(with_second_alert(0.9))
    deploy = [FLOWDESK, "process", "deploy", str(drawing), "--note", "A second alert"]
    for command in (deploy, [sys.executable, "-c", PROMISE]):
        said = subprocess.run(command, env=desk.env(), cwd=ROOT, check=True, capture_output=True, text=True)
    desk.token = said.stdout.strip()
    desk.send_mail(letter("eve@example.com", "support@flowdesk.localhost", "The printer", "It jams."))

    def told() -> list[dict[str, str]]:
        found: list[dict[str, str]] = desk.get("/api/v1/audit?name=clock.near_breach")["items"]
        return sorted(found, key=lambda one: one["at"]) if len(found) == 2 else []

    alerts = desk.until(told, "both alerts are told")
    [ticket] = desk.get("/api/v1/tickets")["items"]
    first = desk.get(f"/api/v1/tickets/{ticket['number']}/clocks")["items"][0]
    assert (first["kind"], first["alerted"]) == ("first_response", True)
    began = datetime.fromisoformat(ticket["created_at"])
    for alert, name, after in zip(alerts, (None, "second"), (ALERT_AFTER, SECOND_AFTER), strict=True):
        assert alert["data"].get("alert") == name
        late = (datetime.fromisoformat(alert["at"]) - began).total_seconds() - after
        assert 0 <= late <= LATEST
