"""What a worker has received and not yet folded, partition by partition and without a gap."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from projections.message import Message
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

    def peek(self, count: int) -> list[Message]:
        """The oldest messages."""
        return [self.waiting[i] for i in range(min(count, len(self.waiting)))]

    def done(self, count: int, positions: Mapping[Partition, int]) -> None:
        """The oldest messages were folded."""
        for _ in range(count):
            self.waiting.popleft()
        self.positions |= positions
        if not self.waiting:
            self.arrived.clear()
        if len(self.waiting) < CAPACITY:
            self.room.set()
