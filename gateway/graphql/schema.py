"""The schema: every read model and report there is as a field of the query, every command as a mutation, and bulk
changes, which are sent as commands are. There is no list to edit."""

from functools import cache, partial

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, assert_valid_schema, print_schema

from gateway import commands
from gateway.bulk import routes as bulk
from gateway.commands import Prepare, Route
from gateway.graphql.mutations import mutation_field, mutation_name
from gateway.graphql.names import camel, many_of, one_of
from gateway.graphql.records import many_field, one_field
from gateway.graphql.registry import Types, without_doubles
from gateway.graphql.totals import report_field
from gateway.relations import public
from projections.catalog import reports
from schemas.contract import contracts

_DOC = """What GET asks by HTTP, and POST changes, with the same permissions, filters and answers (docs/graphql.md)."""


@cache
def schema() -> GraphQLSchema:
    """The schema of what is declared. Raises TypeError or ValueError where two declarations would have one name."""
    types = Types()
    made = GraphQLSchema(_queries(types), _mutations(types), description=_DOC)
    assert_valid_schema(made)
    return made


@cache
def definition() -> str:
    """The schema in GraphQL's own language."""
    return print_schema(schema()) + "\n"


def _queries(types: Types) -> GraphQLObjectType:
    found: list[tuple[str, GraphQLField]] = []
    for model in public():
        found += [(one_of(model), one_field(types, model)), (many_of(model), many_field(types, model))]
    found += [(camel(report.name), report_field(types, report)) for report in reports()]
    without_doubles("Query", [name for name, _ in found])
    return GraphQLObjectType("Query", dict(found))


def _mutations(types: Types) -> GraphQLObjectType:
    routes = [route for contract in contracts().values() for route in commands.routes(contract)]
    sent: list[tuple[Route, Prepare]] = [(route, partial(commands.prepared, route)) for route in routes]
    sent += bulk.ROUTES
    without_doubles("Mutation", [mutation_name(route) for route, _ in sent])
    fields = {mutation_name(route): mutation_field(types, route, prepare) for route, prepare in sent}
    return GraphQLObjectType("Mutation", fields)
