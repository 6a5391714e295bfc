"""The order of a list: by some columns, each up or down, then by id; and where it goes on after a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from projections.columns import Column
from projections.model import ReadModel
from projections.own import is_own, ordered_by
from projections.question import QueryError
from projections.select import Source

MOST = 5
"""Columns that a list is sorted by."""


@dataclass(frozen=True, slots=True)
class Key:
    """One column that rows are sorted by. Those without a value come last, up or down."""

    column: Column
    expression: "sa.ColumnElement[Any]"
    descending: bool

    def ordered(self, *, backwards: bool = False) -> "sa.ColumnElement[Any]":
        if backwards:
            return (self.expression.asc() if self.descending else self.expression.desc()).nulls_first()
        return (self.expression.desc() if self.descending else self.expression.asc()).nulls_last()


def keys_of(model: ReadModel, of: Source, sort: str | None, search_ids: Sequence[str] | None) -> list[Key]:
    """`sort` as in `stage,-amount`: columns with commas between, each with `-` before it descending. Where nothing is
    said, what a search found stays in the order in which it was found, and other rows come by their ids.

    Raises QueryError: unknown_sort, too_many_sorts, field_retired.
    """
    if sort is None:
        return [] if search_ids is None else [_rank(of, search_ids)]
    asked = sort.split(",")
    if len(asked) > MOST:
        raise QueryError("too_many_sorts", f"sort takes at most {MOST} columns, not {len(asked)}", "sort")
    return [key for each in asked for key in _keys(model, of, each)]


def _rank(of: Source, search_ids: Sequence[str]) -> Key:
    rank = sa.func.array_position(sa.cast(list(search_ids), sa.ARRAY(sa.Text())), of.expression("id"))
    return Key(Column("rank", "integer", False), rank, False)


def _keys(model: ReadModel, of: Source, asked: str) -> Sequence[Key]:
    name, descending = asked.removeprefix("-"), asked.startswith("-")
    if is_own(name) and model.own:
        own = ordered_by(of.own, name, of.expression)
        return [Key(column, expression, descending and turned) for column, expression, turned in own]
    if name not in ("id", *model.sorts):
        offered = ", ".join(("id", *model.sorts))
        raise QueryError("unknown_sort", f"{model.name} cannot be sorted by {name!r}; it can by {offered}", "sort")
    return [Key(*of.columns[name], descending)]


def after(
    keys: Sequence[Key], values: Sequence[Any], identity: "sa.ColumnElement[Any]", id: str
) -> "sa.ColumnElement[bool]":
    """Rows that come after the one with these values and this id."""
    same: list[sa.ColumnElement[bool]] = []
    later: list[sa.ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        its = key.expression
        if value is not None:
            bound = sa.literal(value, its.type)  # for one that is true or false there would be no more and no less
            beyond = its < bound if key.descending else its > bound
            later.append(sa.and_(*same, sa.or_(beyond, its.is_(None))))
        same.append(its.is_(None) if value is None else its == value)
    return sa.or_(*later, sa.and_(*same, identity > id))


def before(
    keys: Sequence[Key], values: Sequence[Any], identity: "sa.ColumnElement[Any]", id: str
) -> "sa.ColumnElement[bool]":
    """Rows that come before the one with these values and this id."""
    same: list[sa.ColumnElement[bool]] = []
    earlier: list[sa.ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        its = key.expression
        if value is None:
            earlier.append(sa.and_(*same, its.is_not(None)))
        else:
            bound = sa.literal(value, its.type)
            earlier.append(sa.and_(*same, its > bound if key.descending else its < bound))
        same.append(its.is_(None) if value is None else its == value)
    return sa.or_(*earlier, sa.and_(*same, identity < id))
