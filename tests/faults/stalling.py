"""A mail server and a model that fall silent in the middle of their work, where a test chooses."""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from typing import Any

from ai.model_server import Answer, Asked, sensible
from story.installation import Sink

SILENCE = 120
"""Seconds; longer than any test."""


class StallingSink(Sink):
    """Answers every step at once but the one `stall_at` was called for, which a mail to that address never gets past.

    Steps are RCPT (nothing was handed over yet) and DOT (the whole mail was, and is kept here).
    """

    def __init__(self) -> None:
        super().__init__()
        self.stalled: Counter[str] = Counter()
        self.asked_at: dict[str, float] = {}
        """When a mail to an address was last announced, by the monotonic clock."""
        self._stalls: dict[str, tuple[str, float]] = {}
        self._sometimes: tuple[float, float] = (0.0, 0.0)
        self._chance = random.Random(4)
        self._guard = threading.Lock()

    def stall_at(self, step: str, address: str, seconds: float = SILENCE) -> None:
        """Be silent for so long, once, when a mail to this address comes to this step."""
        with self._guard:
            self._stalls[address] = (step, seconds)

    def stall_sometimes(self, share: float, seconds: float) -> None:
        """Keep this share of all mails waiting for so long before they are told that they are taken."""
        self._sometimes = (share, seconds)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.asked_at[address] = time.monotonic()
        await self._pass("RCPT", address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        for address in envelope.rcpt_tos:
            await self._pass("DOT", address)
        share, seconds = self._sometimes
        if self._chance.random() < share:
            await asyncio.sleep(seconds)
        return answer

    async def _pass(self, step: str, address: str) -> None:
        with self._guard:
            wanted, seconds = self._stalls.get(address, ("", 0.0))
            if wanted != step:
                return
            del self._stalls[address]
            self.stalled[address] += 1
        await asyncio.sleep(seconds)


class StallingModel:
    """What a model answers: sensibly, but to the first question about a text a test names, never."""

    def __init__(self) -> None:
        self.silent_about: set[str] = set()
        self.stalled: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Answer:
        question = json.dumps(asked.data)
        for text in [text for text in self.silent_about if text in question]:
            self.silent_about.remove(text)
            self.stalled[text] += 1
            return Answer(pause=SILENCE)
        return sensible(asked)
