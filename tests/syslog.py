"""A syslog receiver on loopback, over TLS or plain TCP: it takes frames apart as RFC 5425 says, messages as RFC 5424.

It can be stopped in the middle, with or without a word, and begun again at the same port.
"""

import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from infra.stack.ports import free_port

_FRAME = re.compile(rb"([1-9][0-9]{0,9}) ")
_TIME = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
# RFC 5424, section 6, without structured data, of which we have none.
_MESSAGE = re.compile(
    rf"<(?P<pri>0|[1-9][0-9]{{0,2}})>1 (?P<at>{_TIME}(?:\.[0-9]{{1,6}})?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})) "
    r"(?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<process>[!-~]{1,128}) (?P<kind>[!-~]{1,32}) - (?P<text>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Received:
    """A message, and the JSON in it."""

    severity: int
    facility: int
    at: str
    host: str
    app: str
    kind: str
    octets: int
    content: Mapping[str, Any]


def parse(raw: bytes) -> Received:
    """Raises AssertionError for what is no message of RFC 5424 in ASCII."""
    match = _MESSAGE.fullmatch(raw.decode("ascii"))
    assert match is not None, raw
    facility, severity = divmod(int(match["pri"]), 8)
    assert facility < 24
    content = orjson.loads(match["text"])
    return Received(severity, facility, match["at"], match["host"], match["app"], match["kind"], len(raw), content)


@dataclass
class Receiver:
    """`received` is what it has read, `peers` whose certificates it was shown, `broken` what it could not take. `deaf`
    reads nothing; `polite` says good-bye as TLS wants it, once it has read everything."""

    context: ssl.SSLContext | None
    port: int
    host: str = "127.0.0.1"
    received: list[Received] = field(default_factory=list[Received])
    peers: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    broken: list[str] = field(default_factory=list[str])
    deaf: bool = False
    polite: bool = True
    _door: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list[socket.socket])
    _hearing: list[threading.Thread] = field(default_factory=list[threading.Thread])

    @property
    def address(self) -> str:
        return f"{'tcp' if self.context is None else 'tls'}://{self.host}:{self.port}"

    def start(self) -> None:
        self._door = socket.create_server((self.host, self.port))
        self._begin(self._serve, self._door)

    def die(self) -> None:
        """Ends as a process that is killed does: everybody is hung up on, and what it had not read is lost.

        Nothing is closed that a thread may still read from: its number would go to somebody else's connection, and the
        thread would take that one's octets."""
        door, self._door = self._door, None
        if door is not None:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
        for one in list(self._open):
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
        for thread in list(self._hearing):
            thread.join(10)
        for one in [door, *self._open]:
            if one is not None:
                one.close()
        self._hearing.clear()
        self._open.clear()

    def until(self, what: str, happens: Callable[[], Any], patience: float = 60.0) -> Any:
        """What `happens` gives once that is true."""
        deadline = time.monotonic() + patience
        while not (found := happens()):
            if time.monotonic() > deadline:
                pytest.fail(f"too late: {what}; {len(self.received)} received, {self.broken}")
            time.sleep(0.02)
        return found

    def _begin(self, work: Callable[..., None], *told: socket.socket) -> None:
        thread = threading.Thread(target=work, args=told, daemon=True)
        self._hearing.append(thread)
        thread.start()

    def _serve(self, door: socket.socket) -> None:
        while True:
            try:
                raw, _ = door.accept()
            except OSError:
                return
            self._begin(self._hear, raw, door)

    def _hear(self, raw: socket.socket, door: socket.socket) -> None:
        try:
            one = raw if self.context is None else self.context.wrap_socket(raw, server_side=True)
        except OSError as error:
            self.broken.append(str(error))
            raw.close()
            return
        self._open.append(one)
        if self._door is not door:  # it died while hands were shaken
            return
        if isinstance(one, ssl.SSLSocket):
            self.peers.append(one.getpeercert() or {})
        if self.deaf:
            return
        rest = b""
        with suppress(OSError, ValueError):  # it died meanwhile
            while more := one.recv(65536):
                rest = self._take(rest + more)
            if self.polite and isinstance(one, ssl.SSLSocket):
                one.unwrap()
            one.close()

    def _take(self, octets: bytes) -> bytes:
        while (frame := _FRAME.match(octets)) and len(octets) >= frame.end() + int(frame[1]):
            end = frame.end() + int(frame[1])
            try:
                self.received.append(parse(octets[frame.end() : end]))
            except AssertionError as error:
                self.broken.append(str(error))
            octets = octets[end:]
        return octets


@contextmanager
def receiver(folder: Path | None = None, *, host: str = "127.0.0.1", asks: bool = False) -> Generator[Receiver]:
    """A running one; over TLS with the certificate `siem` in `folder`. `asks` wants to see one of its authority."""
    context = None
    if folder is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "siem.pem", folder / "siem.key")
        if asks:
            context.load_verify_locations(folder / "ca.pem")
            context.verify_mode = ssl.CERT_REQUIRED
    made = Receiver(context, free_port(), host)
    made.start()
    try:
        yield made
    finally:
        made.die()
