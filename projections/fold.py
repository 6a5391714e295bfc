"""The fold: one event onto one row, as every runner does it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from infra.log.envelope import Recorded
from projections.model import ReadModel


@dataclass(frozen=True, slots=True)
class Current:
    """A row with the system columns: the aggregate's version with the last event folded, and when that was recorded.
    `created_at` is the business time of the event that made the row, `updated_at` the latest of all since: what comes
    late takes nothing back."""

    row: Any
    version: int
    created_at: datetime
    updated_at: datetime
    recorded_at: datetime


def step(model: ReadModel, current: Current | None, recorded: Recorded) -> Current | None:
    """The row after the event; None where there is none. Raises what the view raises."""
    row = model.evolve(None if current is None else current.row, recorded.event)
    if row is None:
        return None
    at = recorded.occurred_at
    if current is None:
        return Current(row, recorded.version, at, at, recorded.recorded_at)
    return Current(row, recorded.version, current.created_at, max(at, current.updated_at), recorded.recorded_at)


def parts(model: ReadModel, recorded: Recorded) -> Iterator[Recorded]:
    """The event in the parts that the read model folds; as a rule there is one, the event itself."""
    for part in model.parts(recorded.event):
        yield recorded if part is recorded.event else replace(recorded, event=part)


def fold(model: ReadModel, events: Iterable[Recorded]) -> Current | None:
    """The row that these events of one key make, in the order given."""
    current: Current | None = None
    for recorded in events:
        current = step(model, current, recorded)
    return current
