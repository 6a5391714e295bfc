"""What records of several kinds are called now, in one question."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.model import ReadModel
from projections.question import NOW
from projections.select import Source, in_sight
from projections.visible import Sight

Record = tuple[str, str, str]
"""(domain, aggregate, id)."""
Wanted = tuple[ReadModel, Collection[str], Sight]
"""Records of a read model by their ids, and what is in sight of them."""


async def called(conn: AsyncConnection, tenant: str, wanted: Sequence[Wanted]) -> dict[Record, str | None]:
    """What is searched first of each record, None where that is not seen; what is not in sight is not there. The read
    models are of one database, stand for records and are searched."""
    parts: list[sa.Select[Any]] = []
    parameters: dict[str, str] = {}
    for model, ids, sight in wanted:
        of, more = in_sight(model, tenant, NOW, sight)
        parameters |= more
        parts.append(_named(model, ids, of))
    if not parts:
        return {}
    found = (await conn.execute(sa.union_all(*parts), parameters)).mappings()
    return {(row["domain"], row["aggregate"], row["id"]): row["title"] for row in found}


def _named(model: ReadModel, ids: Collection[str], of: Source) -> "sa.Select[Any]":
    assert model.aggregate is not None
    (domain, aggregate), id = model.aggregate, of.expression("id")
    columns: list[sa.ColumnElement[Any]] = [
        sa.literal(domain, sa.Text()).label("domain"),
        sa.literal(aggregate, sa.Text()).label("aggregate"),
        id.label("id"),
        of.expression(model.search[0]).label("title"),
    ]
    these = id == sa.any_(sa.literal(sorted(ids), sa.ARRAY(sa.Text())))
    return sa.select(*columns).select_from(of.rows).where(*of.where, these)
