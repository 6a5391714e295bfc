"""Whether the events of the audit are what was recorded: hash by hash, trail by trail, and the ledger with its trails.

Of each trail and each ledger the first difference is told: behind it nothing can be said. No value is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from domains.audit.chain import hash_of
from schemas.generated.audit.ledger import ClosingEntered, LedgerEvent, OpeningEntered
from schemas.generated.audit.trail import EntriesRecorded, TrailClosed, TrailEvent, TrailOpened
from streams.verify.difference import Difference

LATE = timedelta(minutes=10)
"""The ledger is written by a workflow, a moment after the trail: so long may one be without its line."""
UNREADABLE = "holds an event that cannot be read"


@dataclass(slots=True)
class Trail:
    """A trail as far as it was read. `hash` is of its newest event, `opening` of its first."""

    opening: str = ""
    hash: str = ""
    batches: int = 0
    entries: int = 0
    dropped: int = 0
    changed_at: datetime | None = None
    closed: bool = False
    broken: bool = False


@dataclass(slots=True)
class Tenant:
    """A tenant's audit as far as it was read. `openings` and `closings` are the hashes that the ledger has of trails.

    `head` is a (line, hash) that the ledger is known to have had.
    """

    name: str
    head: tuple[int, str] | None = None
    trails: dict[str, Trail] = field(default_factory=dict[str, Trail])
    openings: dict[str, str] = field(default_factory=dict[str, str])
    closings: dict[str, str] = field(default_factory=dict[str, str])
    lines: int = 0
    hash: str = ""
    broken: bool = False

    def take(self, event: Any) -> Iterator[Difference]:
        """The next event of a trail or of the ledger, in order within each."""
        match event:
            case TrailOpened() | EntriesRecorded() | TrailClosed():
                yield from self._of_trail(event)
            case OpeningEntered() | ClosingEntered():
                yield from self._of_ledger(event)
            case _:
                return

    def unreadable(self, aggregate: str, id: str) -> Iterator[Difference]:
        """An event that no program can read any more."""
        if aggregate == "ledger":
            yield from self._broken_ledger(UNREADABLE)
        else:
            yield from self._broken_trail(id, self.trails.setdefault(id, Trail()), UNREADABLE)

    def end(self, now: datetime) -> Iterator[Difference]:
        """What is wrong between the ledger and the trails, once everything was read."""
        for id, opening in self.openings.items():
            trail = self.trails.get(id)
            if trail is None:
                yield self._difference(f"trail {id}", "is missing, and the ledger has it")
            elif not trail.broken and trail.opening != opening:
                yield self._difference(f"trail {id}", "does not begin as the ledger says")
            elif not trail.broken and id in self.closings and trail.hash != self.closings[id]:
                yield self._difference(f"trail {id}", "does not end as the ledger says")
        if not self.broken:
            yield from self._not_entered(now)
        if not self.broken and self.head is not None and self.lines < self.head[0]:
            yield self._difference("ledger", f"ends with line {self.lines}, and once had line {self.head[0]}")

    @property
    def open(self) -> int:
        return sum(not trail.closed for trail in self.trails.values())

    @property
    def empty(self) -> bool:
        """Whether nothing of it was read."""
        return not self.trails and not self.lines and not self.broken

    def _not_entered(self, now: datetime) -> Iterator[Difference]:
        for id, trail in self.trails.items():
            if trail.changed_at is None or trail.changed_at > now - LATE:
                continue
            if id not in self.openings:
                yield self._difference(f"trail {id}", "is not in the ledger")
            elif trail.closed and id not in self.closings:
                yield self._difference(f"trail {id}", "has ended, and the ledger does not say so")

    def _of_trail(self, event: TrailEvent) -> Iterator[Difference]:
        trail = self.trails.setdefault(event.trail_id, Trail())
        if trail.broken:
            return
        if (wrong := _wrong(trail, event)) is not None:
            yield from self._broken_trail(event.trail_id, trail, wrong)
            return
        trail.hash, trail.changed_at = event.hash, event.at
        match event:
            case TrailOpened():
                trail.opening = event.hash
            case EntriesRecorded():
                trail.batches, trail.entries = event.number, trail.entries + len(event.entries)
                trail.dropped += event.dropped
            case TrailClosed():
                trail.closed = True
            case _:
                assert_never(event)

    def _of_ledger(self, event: LedgerEvent) -> Iterator[Difference]:
        if self.broken:
            return
        if event.line != self.lines + 1:
            yield from self._broken_ledger(_gap("line", self.lines, event.line))
            return
        if hash_of(self.hash, event) != event.hash:
            yield from self._broken_ledger(f"line {event.line} is not what was recorded")
            return
        if self.head is not None and event.line == self.head[0] and event.hash != self.head[1]:
            yield from self._broken_ledger(f"line {event.line} has another hash than it had once")
            return
        self.lines, self.hash = event.line, event.hash
        match event:
            case OpeningEntered():
                self.openings[event.trail_id] = event.trail_hash
            case ClosingEntered():
                self.closings[event.trail_id] = event.trail_hash
            case _:
                assert_never(event)

    def _broken_trail(self, id: str, trail: Trail, what: str) -> Iterator[Difference]:
        trail.broken = True
        yield self._difference(f"trail {id}", what)

    def _broken_ledger(self, what: str) -> Iterator[Difference]:
        self.broken = True
        yield self._difference("ledger", what)

    def _difference(self, key: str, what: str) -> Difference:
        return Difference(f"audit of {self.name}", key, what)


def _wrong(trail: Trail, event: TrailEvent) -> str | None:
    """What is wrong with the next event of a trail, if anything."""
    match event:
        case TrailOpened() if trail.opening:
            return "begins twice"
        case TrailOpened():
            what = "its beginning"
        case EntriesRecorded():
            last = event.first + len(event.entries) - 1
            what = f"batch {event.number} (entries {event.first} to {last})"
            if not trail.opening:
                return "has no beginning"
            if trail.closed:
                return f"goes on after its end with {what}"
            if event.number != trail.batches + 1:
                return _gap("batch", trail.batches, event.number)
        case TrailClosed():
            what = "its end"
            if event.batches != trail.batches:
                return f"ends after batch {trail.batches}, and its end says {event.batches}"
        case _:
            assert_never(event)
    return None if hash_of(trail.hash, event) == event.hash else f"{what} is not what was recorded"


def _gap(what: str, last: int, found: int) -> str:
    if found <= last:
        return f"{what} {found} comes once more"
    return f"{what} {last + 1} is missing" if found == last + 2 else f"{what} {last + 1} to {found - 1} are missing"
