"""One partition that a processor owns: its aggregates, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.processor.decide import Held
from streams.processor.refusals import Refusals
from streams.processor.store import Meta, Store, Stored

CACHED = 20_000
"""Decoded aggregates kept in memory for one partition: between this many and twice as many."""


@dataclass(slots=True)
class Partition:
    """What is decided but not committed lies in `overlay`, and is forgotten when a transaction fails.

    `next` is the offset of the next command, `events_end` one past the last event known, `recorded_at` the last time
    stamped here, in µs. `refusals` may hold some of a transaction that failed: the copies they are from come again.
    """

    number: int
    store: Store
    meta: Meta
    next: int
    events_end: int
    recorded_at: int
    refusals: Refusals
    overlay: dict[bytes, Held] = field(default_factory=dict[bytes, Held])
    _young: dict[bytes, Held] = field(default_factory=dict[bytes, Held])
    _old: dict[bytes, Held] = field(default_factory=dict[bytes, Held])

    def cached(self, key: bytes) -> Held | None:
        """The aggregate, if it is in memory."""
        held = self.overlay.get(key)
        if held is None:
            held = self._young.get(key)
        if held is None:
            held = self._old.get(key)
            if held is not None:
                self._young[key] = held
        return held

    def cache(self, key: bytes, held: Held) -> None:
        """Keeps a committed aggregate in memory; those not asked for longest make room."""
        self._young[key] = held
        if len(self._young) >= CACHED:
            self._old, self._young = self._young, {}

    def forget(self) -> None:
        """Back to what is committed."""
        self.overlay.clear()

    def settle(self, stored: Mapping[bytes, Stored], position: int, recorded_at: int) -> None:
        """What was decided is committed: keeps it on disk and in memory. `position` follows its last snapshot."""
        self.recorded_at = recorded_at
        self.meta = Meta(self.meta.cluster, self.meta.topic_id, position, recorded_at, self.meta.states)
        self.store.write(stored, self.meta)
        for key, held in self.overlay.items():
            self.cache(key, held)
        self.overlay.clear()
