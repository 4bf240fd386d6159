"""Requests to the outside world: the address is resolved once, checked and pinned; time, size and turns are bounded."""

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.config import settings
from app.errors import Trouble, Unreachable

CONNECT_SECONDS = 10.0
SECONDS = 30.0
MOST_BYTES = 10 * 1024 * 1024
_CHUNK = 64 * 1024
_IN_THE_CLEAR = "The address must begin with https://, for what is sent is secret."
_SCHEMES = {"https": 443, "http": 80}
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_CLOSED = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("2001::/23"),
    ipaddress.ip_network("fec0::/10"),
    ipaddress.ip_network("3fff::/20"),
    ipaddress.ip_network("5f00::/16"),
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Trouble):
    """This address is none that may be asked."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def is_public(address: Address) -> bool:
    """Tell whether an address is the internet's, and what it carries within, too (RFC 4291, 6052, 3056, 4380)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _within(address)
        if inner is not None and not is_public(inner):
            return False
        if address.ipv4_mapped is not None or any(address in network for network in _NAT64):
            return inner is not None and address not in _NAT64[1]
    closed = any(address.version == network.version and address in network for network in _CLOSED)
    return address.is_global and not (closed or address.is_multicast or address.is_reserved)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address an IPv6 one carries, if it does."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def check(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and target of a web address; raise Refused saying why it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else _SCHEMES.get(parts.scheme, 0)
    except ValueError as error:
        raise Refused(f"This is no web address: {error}.") from None
    if parts.scheme not in _SCHEMES or not parts.hostname or not port:
        raise Refused("A web address begins with https:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise Refused("A web address must not hold a password.")
    if any(ord(sign) <= 32 or ord(sign) > 126 for sign in url):
        raise Refused("A web address holds neither blanks nor letters outside ASCII.")
    if parts.scheme == "http" and not settings().outgoing_private:
        raise Refused(_IN_THE_CLEAR)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return parts.scheme, parts.hostname, port, target


def resolve(host: str, port: int, *, secure: bool = True) -> str:
    """Return the one address a host is asked at; raise Refused for a private one, Unreachable for an unknown host.

    Where the operator allows private ones, they may be asked in the clear, and still nobody else.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host} is not known: {error}.") from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not settings().outgoing_private:
        # All of them: a name that also leads inside is not asked at all.
        for address in addresses:
            if not is_public(ipaddress.ip_address(address)):
                raise Refused(f"{host} leads to {address}, which is not on the internet.")
    if not secure and is_public(ipaddress.ip_address(addresses[0])):
        raise Refused(_IN_THE_CLEAR)
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """Connects to an address that was checked, whatever the name says by now."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.address, self.secure, self.late = address, secure, False
        self.line: socket.socket | None = None  # kept, for the one above is given up once its answer begins

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), CONNECT_SECONDS)
        self.line = self.sock
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
            self.line = self.sock

    def cut(self) -> None:
        """End whatever goes on, from another thread; what was read so far is no answer."""
        self.late = True
        if self.line is not None:
            try:
                self.line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


def get(url: str, headers: dict[str, str], *, seconds: float = SECONDS, most: int = MOST_BYTES) -> Answer:
    """Return the answer to a GET; redirects are answers like others.

    Raise Refused for an address that may not be asked or an answer of more than `most` bytes, Unreachable where nobody
    answered whole within `seconds`.
    """
    scheme, host, port, target = check(url)
    connection = _Pinned(host, port, resolve(host, port, secure=scheme == "https"), scheme == "https")
    alarm = threading.Timer(seconds, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "User-Agent": "Flowdesk", **headers})
        with closing(connection.getresponse()) as response:
            answer = Answer(response.status, _read(response, host, most))
        if connection.late:
            raise Unreachable(f"{host} took longer than {seconds:g} seconds.")
        return answer
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{host} did not answer: {error or type(error).__name__}.") from None
    finally:
        alarm.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, host: str, most: int) -> bytes:
    parts, size = [], 0
    while chunk := response.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise Refused(f"{host} answered with more than {most // 1024 // 1024} MB.")
        parts.append(chunk)
    if response.length:
        raise Unreachable(f"{host} broke off in the middle of its answer.")
    return b"".join(parts)
