"""Which records a bulk change is about: those that are named or asked for, as they are now, and which of these whoever
starts it may do that to."""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domains.integration.in_bulk import MOST
from gateway import asking, views
from gateway.access.gate import sight_of
from gateway.auth import Caller
from gateway.own import asked_for, defined
from gateway.platform import Platform
from gateway.problems import Problem
from infra.bulk_files import Selected
from projections import query
from projections.generations import reading
from projections.model import ReadModel
from projections.own import NONE
from projections.query import NOW, Filter, Where
from projections.visible import EVERYTHING, Visible

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Picked:
    """The records that are meant, and the pipelines that deals among them go through."""

    records: Sequence[Selected]
    keys: frozenset[str]


async def picked(
    here: Platform,
    who: Caller,
    model: ReadModel,
    said: Mapping[str, Any],
    visible: Visible,
    after: str | None,
    *,
    keyed: bool,
) -> Picked:
    """The records that are meant by what is `said`, as they are now; `keyed` by the pipelines that they go through,
    where the command carries the rules of those. 422 problems for none, and for too many."""
    found: dict[str, tuple[int, str]] = {}
    shown = ["version", "pipeline_id"] if keyed else ["version"]
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        for filters, hidden in await _asked_for(here, who, model, said, after):
            sight, own = sight_of(who, model.permission, model), NONE
            if asked_for(filters, None):
                own = await defined(here, who.tenant, model)
            batches = query.batches(
                connection,
                model,
                who.tenant,
                filters=asking.dated(filters, model, NOW, asking.zone(_given(said, "zone")), own),
                fields=shown,
                sight=replace(sight, hidden=hidden),
                own=own,
                size=_AT_ONCE,
            )
            async with aclosing(batches):
                async for rows in batches:
                    found |= {row["id"]: (row["version"], row.get("pipeline_id") or "") for row in rows}
                    if len(found) > MOST:
                        raise _too_many()
        meant = tuple(dict.fromkeys(said["ids"])) if said["ids"] else tuple(found)
        among = await allowed(connection, model, who.tenant, meant, visible)
    records = [_selected(id, found.get(id), id in among) for id in meant]
    if not records:
        raise Problem(422, "nothing_selected", "No record is meant; name some, or ask for others.")
    return Picked(records, frozenset(record.key for record in records if not record.code))


async def _asked_for(
    here: Platform, who: Caller, model: ReadModel, said: Mapping[str, Any], after: str | None
) -> Sequence[tuple[Sequence[Where], bool]]:
    """What the list is asked, one question after another, and whether what is hidden is meant too: it is where records
    are named by their ids."""
    question = [name for name in ("where", "view", "all") if said[name] not in (None, False)]
    if said["ids"] is not None:
        if question or said["trash"]:
            detail = "Name the records by ids, or ask for them by where, view, all and trash; not both."
            raise Problem(422, "selected_twice", detail, "ids")
        ids = said["ids"]
        chunks = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        return [([Filter("id", "in", [id for id in chunk if "\0" not in id])], True) for chunk in chunks]
    if not question:
        detail = "Say which records are meant: their ids, conditions as where, a view, or all of them with all."
        raise Problem(422, "nothing_selected", detail, "ids")
    view = await views.chosen(here, who, model, said["view"], after)
    filters = list(view.filters)
    if said["where"] is not None:
        filters.append(query.parse_where(json.dumps(said["where"], default=str)))
    in_trash = asking.trash({"trash": "true"} if said["trash"] else {}, model)
    return [([*filters, asking.IN_TRASH] if in_trash else filters, in_trash)]


def _given(said: Mapping[str, Any], name: str) -> Mapping[str, str]:
    return {} if said[name] is None else {name: said[name]}


async def allowed(
    connection: AsyncConnection, model: ReadModel, tenant: str, ids: Sequence[str], visible: Visible
) -> Collection[str]:
    """Those of these records that are among the visible."""
    if visible == EVERYTHING:
        return frozenset(ids)
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        chunk = [id for id in ids[start : start + _AT_ONCE] if "\0" not in id]
        found |= await query.which(connection, model, tenant, chunk, visible)
    return found


def _selected(id: str, seen: tuple[int, str] | None, may: bool) -> Selected:
    """A record as it is meant. Of one that is not seen nothing is said but that."""
    if seen is None:
        return Selected(id=id, code="not_found")
    version, key = seen
    return Selected(id=id, version=version, key=key) if may else Selected(id=id, version=version, code="forbidden")


def barred(records: Sequence[Selected], ids: Collection[str], code: str) -> Sequence[Selected]:
    """The records, these of them with why the command is not for them."""
    return [
        Selected(id=each.id, version=each.version, code=code) if each.id in ids and not each.code else each
        for each in records
    ]


def _too_many() -> Problem:
    return Problem(422, "too_many_selected", f"A bulk change is of {MOST:,} records at most; ask for fewer.")
