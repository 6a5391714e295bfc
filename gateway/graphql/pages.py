"""Pages of records, as Relay's specification of connections has them (https://relay.dev/graphql/connections.htm)."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import TypeVar

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from gateway.graphql.columns import Info
from gateway.graphql.reading import Connection, Record
from gateway.graphql.registry import Types
from gateway.graphql.weight import PER_ROW, WRAPPER, weighing

Item = TypeVar("Item")
Edge = tuple[Record, str]
BREATH = 10
"""Records that are told before others have the event loop again."""


def _more(page: Connection, info: Info) -> bool:
    return page.more


def _before(page: Connection, info: Info) -> bool:
    return page.before


def _first_cursor(page: Connection, info: Info) -> str | None:
    return page.cursors[0] if page.cursors else None


def _last_cursor(page: Connection, info: Info) -> str | None:
    return page.cursors[-1] if page.cursors else None


PAGE_INFO = GraphQLObjectType(
    "PageInfo",
    {
        "hasNextPage": GraphQLField(GraphQLNonNull(GraphQLBoolean), resolve=_more),
        "hasPreviousPage": GraphQLField(GraphQLNonNull(GraphQLBoolean), resolve=_before),
        "startCursor": GraphQLField(GraphQLString, resolve=_first_cursor),
        "endCursor": GraphQLField(GraphQLString, resolve=_last_cursor),
    },
    description="What comes before and after a page.",
)


def _edges(page: Connection, info: Info) -> Sequence[Edge] | AsyncGenerator[Edge]:
    return in_turns(list(zip(page.records, page.cursors, strict=True)))


def _nodes(page: Connection, info: Info) -> Sequence[Record] | AsyncGenerator[Record]:
    return in_turns(page.records)


def _itself(page: Connection, info: Info) -> Connection:
    return page


def _cursor(edge: Edge, info: Info) -> str:
    return edge[1]


def _node(edge: Edge, info: Info) -> Record:
    return edge[0]


def page_type(types: Types, record: GraphQLObjectType) -> GraphQLObjectType:
    """A page of records of this type: with their cursors, and without."""

    def make_edge(name: str) -> GraphQLObjectType:
        fields = {
            "cursor": GraphQLField(GraphQLNonNull(GraphQLString), resolve=_cursor),
            "node": GraphQLField(GraphQLNonNull(record), resolve=_node, extensions=weighing(WRAPPER)),
        }
        return GraphQLObjectType(name, fields)

    edge = types.once(f"{record.name}Edge", ("edge", record.name), make_edge)

    def make(name: str) -> GraphQLObjectType:
        edges, nodes = (GraphQLNonNull(GraphQLList(GraphQLNonNull(each))) for each in (edge, record))
        fields = {
            "edges": GraphQLField(edges, resolve=_edges, extensions=weighing(PER_ROW)),
            "nodes": GraphQLField(nodes, resolve=_nodes, extensions=weighing(PER_ROW)),
            "pageInfo": GraphQLField(GraphQLNonNull(PAGE_INFO), resolve=_itself, extensions=weighing(WRAPPER)),
        }
        return GraphQLObjectType(name, fields)

    return types.once(f"{record.name}Connection", ("connection", record.name), make)


def in_turns(items: Sequence[Item]) -> Sequence[Item] | AsyncGenerator[Item]:
    """Items to be told, which takes a moment for each: of many, others have the event loop now and then."""
    return items if len(items) <= BREATH else _with_breaths(items)


async def _with_breaths(items: Sequence[Item]) -> AsyncGenerator[Item]:
    for number, item in enumerate(items):
        if number and number % BREATH == 0:
            await asyncio.sleep(0)
        yield item
