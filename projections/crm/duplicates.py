"""Which records may be the same one: those with keys in common, by how much speaks for it."""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.crm import blocking, company_blocking, company_likeness, likeness
from projections.crm.comparing import Likeness
from projections.defined import defined
from projections.model import ReadModel
from projections.moved import follow, refers_of
from projections.own import Own
from projections.question import NOW, Times
from projections.select import answer_columns, labelled, showing, source
from projections.tables import tables_of
from projections.tree import held, lines
from projections.visible import Sight

DATABASE = "crm"
CANDIDATES = 300
"""Records that one is compared with: those that share most keys with it."""
PAIRS = 5000
"""Pairs of a tenant that are compared for one answer: those that share most keys."""
_COMMON = 50
"""Records that a key may be shared by; one that more have tells nothing apart."""

Row = Mapping[str, Any]
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """Records that may be there twice: the read model that shows them, the one that holds their keys, and how they are
    compared, by a profile that a row has. Where they stand in a tree, nothing is the same as what stands above it."""

    rows: str
    keys: str
    of_row: Callable[[Row], P]
    keys_of: Callable[[P], Collection[str]]
    likeness: Callable[[P, P], Likeness]

    @property
    def model(self) -> ReadModel:
        return models_by_name(DATABASE)[self.rows]


CONTACTS = Kind("contacts", "contact_keys", likeness.of_row, blocking.keys_of, likeness.likeness)
COMPANIES = Kind(
    "companies",
    "company_keys",
    company_likeness.of_row,
    company_blocking.keys_of,
    company_likeness.likeness,
)


@dataclass(frozen=True, slots=True)
class Twins:
    """Two records that may be one, the one with the lower id first."""

    one: Row
    other: Row
    likeness: Likeness


async def candidates(
    conn: AsyncConnection,
    kind: Kind[Any],
    tenant: str,
    keys: Collection[str],
    sight: Sight,
    but: str | None = None,
    times: Times = NOW,
) -> list[Row]:
    """The records in sight that share one of these keys, those that share most first, as lists show them. Without the
    record `but`, those of which it was said that they are another, and those above and below it."""
    own_fields = await defined(conn, kind.model, tenant, times)
    (k, held_keys), of = _keys(kind, tenant, times, "k"), source(kind.model, tenant, times, sight, own_fields)
    wanted = sa.literal(sorted(keys), sa.ARRAY(sa.Text()))
    common = sa.select(sa.func.count()).select_from(sa.func.unnest(k.c["keys"]).alias("each"))
    common = common.where(sa.literal_column("each") == sa.any_(wanted)).scalar_subquery()
    where = [*of.where, k.c["keys"].overlap(wanted)]
    if but is not None:
        own, its = _keys(kind, tenant, times, "own")
        apart = sa.exists().where(its, own.c.id == but, k.c.id == sa.any_(own.c.apart))
        where += [k.c.id != but, sa.literal(but, sa.Text()) != sa.all_(k.c.apart), ~apart]
    joined = of.rows.join(k, sa.and_(held_keys, k.c.id == of.expression("id")))
    statement = sa.select(*labelled(of)).select_from(joined).where(*where)
    statement = statement.order_by(common.desc(), k.c.id).limit(CANDIDATES)
    found = await _rows(conn, kind, tenant, (await conn.execute(statement)).mappings(), sight, times, own_fields)
    if but is None:
        return found
    left = await _of_no_line(conn, kind, tenant, [(but, row["id"]) for row in found], times)
    return [row for row in found if (but, row["id"]) in left]


async def pairs(
    conn: AsyncConnection, kind: Kind[Any], tenant: str, sight: Sight, times: Times = NOW
) -> list[tuple[Row, Row]]:
    """Pairs of records in sight that share a key which few have, those that share most first. Without those of which
    it was said that they are two, and those of which one stands above the other."""
    own_fields = await defined(conn, kind.model, tenant, times)
    (k, held_keys), of = _keys(kind, tenant, times, "k"), source(kind.model, tenant, times, sight, own_fields)
    seen = sa.select(of.expression("id")).select_from(of.rows).where(*of.where)
    each = sa.select(k.c.id, sa.func.unnest(k.c["keys"]).label("key")).where(held_keys, k.c.id.in_(seen))
    each = each.cte("each")
    few = sa.select(each.c.key).group_by(each.c.key).having(sa.func.count().between(2, _COMMON)).cte("few")
    shared = sa.select(each).join(few, few.c.key == each.c.key).cte("shared")
    a, b = shared.alias("a"), shared.alias("b")
    (ka, of_one), (kb, of_other) = (_keys(kind, tenant, times, name) for name in ("ka", "kb"))
    found = sa.select(a.c.id, b.c.id.label("other"), sa.func.count().label("common"))
    found = (
        found.select_from(a.join(b, sa.and_(a.c.key == b.c.key, a.c.id < b.c.id))).group_by(a.c.id, b.c.id).cte("found")
    )
    statement = (
        sa.select(found.c.id, found.c.other)
        .join(ka, sa.and_(of_one, ka.c.id == found.c.id))
        .join(kb, sa.and_(of_other, kb.c.id == found.c.other))
        .where(found.c.other != sa.all_(ka.c.apart), found.c.id != sa.all_(kb.c.apart))
        .order_by(found.c.common.desc(), found.c.id, found.c.other)
        .limit(PAIRS)
    )
    ids = [(one, other) for one, other in (await conn.execute(statement)).tuples()]
    left = await _of_no_line(conn, kind, tenant, ids, times)
    wanted = sa.literal(sorted({id for pair in left for id in pair}), sa.ARRAY(sa.Text()))
    rows = sa.select(*labelled(of)).select_from(of.rows).where(*of.where, of.expression("id") == sa.any_(wanted))
    shown_rows = await _rows(conn, kind, tenant, (await conn.execute(rows)).mappings(), sight, times, own_fields)
    by_id = {row["id"]: row for row in shown_rows}
    return [
        (by_id[one], by_id[other]) for one, other in ids if (one, other) in left and one in by_id and other in by_id
    ]


def likely(kind: Kind[P], profile: P, others: Iterable[Row], most: int) -> list[tuple[Row, Likeness]]:
    """Those of the others that may well be what the profile describes, the likeliest first."""
    compared = ((row, kind.likeness(profile, kind.of_row(row))) for row in others)
    found = [(row, alike) for row, alike in compared if alike.suggested]
    return heapq.nsmallest(most, found, key=lambda each: (-each[1].weight, each[0]["id"]))


def twins(kind: Kind[Any], candidates: Sequence[tuple[Row, Row]]) -> list[Twins]:
    """Those of the pairs that may well be one, the likeliest first. Takes some 50 µs for each."""
    profiles = {row["id"]: kind.of_row(row) for pair in candidates for row in pair}
    compared = (Twins(a, b, kind.likeness(profiles[a["id"]], profiles[b["id"]])) for a, b in candidates)
    found = [each for each in compared if each.likeness.suggested]
    return sorted(found, key=lambda each: (-each.likeness.weight, each.one["id"], each.other["id"]))


def _keys(kind: Kind[Any], tenant: str, times: Times, name: str) -> "tuple[sa.FromClause, sa.ColumnElement[bool]]":
    """The keys of records, under a name, and which of these rows are the tenant's at these times."""
    tables = tables_of(DATABASE)
    k = (tables.versions if times else tables.rows)[kind.keys].alias(name)
    return k, sa.and_(k.c.tenant == tenant, *([held(k, times)] if times else []))


async def _of_no_line(
    conn: AsyncConnection, kind: Kind[Any], tenant: str, ids: Sequence[tuple[str, str]], times: Times
) -> set[tuple[str, str]]:
    """Those of the pairs of which neither stands above the other, by however many between them."""
    if not kind.model.tree:
        return set(ids)
    above = await lines(conn, kind.model, tenant, sorted({id for pair in ids for id in pair}), times)
    return {(one, other) for one, other in ids if other not in above.get(one, ()) and one not in above.get(other, ())}


async def _rows(
    conn: AsyncConnection,
    kind: Kind[Any],
    tenant: str,
    found: Iterable[Mapping[Any, Any]],
    sight: Sight,
    times: Times,
    own: Own,
) -> list[Row]:
    columns = answer_columns(kind.model)
    show = showing(kind.model, columns, sight, own)
    rows = [show(row) for row in found]
    await follow(conn, tenant, refers_of(DATABASE, own), rows, times)
    return [*rows]
