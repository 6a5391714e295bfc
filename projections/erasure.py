"""What an erasure takes back of a database, so that it is folded again: everything that was folded of the person.

A person's record ends with an event that says that their key was destroyed. What was folded of the record before shows
values that were readable then, in rows, in all that was known of the past and in search documents. Folded again, with
no key, it is what a rebuild would make of the log, and nothing of the person is in it.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import psycopg

from infra.log.headers import CE_TYPE
from projections import bulk
from projections.catalog import read_models
from projections.changes import shown_elsewhere
from projections.message import Fact, Key, Message, Poison
from projections.tables import tables_of
from schemas.contract import contracts

_KEY = ("tenant", "domain", "aggregate", "id")
# What an exception said may quote a value; its name is enough to go on from.
_UNQUOTE = (
    "update {} set reason = split_part(reason, ':', 1) where tenant = %s and domain = %s and aggregate = %s and id = %s"
)


@cache
def _erasures() -> frozenset[type[Any]]:
    return frozenset(contract.erasure for contract in contracts().values() if contract.erasure is not None)


def events(batch: Iterable[Fact | Poison]) -> list[Fact]:
    """Those of these events that say of somebody that they were erased."""
    kinds = _erasures()
    return [item for item in batch if isinstance(item, Fact) and type(item.recorded.event) in kinds]


def tells(message: Message) -> bool:
    """Whether a message says of somebody that they were erased."""
    return dict(message.headers).get(CE_TYPE) in _names()


@cache
def _names() -> frozenset[bytes]:
    return frozenset(kind.NAME.encode() for kind in _erasures())


def take_back(cursor: psycopg.Cursor[Any], database: str, erased: Iterable[Key], folded: Sequence[Fact]) -> None:
    """Removes what was `folded` of these persons, all their events so far, as if they had never come here. Their search
    documents are written again even if nothing takes the place of what is removed."""
    tables = tables_of(database)
    writes, marks = list[bulk.Write](), list[tuple[str, str, str, bool]]()
    for model in read_models(database):
        rows = {(f.key.tenant, model.key(f.recorded.event)) for f in folded if type(f.recorded.event) in model.events}
        writes.append(bulk.delete(tables.rows[model.name], ("tenant", "id"), sorted(rows)))
        if model.search or shown_elsewhere(database, model.name):
            marks += [(tenant, model.name, id, True) for tenant, id in sorted(rows)]
        if model.times:
            writes.append(bulk.delete(tables.versions[model.name], ("tenant", "id"), sorted(rows)))
    whose = [(key.tenant, key.domain, key.aggregate, key.id) for key in erased]
    writes.append(bulk.insert(tables.dirty, ("tenant", "model", "id", "names"), marks))
    bulk.write(cursor, [*writes, bulk.delete(tables.history, _KEY, whose)])
    for table in ("parked", "discarded"):
        cursor.executemany(_UNQUOTE.format(table).encode(), whose)
