"""Full-text search: ids of rows from the index. The rows themselves are then read from Postgres."""

from collections.abc import Sequence

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from projections.documents import alias_name, search_body
from projections.model import ReadModel
from projections.question import MAX_FOUND, Filter, QueryError, SearchUnavailable
from projections.visible import ALL, Sight


async def search(
    es: AsyncElasticsearch,
    index_prefix: str,
    model: ReadModel,
    tenant: str,
    q: str,
    *,
    filters: Sequence[Filter] = (),
    limit: int = MAX_FOUND,
    sight: Sight = ALL,
) -> list[str]:
    """Ids of rows in sight that match `q` by what is seen of them, best first, at most `limit`.

    Raises QueryError when the model has no search or a filter is wrong, SearchUnavailable when nothing answers.
    """
    if not model.search:
        raise QueryError("not_searchable", f"{model.name} cannot be searched; ask without q", "q")
    if not q.strip() or len(q) > 500:
        raise QueryError("bad_value", "q must be some words, at most 500 characters", "q")
    body = search_body(model, tenant, q, filters, limit, sight)
    try:
        found = await es.search(index=alias_name(index_prefix, model), routing=tenant, body=body)
    except (ApiError, TransportError) as error:
        raise SearchUnavailable(
            f"The search engine does not answer ({type(error).__name__}); try again soon."
        ) from error
    return [hit["_source"]["id"] for hit in found["hits"]["hits"]]
