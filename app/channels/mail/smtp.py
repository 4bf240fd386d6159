"""Hand a mail to a mail server, and know on which side of the last dot the connection broke (promise P2, RFC 5321)."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from app.errors import Trouble

CONNECT_SECONDS = 10
COMMAND_SECONDS = 30
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_CHUNK = 262_144
_LINE_END = re.compile(rb"\r\n|\r|\n")
# Answers about us and our password, not about this mail: mending a setting mends them (RFC 4954 section 6).
_ABOUT_US = {530, 534, 535, 538}


class SendTrouble(Trouble):
    """A mail did not leave."""

    status = 502
    title = "Mail server"

    def __init__(self, detail: str, code: int = 0) -> None:
        super().__init__(detail)
        self.code = code


class Refused(SendTrouble):
    """The mail server refuses this mail for good; `code` is its answer."""


class TryLater(SendTrouble):
    """The mail was not handed over; trying again may help."""


class Unknown(SendTrouble):
    """The connection broke after the mail was handed over; it may have arrived."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """The mail server took the mail; `refused` tells of recipients it did not take: {address: (code, text)}."""

    code: int
    text: str
    refused: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to hand mail over."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read `smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`; raise TryLater when it is none."""
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        except ValueError:
            scheme, host, port = "", "", None
        if scheme not in _PORTS or not host:
            raise TryLater("FLOWDESK_SMTP_URL must look like smtp://user:password@mail.example.com:587.")
        return cls(scheme, host, port or _PORTS[scheme], unquote(parts.username or ""), unquote(parts.password or ""))


def send(url: str, raw: bytes, sender: str, recipients: list[str], *, on_handover: Callable[[], None]) -> SendResult:
    """Send `raw` to `recipients`; raise Refused, TryLater or Unknown.

    `on_handover` runs when all but the final dot is written. What it raises stops the mail, and is raised on.
    """
    if not recipients:
        raise Refused("The mail has no recipient.")
    server = Server.of(url)
    with _trouble_before_handover(server):
        connection = _connect(server, sender.rpartition("@")[2])
    try:
        with _trouble_before_handover(server):
            refused = _envelope(connection, raw, sender, recipients)
            _expect(connection.docmd("DATA"), {354}, "the mail")
            _write(connection, raw)
        on_handover()
        code, text = _final_dot(connection)
    except BaseException:
        # Closed without a word: inside DATA every further word would be part of the mail.
        connection.close()
        raise
    _leave(connection)
    return SendResult(code, text, refused)


def check(url: str) -> str:
    """Return in a sentence why mail cannot be handed to this server, an empty string when it can."""
    try:
        server = Server.of(url)
        with _trouble_before_handover(server):
            connection = _connect(server, socket.gethostname())
    except SendTrouble as trouble:
        return trouble.detail
    _leave(connection)
    return ""


def _connect(server: Server, own_name: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    # Named here because the library would ask the name service who we are, before every mail.
    name = own_name if own_name.isascii() and own_name else "localhost"
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(server.host, server.port, name, timeout=CONNECT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, name, timeout=CONNECT_SECONDS)
    try:
        _socket(connection).settimeout(COMMAND_SECONDS)
        connection.ehlo_or_helo_if_needed()
        if server.scheme == "smtp+starttls":
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _socket(connection: smtplib.SMTP) -> socket.socket:
    if connection.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return connection.sock


def _envelope(connection: smtplib.SMTP, raw: bytes, sender: str, recipients: list[str]) -> dict[str, tuple[int, str]]:
    """Say who writes to whom; return the recipients the server does not take, as long as it takes one."""
    options = []
    if not all(address.isascii() for address in (sender, *recipients)) or not _head(raw).isascii():
        if not connection.has_extn("smtputf8"):
            raise Refused("The mail server does not take addresses beyond ASCII (SMTPUTF8).")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    elif not raw.isascii() and connection.has_extn("8bitmime"):
        options = ["BODY=8BITMIME"]
    connection.command_encoding = "utf-8"
    _expect(connection.mail(sender, options), {250}, "the sender")
    answers = {address: _said(connection.rcpt(address)) for address in recipients}
    refused = {address: answer for address, answer in answers.items() if answer[0] not in (250, 251)}
    if len(refused) == len(answers):
        # With every recipient refused, one refused for now is still worth another try.
        worst = min(refused.values(), key=lambda answer: answer[0])
        _expect((worst[0], worst[1].encode()), set(), "the recipient")
    return refused


def _head(raw: bytes) -> bytes:
    end = raw.find(b"\r\n\r\n")
    return raw if end < 0 else raw[:end]


def _said(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], " ".join(answer[1].decode("utf-8", "replace").split())[:1000]


def _expect(answer: tuple[int, bytes], good: set[int], what: str) -> None:
    code, text = _said(answer)
    if code in good:
        return
    if code < 0:
        raise smtplib.SMTPServerDisconnected("the connection was lost")
    permanent = 500 <= code < 600 and code not in _ABOUT_US
    said = f"The mail server does not take {what}: {code} {text}"
    raise Refused(said, code) if permanent else TryLater(said, code)


def _write(connection: smtplib.SMTP, raw: bytes) -> None:
    """Write the mail with CRLF line ends and doubled leading dots, all but the line with the final dot."""
    data = re.sub(rb"(?m)^\.", b"..", _LINE_END.sub(b"\r\n", raw))
    data += b"" if data.endswith(b"\r\n") else b"\r\n"
    sock = _socket(connection)
    for start in range(0, len(data), _CHUNK):
        sock.sendall(data[start : start + _CHUNK])


def _final_dot(connection: smtplib.SMTP) -> tuple[int, str]:
    try:
        _socket(connection).sendall(b".\r\n")
        code, text = _said(connection.getreply())
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(f"The mail server did not say whether it took the mail ({_reason(error)}).") from error
    if code // 100 not in {2, 4, 5}:
        raise Unknown("The mail server did not say whether it took the mail.")
    _expect((code, text.encode()), set(range(200, 300)), "the mail")
    return code, text


@contextmanager
def _trouble_before_handover(server: Server) -> Iterator[None]:
    """Turn whatever goes wrong before the final dot into TryLater: nothing has been sent yet."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        said = _said((error.smtp_code, _bytes(error.smtp_error)))[1]
        raise TryLater(f"{server.host} does not accept user name and password: {said}", error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        said = _said((error.smtp_code, _bytes(error.smtp_error)))[1]
        raise TryLater(f"{server.host} answered {error.smtp_code} {said}", error.smtp_code) from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise TryLater(f"{server.host}:{server.port} cannot be used: {_reason(error)}.") from error


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted, {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS on this port"
    return (str(error) or type(error).__name__).strip().rstrip(".")


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; whether the server hears it changes nothing about the mail."""
    with suppress(OSError, smtplib.SMTPException):
        if connection.sock is not None:
            connection.sock.settimeout(2)
            connection.docmd("QUIT")
    connection.close()
