"""The process behind the crash-point sweep: forks an actor per boundary, lets it die there, and another look after it.

Spoken to in lines of JSON: {"path": "intake", "at": 7, "how": "SIGKILL"} is answered with the name of that boundary,
or none when the path has fewer, and with the facts afterwards. It has no threads, so it may fork.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from boundaries import Boundaries
from databases import Database
from paths import PATHS, Way
from stage import Stage

from app import clock, create_app


def later(by: timedelta) -> Any:
    return clock.held(clock.now() + by) if by else nullcontext()


LOOKS = 3
"""Rounds of whoever looks after it: what a late job asks for may be due itself, as the second timer of a clock is."""


class Sweep:
    """One database of a fixed name, put back for every run to what the path begins with."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.home = Path(tempfile.mkdtemp(prefix="flowdesk-sweep-"))
        self.prepared: dict[str, Path] = {}
        self.stage = Stage(create_app(), self.home)

    def run(self, asked: dict[str, Any]) -> dict[str, Any]:
        path, how = PATHS[asked["path"]], signal.Signals[asked["how"]]
        self._put_back(asked["path"])
        boundary, facts = self.home / "boundary", self.home / "facts"

        def act() -> None:
            Boundaries(asked["at"], how).watch(lambda name: boundary.write_text(name) and None)
            self._go(path)

        def look_after() -> None:
            for _ in range(LOOKS):
                self._go(path)
                with later(path.later):
                    self.stage.look_after()
            facts.write_text(json.dumps(self.stage.facts()))

        actor = fork(act)
        _, status = os.waitpid(actor, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            if boundary.read_text() == "before commit":
                expect(self.stage.reap)
            expect(look_after)
            os.kill(actor, signal.SIGCONT)
            _, status = os.waitpid(actor, 0)
        # Whoever stood still is told so by an error, which its caller would try again.
        fine = {0, 1} if how is signal.Signals.SIGSTOP else {0, -signal.SIGKILL}
        if os.waitstatus_to_exitcode(status) not in fine:
            raise RuntimeError("the actor failed by itself; its traceback is above")
        expect(look_after)
        return {
            "boundary": boundary.read_text() if boundary.exists() else None,
            "earlier": json.loads((self.home / "earlier").read_text()),
            "facts": json.loads(facts.read_text()),
        }

    def _go(self, path: Way) -> None:
        with later(path.later):
            path.go(self.stage)
            self.stage.work()

    def _put_back(self, name: str) -> None:
        if name not in self.prepared:
            self._prepare(name)
        empty(self.home)
        shutil.copytree(self.prepared[name], self.home, dirs_exist_ok=True)
        self.database.put_back(name)

    def _prepare(self, name: str) -> None:
        # Here and not in a child, so that all children find everything imported and compiled. No connection is left
        # open, for that would be shared by the children.
        self.database.clear()
        empty(self.home)
        self.stage.found()
        PATHS[name].prepare(self.stage)
        self.stage.forget_what_was_told()
        (self.home / "earlier").write_text(json.dumps([ident for _, ident, _ in self.stage.facts()["mails"]]))
        self.stage.let_go()
        self.database.keep(name)
        self.prepared[name] = Path(tempfile.mkdtemp(prefix="flowdesk-sweep-"))
        shutil.copytree(self.home, self.prepared[name], dirs_exist_ok=True)
        self.database.put_back(name)
        self._go(PATHS[name])
        self.stage.let_go()


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def expect(what: Callable[[], None]) -> None:
    """Do something in a process of its own; raise when it fails."""
    if os.waitstatus_to_exitcode(os.waitpid(fork(what), 0)[1]) != 0:
        raise RuntimeError("a helper of the sweep failed; its traceback is above")


def fork(what: Callable[[], None]) -> int:
    """Do something in a process of its own and return its id."""
    if (child := os.fork()) != 0:
        return child
    try:
        what()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    sweep = Sweep(Database.of(os.environ["FLOWDESK_DATABASE_URL"]))
    try:
        for line in sys.stdin:
            print(json.dumps(sweep.run(json.loads(line))), flush=True)
    finally:
        for folder in (sweep.home, *sweep.prepared.values()):
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
