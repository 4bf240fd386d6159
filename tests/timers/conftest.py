"""Clocks on both databases."""

import pytest
from flask import Flask
from rooms_fixtures import any_app, app, postgres_app
from timers import burst

from app.engine import library

__all__ = ["any_app", "app", "postgres_app"]


@pytest.fixture
def patience(any_app: Flask) -> Flask:
    """Give an application on each database in turn, with the drawing of `burst`."""
    library.store(burst.drawing(), note="n", by="system")
    return any_app


@pytest.fixture
def on_postgres(postgres_app: Flask) -> Flask:
    """Give the same on PostgreSQL."""
    library.store(burst.drawing(), note="n", by="system")
    return postgres_app
