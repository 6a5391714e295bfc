"""A receiver of webhooks on loopback: it checks signatures as Standard Webhooks says, and answers as it is told."""

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook

from infra.stack.ports import free_port


@dataclass(frozen=True)
class Call:
    """A request: `told` is the event in it."""

    headers: Mapping[str, str]
    body: bytes
    at: float
    status: int

    @property
    def told(self) -> Any:
        return orjson.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def signed_by(self, secret: str) -> bool:
        """Whether the library takes it; raises what it raises for a signature of another secret."""
        Webhook(secret).verify(self.body, dict(self.headers))
        return True


@dataclass
class Receiver:
    """`answer` gives status and headers for an event; `calls` are all that came, `taken` those answered by 2xx."""

    port: int
    answer: Callable[[Any], tuple[int, Mapping[str, str]]] = lambda _: (204, {})
    calls: list[Call] = field(default_factory=list[Call])
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=1"

    @property
    def taken(self) -> list[Call]:
        return [call for call in [*self.calls] if 200 <= call.status < 300]

    def told(self, *types: str) -> list[Any]:
        """The events that were taken, each once, in the order in which they came first; of these types, if any."""
        once = {call.id: call.told for call in reversed(self.taken)}
        order = dict.fromkeys(call.id for call in self.taken)
        return [once[id] for id in order if not types or once[id]["type"] in types]

    def start(self) -> None:
        mine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.server is not mine._server:  # stopped, though this connection was open still
                    self.close_connection = True
                    return
                status, headers = mine.answer(orjson.loads(body))
                given = {name.lower(): value for name, value in self.headers.items()}
                mine.calls.append(Call(given, body, time.monotonic(), status))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


@contextmanager
def receiver() -> Generator[Receiver]:
    made = Receiver(free_port())
    made.start()
    try:
        yield made
    finally:
        made.stop()
