"""Take mail by SMTP: it is accepted only after somebody has kept it (promise P1, RFC 5321)."""

import asyncio
import logging
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from app.errors import BadSetting

MAX_BYTES = 25 * 1024 * 1024
MAX_RECIPIENTS = 1_000
KEEPERS = 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it was delivered: `mail_from` is empty for the null sender, `peer` is the other end's address."""

    raw: bytes = field(repr=False)
    mail_from: str
    rcpt_to: tuple[str, ...]
    peer: str


class Listener:
    """An SMTP server in a thread of its own.

    `keep` runs in another thread and returns when the mail is safe; what it raises is answered with "try again".
    Mail to a domain outside `known_domains` is refused; without them every address is taken.
    """

    def __init__(
        self,
        host: str,
        port: int,
        keep: Callable[[Envelope], None],
        known_domains: Collection[str] | None = None,
        *,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.host = host
        self.port = port
        self._max_bytes = max_bytes
        self._handler = _Handler(keep, known_domains)
        self._controller: _Controller | None = None

    def start(self) -> None:
        """Begin to listen and set `port` to the real one; raise BadSetting when the address cannot be used."""
        bound = _bind(self.host, self.port)
        self.port = bound.getsockname()[1]
        self._handler.open()
        self._controller = _Controller(
            self._handler,
            bound=bound,
            hostname=self.host,
            port=self.port,
            data_size_limit=self._max_bytes,
            # Named here because the library would ask the name service who we are, for every connection.
            server_hostname=socket.gethostname(),
            ident="Flowdesk",
        )
        try:
            self._controller.start()
        except Exception:
            bound.close()
            self._handler.close()
            raise

    def stop(self) -> None:
        """Stop listening; mail that is just being kept is kept."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None
            self._handler.close()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, proto)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise BadSetting(
            f"Mail cannot be taken at {host}:{port} ({error.strerror}); "
            "stop what uses it, or set FLOWDESK_SMTP_LISTEN to another address."
        ) from error
    return bound


class _Smtp(SMTP):
    # Mail with lines longer than the RFC allows exists, and what exists is kept; its size is limited as a whole.
    line_length_limit = MAX_BYTES


class _Controller(Controller):
    """A controller on a socket that is bound already, so that a taken port is told at once and port 0 works."""

    def __init__(self, handler: "_Handler", *, bound: socket.socket, **options: Any) -> None:
        super().__init__(handler, **options)
        self._bound = bound

    def factory(self) -> SMTP:
        return _Smtp(self.handler, loop=self.loop, **self.SMTP_kwargs)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._bound)


class _Handler:
    """The answers of the server."""

    def __init__(self, keep: Callable[[Envelope], None], known_domains: Collection[str] | None) -> None:
        self._keep = keep
        self._domains = None if known_domains is None else {domain.lower() for domain in known_domains}
        self._keepers: ThreadPoolExecutor | None = None

    def open(self) -> None:
        self._keepers = ThreadPoolExecutor(KEEPERS, thread_name_prefix="mail-keeper")

    def close(self) -> None:
        if self._keepers is not None:
            self._keepers.shutdown(wait=True)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, rcpt_options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if self._domains is not None and address.rpartition("@")[2].lower() not in self._domains:
            return "550 5.7.1 This server takes no mail for that domain"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: SmtpEnvelope) -> str:
        content = envelope.original_content or b""
        peer = session.peer[0] if isinstance(session.peer, tuple) else str(session.peer or "")
        mail = Envelope(content, (envelope.mail_from or "").strip("<>"), tuple(envelope.rcpt_tos), peer)
        try:
            await asyncio.get_running_loop().run_in_executor(self._keepers, self._keep, mail)
        except Exception:
            _log.exception("a mail could not be kept; its sender is asked to try again")
            return "451 4.3.0 The mail could not be kept, try again"
        return "250 2.0.0 Kept"
