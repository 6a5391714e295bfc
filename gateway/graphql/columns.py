"""What stands in the columns of rows, as types of GraphQL."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLString,
)

from gateway.graphql.conditions import enum_type
from gateway.graphql.names import camel
from gateway.graphql.reading import Reader
from gateway.graphql.registry import Types, without_doubles
from gateway.graphql.scalars import DATE, DATE_TIME, DECIMAL, JSON, LONG
from projections.columns import Column, Kind
from projections.model import ReadModel
from schemas.avro import PRIMITIVES, named_types
from schemas.contract import fields

Info = GraphQLResolveInfo[Reader]
Resolver = Callable[..., Any]
Output = GraphQLScalarType | GraphQLEnumType | GraphQLObjectType | GraphQLList[Any]
_PLAIN: Mapping[Kind, GraphQLScalarType] = {
    "text": GraphQLString,
    "integer": LONG,
    "number": DECIMAL,
    "boolean": GraphQLBoolean,
    "time": DATE_TIME,
    "date": DATE,
}
_PRIMITIVES: Mapping[str, GraphQLScalarType] = {
    "string": GraphQLString,
    "bytes": GraphQLString,
    "int": LONG,
    "long": LONG,
    "boolean": GraphQLBoolean,
}


def _member(name: str) -> Resolver:
    def resolve(value: Mapping[str, Any], info: Info) -> Any:
        return value.get(name)

    return resolve


MONEY = GraphQLObjectType(
    "Money",
    {
        "amount": GraphQLField(GraphQLNonNull(DECIMAL), resolve=_member("amount")),
        "currency": GraphQLField(GraphQLString, resolve=_member("currency")),
    },
    description="An amount in one currency, by its ISO 4217 code.",
)


def column_type(types: Types, model: ReadModel, column: Column) -> Output:
    """What stands in a column, as far as it is there. What has no type of its own here is told as by HTTP."""
    if column.name == "id":
        return GraphQLID
    if column.money:
        return MONEY
    if column.record is not None:
        return GraphQLList(GraphQLNonNull(value_type(types, column.record)))
    if column.kind == "enum":
        return enum_type(types, model, column)
    if column.kind == "texts":
        return GraphQLList(GraphQLNonNull(GraphQLString))
    return _PLAIN.get(column.kind, JSON)


def value_type(
    types: Types, record: type[Any], others: Callable[[], Mapping[str, GraphQLField]] = dict[str, GraphQLField]
) -> GraphQLObjectType:
    """A value record, of which rows list several, and what else is told of it where it is listed."""

    def make(name: str) -> GraphQLObjectType:
        members = {each.name: GraphQLField(_simple(each.type), resolve=_member(each.name)) for each in fields(record)}

        def told() -> dict[str, GraphQLField]:
            also = others()
            without_doubles(name, [*(camel(each) for each in members), *also])
            return {**{camel(each): of for each, of in members.items()}, **also}

        return GraphQLObjectType(name, told, description=record.__doc__)

    return types.once(record.__name__, ("value", record.NAME), make)


def _simple(schema: Any) -> GraphQLScalarType:
    match schema:
        case str() if schema in PRIMITIVES:
            return _PRIMITIVES.get(schema, JSON)
        case str():
            return GraphQLString if named_types()[schema]["type"] == "enum" else JSON
        case ["null", other] | [other, "null"]:
            return _simple(other)
        case _:
            return JSON
