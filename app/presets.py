"""What a first start finds: one department, the preset policies and categories, and nobody in it."""

from app import departments, sla
from app.ai.local.seeds import PRESET_CATEGORIES
from app.config import settings
from app.tickets import category


def ensure(by: str = "system") -> None:
    """Add what is missing; what somebody changed stays, and a department is only made where there is none."""
    if not departments.all_departments():
        address = f"support@{settings().mail_domain}"
        departments.add("support", "Support", addresses=[address], is_default=True, by=by)
    sla.ensure_presets(by=by)
    present = {row.key for row in category.all_categories()}
    for key, name in PRESET_CATEGORIES.items():
        if key not in present:
            category.add(key, name, by=by)
