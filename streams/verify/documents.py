"""Compares the search documents with the rows they were written from.

Both go on changing meanwhile. What differs at first sight is looked at again once the index has come to where the rows
were; only what differs still is a difference.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import psycopg
import sqlalchemy as sa
from elasticsearch import Elasticsearch, NotFoundError

from infra.search import blocking_client
from infra.settings import Settings
from projections import generations
from projections.documents import alias_name, document, document_id, searchable
from projections.model import ReadModel
from projections.question import NOW
from projections.select import source
from streams.projector.asked import ask
from streams.verify.difference import Difference, Row, merged

_AT_ONCE = 1000
_LOOKS = 50
_PAUSE = 0.2


def compare(settings: Settings, database: str, say: Callable[[str], None]) -> Iterator[Difference]:
    """Every document that is not what its row makes of it. Raises TransportError while Elasticsearch is silent."""
    with (
        closing(generations.connected(settings, database)) as connection,
        closing(blocking_client(settings)) as es,
    ):
        for model in searchable(database):
            where, count = alias_name(settings.index_prefix, model), 0
            for tenant in _tenants(connection, model):
                rows = list(_expected(connection, model, tenant))
                count += len(rows)
                found = merged(where, ("tenant", "id", "document"), 2, _there(es, where, tenant), rows)
                for suspect in found:
                    yield from _still(settings, connection, es, model, suspect)
            say(f"{where}: {count:,} documents compared")


def _tenants(connection: psycopg.Connection, model: ReadModel) -> list[str]:
    with connection.transaction():
        found = connection.execute(f"select distinct tenant from {model.name} order by 1".encode())  # noqa: S608
        return [tenant for (tenant,) in found]


def _expected(connection: psycopg.Connection, model: ReadModel, tenant: str, id: str | None = None) -> Iterator[Row]:
    of = source(model, tenant, NOW)
    columns = [expression.label(name) for name, (_, expression) in of.columns.items()]
    only = [] if id is None else [of.expression("id") == id]
    statement = sa.select(*columns).select_from(of.rows).where(*of.where, *only)
    rows = ask(connection, statement.order_by(sa.collate(of.expression("id"), "C")))
    return ((tenant, row["id"], document(model, tenant, row)) for row in rows)


def _there(es: Elasticsearch, where: str, tenant: str) -> Iterator[Row]:
    """A tenant's documents in order of id, read a page at a time."""
    after: list[Any] | None = None
    while True:
        page = es.search(
            index=where,
            routing=tenant,
            query={"term": {"tenant": tenant}},
            sort=[{"id": "asc"}],
            size=_AT_ONCE,
            search_after=after,
        )
        hits = page["hits"]["hits"]
        for hit in hits:
            yield tenant, hit["_source"]["id"], hit["_source"]
        if len(hits) < _AT_ONCE:
            return
        after = hits[-1]["sort"]


def _still(
    settings: Settings, connection: psycopg.Connection, es: Elasticsearch, model: ReadModel, suspect: Difference
) -> Iterator[Difference]:
    tenant, _, id = suspect.key.partition("/")
    for _ in range(_LOOKS):
        row = next((document for _, _, document in _expected(connection, model, tenant, id)), None)
        if _document(es, alias_name(settings.index_prefix, model), tenant, id) == row:
            return
        if not _marked(connection, model, tenant, id):
            break
        time.sleep(_PAUSE)
    yield suspect


def _document(es: Elasticsearch, where: str, tenant: str, id: str) -> Mapping[str, Any] | None:
    try:
        return es.get(index=where, id=document_id(tenant, id), routing=tenant)["_source"]
    except NotFoundError:
        return None


def _marked(connection: psycopg.Connection, model: ReadModel, tenant: str, id: str) -> bool:
    """Whether the indexer still has something to write that may be it."""
    with connection.transaction():
        return connection.execute("select 1 from dirty limit 1").fetchone() is not None
