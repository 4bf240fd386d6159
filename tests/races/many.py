"""Clients that act at the same moment, each with a session of its own as each request has."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import TracebackType
from typing import Self, TypeVar

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from app.db import db

MOST = 16
T = TypeVar("T")


class Many:
    """Up to 16 clients of an application. Lock errors fail the test, also those that nobody was shown."""

    def __init__(self, flask: Flask) -> None:
        self.flask = flask
        self._pool = ThreadPoolExecutor(MOST)
        self._errors: list[BaseException] = []

    def __enter__(self) -> Self:
        with self.flask.app_context():
            event.listen(db.engine, "handle_error", self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        with self.flask.app_context():
            event.remove(db.engine, "handle_error", self._note)
        assert self._errors == []

    def _note(self, context: ExceptionContext) -> None:
        if isinstance(context.sqlalchemy_exception, OperationalError):
            self._errors.append(context.original_exception)

    def at_once(self, *acts: Callable[[], T]) -> list[T | Exception]:
        """Let each act be done by a client of its own, all starting together; return what came back or was raised."""
        ready = Barrier(len(acts))
        return list(self._pool.map(lambda act: self._one(ready, act), acts))

    def _one(self, ready: Barrier, act: Callable[[], T]) -> T | Exception:
        with self.flask.app_context():
            ready.wait()
            try:
                return act()
            except Exception as error:
                db.session.rollback()
                return error
            finally:
                db.session.remove()
