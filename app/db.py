"""The database: one metadata, one session per unit of work, UTC everywhere, honest SQLite transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import DateTime, Dialect, Engine, Insert, MetaData, String, TypeDecorator, event, insert, types
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.orm import make_transient_to_detached as with_its_key
from uuid_utils import uuid7

from app.config import settings
from app.errors import BadSetting

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value} cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    # Given as a registry, because Flask-SQLAlchemy derives from this class and a second map is refused there.
    registry = registry(
        metadata=MetaData(naming_convention=_NAMES),
        type_annotation_map={datetime: UTCDateTime, dict[str, Any]: types.JSON, list[Any]: types.JSON},
    )


def new_public_id() -> str:
    """Return a fresh UUIDv7 (RFC 9562), the only id shown outside."""
    return str(uuid7())


class Public:
    """A row that the outside may name: by UUIDv7, never by its integer key."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=new_public_id, insert_sentinel=True)


class OneDatabase(FlaskSession):
    """A session that does not look for the engine of each statement: there is one."""

    _engine: Engine | None = None

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_rest: Any) -> Any:
        if bind is not None:
            return bind
        if self._engine is None:
            self._engine = self._db.engine
        return self._engine


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    engine_options={"pool_pre_ping": True},
    session_options={"class_": OneDatabase},
)
APPLICATION = "flowdesk"
CONNECT_SECONDS = 10
IDLE_LEASES = 2
"""PostgreSQL ends a transaction in which nothing happened for so many leases: whoever stands still with a lock in hand,
a stopped process or one behind a dead network, does not keep the others from that ticket for ever."""


@contextmanager
def reading() -> Iterator[None]:
    """Mark the enclosed work as read-only, so that SQLite takes no write lock for it."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "busy_timeout=5000", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "do_connect")
def _prepare_postgres(dialect: Dialect, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
    if dialect.name == "postgresql":
        idle = int(settings().lease_seconds * IDLE_LEASES * 1000)
        options.setdefault("application_name", APPLICATION)
        options.setdefault("connect_timeout", CONNECT_SECONDS)
        options.setdefault("options", f"-c idle_in_transaction_session_timeout={idle}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    # pysqlite's own deferred BEGIN loses concurrent updates without an error; a writer must lock first.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


def of_transaction() -> dict[Any, Any]:
    """Return the session's own memory, in a transaction whose end the rooms that keep something there can hear."""
    if not db.session().in_transaction():
        db.session.begin()
    return db.session.info


def locks_rows() -> bool:
    """Say whether the database locks rows; SQLite locks everything from the start."""
    return db.session.get_bind().dialect.name != "sqlite"


def execute(statement: Any, values: Any = None) -> Any:
    """Run a statement over tables in the transaction; what has changed in rows at hand waits for the next flush."""
    return db.session.connection().execute(statement, values)


Row = TypeVar("Row", bound=Base)
_INSERTS: dict[type, tuple[Insert, list[str], list[str]]] = {}


def put(row: Row) -> Row:
    """Insert one new row now and return it with its key; what else has changed waits for the next flush.

    A flush weighs everything at hand, which costs more than the row. It must carry its foreign keys, for only columns
    are looked at.
    """
    kind = type(row)
    if kind not in _INSERTS:
        columns = kind.__table__.columns.values()
        # As a flush does: a JSON column that nobody set is NULL, not the JSON null.
        empty = [c.key for c in columns if not (c.primary_key or c.default or c.type.should_evaluate_none)]
        _INSERTS[kind] = (insert(kind.__table__), [c.key for c in columns], empty)  # type: ignore[arg-type]
    statement, names, empty = _INSERTS[kind]
    given = row.__dict__
    known = {name: given[name] for name in names if name in given}
    done = execute(statement, {**dict.fromkeys(empty), **known})
    given.update(dict.fromkeys(names) | done.last_inserted_params())
    given.update(zip(kind.__table__.primary_key.columns.keys(), done.inserted_primary_key, strict=True))  # type: ignore[attr-defined]
    with_its_key(row)
    db.session.add(row)
    return row


_LOADED = "db.loaded"


@event.listens_for(Session, "loaded_as_persistent")
@event.listens_for(Session, "detached_to_persistent")
@event.listens_for(Session, "pending_to_persistent")
def _hold_on(session: Session, row: Any) -> None:
    # A session knows its rows by weak references only; without this, each verb of a transaction reads them again.
    session.info.setdefault(_LOADED, []).append(row)


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_LOADED, None)


def init_db(app: Any) -> None:
    """Bind the database to the application; the directory of an SQLite file is made. Raise BadSetting if it cannot."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            named = "FLOWDESK_DATABASE_URL or FLOWDESK_DATA"
            raise BadSetting(f"The database cannot lie in '{folder}' ({error.strerror}); set {named}.") from None
    db.init_app(app)
