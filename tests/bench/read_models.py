"""Read models of the CRM under measurement: databases of their own, and how far they are, seen as a reader sees it."""

import time
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from infra.log.end import log_end
from infra.log.topics import ensure_topics
from infra.postgres import connect
from infra.settings import Settings
from infra.vault import ensure_vault
from projections import generations
from projections.catalog import domains_of
from projections.positions import Partition
from streams.projector.app import topics_of
from tests.integration.processor import Stage
from tests.platform import drop_databases, drop_indices

DATABASE = "crm"
_PATIENCE = 120.0


@contextmanager
def databases(stage: Stage) -> Generator[Settings]:
    """Settings with empty read models for the log of a stage; dropped afterwards."""
    prefix = f"b{uuid.uuid4().hex[:10]}"
    settings = stage.settings.model_copy(update={"database_prefix": prefix, "index_prefix": prefix})
    ensure_topics(settings, domains_of(DATABASE))
    try:
        generations.ensure(settings, DATABASE)
        ensure_vault(settings)
        yield settings
    finally:
        drop_databases(settings)
        drop_indices(settings)


def ends(settings: Settings) -> dict[Partition, int]:
    """One past the last event of every partition."""
    found = log_end(settings, topics_of(settings, DATABASE), {})
    return {(topic, number): offset for topic, numbers in found.items() for number, offset in numbers.items()}


@dataclass(frozen=True, slots=True)
class Sample:
    """Where the read models stood when a reader asked; `at` is `time.time()` after the answer."""

    at: float
    positions: Mapping[Partition, int]


def watched(
    settings: Settings, generation: int, until: Callable[[Sample], bool], every: float = 0.005
) -> Generator[Sample]:
    """Looks every so many seconds, until that holds of what was seen, for as long as they go on at all. A look is one
    row for each partition."""
    group = generations.group_of(settings, DATABASE, generation)
    before, deadline = dict[Partition, int](), time.monotonic() + _PATIENCE
    with closing(connect(settings, DATABASE)) as connection:
        while True:
            positions = generations.positions_of(connection, group)
            sample = Sample(time.time(), positions)
            yield sample
            if until(sample):
                return
            if positions != before:
                before, deadline = positions, time.monotonic() + _PATIENCE
            assert time.monotonic() < deadline, f"The read models stand at {positions}."
            time.sleep(every)


def reaches(end: Mapping[Partition, int]) -> Callable[[Sample], bool]:
    """Whether a sample is of an end, or later."""
    return lambda sample: all(sample.positions.get(partition, 0) >= offset for partition, offset in end.items())


def rate(settings: Settings, generation: int, events: int, *, since_first: bool) -> float:
    """Events a second until the end of the log.

    The clock starts with the first batch that was committed, which then does not count, or else when the positions
    are there, which is before the first event is asked for. Events are spread over offsets evenly.
    """
    end = ends(settings)
    total = sum(end.values())
    first = last = None
    for sample in watched(settings, generation, reaches(end)):
        there = sum(sample.positions.values()) > 0 if since_first else len(sample.positions) >= len(end)
        first = sample if first is None and there else first
        last = sample
    assert first is not None
    assert last is not None
    left = 1 - sum(first.positions.values()) / total
    assert last.at > first.at, "All was there at the first look."
    return events * left / (last.at - first.at)
