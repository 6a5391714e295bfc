"""What records of several kinds are called now, in one question."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.model import ReadModel
from projections.question import NOW
from projections.select import TENANT, in_sight, the_tenant
from projections.together import Ready, ready, together
from projections.visible import Sight

Record = tuple[str, str, str]
"""(domain, aggregate, id)."""
Wanted = tuple[ReadModel, Collection[str], Sight]
"""Records of a read model by their ids, and what is in sight of them."""


async def called(conn: AsyncConnection, tenant: str, wanted: Sequence[Wanted]) -> dict[Record, str | None]:
    """What is searched first of each record, None where that is not seen; what is not in sight is not there. The read
    models are of one database, stand for records and are searched."""
    if not wanted:
        return {}
    question = _question(wanted[0][0].database, frozenset((model.name, sight) for model, _, sight in wanted))
    values = {_of(model): sorted(ids) for model, ids, _ in wanted}
    (found,) = await together(conn, [(question, {TENANT: tenant, **values})])
    return {(row["domain"], row["aggregate"], row["id"]): row["title"] for row in found}


@lru_cache(maxsize=256)
def _question(database: str, wanted: frozenset[tuple[str, Sight]]) -> Ready:
    """The question after records of these read models, put together once."""
    models = models_by_name(database)
    parts = [_named(models[name], sight) for name, sight in sorted(wanted, key=lambda each: each[0])]
    return ready(sa.union_all(*parts))


def _of(model: ReadModel) -> str:
    """Under which the ids of a read model's records stand."""
    return f"ids_of_{model.name}"


def _named(model: ReadModel, sight: Sight) -> "sa.Select[Any]":
    assert model.aggregate is not None
    of, _ = in_sight(model, the_tenant(), NOW, sight)
    (domain, aggregate), id = model.aggregate, of.expression("id")
    columns: list[sa.ColumnElement[Any]] = [
        sa.literal(domain, sa.Text()).label("domain"),
        sa.literal(aggregate, sa.Text()).label("aggregate"),
        id.label("id"),
        of.expression(model.search[0]).label("title"),
    ]
    these = id == sa.any_(sa.bindparam(_of(model), type_=sa.ARRAY(sa.Text())))
    return sa.select(*columns).select_from(of.rows).where(*of.where, these)
