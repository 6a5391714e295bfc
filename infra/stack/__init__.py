"""The local stack: Kafka, a schema registry, PostgreSQL, Redis and Elasticsearch as ordinary processes on loopback."""
