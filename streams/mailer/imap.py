"""Reads mail over IMAP4rev1 (RFC 3501), and marks nothing as read.

A server that a tenant names may be slow, huge, hostile, or not what it was said to be: it is asked outside alone, with
TLS, unless it is on this machine, and no answer is taken that is larger than what was asked for can be.
"""

import asyncio
import imaplib
import logging
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import LoginError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.imapclient import SENT
from imapclient.tls import IMAP4_TLS, wrap_socket

from infra import outward
from infra.outward import Unreachable, Within
from infra.settings import is_loopback
from streams.mailer.trouble import LEFT, REFUSED, TOO_LARGE, UNREADABLE, Trouble, of_network

PATIENCE = 30.0
"""Seconds until a server that says nothing is given up."""
LARGEST = 512 * 1024
"""Bytes of a mail that are read: its words come first, and what is attached is not taken in."""
AT_ONCE = 25
"""Mails that are fetched together."""
_STRIDE = 20_000
"""Numbers that are searched together: as many fit into a line that imaplib takes."""
_ANSWER = 2 * AT_ONCE * LARGEST
"""Bytes of all that answers one question."""
# It would tell the log what mails say, where that is to hear everything.
logging.getLogger("imapclient").setLevel(logging.WARNING)
_WHOLE = "BODY.PEEK[]"
_WRONG = (imaplib.IMAP4.error, ValueError, LookupError, TypeError, RecursionError)
"""What the libraries raise for answers that are none."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its server has it: its number in its folder, its beginning, its size in bytes, and when it came."""

    number: int
    raw: bytes
    size: int
    arrived: datetime


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it is now. `validity` changes when the numbers in it mean other mails; `next` is the number that the
    next mail will have."""

    name: str
    validity: int
    next: int


@contextmanager
def opened(address: str, login: str, password: str, within: Within) -> Generator["Server"]:
    """Somebody's mail on a server, until the end of the block. Raises Trouble, and so do all that ask the server."""
    server = Server(address, within)
    try:
        server.enter(login, password)
        yield server
    except BaseException:
        server.drop()
        raise
    server.leave()


class Server:
    """A connection to a server."""

    def __init__(self, address: str, within: Within) -> None:
        parts = urlsplit(address)
        host, secure = parts.hostname or "", parts.scheme == "imaps"
        places = _permitted(host, within, secure=secure)
        port, context = parts.port or (993 if secure else 143), ssl.create_default_context() if secure else None
        with _speaking():
            self._client: Any = _Client(host, port, context, places)
            self._client.normalise_times = False

    def enter(self, login: str, password: str) -> None:
        with self._asking():
            try:
                self._client.login(login, password)
            except imaplib.IMAP4.abort:
                raise
            except (LoginError, UnicodeError) as error:
                raise REFUSED from error

    def usual(self) -> Sequence[str]:
        """The folders that are looked into if none is named: the inbox, and what was sent (RFC 6154)."""
        with self._asking():
            sent: str | None = self._client.find_special_folder(SENT)
            return ["INBOX"] if sent is None else ["INBOX", sent]

    def folder(self, name: str) -> Folder | None:
        """Opens a folder to be read alone; None where there is none of this name."""
        with self._asking():
            try:
                told: dict[bytes, Any] = self._client.select_folder(name, readonly=True)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                if self._client.folder_exists(name):
                    raise
                return None
            return Folder(name, int(told[b"UIDVALIDITY"]), int(told.get(b"UIDNEXT", 0)))

    def numbers(self, folder: Folder, first: int, since: datetime) -> Iterator[list[int]]:
        """The numbers of the mails in the open folder from one on that came on the day of `since` or later, a stretch
        after the other, in order. Those are days by the clock of the server."""
        after = folder.next or self._last() + 1
        for begin in range(first, after, _STRIDE):
            end = min(begin + _STRIDE, after)
            with self._asking():
                found: list[int] = self._client.search(["UID", f"{begin}:{end - 1}", "SINCE", since.date()])
            yield sorted(number for number in found if begin <= number < end)

    def fetch(self, numbers: Sequence[int]) -> tuple[list[Mail], list[int]]:
        """Mails of the open folder in order, and the numbers of those that cannot be read. Some may be gone."""
        if not numbers:
            return [], []
        try:
            return self._fetched(numbers), []
        except Trouble as error:
            if error is not UNREADABLE:
                raise
            if len(numbers) == 1:
                return [], [*numbers]
        one_by_one = [self.fetch([number]) for number in numbers]
        return [mail for mails, _ in one_by_one for mail in mails], [each for _, wrong in one_by_one for each in wrong]

    def leave(self) -> None:
        """Ends politely."""
        with self._asking():
            self._client.logout()

    def drop(self) -> None:
        """Ends at once."""
        try:
            self._client.shutdown()
        except (OSError, imaplib.IMAP4.error):  # it is gone already
            return

    def _fetched(self, numbers: Sequence[int]) -> list[Mail]:
        with self._asking():
            heads = self._told(numbers, "INTERNALDATE", "RFC822.SIZE")
            sizes = {number: int(head[b"RFC822.SIZE"]) for number, head in heads.items()}
        small = [number for number, size in sizes.items() if size <= LARGEST]
        with self._asking():
            told = self._told(small, _WHOLE)
            raws = {number: _only(each) for number, each in told.items()}
        raws |= {number: self._beginning(number) for number in sizes.keys() - set(small)}
        there = [number for number in numbers if number in raws]
        return [Mail(number, raws[number], sizes[number], heads[number][b"INTERNALDATE"]) for number in there]

    def _beginning(self, number: int) -> bytes:
        """What a mail that is too large begins with; what is above its words alone, of a server that gives no parts."""
        for wanted in (f"{_WHOLE}<0.{LARGEST}>", "BODY.PEEK[HEADER]"):
            try:
                with self._asking():
                    return _only(self._told([number], wanted)[number])
            except Trouble as error:
                if error is not UNREADABLE:
                    raise
        raise UNREADABLE

    def _told(self, numbers: Sequence[int], *wanted: str) -> Mapping[int, Mapping[bytes, Any]]:
        """What is told of those that are there still."""
        if not numbers:
            return {}
        told: dict[int, dict[bytes, Any]] = self._client.fetch(numbers, wanted)
        return {number: found for number, found in told.items() if number in numbers}

    def _last(self) -> int:
        """The number of the last mail, of a server that does not tell the next one's."""
        with self._asking():
            found: list[int] = self._client.search(["UID", "*"])
        return max(found, default=0)

    @contextmanager
    def _asking(self) -> Generator[None]:
        with _speaking():
            self._client.begin_answer()
            yield


@contextmanager
def _speaking() -> Generator[None]:
    """Turns what goes wrong between us and a server into Trouble."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise LEFT from error
    except OSError as error:
        raise of_network(error) from error
    except _WRONG:
        raise UNREADABLE from None


def _only(told: Mapping[bytes, Any]) -> bytes:
    """The one part of a mail that was asked for."""
    (found,) = (value for name, value in told.items() if name.startswith(b"BODY["))
    return bytes(found or b"")


def _permitted(host: str, within: Within, *, secure: bool) -> Sequence[str]:
    """Where a host is asked: its name may lead elsewhere a moment later. Raises Trouble for one that may not be. The
    domain has looked at what it says; names lead anywhere."""
    if is_loopback(host):
        if not within.machine:
            raise Trouble("address_inward", "The address is the platform's own machine; name the server by its host.")
        return [host]
    if not secure:
        raise Trouble("address_not_secure", "Others could read what is sent there; begin the address with imaps://.")
    try:
        return asyncio.run(asyncio.wait_for(outward.addresses_of(host, within), PATIENCE))
    except TimeoutError as error:
        raise Trouble("server_unreachable", "Nobody tells where the host is; that is tried again.") from error
    except Unreachable as error:
        raise Trouble("address_refused", f"The server is not asked: {error}.") from error


class _Plain(IMAP4WithTimeout):
    """A connection that reads so much for each answer and no more: imaplib takes whatever a server sends."""

    left = _ANSWER

    def read(self, size: int) -> bytes:
        self.left = _spent(self.left, size)
        return super().read(size)

    def readline(self) -> bytes:
        line = bytes(super().readline())
        self.left = _spent(self.left, len(line))
        return line


class _Tls(IMAP4_TLS):
    """The same with TLS, with the first of several places that takes a connection."""

    left = _ANSWER

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, places: Sequence[str]) -> None:
        self._places = places
        super().__init__(host, port, context, PATIENCE)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return wrap_socket(_connected(self._places, self.port), self.ssl_context, self.host)

    def read(self, size: int) -> bytes:
        self.left = _spent(self.left, size)
        return super().read(size)

    def readline(self) -> bytes:
        line = bytes(super().readline())
        self.left = _spent(self.left, len(line))
        return line


def _connected(places: Sequence[str], port: int) -> socket.socket:
    for place in places[:-1]:
        with suppress(OSError):
            return socket.create_connection((place, port), PATIENCE)
    return socket.create_connection((places[-1], port), PATIENCE)


def _spent(left: int, size: int) -> int:
    if size > left:
        raise TOO_LARGE
    return left - size


class _Client(IMAPClient):
    """One whose connection is bounded from the first word on, and goes to these places alone."""

    _imap: _Plain | _Tls

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, places: Sequence[str]) -> None:
        self._places = places
        super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=PATIENCE)

    def begin_answer(self) -> None:
        self._imap.left = _ANSWER

    def _create_IMAP4(self) -> Any:
        if self.ssl:
            return _Tls(self.host, self.port, self.ssl_context, self._places)
        return _Plain(self.host, self.port, PATIENCE)
