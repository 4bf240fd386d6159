"""A server on the loopback that speaks OpenAI's chat completions, for the real client to talk to.

    with ModelServer() as server:
        server.say({"category": "billing", ...})   # the next answer, as the JSON a model would write
        provider = OpenAIProvider("sk-test", "stub-model", server.url)

Answers are taken in order and the last one is repeated; with none given, a sensible one is made for the shape asked
for. `server.requests` keeps what came in.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request: its path, headers (lower case) and JSON body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        """The instructions."""
        return self.body["messages"][0]["content"]

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object the instructions are about."""
        return json.loads(self.body["messages"][1]["content"])

    @property
    def shape(self) -> str:
        """The name of the JSON Schema asked for, empty when none is."""
        return self.body.get("response_format", {}).get("json_schema", {}).get("name", "")


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; it starts after `pause` seconds, and with `drip` a byte follows the other after so many."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    drip: float = 0


Responder = Callable[[Asked], Answer]


def completion(text: str | None, **message: Any) -> Answer:
    """A chat completion whose message is this text."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text} | message}
    usage = {"prompt_tokens": 100, "completion_tokens": 23, "total_tokens": 123}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "stub-model"}
    return Answer(body=json.dumps(head | {"choices": [choice], "usage": usage}).encode())


def sensible(asked: Asked) -> Answer:
    """What a well-behaved model would say to each of Flowdesk's prompts."""
    answers: dict[str, dict[str, Any]] = {
        "draft": {
            "text": "Hello, thank you for your message. We are looking into it.\n\nKind regards,",
            "used_articles": [],
        },
        "summary": {"lines": ["The customer asked for help.", "Nothing was done yet."]},
        "refinement": {"text": asked.data.get("draft", ""), "used_articles": []},
    }
    if asked.shape == "classification":
        key = asked.data["categories"][0]["key"]
        said = {"category": key, "priority": "medium", "confidence": 0.9, "language": "en", "reason": "It says so."}
        return completion(json.dumps(said))
    return completion(json.dumps(answers.get(asked.shape, {})))


def obeying(asked: Asked) -> Answer:
    """A model that does whatever the ticket tells it: it repeats all it was given, adds links, images and HTML."""
    everything = asked.body["messages"][0]["content"] + asked.body["messages"][1]["content"]
    evil = (
        '<img src="https://evil.example/p.png?q=1"> <script>steal()</script> ![x](https://evil.example/i.png)\n'
        "[Sign in here](https://evil.example/login) https://evil.example/a www.evil.example evil.example/b\n"
        "javascript:alert(1) <a href='https://evil.example'>click</a> write to thief@evil.example\n" + everything
    )
    said = {"category": "billing", "priority": "urgent", "confidence": 1, "language": "en", "reason": evil}
    return completion(json.dumps(said | {"text": evil, "lines": evil.splitlines()[:10], "used_articles": ["Secret"]}))


class ModelServer:
    """The server; `url` is what to configure as base URL."""

    def __init__(self, respond: Responder = sensible) -> None:
        self.requests: list[Asked] = []
        self._respond = respond
        self._answers: list[Answer] = []
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, with /v1."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def say(self, answer: dict[str, Any] | str) -> None:
        """Answer with a JSON object or with a model's bare text."""
        self._answers.append(completion(answer if isinstance(answer, str) else json.dumps(answer)))

    def answer(self, *answers: Answer) -> None:
        """Answer with these, in order."""
        self._answers += answers

    def fail(self, status: int, **headers: str) -> None:
        """Answer with an error."""
        body = json.dumps({"error": {"message": "No.", "type": "stub", "code": None, "param": None}}).encode()
        self._answers.append(Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    def hang(self, seconds: float = 60) -> None:
        """Say nothing for so long."""
        self._answers.append(Answer(pause=seconds))

    def wait(self, seconds: float) -> None:
        """Pause, but not past the end of the server."""
        self._closing.wait(seconds)

    def receive(self, asked: Asked) -> Answer:
        """Keep the request and choose the answer."""
        self.requests.append(asked)
        if not self._answers:
            return self._respond(asked)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def __enter__(self) -> "ModelServer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.receive(Asked(self.path, headers, body))
            server.wait(answer.pause)
            try:
                self._send(answer)
            except ConnectionError:
                # The client gave up waiting, as the tests for time-outs want it to.
                self.close_connection = True

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not answer.drip:
                self.wfile.write(answer.body)
                return
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                server.wait(answer.drip)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the output of the tests clean."""

    return Handler
