"""What commands take, as types of GraphQL: from the JSON schemas of the bodies that HTTP takes, so that the same values
fit both, and the same checks tell what is wrong with them."""

from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)
from pydantic import BaseModel

from gateway.bodies import AMOUNT
from gateway.graphql.names import camel, pascal
from gateway.graphql.registry import Types, without_doubles
from gateway.graphql.scalars import DATE, DATE_TIME, DECIMAL, JSON, LONG

Schema = Mapping[str, Any]
Input = GraphQLScalarType | GraphQLEnumType | GraphQLInputObjectType | GraphQLList[Any]
_FORMATS: Mapping[str, GraphQLScalarType] = {"date-time": DATE_TIME, "date": DATE}
_SIMPLE: Mapping[str, GraphQLScalarType] = {
    "string": GraphQLString,
    "integer": LONG,
    "number": DECIMAL,
    "boolean": GraphQLBoolean,
}


def input_type(types: Types, body: type[BaseModel]) -> GraphQLInputObjectType:
    """The values of a command's body."""
    schema = body.model_json_schema()
    return _object(types, f"{body.__name__}Input", schema, schema.get("$defs", {}))


def _object(types: Types, name: str, schema: Schema, shared: Mapping[str, Schema]) -> GraphQLInputObjectType:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    required = schema.get("required", ())
    without_doubles(name, [camel(each) for each in properties])

    def field(own: str, of: Schema) -> GraphQLInputField:
        kind = _kind(types, f"{name.removesuffix('Input')}{pascal(own)}", of, shared)
        given: GraphQLInputType = GraphQLNonNull(kind) if own in required else kind
        return GraphQLInputField(given, description=of.get("description"), out_name=own)

    def make(name: str) -> GraphQLInputObjectType:
        fields = {camel(own): field(own, of) for own, of in properties.items()}
        return GraphQLInputObjectType(name, fields, description=schema.get("description"))

    return types.once(name, ("input", schema), make)


def _kind(types: Types, name: str, schema: Schema, shared: Mapping[str, Schema]) -> Input:
    """What stands in a place, as far as something does; `name` is what it would be called. What has no type of its own
    here is given as HTTP takes it."""
    match schema:
        case {"anyOf": _}:
            some = [each for each in cast(list[Schema], schema["anyOf"]) if each.get("type") != "null"]
            if any(each.get("pattern") == AMOUNT for each in some):
                return DECIMAL
            return _kind(types, name, some[0], shared) if len(some) == 1 else JSON
        case {"$ref": str() as reference}:
            of = shared[reference.rsplit("/", 1)[-1]]
            if "properties" not in of:
                return JSON
            return _object(types, f"{str(of['title']).removesuffix('Body')}Input", of, shared)
        case {"enum": _}:
            texts = cast(list[str], schema["enum"])
            return types.once(
                name, ("choices", texts), lambda name: GraphQLEnumType(name, {text: text for text in texts})
            )
        case {"type": "string", "format": str() as format} if format in _FORMATS:
            return _FORMATS[format]
        case {"type": "array", "items": _}:
            return GraphQLList(GraphQLNonNull(_kind(types, name, cast(Schema, schema["items"]), shared)))
        case {"type": str() as simple} if simple in _SIMPLE:
            return _SIMPLE[simple]
        case _:
            return JSON
