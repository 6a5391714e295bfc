"""Types of records, and the fields that ask for them: all from the declarations of read models."""

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from gateway.graphql.columns import Info, Resolver, column_type, value_type
from gateway.graphql.conditions import conditions_of, filters_of, list_filter, sort_of, sort_type
from gateway.graphql.history import history_field
from gateway.graphql.names import camel, pascal, type_of
from gateway.graphql.pages import page_type
from gateway.graphql.reading import Connection, Question, Record
from gateway.graphql.registry import Types, without_doubles
from gateway.graphql.scalars import DATE_TIME
from gateway.graphql.timeline import timeline_field
from gateway.graphql.weight import LIST, LISTED, RECORD, weighing
from gateway.own import asked_for
from gateway.relations import Back, Excerpt, Listing, Reference, backs, excerpts, listings, references
from projections.columns import Column
from projections.hidden import TRASHED
from projections.model import ReadModel
from projections.own import NONE
from projections.query import Times, parse_times
from projections.select import answer_columns, class_of

_ORDER_BY = """In place of sort: names of columns, each with - before it descending, such as -custom.budget of your own
fields."""


def times_arguments() -> dict[str, GraphQLArgument]:
    """As of when, and known when."""
    return {
        "asOf": GraphQLArgument(
            DATE_TIME, out_name="as_of", description="How it stood then (business time). A date means its end, UTC."
        ),
        "knownAt": GraphQLArgument(
            DATE_TIME,
            out_name="known_at",
            description="What was known then (recorded time). A date means its end, UTC.",
        ),
    }


# ---- fields that ask


def one_field(types: Types, model: ReadModel) -> GraphQLField:
    """A record by its id."""

    def resolve(source: Any, info: Info, id: str, as_of: str | None = None, known_at: str | None = None) -> Any:
        return info.context.one(model, id, parse_times(as_of, known_at))

    arguments = {"id": GraphQLArgument(GraphQLNonNull(GraphQLID))} | (times_arguments() if model.times else {})
    return GraphQLField(
        record_type(types, model), arguments, resolve, description=model.doc, extensions=weighing(RECORD)
    )


def many_field(types: Types, model: ReadModel) -> GraphQLField:
    """A list of records."""

    async def resolve(
        source: Any, info: Info, as_of: str | None = None, known_at: str | None = None, **asked: Any
    ) -> Connection:
        return await info.context.page(model, await _question(info, model, parse_times(as_of, known_at), **asked))

    arguments = _list_arguments(types, model) | (times_arguments() if model.times else {})
    if model.search:
        arguments["q"] = GraphQLArgument(
            GraphQLString, description="Full-text search; the best come first where no order is asked for."
        )
    if TRASHED in model.hidden:
        arguments["trash"] = GraphQLArgument(
            GraphQLBoolean, description="What is in the trash, in place of what is not."
        )
    return GraphQLField(
        page_type(types, record_type(types, model)),
        arguments,
        resolve,
        description=model.doc,
        extensions=weighing(LIST),
    )


def _list_arguments(types: Types, model: ReadModel) -> dict[str, GraphQLArgument]:
    named = GraphQLArgument(GraphQLList(GraphQLNonNull(GraphQLString)), out_name="order_by", description=_ORDER_BY)
    return {
        "first": GraphQLArgument(GraphQLInt, description="Records from the beginning, at most 200; 50 without last."),
        "after": GraphQLArgument(GraphQLString, description="The cursor after which it goes on."),
        "last": GraphQLArgument(GraphQLInt, description="Records from the end, at most 200, in the same order."),
        "before": GraphQLArgument(GraphQLString, description="The cursor before which it ends."),
        "filter": GraphQLArgument(list_filter(types, model)),
        "sort": GraphQLArgument(
            GraphQLList(GraphQLNonNull(sort_type(types, model))), description="By id where nothing is said."
        ),
        **({"orderBy": named} if model.own else {}),
    }


async def _question(
    info: Info,
    model: ReadModel,
    times: Times,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: Mapping[str, Any] | None = None,
    sort: Sequence[str] | None = None,
    order_by: Sequence[str] | None = None,
    q: str | None = None,
    trash: bool | None = None,
) -> Question:
    order, own = sort_of(sort, order_by), NONE
    if asked_for(conditions_of(filter), order):
        own = await info.context.own(model, times)
    asked = filters_of(model, filter, times, own), order, first, after, last, before, q, times, bool(trash), own
    return Question(*asked)


# ---- records


def record_type(types: Types, model: ReadModel) -> GraphQLObjectType:
    """The type of a read model's rows, with the records that they lead to."""

    def make(name: str) -> GraphQLObjectType:
        return GraphQLObjectType(name, lambda: _fields(types, model), description=model.doc)

    return types.once(type_of(model), ("record", model.database, model.name), make)


def _fields(types: Types, model: ReadModel) -> dict[str, GraphQLField]:
    found = [(camel(column.name), _column_field(types, model, column)) for column in answer_columns(model)]
    if model.classes:
        found.append(("hidden", _hidden_field()))
    found.append(("parked", _parked_field()))
    if model.aggregate is not None:
        found.append(("history", history_field(types)))
    if model.timeline:
        found.append(("timeline", timeline_field(types)))
    found += [(camel(each.name), _excerpt_field(types, model, each)) for each in excerpts(model)]
    found += [(camel(each.name), _reference_field(types, each)) for each in references(model)]
    found += [(camel(each.name), _back_field(types, each)) for each in backs(model)]
    without_doubles(type_of(model), [name for name, _ in found])
    return dict(found)


def _column_field(types: Types, model: ReadModel, column: Column) -> GraphQLField:
    if (listing := listings(model).get(column.name)) is not None:
        return _listing_field(types, model, column, listing)
    shown = column_type(types, model, column)
    return GraphQLField(shown if _can_be_null(model, column) else GraphQLNonNull(shown), resolve=_value_of(column.name))


_LISTED_BY = ""
"""Under which a value that a row lists has the record of that row; no member has such a name."""


def _listing_field(types: Types, model: ReadModel, column: Column, listing: Listing) -> GraphQLField:
    """What a column lists, each with the record that it names."""
    assert column.record is not None

    async def found(value: Mapping[str, Any], info: Info) -> Record | None:
        record: Record = value[_LISTED_BY]
        return (await info.context.referred(record.level, listing)).get(value[listing.by])

    def also() -> Mapping[str, GraphQLField]:
        field = GraphQLField(record_type(types, listing.to), resolve=found, extensions=weighing(RECORD))
        return {camel(listing.name): field}

    def resolve(record: Record, info: Info) -> Sequence[Mapping[str, Any]] | None:
        held = record.values[column.name]
        return None if held is None else [{**each, _LISTED_BY: record} for each in held]

    listed = GraphQLList(GraphQLNonNull(value_type(types, column.record, also)))
    shown = listed if _can_be_null(model, column) else GraphQLNonNull(listed)
    return GraphQLField(shown, resolve=resolve, extensions=weighing(LISTED))


def _can_be_null(model: ReadModel, column: Column) -> bool:
    return column.nullable or class_of(model, column.name) is not None or column.name in model.sealed


def _value_of(name: str) -> Resolver:
    def resolve(record: Record, info: Info) -> Any:
        return record.values[name]

    return resolve


def _hidden_field() -> GraphQLField:
    def resolve(record: Record, info: Info) -> list[str]:
        return [camel(each) for each in record.values.get("hidden", ())]

    said = "The fields that are null because you may not see them."
    return GraphQLField(GraphQLNonNull(GraphQLList(GraphQLNonNull(GraphQLString))), resolve=resolve, description=said)


def _parked_field() -> GraphQLField:
    said = "Whether an event of this record waits, so that this may be old."
    return GraphQLField(GraphQLNonNull(GraphQLBoolean), resolve=_value_of("parked"), description=said)


def _excerpt_field(types: Types, model: ReadModel, excerpt: Excerpt) -> GraphQLField:
    """What the row itself shows of the record that a column names."""
    columns = {column.name: column for column in answer_columns(model)}

    def make(name: str) -> GraphQLObjectType:
        fields = {"id": GraphQLField(GraphQLNonNull(GraphQLID), resolve=_value_of(excerpt.column))}
        for origin, shown in excerpt.shown.items():
            if shown in columns:  # a currency stands in its money
                kind = column_type(types, model, columns[shown])
                fields[camel(origin)] = GraphQLField(kind, resolve=_value_of(shown))
        return GraphQLObjectType(name, fields, description=f"What is shown beside {type_of(model)}.")

    def resolve(record: Record, info: Info) -> Record | None:
        return None if record.values[excerpt.column] is None else record

    made = types.once(f"{type_of(model)}{pascal(excerpt.name)}", ("excerpt", model.database, model.name, excerpt), make)
    return GraphQLField(made, resolve=resolve)


def _reference_field(types: Types, reference: Reference) -> GraphQLField:
    async def found(record: Record, info: Info, id: str) -> Record | None:
        return (await info.context.referred(record.level, reference)).get(id)

    def resolve(record: Record, info: Info) -> Coroutine[Any, Any, Record | None] | None:
        id = record.values[reference.column]
        return None if id is None else found(record, info, id)

    return GraphQLField(record_type(types, reference.to), resolve=resolve, extensions=weighing(RECORD))


def _back_field(types: Types, back: Back) -> GraphQLField:
    async def resolve(record: Record, info: Info, **asked: Any) -> Connection:
        question = await _question(info, back.of, record.level.times, **asked)
        found = await info.context.related(record.level, back, question)
        return found.get(record.values["id"], Connection())

    said = f"{back.of.doc} Those that name this record, at the same time."
    return GraphQLField(
        page_type(types, record_type(types, back.of)),
        _list_arguments(types, back.of),
        resolve,
        description=said,
        extensions=weighing(LIST),
    )
