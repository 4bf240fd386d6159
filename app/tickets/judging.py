"""How sure a classification must be before nobody looks at it."""

from app.config import settings
from app.options import Option, number

THRESHOLD = Option("triage.threshold", lambda: settings().triage_threshold, number(0, 1))
"""A confidence from here on counts as sure; below it, a person triages."""
