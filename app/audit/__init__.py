"""The audit trail: what happened, who did it, and the proof that nobody rewrote it."""

from app.audit.chain import head, is_behind, seal
from app.audit.reading import page
from app.audit.verifying import BadRow, Verdict, verify

__all__ = ["BadRow", "Verdict", "head", "is_behind", "page", "seal", "verify"]
