"""Where lines of the audit go: to standard output, or to a syslog receiver. Each knows what has come there for good."""

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import BinaryIO, Protocol

import orjson

from infra import syslog
from infra.plain import dump
from streams.audit.bookmark import Bookmark
from streams.audit.lines import DROPPED, UNREADABLE, Line, encoded

SETTLED_AFTER = 5.0
"""Seconds for which a receiver must have lived on before what its machine took counts as received."""
_MOST_RECORDS = 200
_NOTICE, _WARNING, _ERROR = 5, 4, 3
_SEVERITIES = {"REFUSED": _WARNING, "FAILED": _ERROR, DROPPED: _ERROR, UNREADABLE: _ERROR}


class Outlet(Protocol):
    """Takes lines, in order, as far as `after`."""

    def give(self, lines: Sequence[Line], after: Bookmark) -> None:
        """What this raises leaves open what of the last lines has come. Called without lines it looks for itself."""
        ...

    def settled(self) -> Bookmark | None:
        """How far everything had come for good at the last `give`, or at the end; None while nothing has."""
        ...

    def close(self) -> None:
        """Ends in order."""
        ...


class Printed:
    """Lines of JSON. What is written has come: who reads keeps the position of the last line that they have done."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._settled: Bookmark | None = None

    def give(self, lines: Sequence[Line], after: Bookmark) -> None:
        """Raises BrokenPipeError once nobody reads any more."""
        for line in lines:
            self._out.write(encoded(line) + b"\n")
        self._out.flush()
        self._settled = after

    def settled(self) -> Bookmark | None:
        return self._settled

    def close(self) -> None:
        return


class Collected:
    """Messages to a syslog receiver."""

    def __init__(self, connection: syslog.Connection, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection, self._clock = connection, clock
        self._taken: deque[tuple[float, Bookmark]] = deque()
        self._last: Bookmark | None = None
        self._settled: Bookmark | None = None

    def give(self, lines: Sequence[Line], after: Bookmark) -> None:
        """Comes back when the receiver's machine has them. Raises ReceiverAway, also for one that has gone since: what
        its machine took, it may never have read."""
        if lines:
            self._connection.send(map(collected, lines))
        else:
            self._connection.look()
        now = self._clock()
        if after != self._last:
            self._taken.append((now, after))
            self._last = after
        while self._taken and now - self._taken[0][0] >= SETTLED_AFTER:
            self._settled = self._taken.popleft()[1]

    def settled(self) -> Bookmark | None:
        return self._settled

    def close(self) -> None:
        """A receiver that says that it has read so far has all of it."""
        if self._connection.close() and self._last is not None:
            self._settled = self._last


def collected(line: Line) -> bytes:
    """A line as a message. One that is too long for receivers names fewer of the records that a list showed."""
    said = _ascii(encoded(line))
    most = _MOST_RECORDS
    while len(made := syslog.message(_SEVERITIES.get(line.kind, _NOTICE), line.at, line.kind, said)) > syslog.LONGEST:
        records = line.content.get("records", ())
        if not most or not records:
            break
        most //= 2
        said = _ascii(dump({**line.content, "records": records[:most], "records_left_out": len(records[most:])}))
    return made


def _ascii(text: bytes) -> bytes:
    """JSON without anything that a receiver could take for another encoding."""
    return text if text.isascii() else json.dumps(orjson.loads(text), separators=(",", ":")).encode()
