"""What happened to a record, as HTTP's histories tell it, a page of it at a time."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from gateway.graphql.columns import Info, Resolver
from gateway.graphql.names import camel
from gateway.graphql.pages import page_type
from gateway.graphql.reading import Connection, Record
from gateway.graphql.registry import Types
from gateway.graphql.scalars import DATE_TIME, JSON, LONG
from gateway.graphql.weight import LIST, weighing

TOLD: Mapping[str, Any] = {
    "event_id": GraphQLID,
    "type": GraphQLString,
    "aggregate": GraphQLString,
    "id": GraphQLID,
    "version": LONG,
    "occurred_at": DATE_TIME,
    "recorded_at": DATE_TIME,
    "actor": GraphQLString,
}
"""What is told of any event."""
_CAUSES: Mapping[str, Any] = {
    "command_id": GraphQLID,
    "correlation_id": GraphQLID,
    "causation_id": GraphQLID,
}


def history_field(types: Types) -> GraphQLField:
    """The events of a record, oldest first."""

    async def resolve(
        record: Record, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection | None:
        return (await info.context.histories(record.level, first, after)).get(record.values["id"])

    arguments = {
        "first": GraphQLArgument(GraphQLInt, description="Events of the page, at most 200; 50 where nothing is said."),
        "after": GraphQLArgument(GraphQLString, description="The cursor after which it goes on: a version."),
    }
    said = "What happened to the record, oldest first, up to now; null where you may not read the record now."
    return GraphQLField(
        page_type(types, _event_type(types)), arguments, resolve, description=said, extensions=weighing(LIST)
    )


def _event_type(types: Types) -> GraphQLObjectType:
    def make(name: str) -> GraphQLObjectType:
        return GraphQLObjectType(
            name, event_fields({**TOLD, **_CAUSES}), description="Something that happened to a record."
        )

    return types.once("Event", ("event",), make)


def event_fields(members: Mapping[str, Any]) -> dict[str, GraphQLField]:
    """These members of an event, and what it says."""
    fields = {camel(each): GraphQLField(GraphQLNonNull(kind), resolve=member(each)) for each, kind in members.items()}
    fields["data"] = GraphQLField(
        JSON, resolve=member("data"), description="The event's fields; null where it cannot be read."
    )
    fields["hidden"] = GraphQLField(
        GraphQLNonNull(GraphQLList(GraphQLNonNull(GraphQLString))),
        resolve=_hidden,
        description="The fields that are null because you may not see them.",
    )
    return fields


def member(name: str) -> Resolver:
    """Tells a member of an event."""

    def resolve(event: Mapping[str, Any], info: Info) -> Any:
        return event[name]

    return resolve


def _hidden(event: Mapping[str, Any], info: Info) -> Any:
    return event.get("hidden", ())
