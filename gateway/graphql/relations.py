"""How records lead to one another, as the joins of read models say.

A column that holds the id of a record leads to that record, and back from it to all records that name it. Where the
record is of a read model that serves joins alone, such as the CRM's people, what the join takes of it is all there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gateway.graphql.names import camel, many_of, pascal
from projections.catalog import models_by_name, read_models
from projections.columns import columns_of
from projections.model import Join, ReadModel


@dataclass(frozen=True, slots=True)
class Reference:
    """From a row to the record whose id stands in `column`."""

    name: str
    column: str
    to: ReadModel


@dataclass(frozen=True, slots=True)
class Excerpt:
    """From a row to what it shows of a record that nobody asks for itself: from the names that fields have there to the
    row's columns."""

    name: str
    column: str
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Back:
    """From a record to the rows of another read model that name it in `column`."""

    name: str
    of: ReadModel
    column: str


@cache
def public() -> Sequence[ReadModel]:
    """The read models that can be asked."""
    return [model for model in read_models() if model.public]


def references(model: ReadModel) -> Sequence[Reference]:
    """The records that a row leads to."""
    return [Reference(_name(join), join.column, to) for join in model.joins if (to := _to(model, join)).public]


def excerpts(model: ReadModel) -> Sequence[Excerpt]:
    """What a row shows of records that it does not lead to."""
    return [
        Excerpt(_name(join), join.column, {origin: shown for shown, origin in join.take.items()})
        for join in model.joins
        if not _to(model, join).public
    ]


def backs(model: ReadModel) -> Sequence[Back]:
    """The rows that lead to a record, as far as lists can be asked for them. They are named by their column where the
    name of their list alone would not say how they lead there."""
    found = [
        (other, join)
        for other in public()
        if other.database == model.database
        for join in other.joins
        if join.to == model.name and join.column in other.filters and _own(other, join.column)
    ]
    several = [other for other, _ in found]
    return [
        Back(
            many_of(other) + (f"By{pascal(_name(join))}" if other is model or several.count(other) > 1 else ""),
            other,
            join.column,
        )
        for other, join in found
    ]


def _to(model: ReadModel, join: Join) -> ReadModel:
    return models_by_name(model.database)[join.to]


def _name(join: Join) -> str:
    return camel(join.column.removesuffix("_id"))


def _own(model: ReadModel, column: str) -> bool:
    return column in {each.name for each in columns_of(model.row)}
