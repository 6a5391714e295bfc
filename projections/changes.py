"""One batch in memory: what the events of a batch make of rows and pasts, before anything is written.

An event counts for all read models of the database or for none: when a view raises, its key is parked from that event
on, and what the key's earlier events did stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from infra.log.envelope import Recorded
from projections.catalog import models_by_name, read_models
from projections.columns import columns_of, to_values
from projections.fold import Current, parts, step
from projections.hidden import is_hidden
from projections.message import Fact, Key, Poison, describe
from projections.model import ReadModel
from projections.past import Past, Revision, RowKey, revised, take_over

BEHIND = "an earlier event of this record is parked"


@cache
def models_folding(database: str) -> Mapping[type[Any], tuple[ReadModel, ...]]:
    """The read models that fold each event type."""
    models = read_models(database)
    types = {event for m in models for event in m.events}
    return {t: tuple(m for m in models if t in m.events) for t in types}


@dataclass(slots=True)
class Changes:
    """Rows and pasts that a batch touches, and what became of each message.

    `rows` and `pasts` are by read model name; `before` is what `rows` held when loaded.
    """

    database: str
    before: Mapping[str, Mapping[RowKey, Current]]
    rows: dict[str, dict[RowKey, Current | None]]
    pasts: Mapping[str, Mapping[RowKey, Past]]
    parked: set[Key]
    facts: list[Fact] = field(default_factory=list[Fact])
    poisons: list[Poison] = field(default_factory=list[Poison])


@dataclass(frozen=True, slots=True)
class _Effect:
    model: ReadModel
    key: RowKey
    current: Current | None
    revision: Revision | None


def _effects(changes: Changes, recorded: Recorded) -> list[_Effect]:
    effects: list[_Effect] = []
    for model in models_folding(changes.database).get(type(recorded.event), ()):
        for part in parts(model, recorded):
            key = (recorded.tenant, model.key(part.event))
            before = changes.rows[model.name].get(key)
            current = step(model, before, part)
            past = changes.pasts[model.name][key] if model.times else None
            revision = None if past is None else revised(model, past, before, current, part)
            effects.append(_Effect(model, key, current, revision))
    return effects


def fold_batch(changes: Changes, batch: Iterable[Fact | Poison]) -> None:
    """Folds a batch in log order into `changes`."""
    for item in batch:
        if item.key in changes.parked:
            reason = item.reason if isinstance(item, Poison) else BEHIND
            changes.poisons.append(Poison(item.key, item.message, reason, ""))
            continue
        if isinstance(item, Poison):
            _park(changes, item)
            continue
        try:
            effects = _effects(changes, item.recorded)
        except Exception as error:  # a view may raise anything; the reason is kept beside the event
            _park(changes, Poison(item.key, item.message, *describe(error)))
            continue
        for effect in effects:
            changes.rows[effect.model.name][effect.key] = effect.current
            if effect.revision is not None:
                take_over(changes.pasts[effect.model.name][effect.key], effect.revision, item.recorded)
        changes.facts.append(item)


def _park(changes: Changes, poison: Poison) -> None:
    changes.parked.add(poison.key)
    changes.poisons.append(poison)


@dataclass(frozen=True, slots=True)
class Mark:
    """A row whose search document, and with `names` the documents of rows that show its names, must be written anew."""

    tenant: str
    model: str
    id: str
    names: bool


@cache
def shown_elsewhere(database: str, name: str) -> tuple[int, ...]:
    """Positions of the columns of a read model that searched ones show through joins."""
    models = models_by_name(database)
    taken = {c for m in models.values() if m.search for j in m.joins if j.to == name for c in j.take.values()}
    return tuple(i for i, column in enumerate(columns_of(models[name].row)) if column.name in taken)


def _names(database: str, model: str, current: Current | None) -> Sequence[Any] | None:
    if current is None or is_hidden(models_by_name(database)[model], current.row):
        return None
    values = to_values(current.row)
    return [values[i] for i in shown_elsewhere(database, model)]


def marks(changes: Changes) -> list[Mark]:
    """What the batch makes dirty."""
    found: list[Mark] = []
    for name, rows in changes.rows.items():
        searched = bool(models_by_name(changes.database)[name].search)
        joined = bool(shown_elsewhere(changes.database, name))
        for key, after in rows.items():
            before = changes.before[name].get(key)
            if before == after:
                continue
            names = joined and _names(changes.database, name, before) != _names(changes.database, name, after)
            if searched or names:
                found.append(Mark(key[0], name, key[1], names))
    return found
