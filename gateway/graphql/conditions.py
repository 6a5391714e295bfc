"""What lists and reports are asked by: conditions on the columns that are offered as filters, in groups, as HTTP has
them too, and the orders that a list may have."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)

from gateway.asking import dated
from gateway.describe import operators
from gateway.graphql.names import camel, pascal, type_of
from gateway.graphql.registry import Types, without_doubles
from gateway.graphql.scalars import DATE, DATE_TIME, DECIMAL, JSON, LONG
from projections import query
from projections.catalog import models_by_name
from projections.columns import ID, Column, Kind, visible_columns
from projections.model import ReadModel
from projections.own import HELD_IN, NONE
from projections.query import WITHIN, Every, Own, QueryError, Times, Where

Value = GraphQLScalarType | GraphQLEnumType
_VALUES: Mapping[Kind, Value] = {
    "text": GraphQLString,
    "texts": GraphQLString,
    "records": GraphQLString,
    "integer": LONG,
    "number": DECIMAL,
    "boolean": GraphQLBoolean,
    "time": DATE_TIME,
    "date": DATE,
}
_DOC = "Holds when all of these do."
_OWN = """Conditions on fields of your own, by their keys, as HTTP's `where` has them:
{budget: {gte: "100 USD"}, colour: ["red", "green"], signed_on: null}."""
GROUPS = ("all", "any", "not")


def filter_type(
    types: Types, name: str, model: ReadModel, offered: Sequence[str], *, own: bool = False
) -> GraphQLInputObjectType:
    """Conditions on the columns that are offered, by their names, and on fields of the tenant's own."""
    columns = {column.name: column for column in visible_columns(model, models_by_name(model.database))}
    chosen = [columns[each] for each in dict.fromkeys(offered) if _value(types, model, columns[each]) is not None]
    others = {HELD_IN: GraphQLInputField(JSON, description=_OWN)} if own else {}
    without_doubles(name, [*GROUPS, WITHIN, *others, *(camel(column.name) for column in chosen)])

    def make(name: str) -> GraphQLInputObjectType:
        def fields() -> dict[str, GraphQLInputField]:
            columns = {
                camel(column.name): GraphQLInputField(_condition(types, model, column), out_name=column.name)
                for column in chosen
            }
            return columns | others | _of_trees(model) | _groups(made)

        made = GraphQLInputObjectType(name, fields, description=_DOC)
        return made

    return types.once(name, ("filter", model.database, model.name, tuple(offered)), make)


def _of_trees(model: ReadModel) -> dict[str, GraphQLInputField]:
    trunk = query.trunk_of(model)
    if trunk is None:
        return {}
    said = f"Of this one of the {trunk.model.name}, and of all below it."
    return {WITHIN: GraphQLInputField(GraphQLID, description=said)}


def _groups(of: GraphQLInputObjectType) -> dict[str, GraphQLInputField]:
    several = GraphQLList(GraphQLNonNull(of))
    return {
        "all": GraphQLInputField(several, description="Each of these holds."),
        "any": GraphQLInputField(several, description="One of these holds."),
        "not": GraphQLInputField(of, description="This does not hold."),
    }


def list_filter(types: Types, model: ReadModel) -> GraphQLInputObjectType:
    """The conditions of a read model's lists."""
    return filter_type(types, f"{type_of(model)}Filter", model, (ID.name, *model.filters), own=model.own)


def sort_type(types: Types, model: ReadModel) -> GraphQLEnumType:
    """The orders of a read model's lists."""

    def make(name: str) -> GraphQLEnumType:
        names = dict.fromkeys((ID.name, *model.sorts))
        orders = {f"{each.upper()}_{way}": sign + each for each in names for way, sign in (("ASC", ""), ("DESC", "-"))}
        return GraphQLEnumType(name, orders, description="Rows without a value come last, up or down.")

    return types.once(f"{type_of(model)}Sort", ("sort", model.database, model.name), make)


def enum_type(types: Types, model: ReadModel, column: Column) -> GraphQLEnumType:
    """The choices of a column."""

    def make(name: str) -> GraphQLEnumType:
        return GraphQLEnumType(name, {choice: choice for choice in column.choices})

    return types.once(f"{type_of(model)}{pascal(column.name)}", ("enum", model.database, model.name, column), make)


def _value(types: Types, model: ReadModel, column: Column) -> Value | None:
    """What a column is compared with; None for one that nothing is compared with."""
    return enum_type(types, model, column) if column.kind == "enum" else _VALUES.get(column.kind)


def _condition(types: Types, model: ReadModel, column: Column) -> GraphQLInputObjectType:
    value = _value(types, model, column)
    assert value is not None
    base = f"{type_of(model)}{pascal(column.name)}" if column.kind == "enum" else pascal(column.kind)

    def make(name: str) -> GraphQLInputObjectType:
        fields = {op: GraphQLInputField(_operand(op, value)) for op in operators(column.kind)}
        return GraphQLInputObjectType(name, fields, description=_DOC)

    return types.once(f"{base}Condition", ("condition", base), make)


def _operand(op: str, value: Value) -> Value | GraphQLList[GraphQLNonNull[Value]]:
    match op:
        case "null":
            return GraphQLBoolean
        case "in":
            return GraphQLList(GraphQLNonNull(value))
        case "prefix" | "contains":
            return GraphQLString
        case _:
            return value


def conditions_of(given: Mapping[str, Any] | None) -> tuple[Where, ...]:
    """The conditions that were given, all of which must hold. A value that is null is a missing one. Raises QueryError,
    with the path at fault."""
    if not given:
        return ()
    where = query.where_of(given, "filter")
    return tuple(where.parts) if isinstance(where, Every) else (where,)


def filters_of(model: ReadModel, given: Mapping[str, Any] | None, times: Times, own: Own = NONE) -> tuple[Where, ...]:
    """The same with moments for the periods that they name."""
    return tuple(dated(conditions_of(given), model, times, own=own))


def sort_of(given: Sequence[str] | None, order_by: Sequence[str] | None) -> str | None:
    """The order, as the address of a list says it: that of columns as they are offered, or that of names of columns, of
    the tenant's own too. Raises QueryError."""
    if given and order_by:
        raise QueryError("bad_value", "An order is said by sort or by orderBy; leave one of them out", "orderBy")
    if wrong := [each for each in order_by or () if "," in each]:
        raise QueryError("unknown_sort", f"{wrong[0][:80]!r} is no column; name each by itself", "orderBy")
    return ",".join(given or order_by or ()) or None
