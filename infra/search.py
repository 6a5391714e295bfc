"""Makes Elasticsearch clients, and is the only place that does."""

from typing import Any

from elasticsearch import AsyncElasticsearch, Elasticsearch, OrjsonSerializer

from infra import tls
from infra.settings import Settings


def client(settings: Settings) -> AsyncElasticsearch:
    """For questions: gives up after 3 s, and tries another node once. Close it when done."""
    return AsyncElasticsearch(
        settings.elasticsearch.split(","),
        request_timeout=3,
        max_retries=1,
        serializer=OrjsonSerializer(),
        **_asked(settings),
    )


def blocking_client(settings: Settings) -> Elasticsearch:
    """For writing documents from a thread. Close it when done."""
    return Elasticsearch(settings.elasticsearch.split(","), request_timeout=30, max_retries=0, **_asked(settings))


def _asked(settings: Settings) -> dict[str, Any]:
    """What the server asks for: who we are, and TLS where the address says https."""
    given: dict[str, Any] = {}
    if settings.elasticsearch.startswith("https://"):
        given["ssl_context"] = tls.client_context(settings)
    if settings.elasticsearch_api_key:
        given["api_key"] = settings.elasticsearch_api_key.get_secret_value()
    elif settings.elasticsearch_user:
        given["basic_auth"] = (settings.elasticsearch_user, settings.elasticsearch_password.get_secret_value())
    return given
