"""Everything a drawing may refer to comes from what the code declares, and nothing happens under another name."""

import workers.topics
from app.engine.catalogue import messages

DECLARED = workers.topics and {**messages()}
COMPUTED = {
    'f"mail.{state}"': {"mail.understood", "mail.quarantined", "mail.duplicate", "mail.ignored"},
    'f"incident.{state}"': {"incident.retried", "incident.skipped"},
}
