"""Flowdesk: a helpdesk whose process is a drawing."""

from flask import Flask

from app.config import Settings, settings


def create_app(config: Settings | None = None) -> Flask:
    """Put the application together: settings, database, doors. Raise BadSetting for what cannot be used."""
    from app import logs
    from app.api import init_api
    from app.db import init_db
    from app.web import init_web
    from workers import topics  # noqa: F401  importing declares the operations a drawing may name

    config = config or settings()
    logs.configure()
    app = Flask("app", root_path=str(config.root / "app"), template_folder="web/templates", static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret(),
        SQLALCHEMY_DATABASE_URI=config.database,
        MAX_CONTENT_LENGTH=config.max_upload,
    )
    init_db(app)
    init_web(app)
    init_api(app)
    return app
