"""Companies that would stand above themselves: refused before a command is sent, since no company knows the others.

The tree is looked at as the log has it now, and not as the caller saw it, so that moves one after another close no
ring. Two at once may: the tree of those companies says so then (docs/adr/0037-trees-are-looked-at-before.md).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access.gate import sight_of
from gateway.auth import Caller
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.tree import rows_of
from infra.log.envelope import CommandEnvelope
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import NOW
from projections.visible import NOTHING, Sight
from schemas.generated.crm.company import CreateCompany, PlaceCompany

DATABASE = "crm"
_UNSEEN = "a company that you may not see"


async def must_close_no_ring(here: Platform, who: Caller, envelope: CommandEnvelope, *, new: bool) -> None:
    """Raises a 422 problem, cyclic_tree, for a company that would stand above itself; `way` says how. Nothing stands
    below one that is `new`. A command that took effect already is let through, and answered as it was."""
    match envelope.command:
        case CreateCompany() if new:
            return
        case CreateCompany() | PlaceCompany():
            id, parent = envelope.id, (envelope.command.parent_id or "").strip()
        case _:
            return
    if not parent or parent == id or "\0" in parent:  # of these the company's own rules say what is to be said
        return
    await up_to_now(here, DATABASE)
    model = models_by_name(DATABASE)["companies"]
    async with reading(here.readers[DATABASE], who.tenant, model) as connection:
        parent = await _standing_for(connection, who.tenant, parent)
        above = (parent, *(await query.above(connection, model, who.tenant, parent)).ids)
        if id not in above or await query.lineage(connection, who.tenant, envelope.command_id, limit=1):
            return
        way, names = [id, *above[: above.index(id) + 1]], dict[str, str]()
        if who.standing.visible(model.permission, model.access) != NOTHING:
            sight = sight_of(who, model.permission, model)
            rows = await rows_of(connection, here, who, model, way[1:], NOW, sight, ["name"])
            names = {each: str(row["name"]) for each, row in rows.items()}
    raise _cyclic(way, names)


async def standing_above(here: Platform, tenant: str, command: Any) -> Collection[str]:
    """The companies that would stand above themselves if this command placed them: those above the parent that it
    names, as the log has the tree now. None for any other command. What is placed beside one closes no ring for it."""
    match command:
        case PlaceCompany(parent_id=str() as named) if (parent := named.strip()) and "\0" not in parent:
            await up_to_now(here, DATABASE)
            model = models_by_name(DATABASE)["companies"]
            async with reading(here.readers[DATABASE], tenant, model) as connection:
                parent = await _standing_for(connection, tenant, parent)
                return {parent, *(await query.above(connection, model, tenant, parent)).ids} - {named.strip()}
        case _:
            return frozenset[str]()


async def _standing_for(connection: AsyncConnection, tenant: str, id: str) -> str:
    """The company that took a company's place, or that itself: what is put under the one comes to stand under that."""
    model, seen = models_by_name(DATABASE)["companies"], {id}
    while True:
        found = await query.get(connection, model, tenant, id, sight=Sight(hidden=True))
        into = None if found is None else found["row"]["merged_into"]
        if into is None or into in seen:
            return id
        id = into
        seen.add(id)


def _cyclic(way: Sequence[str], names: Mapping[str, str]) -> Problem:
    """`names` are those of companies that somebody sees."""
    said = ", which is under ".join(names.get(each, _UNSEEN) for each in way)
    detail = f"The company would stand above itself: {said}. Name another parent."
    told = {way[0], way[1], *names}
    return Problem(
        422, "cyclic_tree", detail, "parent_id", more={"way": [each if each in told else None for each in way]}
    )
