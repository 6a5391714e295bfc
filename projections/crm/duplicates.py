"""Which contacts may be the same person: those with keys in common, by how much speaks for it."""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.crm.likeness import LIKELY, Likeness, Profile, likeness, of_row
from projections.question import NOW
from projections.select import Source, answer_columns, shown, source
from projections.tables import tables_of
from projections.visible import Sight

DATABASE, CONTACTS, KEYS = "crm", "contacts", "contact_keys"
CANDIDATES = 300
"""Contacts that one is compared with: those that share most keys with it."""
PAIRS = 5000
"""Pairs of a tenant that are compared for one answer: those that share most keys."""
_COMMON = 50
"""Contacts that a key may be shared by; one that more have tells nobody apart."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two contacts who may be one, the one with the lower id first."""

    one: Row
    other: Row
    likeness: Likeness


async def candidates(
    conn: AsyncConnection, tenant: str, keys: Collection[str], sight: Sight, but: str | None = None
) -> list[Row]:
    """The contacts in sight that share one of these keys, those that share most first, as lists show them. Without the
    contact `but` and those of whom it was said that they are somebody else."""
    k, of = tables_of(DATABASE).rows[KEYS].alias("k"), _contacts(tenant, sight)
    wanted = sa.literal(sorted(keys), sa.ARRAY(sa.Text()))
    common = sa.select(sa.func.count()).select_from(sa.func.unnest(k.c["keys"]).alias("each"))
    common = common.where(sa.literal_column("each") == sa.any_(wanted)).scalar_subquery()
    where = [*of.where, k.c["keys"].overlap(wanted)]
    if but is not None:
        own = tables_of(DATABASE).rows[KEYS].alias("own")
        apart = sa.exists().where(own.c.tenant == tenant, own.c.id == but, k.c.id == sa.any_(own.c.apart))
        where += [k.c.id != but, sa.literal(but, sa.Text()) != sa.all_(k.c.apart), ~apart]
    joined = of.rows.join(k, sa.and_(k.c.tenant == tenant, k.c.id == of.expression("id")))
    statement = sa.select(*_labelled(of)).select_from(joined).where(*where)
    statement = statement.order_by(common.desc(), k.c.id).limit(CANDIDATES)
    return _rows((await conn.execute(statement)).mappings(), sight)


async def pairs(conn: AsyncConnection, tenant: str, sight: Sight) -> list[tuple[Row, Row]]:
    """Pairs of contacts in sight that share a key which few have, those that share most first. Without those of whom it
    was said that they are not the same."""
    k, of = tables_of(DATABASE).rows[KEYS], _contacts(tenant, sight)
    seen = sa.select(of.expression("id")).select_from(of.rows).where(*of.where)
    each = sa.select(k.c.id, sa.func.unnest(k.c["keys"]).label("key")).where(k.c.tenant == tenant, k.c.id.in_(seen))
    each = each.cte("each")
    few = sa.select(each.c.key).group_by(each.c.key).having(sa.func.count().between(2, _COMMON)).cte("few")
    held = sa.select(each).join(few, few.c.key == each.c.key).cte("held")
    a, b, ka, kb = held.alias("a"), held.alias("b"), k.alias("ka"), k.alias("kb")
    found = sa.select(a.c.id, b.c.id.label("other"), sa.func.count().label("common"))
    found = (
        found.select_from(a.join(b, sa.and_(a.c.key == b.c.key, a.c.id < b.c.id))).group_by(a.c.id, b.c.id).cte("found")
    )
    statement = (
        sa.select(found.c.id, found.c.other)
        .join(ka, sa.and_(ka.c.tenant == tenant, ka.c.id == found.c.id))
        .join(kb, sa.and_(kb.c.tenant == tenant, kb.c.id == found.c.other))
        .where(found.c.other != sa.all_(ka.c.apart), found.c.id != sa.all_(kb.c.apart))
        .order_by(found.c.common.desc(), found.c.id, found.c.other)
        .limit(PAIRS)
    )
    ids = [(one, other) for one, other in (await conn.execute(statement)).tuples()]
    wanted = sa.literal(sorted({id for pair in ids for id in pair}), sa.ARRAY(sa.Text()))
    rows = sa.select(*_labelled(of)).select_from(of.rows).where(*of.where, of.expression("id") == sa.any_(wanted))
    by_id = {row["id"]: row for row in _rows((await conn.execute(rows)).mappings(), sight)}
    return [(by_id[one], by_id[other]) for one, other in ids if one in by_id and other in by_id]


def likely(person: Profile, others: Iterable[Row], most: int) -> list[tuple[Row, Likeness]]:
    """Those of the others who may well be this person, the likeliest first."""
    compared = ((row, likeness(person, of_row(row))) for row in others)
    found = [(row, alike) for row, alike in compared if alike.weight >= LIKELY]
    return heapq.nsmallest(most, found, key=lambda each: (-each[1].weight, each[0]["id"]))


def twins(candidates: Sequence[tuple[Row, Row]]) -> list[Twins]:
    """Those of the pairs that may well be one person, the likeliest first. Takes some 50 µs for each."""
    profiles = {row["id"]: of_row(row) for pair in candidates for row in pair}
    compared = (Twins(a, b, likeness(profiles[a["id"]], profiles[b["id"]])) for a, b in candidates)
    found = [each for each in compared if each.likeness.weight >= LIKELY]
    return sorted(found, key=lambda each: (-each.likeness.weight, each.one["id"], each.other["id"]))


def _contacts(tenant: str, sight: Sight) -> Source:
    return source(models_by_name(DATABASE)[CONTACTS], tenant, NOW, sight)


def _labelled(of: Source) -> list["sa.ColumnElement[Any]"]:
    return [expression.label(name) for name, (_, expression) in of.columns.items()]


def _rows(found: Iterable[Mapping[Any, Any]], sight: Sight) -> list[Row]:
    model = models_by_name(DATABASE)[CONTACTS]
    columns = answer_columns(model)
    return [shown(model, columns, row, sight) for row in found]
