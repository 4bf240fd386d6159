"""Expected trouble. The docstring of a class is its message; the doors map `status` to a page or a problem document."""

from typing import Any


class Trouble(Exception):
    """Something went wrong."""

    status = 400
    title = "Bad request"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        self.detail = detail or (self.__doc__ or "").strip()
        self.extra = extra
        super().__init__(self.detail)


class NotFound(Trouble):
    """There is no such thing here."""

    status = 404
    title = "Not found"


class Forbidden(Trouble):
    """You may not do this."""

    status = 403
    title = "Forbidden"


class Conflict(Trouble):
    """Somebody was first."""

    status = 409
    title = "Conflict"


class Invalid(Trouble):
    """What was sent cannot be accepted; `fields` says which field and why."""

    status = 422
    title = "Unprocessable content"

    def __init__(self, detail: str = "", fields: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.fields = fields or {}


class BadSetting(Trouble):
    """A setting is wrong, so Flowdesk does not start."""

    status = 500
    title = "Configuration error"


class Unreachable(Trouble):
    """The outside world did not answer; trying again may help."""

    status = 503
    title = "Try again later"
