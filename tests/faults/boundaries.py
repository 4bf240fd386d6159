"""Where a process may die: before and after every commit, and at each step of handing a mail over."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.channels.mail import smtp


class Boundaries:
    """Counts the boundaries this process passes; at number `at` it is killed, or stopped until somebody goes on."""

    def __init__(self, at: int, how: signal.Signals) -> None:
        self.passed = 0
        self.at = at
        self.how = how

    def watch(self, told: Callable[[str], None]) -> None:
        """Patch what commits and sends; `told` hears the name of the boundary just before the blow."""
        self._told = told
        self._around(Session, "commit", "commit")
        self._around(smtp, "_connect", "connecting")
        self._around(smtp, "_write", "writing the mail")
        self._around(smtp, "_final_dot", "handing over")
        self._around(smtp, "_leave", "saying goodbye")
        self._within_the_last_dot()

    def _within_the_last_dot(self) -> None:
        real = smtp._final_dot

        def final_dot(connection: Any) -> Any:
            def getreply() -> Any:
                del connection.getreply
                self.reached("the final dot is out")
                return connection.getreply()

            connection.getreply = getreply
            return real(connection)

        smtp._final_dot = final_dot

    def reached(self, name: str) -> None:
        self.passed += 1
        if self.passed == self.at:
            self._told(name)
            os.kill(os.getpid(), self.how)

    def _around(self, holder: Any, name: str, what: str) -> None:
        real: Callable[..., Any] = getattr(holder, name)

        def call(*args: Any, **more: Any) -> Any:
            self.reached(f"before {what}")
            answer = real(*args, **more)
            self.reached(f"after {what}")
            return answer

        setattr(holder, name, call)
