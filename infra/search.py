"""Makes Elasticsearch clients, and is the only place that does."""

from elasticsearch import AsyncElasticsearch, Elasticsearch

from infra.settings import Settings


def client(settings: Settings) -> AsyncElasticsearch:
    """For questions: gives up after 3 s, and tries another node once. Close it when done."""
    return AsyncElasticsearch(settings.elasticsearch.split(","), request_timeout=3, max_retries=1)


def blocking_client(settings: Settings) -> Elasticsearch:
    """For writing documents from a thread. Close it when done."""
    return Elasticsearch(settings.elasticsearch.split(","), request_timeout=30, max_retries=0)
