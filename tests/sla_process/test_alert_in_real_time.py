"""The clock of a running installation, watched as it ticks."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

from story.installation import ROOT, Installation, letter

PROMISE = """
from app import create_app, relay, sla
with create_app().app_context():
    sla.set_policy("medium", first_response=8, resolution=3600, by="system")
    relay.commit()
"""
ALERT_AFTER = 6.0
LATEST = 5.0


def test_an_alert_fires_within_five_seconds_of_its_moment(tmp_path: Path) -> None:
    with Installation(tmp_path, {}, ("up",)) as desk:
        subprocess.run([sys.executable, "-c", PROMISE], env=desk.env(), cwd=ROOT, check=True)
        desk.token = desk.add_agent("ann@desk.example", "Ann Agent", role="admin")
        desk.send_mail(letter("eve@example.com", "support@flowdesk.localhost", "The printer", "It jams."))
        [told] = desk.until(lambda: desk.get("/api/v1/audit?name=clock.near_breach")["items"], "the alert is told")
        [ticket] = desk.get("/api/v1/tickets")["items"]
        first = desk.get(f"/api/v1/tickets/{ticket['number']}/clocks")["items"][0]
    moment = datetime.fromisoformat(first["near_at"])
    assert (moment - datetime.fromisoformat(ticket["created_at"])).total_seconds() == ALERT_AFTER
    late = (datetime.fromisoformat(told["at"]) - moment).total_seconds()
    assert 0 <= late <= LATEST
    assert (first["kind"], first["alerted"]) == ("first_response", True)
