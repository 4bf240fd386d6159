"""What a first start finds: one department, the preset policies and categories, and nobody in it."""

from app import departments, sla
from app.ai.local.seeds import PRESET_CATEGORIES
from app.config import settings
from app.tickets import dictionary

TYPES = {"question": "Question", "problem": "Problem", "request": "Request", "feedback": "Feedback"}
TAGS = ("vip", "outage", "login", "invoice", "refund", "cancellation", "privacy", "security", "wish", "shipping")


def ensure(by: str = "system") -> None:
    """Add what is missing; what somebody changed stays, and a department is only made where there is none."""
    if not departments.all_departments():
        address = f"support@{settings().mail_domain}"
        departments.add("support", "Support", addresses=[address], is_default=True, by=by)
    sla.ensure_presets(by=by)
    present = {(kind, row.key) for kind in dictionary.KINDS for row in dictionary.entries(kind)}
    for kind, words in {"category": PRESET_CATEGORIES, "type": TYPES, "tag": dict.fromkeys(TAGS, "")}.items():
        for key, name in words.items():
            if (kind, key) not in present:
                dictionary.add(kind, key, name, by=by)
