"""The fixtures of room tests."""

from rooms_fixtures import any_app, app, desk, postgres_app

__all__ = ["any_app", "app", "desk", "postgres_app"]
