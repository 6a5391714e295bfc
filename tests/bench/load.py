"""A load generator: requests of the same bytes over connections that stay open, with as little work as Python can."""

import asyncio
import ssl
import time
from typing import cast

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"


class _Connection(asyncio.Protocol):
    """Asks, waits for the whole answer, and asks again after `pause` seconds. `seconds` are the times answers took."""

    def __init__(self, request: bytes, times: int, pause: float) -> None:
        self.seconds: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request, self._times, self._pause = request, times, pause
        self._received = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class is none of asyncio's
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(_END)
        if not end or len(body) < body_length(head):
            return
        self.seconds.append(time.perf_counter() - self._began)
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            self._end(RuntimeError(f"Answered {self._received[:300]!r}"))
        elif len(self.seconds) == self._times:
            self._end(None)
        elif self._pause:
            asyncio.get_running_loop().call_later(self._pause, self._ask)
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("The server closed the connection."))

    def _ask(self) -> None:
        self._received, self._began = b"", time.perf_counter()
        self._transport.write(self._request)

    def _end(self, error: Exception | None) -> None:
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
        self._transport.close()


def body_length(head: bytes) -> int:
    """Of an answer with this head."""
    _, found, rest = head.lower().partition(_LENGTH)
    assert found, f"An answer without Content-Length: {head!r}"
    return int(rest.partition(b"\r\n")[0])


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """The bytes of a request with this development key."""
    head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {key}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def timings(
    port: int,
    request: bytes,
    times: int,
    connections: int = 1,
    pause: float = 0,
    context: ssl.SSLContext | None = None,
) -> list[float]:
    """Seconds that each of so many requests took, all connections asking at the same time, each `pause` seconds after
    its last answer; by TLS where a `context` is given. Raises RuntimeError for an answer other than 200 or 201,
    ConnectionError when the server goes."""

    async def ask_all() -> list[float]:
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(
                lambda: _Connection(request, times // connections, pause),
                "127.0.0.1",
                port,
                ssl=context,
                server_hostname=context and "localhost",
            )
            for _ in range(connections)
        ]
        await asyncio.gather(*(connection.done for _, connection in made))
        return [seconds for _, connection in made for seconds in connection.seconds]

    return uvloop.run(ask_all())


def rate(port: int, request: bytes, times: int, connections: int, context: ssl.SSLContext | None = None) -> float:
    """Requests a second."""
    began = time.perf_counter()
    return len(timings(port, request, times, connections, context=context)) / (time.perf_counter() - began)
