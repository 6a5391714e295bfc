"""Syslog, for whoever collects what happened: RFC 5424 messages, one after the other on TCP or TLS, each behind its
length (RFC 5425, section 4.3; on plain TCP RFC 6587, section 3.4.1).

The protocol has no acknowledgement. What can be known is what the receiver's machine has taken off the network, and,
from a receiver that closes as TLS wants it, that it has read everything up to the end.
"""

import fcntl
import re
import select
import socket
import ssl
import struct
import termios
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from infra import tls
from infra.addresses import is_loopback
from infra.log.headers import time_text
from infra.settings import Settings

TLS_PORT, PLAIN_PORT = 6514, 601
"""As IANA has them: syslog-tls, and syslog-conn."""
LOG_AUDIT = 13
"""The facility of audits, RFC 5424, table 1."""
LONGEST = 8192
"""Octets of a message that receivers should take, RFC 5425, section 4.3.1."""
PATIENCE = 10.0
"""Seconds for connecting, and for which a receiver may take nothing."""
_LOOK = 0.005
_UNSAID = re.compile(r"[^\x21-\x7e]")


class ReceiverAway(ConnectionError):
    """The receiver cannot be reached or has gone; the message says how. Nobody knows what it has of late."""


class ReceiverUntrusted(Exception):
    """The receiver's certificate is not to be trusted; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a receiver is."""

    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'tls' if self.tls else 'tcp'}://{host}:{self.port}"


def address_of(text: str, settings: Settings) -> Address:
    """`tls://siem.example.com:6514`, or `tcp://127.0.0.1:601`. Raises ValueError, also for what others could read."""
    parts = urlsplit(text)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in ("tls", "tcp") or not host or text.rstrip("/") != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{text[:80]!r} is no receiver: write tls://host:{TLS_PORT}.")
    if "@" in parts.netloc:
        raise ValueError("A receiver is known by certificates, not by a user: write tls://host:port.")
    if parts.scheme == "tls":
        return Address(host, port or TLS_PORT, tls=True)
    if not is_loopback(host) and settings.plaintext == "refused":
        raise ValueError(
            f"Others could read what is sent to {host}. Begin it with tls://; NEXUS_PLAINTEXT=allowed sends it "
            "nevertheless."
        )
    return Address(host, port or PLAIN_PORT, tls=False)


def message(severity: int, at: datetime, kind: str, text: bytes) -> bytes:
    """A message of the facility of audits, RFC 5424, section 6. `kind` is its MSGID, `text` is ASCII."""
    host = _UNSAID.sub("", socket.gethostname())[:255] or "-"
    return f"<{LOG_AUDIT * 8 + severity}>1 {time_text(at)} {host} nexus360 - {kind[:32]} - ".encode() + text


def framed(message: bytes) -> bytes:
    """The message behind its length in octets."""
    return b"%d %b" % (len(message), message)


class Connection:
    """A connection to a receiver. Raises ReceiverAway from everything once that is gone."""

    def __init__(self, address: Address, settings: Settings) -> None:
        """Raises ReceiverUntrusted for a certificate of nobody whom we know, or with another name."""
        self._name = str(address)
        try:
            raw = socket.create_connection((address.host, address.port), PATIENCE)
        except OSError as error:
            raise self._away(error) from error
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket = _protected(raw, address.host, settings) if address.tls else raw
        except ssl.SSLCertVerificationError as error:
            raw.close()
            raise ReceiverUntrusted(
                f"The certificate of {self._name} is not trusted ({error.verify_message}). NEXUS_CA is the file of the "
                "authorities that are."
            ) from error
        except OSError as error:
            raw.close()
            raise self._away(error) from error

    def send(self, messages: Iterable[bytes]) -> None:
        """Comes back when the receiver's machine has taken all of it."""
        self.look()
        try:
            self._socket.sendall(b"".join(map(framed, messages)))
        except OSError as error:
            raise self._away(error) from error
        before, left = time.monotonic(), self._untaken()
        while left:
            if time.monotonic() - before > PATIENCE:
                raise ReceiverAway(f"{self._name} has taken nothing for {PATIENCE:.0f} s.")
            self.look(_LOOK)
            if (now := self._untaken()) < left:
                before, left = time.monotonic(), now

    def look(self, wait: float = 0.0) -> None:
        """Raises ReceiverAway when the receiver has hung up, for which it waits so many seconds. What it says is passed
        over: the protocol has nothing for it to say."""
        if not select.select([self._socket], [], [], wait)[0]:
            return
        self._socket.setblocking(False)
        try:
            if self._socket.recv(4096) == b"":
                raise ReceiverAway(f"{self._name} has hung up.")
        except (ssl.SSLWantReadError, BlockingIOError):
            pass  # a message of TLS itself
        except ReceiverAway:
            raise
        except OSError as error:
            raise self._away(error) from error
        finally:
            with suppress(OSError):
                self._socket.settimeout(PATIENCE)

    def close(self) -> bool:
        """Says that this is all, and whether the receiver said that it has read so far. On plain TCP it cannot."""
        try:
            if not isinstance(self._socket, ssl.SSLSocket):
                return False
            self._socket.unwrap()
            return True
        except OSError:
            return False
        finally:
            self._socket.close()

    def _untaken(self) -> int:
        """Octets that the receiver's machine has not acknowledged (Linux, tcp(7): SIOCOUTQ)."""
        try:
            return struct.unpack("i", fcntl.ioctl(self._socket, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        except OSError as error:
            raise self._away(error) from error

    def _away(self, error: OSError) -> ReceiverAway:
        return ReceiverAway(f"{self._name} is away: {error}.")


def _protected(raw: socket.socket, host: str, settings: Settings) -> ssl.SSLSocket:
    return tls.client_context(settings).wrap_socket(raw, server_hostname=host)
