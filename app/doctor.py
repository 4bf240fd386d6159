"""What is wrong with this installation, in sentences."""

import shutil

from app.config import Settings, settings
from app.errors import BadSetting, Trouble

LOW_DISK = 500 * 1024 * 1024


def findings() -> list[str]:
    """Return one sentence per finding; none means all is well."""
    try:
        config = settings()
    except BadSetting as error:
        return [error.detail]
    found = []
    for look in (_database, _redis, _smtp, _disk):
        try:
            found += look(config)
        except (Trouble, OSError) as error:
            found.append(getattr(error, "detail", str(error)))
    return found


def _database(config: Settings) -> list[str]:
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(config.database)
        with engine.connect() as connection:
            known = inspect(connection).has_table("alembic_version")
    except SQLAlchemyError as error:
        return [f"The database cannot be reached: {str(error).splitlines()[0]}"]
    return [] if known else ["The database is empty; `flowdesk up` or `flowdesk web` will set it up."]


def _redis(config: Settings) -> list[str]:
    if not config.redis_url:
        return []
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(config.redis_url, socket_timeout=3).ping()
    except RedisError as error:
        return [f"Redis cannot be reached: {error}"]
    return []


def _smtp(config: Settings) -> list[str]:
    if not config.smtp_url:
        return ["No FLOWDESK_SMTP_URL is set, so outgoing mail stays in the mailbox page."]
    from app.channels.mail import smtp

    said = smtp.check(config.smtp_url)
    return [said] if said else []


def _disk(config: Settings) -> list[str]:
    free = shutil.disk_usage(config.data if config.data.exists() else ".").free
    return [f"Only {free // 2**20} MB are free where the data lies."] if free < LOW_DISK else []
