"""One box that searches everything: the read models that can be searched, of every app, as far as one may read them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import describe_search as describe
from gateway import own, platform
from gateway.access.gate import sight_of
from gateway.answers import ok
from gateway.asking import for_index
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.queries import filters_of, number, parameters
from projections import query
from projections.analysis import title_of
from projections.catalog import read_models
from projections.documents import texts_of
from projections.folding import folded
from projections.generations import ModelBuilding, reading
from projections.model import ReadModel
from projections.own import NONE
from projections.query import Asked, Filter, Found, Hit, Own, Picked, Searched, SearchUnavailable
from projections.visible import NOTHING

MOST = 50
"""Records that an answer holds at most."""
_USUAL = 20
_HIGHLIGHTS = 3
_SUGGESTIONS = 5
_TAKEN = frozenset({"q", "types", "limit", "after"})


@dataclass(frozen=True, slots=True)
class Place:
    """A record that was found, of a type."""

    type: str
    hit: Hit


def add(router: APIRouter) -> None:
    """GET /search."""
    router.add_api_route(
        "/search",
        _endpoint,
        methods=["GET"],
        name="search",
        operation_id="search",
        summary="Records of every app that you may read, by words, beginnings of words, and words with a slip.",
        tags=["search"],
        response_class=Response,
        openapi_extra=describe.search(sorted(types()), _USUAL, MOST),
        responses=describe.found(),
    )


@cache
def types() -> Mapping[str, ReadModel]:
    """The read models that can be searched, by the names that callers use."""
    return {model.name.replace("_", "-"): model for model in read_models() if model.search and model.public}


async def _endpoint(request: Request) -> Response:
    who, limits = await admitted(request)
    here, given = platform.of(request), parameters(request)
    asked, limit = query.taken_apart(given.get("q", "")), _limit(given)
    chosen = _chosen(who, given.get("types"))
    filters = filters_of(request, _TAKEN)
    if filters and len(chosen) != 1:
        detail = "Filters are of one type's list; name that type in types, or leave them out."
        raise Problem(400, "one_type_for_filters", detail, filters[0].name)
    sights = {name: sight_of(who, model.permission, model) for name, model in chosen.items()}
    databases = sorted({model.database for model in chosen.values()})
    if token := request.headers.get("nexus-after") or given.get("after"):
        await asyncio.gather(*(here.reach.wait(each, token, search=True) for each in databases))
    own_fields = await _own(here, who, chosen, filters)
    wanted = {name: Searched(model, sights[name], filters, own_fields) for name, model in chosen.items()}
    building, position = await _building(here, chosen), await here.reach.shared(databases, search=True)
    searched = {name: each for name, each in wanted.items() if name not in building}
    found = await _found(here, who, asked, searched, limit)
    best = ranked(found)[:limit]
    rows = await _rows(here, who, searched, best)
    shown = [(each, rows[each.type, each.hit.id]) for each in best if (each.type, each.hit.id) in rows]
    noted(request.scope).shown(row["id"] for _, row in shown)
    body = await asyncio.to_thread(_body, asked, searched, shown)
    counts = {name: {"found": each.count, "more": each.more} for name, each in found.items()}
    missing = [name for name in chosen if name not in found]
    return ok(body | {"counts": counts, "building": missing}, headers={**limits, "Nexus-Position": position})


def _limit(given: Mapping[str, str]) -> int:
    limit = number(given.get("limit", str(_USUAL)), "limit")
    if not 1 <= limit <= MOST:
        raise Problem(400, "bad_limit", f"limit must be between 1 and {MOST}.", "limit")
    return limit


def _chosen(who: Caller, named: str | None) -> Mapping[str, ReadModel]:
    """The types that are named, or all that somebody may read; a 400 problem for one that is none, 403 for nothing."""
    if named is None:
        readable = {
            name: model
            for name, model in types().items()
            if who.standing.visible(model.permission, model.access) != NOTHING
        }
        if not readable:
            raise Problem(403, "forbidden", "None of your roles lets you read anything that can be searched.")
        return readable
    names = list(dict.fromkeys(named.split(",")))
    if unknown := [name for name in names if name not in types()]:
        detail = f"{unknown[0][:80]!r} is no type that can be searched; there are {', '.join(sorted(types()))}."
        raise Problem(400, "unknown_type", detail, "types")
    return {name: types()[name] for name in names}


async def _own(here: Platform, who: Caller, chosen: Mapping[str, ReadModel], filters: Sequence[Filter]) -> Own:
    """The fields of the tenant's own that filters, which are of one type, may ask for."""
    if not own.asked_for(filters):
        return NONE
    (model,) = chosen.values()
    return await own.defined(here, who.tenant, model)


async def _building(here: Platform, chosen: Mapping[str, ReadModel]) -> list[str]:
    """The types of which another version is live: the others are searched meanwhile."""
    others = {each: await here.reach.building(each) for each in {model.database for model in chosen.values()}}
    found = [name for name, model in chosen.items() if model.name in others[model.database]]
    if len(found) == len(chosen):
        raise ModelBuilding("What this version searches is not live yet; `nexus360 rebuild` builds it.")
    return found


async def _found(
    here: Platform, who: Caller, asked: Asked, searched: Mapping[str, Searched], limit: int
) -> Mapping[str, Found]:
    """What was found of each type that has documents."""
    if not asked:
        return {name: Found((), 0, False) for name in searched}
    of = [
        replace(each, filters=await for_index(here, who, each.model, each.filters, each.own))
        for each in searched.values()
    ]
    found = await query.search_all(here.elasticsearch, here.settings.index_prefix, who.tenant, asked, of, limit)
    there = {name: each for name, each in zip(searched, found, strict=True) if each is not None}
    if not there:
        raise SearchUnavailable("Nothing has documents yet.")
    return there


def ranked(found: Mapping[str, Found]) -> list[Place]:
    """The best first. Of hits that are equally good, those of the types take turns, so that many records of one type do
    not hide the few of another; within a type they are in order of their change."""
    turns = [
        (-hit.score, sum(other.score == hit.score for other in of.hits[:number]), -hit.changed, name, hit)
        for name, of in found.items()
        for number, hit in enumerate(of.hits)
    ]
    return [Place(name, hit) for _, _, _, name, hit in sorted(turns, key=lambda each: each[:4])]


async def _rows(
    here: Platform, who: Caller, searched: Mapping[str, Searched], best: Sequence[Place]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows as they are now, by type and id: what is gone, or out of sight by now, is not there."""
    by_database: dict[str, dict[str, list[str]]] = {}
    for place in best:
        database = searched[place.type].model.database
        by_database.setdefault(database, {}).setdefault(place.type, []).append(place.hit.id)
    found = await asyncio.gather(
        *(_rows_of(here, who, name, searched, of_types) for name, of_types in by_database.items())
    )
    return {place: row for rows in found for place, row in rows.items()}


async def _rows_of(
    here: Platform, who: Caller, database: str, searched: Mapping[str, Searched], wanted: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Those of one database, in one snapshot, and at once where no filter is of them. `wanted` are ids by type."""
    of = {name: searched[name] for name in wanted}
    plain = {
        name: Picked(each.model, wanted[name], each.model.search, each.sight)
        for name, each in of.items()
        if not each.filters
    }
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    models, plans = [each.model for each in of.values()], "auto" if len(plain) < len(of) else "force_generic_plan"
    async with reading(here.readers[database], who.tenant, *models, plans=plans, waits=False) as connection:
        found = await query.together(connection, [query.picked(each, who.tenant) for each in plain.values()])
        for (name, each), its in zip(plain.items(), found, strict=True):
            told = await query.rows_picked(connection, each, who.tenant, its, secret=here.secret)
            rows |= {(name, row["id"]): row for row in told}
        for name in of.keys() - plain.keys():
            rows |= {(name, row["id"]): row for row in await _filtered(connection, here, who, of[name], wanted[name])}
    return rows


async def _filtered(
    connection: AsyncConnection, here: Platform, who: Caller, of: Searched, ids: Sequence[str]
) -> Sequence[dict[str, Any]]:
    """Those that still pass the filters."""
    page = await query.list_(
        connection,
        of.model,
        who.tenant,
        secret=here.secret,
        filters=of.filters,
        limit=len(ids),
        fields=of.model.search,
        search_ids=ids,
        sight=of.sight,
        own=of.own,
    )
    return page.items


def _body(
    asked: Asked, searched: Mapping[str, Searched], shown: Sequence[tuple[Place, Mapping[str, Any]]]
) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    suggestions: dict[str, str] = {}
    for place, row in shown:
        model = searched[place.type].model
        texts = texts_of(model, row)
        items.append(
            {
                "type": place.type,
                "id": row["id"],
                "path": f"/{model.database}/{place.type}/{quote(row['id'], safe='')}",
                "title": texts.get(title_of(model)),
                "highlights": [
                    {"field": name, "parts": [{"text": part.text, "hit": part.hit} for part in parts]}
                    for name, parts in query.highlights(asked, texts, _HIGHLIGHTS)
                ],
                "parked": row["parked"],
            }
        )
        if len(suggestions) < _SUGGESTIONS and (suggestion := _suggestion(asked, list(texts.values()))):
            suggestions.setdefault(folded(suggestion)[0], suggestion)
    return {"items": items, "suggest": list(suggestions.values())}


def _suggestion(asked: Asked, texts: Sequence[str]) -> str | None:
    """What might have been meant, in the words of a record that is shown: nobody is told of words that they do not see.
    None where that was said already, or more than words."""
    if asked.phrases or asked.without or asked.digits:
        return None
    said = query.completed(asked, texts)
    return said if said and folded(said)[0] != folded(asked.text)[0] else None
