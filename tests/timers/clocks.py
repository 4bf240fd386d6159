"""A second clock beside the first."""

import subprocess

from story.installation import FLOWDESK, ROOT, Installation


def start_second(desk: Installation) -> None:
    """Start another `flowdesk clock`, which takes no mail, and wait until both run."""
    log = desk.home / "second.log"
    environment = desk.env() | {"FLOWDESK_SMTP_LISTEN": "off"}
    with log.open("ab") as kept:
        second = subprocess.Popen([FLOWDESK, "clock"], env=environment, stdout=kept, stderr=kept, cwd=ROOT)
    desk.processes["second"] = second
    logs = [desk.home / "clock.log", log]
    desk.until(lambda: all("is ready" in one.read_text() for one in logs), "both clocks run", seconds=60)
