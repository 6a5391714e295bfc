"""What every place that events are replayed into can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.replay.bounds import Found
from streams.replay.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Often:
    """When what was taken is made durable: after so many events, or so many seconds, whichever comes first."""

    events: int
    seconds: float


class Sink(Protocol):
    """Takes events in the order of each partition. Every method may raise Refused.

    Opened with a `with`, in which the sink is this replay's alone.
    """

    @property
    def name(self) -> str:
        """What it goes into and how, in words; the same for the replay that resumes."""
        ...

    @property
    def often(self) -> Often: ...

    def last(self) -> Checkpoint | None:
        """The newest checkpoint, with all that it counts in place and nothing else."""
        ...

    def prepare(self, checkpoint: Checkpoint, *, resumed: bool) -> None:
        """Makes the sink ready and keeps the first checkpoint; refuses what holds something else."""
        ...

    def take(self, events: Sequence[Found]) -> int:
        """Takes events, for now; returns how many of them cannot be read."""
        ...

    def keep(self, checkpoint: Checkpoint) -> None:
        """Makes durable what was taken, and the checkpoint with it."""
        ...
