"""The scalars beside GraphQL's own. Values are told as HTTP tells them, since the same code writes both; what is given
is passed on as text, and checked where HTTP's parameters and bodies are."""

from decimal import Decimal
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLScalarType,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)

_INTEGERS = range(-(2**63), 2**63)


def _told(value: Any) -> Any:
    """As it is: the answer is written with all values of rows at once."""
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("It is a text.")
    return value


def _text_literal(node: ValueNode) -> str:
    if not isinstance(node, StringValueNode):
        raise GraphQLError("It is a text.")
    return node.value


def _decimal(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise GraphQLError("It is a decimal number, as text or as a number.")
    return str(value)


def _decimal_literal(node: ValueNode) -> str:
    if not isinstance(node, StringValueNode | IntValueNode | FloatValueNode):
        raise GraphQLError("It is a decimal number, as text or as a number.")
    return node.value


def _long(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in _INTEGERS:
        raise GraphQLError("It is a whole number of 64 bits.")
    return value


def _long_literal(node: ValueNode) -> int:
    if not isinstance(node, IntValueNode) or len(node.value) > 20:
        raise GraphQLError("It is a whole number of 64 bits.")
    return _long(int(node.value))


def _anything(value: Any) -> Any:
    return value


def _anything_literal(node: ValueNode) -> Any:
    match node:
        case IntValueNode():
            return int(node.value)
        case FloatValueNode():
            return Decimal(node.value)
        case StringValueNode() | BooleanValueNode() | EnumValueNode():
            return node.value
        case ListValueNode():
            return [_anything_literal(each) for each in node.values]
        case ObjectValueNode():
            return {each.name.value: _anything_literal(each.value) for each in node.fields}
        case _:
            return None


DECIMAL = GraphQLScalarType(
    "Decimal",
    coerce_output_value=_told,
    coerce_input_value=_decimal,
    coerce_input_literal=_decimal_literal,
    description="An exact decimal number, told as text. A number that is given is taken as it is written.",
)
DATE_TIME = GraphQLScalarType(
    "DateTime",
    coerce_output_value=_told,
    coerce_input_value=_text,
    coerce_input_literal=_text_literal,
    description="A time in UTC, such as 2017-03-31T12:00:00Z (RFC 3339). In filters, asOf and knownAt a date will do.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
)
DATE = GraphQLScalarType(
    "Date",
    coerce_output_value=_told,
    coerce_input_value=_text,
    coerce_input_literal=_text_literal,
    description="A date, such as 2017-03-31.",
)
LONG = GraphQLScalarType(
    "Long",
    coerce_output_value=_told,
    coerce_input_value=_long,
    coerce_input_literal=_long_literal,
    description="A whole number of 64 bits.",
)
JSON = GraphQLScalarType(
    "JSON",
    coerce_output_value=_told,
    coerce_input_value=_anything,
    coerce_input_literal=_anything_literal,
    description="A value in the form that HTTP's JSON has for it.",
)
