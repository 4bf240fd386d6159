"""Requests to the outside: only to the internet, unless the operator says otherwise; never without an end."""

import socket
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from crm_server import running

from app import outward
from app.config import settings
from app.errors import Unreachable

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "192.0.0.8", "198.18.0.1", "240.0.0.1", "192.0.2.1"),
    *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_within_is_never_asked(address: str) -> None:
    assert not outward.is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_an_address_of_the_internet_is(address: str) -> None:
    assert outward.is_public(ip_address(address))


@pytest.fixture
def _private(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FLOWDESK_OUTGOING_PRIVATE", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1"])
def test_however_it_is_written_this_machine_is_not_asked(host: str) -> None:
    with pytest.raises((outward.Refused, Unreachable)) as refused:
        outward.get(f"https://{host}:9/", {})
    assert "not on the internet" in refused.value.detail or "not known" in refused.value.detail


def test_a_name_that_also_leads_inside_is_not_asked_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(outward.Refused, match=r"10\.0\.0\.1"):
        outward.get("https://rebound.test/", {})


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.test/",
        "ftp://crm.test/",
        "https://u:p@crm.test/",
        "https://",
        "//crm.test",
        "https://a b/",
        "https://x:99999/",
    ],
)
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(outward.Refused):
        outward.get(url, {})


def test_an_answer_that_never_ends_is_cut_off(_private: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(100):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            outward.get(f"http://127.0.0.1:{server.getsockname()[1]}/", {}, seconds=0.3)
        assert time.monotonic() - begun < 3


def test_an_answer_that_breaks_off_is_no_answer(_private: None) -> None:
    with running() as crm:
        crm.raw, crm.headers = b"{}", {"Content-Length": "100"}
        with pytest.raises(Unreachable):
            outward.get(crm.url, {}, seconds=1)


def test_nobody_there_is_unreachable(_private: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable):
        outward.get(f"http://127.0.0.1:{port}/", {})
