"""A CRM that really answers by HTTP on loopback, and does what a test tells it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Crm:
    """`pages` are answers by cursor; `asked` is what was asked for, with the token; it answers with `status`."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {"": {"items": []}}
        self.asked: list[dict[str, str]] = []
        self.status = 200
        self.raw: bytes | None = None
        self.headers: dict[str, str] = {}
        self.url = ""

    def holds(self, *records: dict[str, Any], page: int = 500) -> None:
        """Keep records, so many to a page."""
        parts = [list(records[at : at + page]) for at in range(0, len(records), page)] or [[]]
        self.pages = {
            (str(n) if n else ""): {"items": part, "next": str(n + 1) if n + 1 < len(parts) else None}
            for n, part in enumerate(parts)
        }

    def answer(self, path: str, token: str) -> bytes:
        query = {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}
        self.asked.append(query | {"token": token})
        if self.raw is not None:
            return self.raw
        return json.dumps(self.pages[query.get("page", "")]).encode()


@contextmanager
def running() -> Iterator[Crm]:
    """Give a CRM that listens until the block ends."""
    crm = Crm()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = crm.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(crm.status)
            for name, value in ({"Content-Length": str(len(body))} | crm.headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return  # the caller had enough

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    crm.url = f"http://127.0.0.1:{server.server_port}/contacts"
    try:
        yield crm
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
