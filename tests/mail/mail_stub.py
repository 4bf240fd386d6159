"""A mail server that does what a test tells it, also what no mail server should do."""

import socket
import threading

GREETING = "220 mx.example ESMTP"
ANSWERS = {"EHLO": "250 mx.example", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "QUIT": "221 bye"}


class Stub:
    """A mail server that answers by script: `None` closes the connection, `...` says nothing any more."""

    def __init__(self, answers: dict[str, object]) -> None:
        self.answers = {"220": GREETING, **ANSWERS, "DOT": "250 kept", **answers}
        self.said: list[str] = []
        self.content = b""
        self.quiet = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                try:
                    self._talk(file)
                except (OSError, ValueError):
                    continue

    def _talk(self, file: object) -> None:
        if not self._answer(file, "220"):
            return
        while line := file.readline():  # type: ignore[attr-defined]
            word = line.decode().strip().partition(" ")[0].upper()
            self.said.append(line.decode().strip())
            if not self._answer(file, line.decode().strip() if line.decode().strip() in self.answers else word):
                return
            if word == "DATA" and str(self.answers["DATA"]).startswith("354") and not self._content(file):
                return

    def _content(self, file: object) -> bool:
        while (line := file.readline()) != b".\r\n":  # type: ignore[attr-defined]
            if not line:
                return False
            self.content += line
            if b"STOP" in line:
                return False
        return self._answer(file, "DOT")

    def _answer(self, file: object, step: str) -> bool:
        answer = self.answers.get(step, "500 what?")
        if answer is ...:
            self.quiet.wait(10)
            return False
        if answer is None:
            return False
        file.write(f"{answer}\r\n".encode())  # type: ignore[attr-defined]
        file.flush()  # type: ignore[attr-defined]
        return True

    def close(self) -> None:
        self.quiet.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)
