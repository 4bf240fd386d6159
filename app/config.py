"""Settings from the environment, validated once at start."""

import contextlib
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent
_MAIL_SCHEMES = {"smtp", "smtps", "smtp+starttls"}
_WEB_SCHEMES = {"http", "https"}


class Settings(BaseSettings):
    """Everything an operator can set; each field is `FLOWDESK_<NAME>` unless it names its own variable."""

    model_config = SettingsConfigDict(env_prefix="FLOWDESK_", extra="ignore", env_ignore_empty=True)

    data: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    smtp_url: str = ""
    smtp_listen: str = "127.0.0.1:2525"
    mail_domain: str = "flowdesk.localhost"
    demo: bool = False
    secret_key: str = ""
    ticket_prefix: str = Field(default="TKT-", max_length=12)
    desk_name: str = "Flowdesk"
    reopen_days: int = Field(default=14, ge=0)
    triage_threshold: float = Field(default=0.7, ge=0, le=1)
    outgoing_private: bool = False
    max_upload: int = Field(default=30 * 1024 * 1024, ge=1024)
    clock_interval: float = Field(default=1.0, gt=0, le=60)
    lease_seconds: float = Field(default=15, gt=0)
    worker_threads: int = Field(default=4, ge=1, le=64)
    ai_model: str = "gpt-5-mini"
    openai_api_key: str = Field(default="", validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")

    @field_validator("smtp_listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        if value in {"off", ""}:
            return ""
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError("must look like 127.0.0.1:2525, or be off")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_url(cls, value: str) -> str:
        if value and not _names_a_host(value, _MAIL_SCHEMES):
            raise ValueError("must look like smtp://user:password@mail.example.com:587")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value.startswith("postgres://"):
            value = "postgresql://" + value.removeprefix("postgres://")
        if value.startswith("postgresql://"):
            value = "postgresql+psycopg://" + value.removeprefix("postgresql://")
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        if value.startswith("postgresql") and not _has_a_port(value):
            raise ValueError("must look like postgresql://user:password@db.example.com:5432/flowdesk")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://")
        if not _has_a_port(value):
            raise ValueError("must look like redis://redis.example.com:6379/0")
        return value

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        if value and not _names_a_host(value, _WEB_SCHEMES):
            raise ValueError("must look like https://desk.example.com")
        return value.rstrip("/")

    @field_validator("openai_base_url")
    @classmethod
    def _model(cls, value: str) -> str:
        if value and not _names_a_host(value, _WEB_SCHEMES):
            raise ValueError("must look like https://api.openai.com/v1")
        return value

    @property
    def root(self) -> Path:
        """The folder that holds `app`, `processes`, `forms` and `migrations`."""
        return ROOT

    @property
    def public_url(self) -> str:
        """The address customers reach us at, without a trailing slash."""
        return self.base_url or f"http://localhost:{self.port}"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{(self.data / 'flowdesk.db').resolve()}"

    @property
    def embedded(self) -> bool:
        """Whether worker and clock live inside the web process."""
        return not self.redis_url

    def secret(self) -> str:
        """Return the signing secret, made and kept in the data directory on first use; raise BadSetting if it fails."""
        if self.secret_key:
            return self.secret_key
        path = self.data / "secret_key"
        try:
            if not path.exists():
                self.data.mkdir(parents=True, exist_ok=True)
                _write_once(path, secrets.token_urlsafe(48))
            return path.read_text().strip()
        except OSError as error:
            raise BadSetting(f"FLOWDESK_DATA = '{self.data}' is not usable: {error.strerror}.") from None


def _names_a_host(url: str, schemes: set[str]) -> bool:
    return _has_a_port(url) and urlsplit(url).scheme in schemes and bool(urlsplit(url).hostname)


def _has_a_port(url: str) -> bool:
    """Tell whether the port of a URL, if it names one, is a number."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _write_once(path: Path, text: str) -> None:
    """Write a file only its owner reads; whoever is first wins."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the environment once; raise BadSetting with one sentence per wrong value."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting("; ".join(_sentence(e["loc"], e["msg"], e["input"]) for e in error.errors())) from None


_PLAINLY = {
    "Input should be a valid integer": "must be a whole number",
    "Input should be a valid number": "must be a number",
    "Input should be a valid boolean": "must be 1 or 0",
    "Input should be ": "must be ",
}


def _sentence(loc: tuple[int | str, ...], message: str, value: object) -> str:
    name = str(loc[0])
    name = name if name.isupper() else f"FLOWDESK_{name.upper()}"
    # A URL may hold a password, and sentences end up in logs.
    shown = re.sub(r"//[^/]*@", "//…@", str(value))
    said = message.removeprefix("Value error, ")
    for theirs, ours in _PLAINLY.items():
        said = ours if said.startswith(theirs) and not theirs.endswith(" ") else said.replace(theirs, ours)
    return f"{name} = {shown!r} is not usable: {said}"
