"""What happened to a record and around it, as HTTP's timelines tell it, a page of it at a time."""

from collections.abc import Mapping, Sequence

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from gateway.graphql.columns import Info
from gateway.graphql.history import TOLD, event_fields, member
from gateway.graphql.names import camel
from gateway.graphql.pages import page_type
from gateway.graphql.reading import Connection, Record
from gateway.graphql.registry import Types
from gateway.graphql.weight import LIST, weighing
from projections.timeline import Asked

_BESIDE: Mapping[str, str] = {
    "sentence": "What happened, in a sentence.",
    "name": "What the record is called now; null where you may not see that.",
    "actor_name": "The name of the user who did it, if it was one.",
}


def timeline_field(types: Types) -> GraphQLField:
    """The events of a record and of those around it, newest first."""

    async def resolve(
        record: Record,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        kinds: Sequence[str] = (),
        event_types: Sequence[str] = (),
    ) -> Connection | None:
        asked = Asked(tuple(kinds or ()), tuple(event_types or ()), cursor=after)
        return await info.context.timeline(record.level, asked, first)

    names = GraphQLList(GraphQLNonNull(GraphQLString))
    arguments = {
        "first": GraphQLArgument(GraphQLInt, description="Entries of the page, at most 200; 50 where nothing is said."),
        "after": GraphQLArgument(GraphQLString, description="The cursor after which it goes on."),
        "kinds": GraphQLArgument(names, description="Only what happened to records of these kinds, such as deal."),
        "types": GraphQLArgument(
            names, out_name="event_types", description="Only events of these types, such as crm.DealWon."
        ),
    }
    said = (
        "What happened to the record and around it, newest first; of one record, not of each of a list. Null where you "
        "may not read the record now."
    )
    return GraphQLField(
        page_type(types, _entry_type(types)), arguments, resolve, description=said, extensions=weighing(LIST)
    )


def _entry_type(types: Types) -> GraphQLObjectType:
    def make(name: str) -> GraphQLObjectType:
        beside = {
            camel(each): GraphQLField(GraphQLString, resolve=member(each), description=said)
            for each, said in _BESIDE.items()
        }
        return GraphQLObjectType(
            name, event_fields(TOLD) | beside, description="Something that happened to a record or around it."
        )

    return types.once("TimelineEntry", ("timeline",), make)
