"""Rows by their ids with some of their fields, as of what a search found, by questions that are put together once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.defined import definitions, has_formulas, own_of
from projections.listed import list_
from projections.model import ReadModel
from projections.moved import follow, refers_in
from projections.own import HELD_IN
from projections.paging import PARKED, with_parked
from projections.question import NOW
from projections.select import TENANT, labelled, showing, source, the_tenant
from projections.statement import columns_shown, fields_of, names_in
from projections.together import Asking, Ready, Rows, ready
from projections.visible import Sight, under_names

_DEFINED, _IDS = "defined", "the_ids"


@dataclass(frozen=True, slots=True)
class Picked:
    """Those rows of a read model that are in sight and have one of these ids, and the fields that are shown of them."""

    model: ReadModel
    ids: Sequence[str]
    fields: tuple[str, ...]
    sight: Sight


def picked(of: Picked, tenant: str) -> Asking:
    """The question after such rows. Raises QueryError(unknown_field)."""
    sight, seen = under_names(of.sight)
    question = _question(of.model.database, of.model.name, of.fields, sight)
    return question, {TENANT: tenant, _IDS: [*of.ids], **seen}


async def rows_picked(
    conn: AsyncConnection, of: Picked, tenant: str, found: Rows, *, secret: bytes
) -> Sequence[dict[str, Any]]:
    """The rows of what was found by that, in any order: those of `list_` with `search_ids`. What formulas give is asked
    for anew, since they are of the tenant's own."""
    own: Sequence[Mapping[str, Any]] | None = found[0].get(_DEFINED) if found else None
    if has_formulas(own):
        page = await list_(
            conn, of.model, tenant, secret=secret, limit=len(of.ids), fields=of.fields, search_ids=of.ids,
            sight=of.sight, own=own_of(of.model, own),
        )  # fmt: skip
        return page.items
    show = showing(of.model, columns_shown(of.model.database, of.model.name, of.fields), of.sight)
    rows = [with_parked(show, row) for row in found]
    await follow(conn, tenant, refers_in(of.model.database, own), rows)
    return rows


@lru_cache(maxsize=256)
def _question(database: str, name: str, fields: tuple[str, ...], sight: Sight) -> Ready:
    """The question after rows, put together once: that takes longer than it takes to be answered."""
    model, tenant = models_by_name(database)[name], the_tenant()
    of, columns = source(model, tenant, NOW, sight), fields_of(model, fields)
    shown = {each for column in columns for each in names_in(column)}
    decisive = model.access.values() if sight.fields else ()
    ids = sa.cast(sa.bindparam(_IDS, type_=sa.ARRAY(sa.Text())), sa.ARRAY(sa.Text()))
    rows = sa.select(*labelled(of, {*shown, *decisive}), of.parked.label(PARKED)).select_from(of.rows)
    rows = rows.where(*of.where, of.expression("id") == sa.any_(ids))
    if model.own and HELD_IN in shown:
        rows = rows.add_columns(definitions(model, tenant).scalar_subquery().label(_DEFINED))
    return ready(rows)
