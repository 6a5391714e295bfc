"""Requests that were answered and are not in the log yet. There is room for so many; what then happens is a setting."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from gateway.audit.noted import Noted
from gateway.problems import Problem
from infra.settings import AuditMode

ROOM = 20_000
"""Requests that may wait: some tens of megabytes, and some ten seconds of as many as a gateway can answer."""
WAITING = Gauge("nexus_audit_waiting", "Requests that were answered and are not in the audit yet.")
DROPPED = Metric("nexus_audit_dropped_total", "Requests that were answered and will never be in the audit.")


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was answered. `path` and `permission` are its route's, `parts` are those of its address."""

    at: datetime
    noted: Noted
    method: str
    path: str
    permission: str | None
    parts: Mapping[str, Any]
    query: bytes
    address: str | None
    agent: bytes
    traceparent: bytes
    status: int


class Queue:
    """What waits, by tenant, in order. Used in one event loop.

    `strict` refuses requests while there is no room; else they are answered, and counted as dropped.
    """

    def __init__(self, mode: AuditMode, room: int = ROOM) -> None:
        self._mode, self._room = mode, room
        self._waiting: dict[str, deque[Answered]] = {}
        self._dropped = Counter[str]()
        self._size = 0

    @property
    def size(self) -> int:
        return self._size

    def admit(self) -> None:
        """Raises a 503 problem when a request could not be kept."""
        if self._mode == "strict" and self._size >= self._room:
            detail = "The audit cannot be written now, and nothing is answered without it. Try again shortly."
            raise Problem(503, "audit_unavailable", detail, headers={"Retry-After": "2"})

    def add(self, tenant: str, answered: Answered) -> None:
        if self._mode == "off":
            return
        if self._size >= self._room and self._mode == "lenient":
            self._dropped[tenant] += 1
            DROPPED.inc()
        else:
            self._waiting.setdefault(tenant, deque()).append(answered)
            self._count(1)

    def tenants(self) -> list[str]:
        """Of whom something waits, or was dropped."""
        return [*self._waiting, *(tenant for tenant in self._dropped if tenant not in self._waiting)]

    def first(self, tenant: str, most: int) -> tuple[Sequence[Answered], int]:
        """The first that wait, which stay until they are `done`, and how many were dropped."""
        waiting = self._waiting.get(tenant, ())
        return [each for each, _ in zip(waiting, range(most), strict=False)], self._dropped[tenant]

    def done(self, tenant: str, answered: Sequence[Answered], dropped: int) -> None:
        """These are in the log, and that so many are not. Others may have come back before them meanwhile."""
        waiting, before = self._waiting.get(tenant, deque()), list[Answered]()
        gone = {id(each) for each in answered}
        while gone:
            each = waiting.popleft()
            if id(each) in gone:
                gone.remove(id(each))
            else:
                before.append(each)
        waiting.extendleft(reversed(before))
        if not waiting:
            self._waiting.pop(tenant, None)
        self._dropped[tenant] -= dropped
        if not self._dropped[tenant]:
            del self._dropped[tenant]
        self._count(-len(answered))

    def back(self, tenant: str, answered: Sequence[Answered], dropped: int) -> None:
        """These are not in the log after all; they come first."""
        self._waiting.setdefault(tenant, deque()).extendleft(reversed(answered))
        self._dropped[tenant] += dropped
        self._count(len(answered))

    def _count(self, more: int) -> None:
        self._size += more
        WAITING.set(self._size)
