"""References in fields of a tenant's own to records whose place others took: they lead to those.

A record goes on holding the id that somebody gave it. Where that leads is looked up whenever it is read, among the
records of the same times, so that a merge moves nothing here, and an unmerge gives nothing back.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import read_models
from projections.columns import Column
from projections.model import ReadModel
from projections.own import HELD_IN, Own
from projections.question import NOW, Either, Every, Filter, Not, Times, Where
from projections.tree import held_table
from projections.values import many, one, parse_value

Refers = Mapping[str, ReadModel]
"""The fields that refer to records which may be merged, by key, with where those are."""
NAMING = ("eq", "ne", "in")
"""What a reference is asked by, beside whether there is one."""


def refers_of(database: str, own: Own) -> Refers:
    """Those among the fields that are defined; of fields that were retired too, whose values are still shown."""
    return _refers(database, {each.key: each.refers_to for each in own.fields})


def refers_in(database: str, found: Sequence[Mapping[str, Any]] | None) -> Refers:
    """The same of definitions as they stand in a row."""
    return _refers(database, {each["key"]: each.get("refers_to") for each in found or ()})


def _refers(database: str, named: Mapping[str, str | None]) -> Refers:
    merged = _merged(database)
    return {key: merged[record] for key, record in named.items() if record is not None and record in merged}


@cache
def _merged(database: str) -> Mapping[str, ReadModel]:
    """The read models whose records take one another's place, by what these records are called."""
    return {each.aggregate[1]: each for each in read_models(database) if each.moved and each.aggregate is not None}


def leading_to(model: ReadModel, tenant: str, times: Times, ids: Sequence[str]) -> "sa.Select[tuple[str]]":
    """The ids that lead to these records: their own, unless others took their place, and of those whose place they
    took, by however many between them."""
    table, holding = held_table(model, tenant, times)
    each, gone = table.alias(), table.alias()
    wanted = sa.func.unnest(sa.literal(list(ids), sa.ARRAY(sa.Text()))).table_valued("id").render_derived()
    elsewhere = sa.exists().where(gone.c.id == wanted.c.id, gone.c[model.moved].is_not(None), *holding(gone))
    found = sa.select(wanted.c.id).where(~elsewhere).cte(recursive=True)
    # A union leaves out what was found before, so that it comes to an end in a ring as well.
    found = found.union(sa.select(each.c.id).where(each.c[model.moved] == found.c.id, *holding(each)))
    return sa.select(found.c.id)


def ids_in(filter: Filter) -> list[str]:
    """The ids that a condition on a reference names. Raises QueryError(bad_value)."""
    column = Column(filter.name, "text", True)
    return [parse_value(column, each) for each in (many(filter) if filter.op == "in" else [one(filter)])]


async def follow(
    conn: AsyncConnection, tenant: str, refers: Refers, rows: Sequence[dict[str, Any]], times: Times = NOW
) -> None:
    """Has rows, as answers show them, name the records that their references lead to."""
    for model in {each.name: each for each in refers.values()}.values():
        keys = [key for key, to in refers.items() if to is model]
        named = {value for row in rows for value in _named(row, keys)}
        if named and (moves := await _moves(conn, model, tenant, named, times)):
            for row in rows:
                _lead(row, keys, moves)


def _named(row: Mapping[str, Any], keys: Sequence[str]) -> Sequence[str]:
    own: Mapping[str, Any] = row.get(HELD_IN) or {}
    values = (value for key in keys for value in (own.get(key), row.get(f"{HELD_IN}.{key}")))
    return [value for value in values if isinstance(value, str)]


def _lead(row: dict[str, Any], keys: Sequence[str], moves: Mapping[str, str]) -> None:
    own: Mapping[str, Any] = row.get(HELD_IN) or {}
    if moved := {key: end_of(moves, own[key]) for key in keys if own.get(key) in moves}:
        row[HELD_IN] = {**own, **moved}
    for name in (f"{HELD_IN}.{key}" for key in keys):
        if row.get(name) in moves:
            row[name] = end_of(moves, row[name])


def end_of(moves: Mapping[str, str], id: str) -> str:
    """Where an id leads in the end; itself where it leads round and round, as what was recorded of the past may."""
    passed = [id]
    while (further := moves.get(passed[-1])) is not None:
        if further in passed:
            return id
        passed.append(further)
    return passed[-1]


async def _moves(
    conn: AsyncConnection, model: ReadModel, tenant: str, ids: set[str], times: Times
) -> Mapping[str, str]:
    """For each of these records, and of those that they lead to, whose place another took: which one."""
    table, holding = held_table(model, tenant, times)
    first, each = table.alias(), table.alias()
    begin = sa.select(first.c.id.label("id"), first.c[model.moved].label("into")).where(
        first.c.id == sa.any_(sa.literal(sorted(ids), sa.ARRAY(sa.Text()))),
        first.c[model.moved].is_not(None),
        *holding(first),
    )
    found = begin.cte(recursive=True)
    further = sa.select(each.c.id, each.c[model.moved]).where(
        each.c.id == found.c.into, each.c[model.moved].is_not(None), *holding(each)
    )
    found = found.union(further)
    return {row.id: row.into for row in await conn.execute(sa.select(found.c.id, found.c.into))}


async def led_by_index(
    conn: AsyncConnection, model: ReadModel, tenant: str, filters: Sequence[Where], own: Own
) -> Sequence[Where]:
    """The same conditions as the index can be asked them, which knows what records hold: with the ids that lead to the
    records that are named."""
    refers = {f"{HELD_IN}.{key}": to for key, to in refers_of(model.database, own).items()}
    return [await _spelled_out(conn, refers, tenant, each) for each in filters] if refers else filters


async def _spelled_out(conn: AsyncConnection, refers: Refers, tenant: str, where: Where) -> Where:
    match where:
        case Filter() if where.name in refers and where.op in NAMING:
            asked = leading_to(refers[where.name], tenant, NOW, ids_in(where))
            ids = tuple(sorted(str(row.id) for row in await conn.execute(asked)))
            same = Filter(where.name, "in", ids, where.at) if ids else Either(())
            return Not(same) if where.op == "ne" else same
        case Filter():
            return where
        case Every():
            return Every([await _spelled_out(conn, refers, tenant, each) for each in where.parts])
        case Either():
            return Either([await _spelled_out(conn, refers, tenant, each) for each in where.options])
        case Not():
            return Not(await _spelled_out(conn, refers, tenant, where.part))
        case _:
            assert_never(where)
