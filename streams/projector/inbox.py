"""What a worker has received and not yet folded, partition by partition, without a gap and in whole commands."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from projections.message import Message, ends_command
from projections.positions import Partition

CAPACITY = 4000


class Lost(RuntimeError):
    """A record was dropped between Kafka and this worker; starting again at the stored positions brings it back."""


@dataclass(slots=True)
class Inbox:
    """Messages of the current assignment, in order. `positions` is where each partition owned stands in Postgres."""

    assignment: int = 0
    positions: dict[Partition, int] = field(default_factory=dict[Partition, int])
    waiting: deque[Message] = field(default_factory=deque[Message])
    last: dict[Partition, int] = field(default_factory=dict[Partition, int])
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    room: asyncio.Event = field(default_factory=asyncio.Event)

    def assign(self, positions: Mapping[Partition, int]) -> None:
        """Begins a new assignment: what waits belongs to the old one, and will be read again where it is owned."""
        self.assignment += 1
        self.positions = dict(positions)
        self.waiting.clear()
        self.last.clear()
        self.arrived.clear()
        self.room.set()

    def put(self, message: Message, assignment: int, previous: int) -> None:
        """Takes a message in, unless it is of an older assignment. Raises Lost when its predecessor never came."""
        if assignment != self.assignment:
            return
        partition = message.topic, message.partition
        if self.last.get(partition, -1) != previous:
            raise Lost(
                f"{message.topic}[{message.partition}] {message.offset} follows {previous} in the log and "
                f"{self.last.get(partition, -1)} here. This worker ends; started again it reads on from Postgres."
            )
        self.last[partition] = message.offset
        self.waiting.append(message)
        self.arrived.set()
        if len(self.waiting) >= CAPACITY:
            self.room.clear()

    def batch(self, count: int) -> list[Message]:
        """The oldest messages, about `count`, as far as commands came whole: nobody shall see half of one. Where there
        is no such command, what comes next sets `arrived`; of one that there is no room for, what is here is given."""
        whole: dict[Partition, int] = {}
        looked_at = 0
        for looked_at, message in enumerate(self.waiting, 1):
            if ends_command(message):
                whole[message.topic, message.partition] = message.offset
            if whole and looked_at >= count:
                break
        if not whole and looked_at >= CAPACITY:
            return list(self.waiting)
        if not whole:
            self.arrived.clear()
        return [m for m in islice(self.waiting, looked_at) if m.offset <= whole.get((m.topic, m.partition), -1)]

    def done(self, positions: Mapping[Partition, int]) -> None:
        """All before these positions is folded."""
        self.positions |= positions
        self.waiting = deque(m for m in self.waiting if m.offset >= self.positions[m.topic, m.partition])
        if not self.waiting:
            self.arrived.clear()
        if len(self.waiting) < CAPACITY:
            self.room.set()
