"""Full-text search: ids of rows from the index. The rows themselves are then read from Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from infra.plain import dump
from projections.asked import Asked, taken_apart
from projections.documents import alias_name, search_body
from projections.model import ReadModel
from projections.own import NONE, Own
from projections.question import MAX_FOUND, QueryError, SearchUnavailable, Where
from projections.visible import ALL, Sight


@dataclass(frozen=True, slots=True)
class Searched:
    """A read model to be searched, and what of it is in sight and passes the filters, which may name fields of the
    tenant's own."""

    model: ReadModel
    sight: Sight = ALL
    filters: Sequence[Where] = ()
    own: Own = NONE


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found: how well, comparable with hits of other read models, and when it changed, in microseconds
    since 1970."""

    id: str
    score: float
    changed: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits of one read model, and how many there are: with `more`, at least so many."""

    hits: Sequence[Hit]
    count: int
    more: bool


async def search(
    es: AsyncElasticsearch,
    index_prefix: str,
    model: ReadModel,
    tenant: str,
    q: str,
    *,
    filters: Sequence[Where] = (),
    limit: int = MAX_FOUND,
    sight: Sight = ALL,
    own: Own = NONE,
) -> list[str]:
    """Ids of rows in sight that match `q` by what is seen of them, best first, at most `limit`.

    Raises QueryError when the model has no search, or q or a filter is wrong; SearchUnavailable when nothing answers.
    """
    if not model.search:
        raise QueryError("not_searchable", f"{model.name} cannot be searched; ask without q", "q")
    (found,) = await search_all(es, index_prefix, tenant, taken_apart(q), [Searched(model, sight, filters, own)], limit)
    if found is None:
        raise SearchUnavailable(f"{model.name} has no documents yet; try again soon.")
    return [hit.id for hit in found.hits]


async def search_all(
    es: AsyncElasticsearch, index_prefix: str, tenant: str, asked: Asked, of: Sequence[Searched], limit: int
) -> list[Found | None]:
    """The best of each of these read models, at most `limit`, asked at once; up to MAX_FOUND of each are counted. None
    for one that has no documents yet. Slips are forgiven where nothing is found without one: that is many times
    faster, and whoever spells well finds what they spelt.

    Raises QueryError when a filter is wrong, SearchUnavailable when one of them does not answer.
    """
    found = await _at_once(es, index_prefix, tenant, asked, of, limit, slips=False)
    if asked.may_hold_slips and not any(each.hits for each in found if each is not None):
        return await _at_once(es, index_prefix, tenant, asked, of, limit, slips=True)
    return found


async def _at_once(
    es: AsyncElasticsearch,
    index_prefix: str,
    tenant: str,
    asked: Asked,
    of: Sequence[Searched],
    limit: int,
    *,
    slips: bool,
) -> list[Found | None]:
    questions: list[bytes] = []
    for each in of:
        body = search_body(each.model, tenant, asked, each.filters, limit, each.sight, each.own, slips=slips)
        questions += (dump({"index": alias_name(index_prefix, each.model), "routing": tenant}), dump(body))
    try:
        found = await es.msearch(searches=cast(Any, questions))  # lines as they are sent
    except (ApiError, TransportError) as error:
        raise _silent(error) from error
    return [None if _absent(each) else _read(each) for each in found["responses"]]


def _absent(answer: Mapping[str, Any]) -> bool:
    return "error" in answer and answer["error"]["type"] == "index_not_found_exception"


def _read(answer: Mapping[str, Any]) -> Found:
    """Of an answer that is whole: one that some part of the index did not give in time is none."""
    if "error" in answer or answer["timed_out"] or answer["_shards"]["failed"]:
        kind = answer["error"]["type"] if "error" in answer else "not in time"
        raise SearchUnavailable(f"The search engine does not answer ({kind}); try again soon.")
    hits = [Hit(id, score, changed) for score, changed, id in (hit["sort"] for hit in answer["hits"]["hits"])]
    total = answer["hits"]["total"]
    return Found(hits, total["value"], total["relation"] != "eq")


def _silent(error: Exception) -> SearchUnavailable:
    return SearchUnavailable(f"The search engine does not answer ({type(error).__name__}); try again soon.")
