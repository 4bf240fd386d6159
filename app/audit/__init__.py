"""The audit trail: what happened, who did it, and the proof that nobody rewrote it."""

from app.audit.chain import head, seal
from app.audit.reading import page
from app.audit.verifying import BadRow, Verdict, verify

__all__ = ["BadRow", "Verdict", "head", "page", "seal", "verify"]
