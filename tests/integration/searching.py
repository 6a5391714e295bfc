"""What the search's tests share: documents of rows that a test thinks of, in indices of its own, without Postgres."""

from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from elasticsearch import AsyncElasticsearch, Elasticsearch

from infra import settings as infra_settings
from infra.search import blocking_client, client
from infra.settings import Settings
from projections.documents import alias_name, document, document_id, index_body, index_name
from projections.model import ReadModel
from tests.unit.projections.log import day

TENANT = "acme"


@contextmanager
def own_indices(*models: ReadModel) -> Generator[tuple[Settings, Elasticsearch]]:
    """Settings with an index prefix of their own, under which the documents of these read models are; and a client."""
    settings = infra_settings.read(index_prefix=f"t{uuid4().hex[:10]}")
    with closing(blocking_client(settings)) as es:
        try:
            for model in models:
                name = index_name(settings.index_prefix, model, 1)
                es.indices.create(index=name, **index_body(model), wait_for_active_shards="1")
                es.indices.put_alias(index=name, name=alias_name(settings.index_prefix, model))
            yield settings, es
        finally:
            for model in models:
                es.indices.delete(index=index_name(settings.index_prefix, model, 1), ignore_unavailable=True)


@asynccontextmanager
async def patient(settings: Settings) -> AsyncGenerator[AsyncElasticsearch]:
    """A client that waits longer than the gateway's, since a test may share the machine."""
    async with client(settings) as made:
        yield made.options(request_timeout=30)


def row(model: ReadModel, id: str, updated_at: datetime | None = None, **values: Any) -> dict[str, Any]:
    """A row of a read model with these values alone."""
    nothing = dict.fromkeys((*model.search, *model.filters))
    return nothing | {"id": id, "updated_at": updated_at or day(0)} | values


def fill(settings: Settings, es: Elasticsearch, model: ReadModel, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes the rows' documents; fails when one is refused."""
    operations: list[Mapping[str, Any]] = []
    for each in rows:
        operations.append({"index": {"_id": document_id(TENANT, each["id"]), "routing": TENANT}})
        operations.append(document(model, TENANT, each))
    answer = es.bulk(index=index_name(settings.index_prefix, model, 1), operations=operations, refresh=True)
    refused = [each["index"]["error"] for each in answer["items"] if each["index"]["status"] >= 300]
    assert refused == []
