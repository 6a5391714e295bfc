"""The committed schema of GraphQL is that of the declarations, so that a change of it is seen where it is made."""

from graphql import build_schema

from gateway.graphql.__main__ import FILE
from gateway.graphql.schema import definition


def test_the_committed_schema_is_that_of_the_declarations() -> None:
    stale = "schemas/graphql.graphql is stale; run `make generate` and commit it."
    assert FILE.read_text() == definition(), stale


def test_it_is_a_schema_that_others_can_read() -> None:
    schema = build_schema(FILE.read_text())
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert schema.subscription_type is None
