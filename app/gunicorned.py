"""gunicorn with our settings; only importable where the extra `prod` is installed."""

import multiprocessing
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.config import settings
from app.db import db


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask) -> None:
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        config = settings()
        given = {
            "bind": f"{config.host}:{config.port}",
            "worker_class": "gthread",
            "workers": min(4, multiprocessing.cpu_count()),
            "threads": 8,
            "graceful_timeout": 4,
            "post_fork": _post_fork,
        }
        for name, value in given.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def _post_fork(_server: Any, worker: Any) -> None:
    # A connection opened before the fork would be shared by the processes.
    with worker.app.load().app_context():
        db.engine.dispose(close=False)


def serve(app: Flask) -> None:
    """Serve until told to stop."""
    _Gunicorn(app).run()
