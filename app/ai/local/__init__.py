"""What the island does without a model, and says that it does."""

from app.ai.local.language import detect
from app.ai.local.nearest import suggest
from app.ai.local.refinement import refine
from app.ai.local.reply import draft
from app.ai.local.scoring import NoCategories, classify
from app.ai.local.seeds import PRESET_CATEGORIES
from app.ai.local.summary import summarise

__all__ = ["PRESET_CATEGORIES", "NoCategories", "classify", "detect", "draft", "refine", "suggest", "summarise"]
