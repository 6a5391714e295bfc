"""How far a replay is: what it reads, into what, and the offset after the last event that the sink holds for good."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from infra import on_disk
from projections.positions import Partition
from streams.replay.bounds import Bounds
from streams.replay.refused import Refused


@dataclass(frozen=True, slots=True)
class Place:
    """A partition's span, and how far in it the replay is: `at` is the next offset to be read."""

    topic: str
    partition: int
    start: int
    at: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A replay as it stands. `sink` tells what it goes into and how; a replay is resumed into the same only.

    `counts` are events by type, `unreadable` those of them whose data could not be read, `foreign` are messages that
    are no events of ours. `cut` counts the times that something was kept, and `placing` names the files of the last
    one, which are put in their places after this was written.
    """

    bounds: Bounds
    sink: str
    places: tuple[Place, ...]
    started_at: datetime
    counts: Mapping[str, int]
    unreadable: int = 0
    foreign: int = 0
    cut: int = 0
    placing: tuple[str, ...] = ()
    finished: bool = False
    format: int = 1

    @property
    def done(self) -> int:
        """Events that the sink has."""
        return sum(self.counts.values())

    @property
    def passed(self) -> int:
        """Offsets that were passed, those of events not wanted and of markers among them."""
        return sum(place.at - place.start for place in self.places)

    @property
    def size(self) -> int:
        """Offsets there are to pass."""
        return sum(place.end - place.start for place in self.places)


def moved(places: Iterable[Place], at: Mapping[Partition, int]) -> tuple[Place, ...]:
    """The places with these next offsets."""
    return tuple(Place(p.topic, p.partition, p.start, at.get((p.topic, p.partition), p.at), p.end) for p in places)


def encode(checkpoint: Checkpoint) -> bytes:
    return msgspec.json.encode(checkpoint)


def decode(data: bytes, where: str) -> Checkpoint:
    """Raises Refused for what this version cannot read."""
    try:
        return msgspec.json.decode(data, type=Checkpoint)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Refused(
            "checkpoint_unreadable",
            f"The checkpoint in {where} cannot be read ({error}); begin a new replay somewhere else.",
        ) from error


def load(path: Path) -> Checkpoint | None:
    """The checkpoint in a file, if there is one."""
    return decode(path.read_bytes(), str(path)) if path.exists() else None


def store(path: Path, checkpoint: Checkpoint) -> None:
    """Replaces the file as a whole; on disk when this returns."""
    on_disk.replace(path, encode(checkpoint))


@contextmanager
def alone(path: Path) -> Generator[None]:
    """Nobody else has this checkpoint meanwhile; raises Refused when somebody has. Freed when the process ends."""
    with ExitStack() as held:
        try:
            held.enter_context(on_disk.alone(path))
        except on_disk.Occupied as error:
            raise Refused(
                "replay_running", f"Another replay is working with {path.parent}; wait until it ends."
            ) from error
        yield
