"""Flowdesk: a helpdesk whose process is a drawing."""

from flask import Flask

from app.config import Settings, settings


def create_app(config: Settings | None = None, *, doors: bool = True) -> Flask:
    """Put the application together: settings, database, and the doors, for who serves them.

    Raise BadSetting for what cannot be used.
    """
    from app import logs, models  # noqa: F401  every table, whoever reads it
    from app.db import init_db
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
    if doors:
        from app.api import init_api
        from app.web import init_web

        init_web(app)
        init_api(app)
    return app
