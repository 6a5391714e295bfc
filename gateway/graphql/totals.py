"""Reports as fields: their groups, by what one asks them by."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from gateway.graphql.columns import Info, column_type
from gateway.graphql.conditions import filter_type, filters_of
from gateway.graphql.names import camel, pascal
from gateway.graphql.pages import in_turns
from gateway.graphql.records import times_arguments
from gateway.graphql.registry import Types, without_doubles
from gateway.graphql.scalars import DECIMAL, LONG
from gateway.graphql.weight import REPORT, weighing
from projections.catalog import models_by_name
from projections.columns import visible_columns
from projections.model import ReadModel, Report
from projections.query import parse_times


def report_field(types: Types, report: Report) -> GraphQLField:
    """A report's groups."""
    source, name = models_by_name(report.database)[report.source], pascal(report.name)

    async def resolve(
        root: Any,
        info: Info,
        filter: Mapping[str, Any] | None = None,
        by: Sequence[str] | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> Any:
        times = parse_times(as_of, known_at)
        return in_turns(await info.context.totals(report, filters_of(source, filter, times), by, times))

    arguments = {
        "by": GraphQLArgument(
            GraphQLList(GraphQLNonNull(_by(types, report))),
            description=f"The groups; none for one total, {', '.join(report.by) or 'none'} when left out.",
        ),
        "filter": GraphQLArgument(filter_type(types, f"{name}Filter", source, report.filters)),
        **(times_arguments() if report.times else {}),
    }
    groups = GraphQLList(GraphQLNonNull(_group(types, report, source)))
    return GraphQLField(groups, arguments, resolve, description=report.doc, extensions=weighing(REPORT))


def _by(types: Types, report: Report) -> GraphQLEnumType:
    def make(name: str) -> GraphQLEnumType:
        return GraphQLEnumType(name, {each.name.upper(): each.name for each in report.dimensions})

    return types.once(f"{pascal(report.name)}By", ("by", report.database, report.name), make)


def _group(types: Types, report: Report, source: ReadModel) -> GraphQLObjectType:
    columns = {column.name: column for column in visible_columns(source, models_by_name(source.database))}
    shown: dict[str, Any] = {}
    for dimension in report.dimensions:
        if dimension.month:
            shown[dimension.name] = GraphQLString
            continue
        for name in dimension.columns:
            shown[name] = column_type(types, source, columns[name])
    if any(measure.column is not None and columns[measure.column].money for measure in report.measures):
        shown["currency"] = GraphQLString
    for measure in report.measures:
        shown[measure.name] = LONG if measure.kind == "count" else DECIMAL
    without_doubles(report.name, [camel(name) for name in shown])

    def make(name: str) -> GraphQLObjectType:
        said = "What is not grouped by is null, and so is what a group has no value of."
        fields = {camel(each): GraphQLField(kind, resolve=_told(each)) for each, kind in shown.items()}
        return GraphQLObjectType(name, fields, description=said)

    return types.once(f"{pascal(report.name)}Group", ("group", report.database, report.name), make)


def _told(name: str) -> Any:
    def resolve(group: Mapping[str, Any], info: Info) -> Any:
        return group.get(name)

    return resolve
