"""What changed: of one record, event by event, and of a whole list between two moments of business time.

What counts are a row's own columns. A name that a join shows changes with another record, and stands there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.log.envelope import Recorded
from projections import cursor as cursors
from projections.catalog import models_by_name
from projections.columns import Column, columns_of, to_values
from projections.fold import Current, step
from projections.model import ReadModel
from projections.question import MAX_LIMIT, Page, QueryError, Times
from projections.segments import business_order
from projections.select import source
from projections.visible import EVERYTHING, Sight, Visible

_INSTANT = timedelta(microseconds=1)
_ANY = Sight()


@dataclass(frozen=True, slots=True)
class Difference:
    """A column before and after, as answers show it: Money is `{"amount": Decimal, "currency": str}`. None before where
    there was no row, and after where there is none."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What one event made of its row."""

    recorded: Recorded
    differences: Sequence[Difference]


def changes(model: ReadModel, events: Sequence[Recorded]) -> list[Change]:
    """What each of a record's events changed, in business order, as `as_of` folds them."""
    found: list[Change] = []
    current: Current | None = None
    for recorded in sorted(events, key=business_order):
        after = step(model, current, recorded)
        found.append(Change(recorded, _differences(model, _told(model, current), _told(model, after))))
        current = after
    return found


async def changed(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    since: datetime,
    until: datetime,
    *,
    secret: bytes,
    known_at: datetime | None = None,
    visible: Visible = EVERYTHING,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """The records that are other at the end of [since, until] than they were before it, in the order of their ids, as
    was known at `known_at`: `id`, `change` (added, changed, removed or restored) and `differences`.

    What is in the trash counts as not there. Records are shown that somebody sees now, in the trash or not; the fields
    that they do not see of them are not masked here. Raises QueryError.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    question = cursors.question_digest(["changes", model.name, model.version, tenant, since, until, known_at])
    before, after = (
        _at(model, tenant, Times(as_of, known_at)).subquery(name)
        for name, as_of in (("before", since - _INSTANT), ("after", until))
    )
    id = sa.func.coalesce(before.c.id, after.c.id)
    own = columns_of(model.row)
    others = sa.or_(
        before.c.id.is_(None),
        after.c.id.is_(None),
        *(before.c[c.name].is_distinct_from(after.c[c.name]) for c in own),
    )
    statement = (
        sa.select(
            id.label("id"),
            *(side.c[name].label(f"{side.name}_{name}") for side in (before, after) for name in _columns(own)),
        )
        .select_from(before.join(after, before.c.id == after.c.id, full=True))
        .where(others)
    )
    if visible != EVERYTHING:
        of = source(model, tenant, Times(), Sight(visible, hidden=True))
        statement = statement.where(id.in_(sa.select(of.expression("id")).select_from(of.rows).where(*of.where)))
    if cursor is not None:
        _, last = cursors.read(cursor, question, [], secret)
        statement = statement.where(id > last)
    rows = (await conn.execute(statement.order_by(id).limit(limit + 1))).mappings().all()
    items = [_item(model, row, since) for row in rows[:limit]]
    return Page(items, cursors.write(question, [], items[-1]["id"], secret) if len(rows) > limit else None)


def _at(model: ReadModel, tenant: str, times: Times) -> "sa.Select[Any]":
    of = source(model, tenant, times, _ANY)
    shown = (of.expression(name).label(name) for name in _columns(columns_of(model.row)))
    return sa.select(*shown).select_from(of.rows).where(*of.where)


def _columns(own: Sequence[Column]) -> tuple[str, ...]:
    return ("id", "created_at", *(column.name for column in own))


def _side(model: ReadModel, row: Mapping[Any, Any], side: str) -> Mapping[str, Any]:
    """What a record is on one side of the range; nothing where it is not there."""
    if row[f"{side}_id"] is None:
        return {}
    return _shown(model, [row[f"{side}_{column.name}"] for column in columns_of(model.row)])


def _item(model: ReadModel, row: Mapping[Any, Any], since: datetime) -> dict[str, Any]:
    before, after = _side(model, row, "before"), _side(model, row, "after")
    match bool(before), bool(after):
        case True, True:
            change = "changed"
        case True, False:
            change = "removed"
        case _:
            change = "added" if row["after_created_at"] >= since else "restored"
    return {"id": row["id"], "change": change, "differences": _differences(model, before, after)}


def _differences(model: ReadModel, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    found = (Difference(name, before.get(name), after.get(name)) for name in _fields(model.database, model.name))
    return [each for each in found if (each.before or None) != (each.after or None) or _falsy_differ(each)]


def _falsy_differ(each: Difference) -> bool:
    """Whether 0 or false became nothing or the other way round; an empty list is as good as none."""
    return each.before != each.after and any(isinstance(value, int | float) for value in (each.before, each.after))


@cache
def _fields(database: str, name: str) -> tuple[str, ...]:
    """The columns that are told of: not what is sealed in its row."""
    model = models_by_name(database)[name]
    own = columns_of(model.row)
    currencies = {f"{column.name}_currency" for column in own if column.money}
    return tuple(c.name for c in own if c.name not in currencies and c.name not in model.sealed)


def _told(model: ReadModel, current: Current | None) -> Mapping[str, Any]:
    if current is None:
        return {}
    return _shown(model, [value.obj if isinstance(value, Jsonb) else value for value in to_values(current.row)])


def _shown(model: ReadModel, values: Sequence[Any]) -> Mapping[str, Any]:
    """Column values as answers show them: money as one value."""
    own = columns_of(model.row)
    by_name = {column.name: value for column, value in zip(own, values, strict=True)}
    for column in own:
        if column.money and by_name[column.name] is not None:
            by_name[column.name] = {
                "amount": by_name[column.name],
                "currency": by_name[f"{column.name}_currency"],
            }
    return by_name
