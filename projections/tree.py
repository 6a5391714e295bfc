"""Records that stand above and below one another, as a column of theirs says that names the one above: by recursive
SQL, of now or at both times. Nothing here goes round and round where records stand in a ring.

Who stands where is of all records, also of those that somebody does not see; they are shown what they see of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.columns import ID, columns_of
from projections.model import ReadModel
from projections.question import NOW, Either, Every, Filter, Not, QueryError, Times, Where
from projections.segments import FOREVER
from projections.tables import tables_of

WITHIN = "within"
"""What lists are asked by, beside their columns: a record and all below it."""
HIGHEST = 1000
"""Records that stand above one another, as far as one looks."""
MOST_BELOW = 20_000
"""Records below one another for which the index can be asked."""

Holding = Callable[[sa.FromClause], Sequence["sa.ColumnElement[bool]"]]
"""Which rows of a table, or of an alias of it, are those of a tenant at some times."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """How rows belong to a tree: by `column`, which names a record of `model`, whose `parent` names the one above."""

    column: str
    model: ReadModel
    parent: str


@dataclass(frozen=True, slots=True)
class Above:
    """The records above one, the nearest first, of which the last may not be there any more. `ring` are those that
    stand above one another all around, each above the one before it; empty where there is no such thing."""

    ids: Sequence[str]
    ring: Sequence[str] = ()


def trunk_of(model: ReadModel) -> Trunk | None:
    """The tree that rows of a read model belong to, if they belong to one."""
    if model.tree:
        return Trunk(ID.name, model, model.tree)
    others, own = models_by_name(model.database), {column.name for column in columns_of(model.row)}
    for join in model.joins:
        if join.column in own and others[join.to].tree:
            return Trunk(join.column, others[join.to], others[join.to].tree)
    return None


def held(table: sa.FromClause, times: Times) -> "sa.ColumnElement[bool]":
    """Which rows of a versions table (or of an alias of it) are the answer at these times."""
    c = table.c
    if times.known_at is None:
        known = c.known_to == FOREVER
    else:
        known = sa.and_(c.known_from <= times.known_at, c.known_to > times.known_at)
    if times.as_of is None:
        return sa.and_(known, c.latest)
    return sa.and_(known, c.valid_from <= times.as_of, c.valid_to > times.as_of)


def below(trunk: Trunk, tenant: str, times: Times, roots: Sequence[str]) -> "sa.Select[tuple[str]]":
    """The ids of records and of all below them."""
    table, holding = held_table(trunk.model, tenant, times)
    begin = sa.select(sa.func.unnest(sa.literal(list(roots), sa.ARRAY(sa.Text()))).label("id"))
    found, each = begin.cte(recursive=True), table.alias()
    # A union leaves out what was found before, so that it comes to an end in a ring as well.
    found = found.union(sa.select(each.c.id).where(each.c[trunk.parent] == found.c.id, *holding(each)))
    return sa.select(found.c.id)


def leveled(trunk: Trunk, tenant: str, times: Times, root: str, depth: int) -> sa.CTE:
    """(id, level) of the records below one, at most so many levels of them."""
    table, holding = held_table(trunk.model, tenant, times)
    path = array([sa.literal(root, sa.Text())])
    begin = sa.select(sa.literal(root, sa.Text()).label("id"), sa.literal(0).label("level"), path.label("path"))
    found, each = begin.cte(recursive=True), table.alias()
    further = sa.select(each.c.id, found.c.level + 1, sa.func.array_append(found.c.path, each.c.id)).where(
        each.c[trunk.parent] == found.c.id, each.c.id != sa.all_(found.c.path), found.c.level < depth, *holding(each)
    )
    return found.union_all(further)


async def above(conn: AsyncConnection, model: ReadModel, tenant: str, id: str, times: Times = NOW) -> Above:
    """What stands above a record, which need not be there itself."""
    parents = await parents_of(conn, model, tenant, id, times)
    chain = [id]
    while (parent := parents.get(chain[-1])) is not None:
        if parent in chain:
            return Above(chain[1:], chain[chain.index(parent) :])
        chain.append(parent)
    return Above(chain[1:])


async def parents_of(
    conn: AsyncConnection, model: ReadModel, tenant: str, id: str, times: Times = NOW
) -> Mapping[str, str]:
    """For a record and all above it, as far as they are there, the one above each."""
    table, holding = held_table(model, tenant, times)
    first, each = table.alias(), table.alias()
    path = array([first.c.id]).label("path")
    begin = sa.select(first.c.id, first.c[model.tree].label("parent"), path).where(first.c.id == id, *holding(first))
    found = begin.cte(recursive=True)
    further = sa.select(each.c.id, each.c[model.tree], sa.func.array_append(found.c.path, each.c.id)).where(
        each.c.id == found.c.parent,
        each.c.id != sa.all_(found.c.path),
        sa.func.cardinality(found.c.path) < HIGHEST,
        *holding(each),
    )
    found = found.union_all(further)
    rows = await conn.execute(sa.select(found.c.id, found.c.parent).where(found.c.parent.is_not(None)))
    return {row.id: row.parent for row in rows}


async def lines(
    conn: AsyncConnection, model: ReadModel, tenant: str, ids: Sequence[str], times: Times = NOW
) -> Mapping[str, set[str]]:
    """For each of these records that stands below others, all above it."""
    table, holding = held_table(model, tenant, times)
    first, each = table.alias(), table.alias()
    begin = sa.select(first.c.id.label("id"), first.c[model.tree].label("above")).where(
        first.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Text()))),
        first.c[model.tree].is_not(None),
        *holding(first),
    )
    found = begin.cte(recursive=True)
    # A union leaves out what was found before, so that it comes to an end in a ring as well.
    found = found.union(
        sa.select(found.c.id, each.c[model.tree]).where(
            each.c.id == found.c.above, each.c[model.tree].is_not(None), *holding(each)
        )
    )
    above: dict[str, set[str]] = {}
    for row in await conn.execute(sa.select(found.c.id, found.c.above)):
        above.setdefault(row.id, set()).add(row.above)
    return above


async def for_index(conn: AsyncConnection, model: ReadModel, tenant: str, filters: Sequence[Where]) -> Sequence[Where]:
    """The same conditions as the index can be asked them: with the ids of what is `within` a record. Raises
    QueryError(tree_too_large)."""
    trunk = trunk_of(model)
    return filters if trunk is None else [await _spelled_out(conn, trunk, tenant, each) for each in filters]


async def _spelled_out(conn: AsyncConnection, trunk: Trunk, tenant: str, where: Where) -> Where:
    match where:
        case Filter(name="within"):
            roots = [where.value] if isinstance(where.value, str) else where.value
            asked = below(trunk, tenant, NOW, roots).limit(MOST_BELOW + 1)
            found = [str(row.id) for row in await conn.execute(asked)]
            if len(found) > MOST_BELOW:
                said = f"More than {MOST_BELOW} records are within this one; leave q out, or ask within a smaller one"
                raise QueryError("tree_too_large", said, where.at or WITHIN)
            inside = Filter(trunk.column, "in", tuple(found), where.at)
            return Not(inside) if where.op == "ne" else inside
        case Filter():
            return where
        case Every():
            return Every([await _spelled_out(conn, trunk, tenant, each) for each in where.parts])
        case Either():
            return Either([await _spelled_out(conn, trunk, tenant, each) for each in where.options])
        case Not():
            return Not(await _spelled_out(conn, trunk, tenant, where.part))
        case _:
            assert_never(where)


def held_table(model: ReadModel, tenant: str, times: Times) -> tuple[sa.Table, Holding]:
    """Where a read model's rows of these times stand, and which of them are a tenant's."""
    tables = tables_of(model.database)

    def holding(of: sa.FromClause) -> Sequence["sa.ColumnElement[bool]"]:
        return [of.c.tenant == tenant, *([held(of, times)] if times else [])]

    return (tables.versions if times else tables.rows)[model.name], holding
