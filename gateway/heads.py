"""The head of a request, its first line and its headers: how long it may take to come, and how large it may grow.

uvicorn waits for a head for ever, and what reads it (httptools) keeps all of a header until that is whole, also of one
that follows a body in chunks. Whoever sent a byte a minute would hold a connection, and whoever never ended a header
the memory. Bodies have bounds of their own (`gateway.limits`), and so have heads that came whole (`gateway.app`).
"""

from asyncio import TimerHandle, Transport
from http import HTTPStatus

import orjson
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.problems import MEDIA_TYPE, Problem, body_of

WITHIN = 10.0
"""Seconds from the connection, or from the first byte of a later request, to the end of a head."""
LARGEST = 64 * 1024
"""Bytes of a head, or of what follows a body, that have not ended."""

log = structlog.get_logger()

_TOO_SLOW = Problem(408, "head_too_slow", "The request line and the headers did not come in time; send them at once.")
_TOO_LARGE = Problem(431, "headers_too_large", f"The headers do not end within {LARGEST} bytes; send less.")
_UNREADABLE = Problem(400, "not_http", "This is no request in HTTP/1.1; look at its first line and its headers.")


class HttpProtocol(HttpToolsProtocol):
    """How the gateway speaks HTTP: as uvicorn does, which takes a class in place of its own, with these bounds."""

    _due: TimerHandle | None = None
    _begun = False
    """Whether a head has begun that has not ended."""
    _unread = 0
    """Bytes since the last of which something came: until then what reads them keeps them."""

    def connection_made(self, transport: Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        self._due = self.loop.call_later(WITHIN, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._unread > LARGEST:
            self._refuse(_TOO_LARGE)
        elif self._due is None and self._answered():
            # A later head, empty lines before one, or what still comes of a body that was refused.
            self._due = self.loop.call_later(WITHIN, self._late)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun = True

    def on_headers_complete(self) -> None:
        self._ended()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        del msg
        self._refuse(_UNREADABLE)

    def _ended(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due, self._begun, self._unread = None, False, 0

    def _answered(self) -> bool:
        """Whether nothing was asked that is not answered yet."""
        return self.cycle is None or self.cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison]

    def _late(self) -> None:
        self._due = None
        if not self._answered():
            # Nothing more is read until the request before is answered.
            self._due = self.loop.call_later(WITHIN, self._late)
        elif not self._begun:
            self.transport.close()  # a browser that opened a connection in case it would need one
        else:
            self._refuse(_TOO_SLOW)

    def _refuse(self, problem: Problem) -> None:
        self._ended()
        log.info("head_refused", code=problem.code, status=problem.status, client=self.client and self.client[0])
        body = orjson.dumps(body_of(problem))
        lines = (
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}",
            f"Content-Type: {MEDIA_TYPE}",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        )
        self.transport.write("\r\n".join((*lines, "", "")).encode() + body)
        self.transport.close()
