"""Asks servers of calendars over HTTP. Names and passwords go to the server that was named, and nowhere else."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from infra import outward
from infra.outward import Answer, Question, Unreachable, Within
from streams.mailer.trouble import REFUSED, UNREADABLE, Trouble

PATIENCE = 60.0
"""Seconds until a whole answer must be there."""
LARGEST = 20 << 20
"""Bytes of an answer: some tens of thousands of events."""
_MOVED = (301, 302, 307, 308)
_MOVES = 5


@dataclass(frozen=True, slots=True)
class Web:
    """Somebody's way to a server: its address, and a name and a password if it takes any."""

    address: str
    basic: tuple[str, str] | None
    within: Within

    def ask(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[str, Answer]:
        """Where it was answered in the end, and what: moves are followed. Raises Trouble, also for not being let in."""
        at = urljoin(self.address, address)
        for _ in range(_MOVES):
            basic = self.basic if _origin(at) == _origin(self.address) else None
            question = Question(method, at, headers or {}, body, basic, PATIENCE, LARGEST)
            try:
                answer = asyncio.run(outward.exchange(question, self.within))
            except Unreachable as error:
                raise Trouble("server_unreachable", f"The server cannot be asked: {error}.") from error
            if answer.status == 401 or (answer.status == 403 and method in ("GET", "PROPFIND")):
                raise REFUSED
            if answer.status not in _MOVED or "location" not in answer.headers:
                return at, answer
            at = urljoin(at, answer.headers["location"])
        raise UNREADABLE


def _origin(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise UNREADABLE from error
