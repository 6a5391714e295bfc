"""How records lead to one another, as the declarations of read models say.

A column that holds the id of a record leads to that record, and back from it to all records that name it. So does one
that lists records, such as a deal's contacts; what an activity is about leads back alone, as it may be of any kind.
Where the record is of a read model that serves joins alone, such as the CRM's people, what the join takes of it is all
there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from projections.catalog import models_by_name, read_models
from projections.columns import columns_of, known_by
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
class Listing:
    """From what a row lists in `column` to the records whose ids stand there as `by`."""

    name: str
    column: str
    by: str
    to: ReadModel


@dataclass(frozen=True, slots=True)
class Back:
    """From a record to the rows of another read model that name it in `column`, by its id with this `before` it."""

    name: str
    of: ReadModel
    column: str
    before: str = ""


@cache
def public() -> Sequence[ReadModel]:
    """The read models that can be asked."""
    return [model for model in read_models() if model.public]


def references(model: ReadModel) -> Sequence[Reference]:
    """The records that a row leads to."""
    return [Reference(_of(join.column), join.column, to) for join in model.joins if (to := _to(model, join)).public]


def excerpts(model: ReadModel) -> Sequence[Excerpt]:
    """What a row shows of records that it does not lead to."""
    return [
        Excerpt(_of(join.column), join.column, {origin: shown for shown, origin in join.take.items()})
        for join in model.joins
        if not _to(model, join).public
    ]


def listings(model: ReadModel) -> Mapping[str, Listing]:
    """The columns in which a row lists records that can be asked, by their names."""
    listed = {column.name: column.record for column in columns_of(model.row) if column.name in model.lists}
    found = [
        Listing(_of(by), name, by, to)
        for name, record in listed.items()
        if record is not None
        and (by := known_by(record))
        and (to := models_by_name(model.database)[model.lists[name]]).public
    ]
    return {each.column: each for each in found}


def backs(model: ReadModel) -> Sequence[Back]:
    """The rows that lead to a record, as far as lists can be asked for them. They are named by their column where the
    name of their list alone would not say how they lead there."""
    found = [
        (other, column, before)
        for other in public()
        if other.database == model.database
        for column, before in _naming(other, model)
        if column in other.filters and _own(other, column)
    ]
    several = [other for other, *_ in found]
    return [
        Back(
            other.name + (f"_by_{_of(column)}" if other is model or several.count(other) > 1 else ""),
            other,
            column,
            before,
        )
        for other, column, before in found
    ]


def _naming(other: ReadModel, model: ReadModel) -> Sequence[tuple[str, str]]:
    """The columns of the other in which it names records of the model, each with what stands there before an id."""
    found = [(join.column, "") for join in other.joins if join.to == model.name]
    found += [(column, "") for column, to in other.lists.items() if to == model.name]
    if other.about and model.timeline and model.aggregate is not None:
        found.append((other.about, f"{'/'.join(model.aggregate)}/"))
    return found


def _to(model: ReadModel, join: Join) -> ReadModel:
    return models_by_name(model.database)[join.to]


def _of(column: str) -> str:
    return column.removesuffix("_id")


def _own(model: ReadModel, column: str) -> bool:
    return column in {each.name for each in columns_of(model.row)}
