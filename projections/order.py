"""The order of a list: by some columns, each up or down, then by id; and where it goes on after a row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from projections.columns import Column
from projections.model import ReadModel
from projections.named import Named, standing, texts
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
    there: bool = False
    """Whether every row that is asked for has a value: then nothing is said of those without, which no index is by."""

    def ordered(self, *, backwards: bool = False) -> "sa.ColumnElement[Any]":
        if self.there:
            return self.expression.desc() if self.descending != backwards else self.expression.asc()
        if backwards:
            return (self.expression.asc() if self.descending else self.expression.desc()).nulls_first()
        return (self.expression.desc() if self.descending else self.expression.asc()).nulls_last()


def keys_of(model: ReadModel, of: Source, sort: str | None, search_ids: Sequence[str] | Named | None) -> list[Key]:
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


def _rank(of: Source, search_ids: Sequence[str] | Named) -> Key:
    rank = sa.func.array_position(texts(search_ids), of.expression("id"))
    return Key(Column("rank", "integer", False), rank, False)


def _keys(model: ReadModel, of: Source, asked: str) -> Sequence[Key]:
    name, descending = asked.removeprefix("-"), asked.startswith("-")
    if is_own(name) and model.own:
        own = ordered_by(of.own, name, of.expression)
        return [Key(column, expression, descending and turned) for column, expression, turned in own]
    if name not in ("id", *model.sorts):
        offered = ", ".join(("id", *model.sorts))
        raise QueryError("unknown_sort", f"{model.name} cannot be sorted by {name!r}; it can by {offered}", "sort")
    column, expression = of.columns[name]
    return [Key(column, expression, descending, there=isinstance(expression, sa.ColumnClause) and not column.nullable)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a list that come one after the other, as `keys` say, where `condition` holds."""

    condition: "sa.ColumnElement[bool]"
    keys: Sequence[Key]


def stretches(
    keys: Sequence[Key], values: Sequence[Any] | None, *, there: Collection[str] = (), joined: bool = False
) -> list[Stretch]:
    """The list in two: rows with a value of what they are sorted by first, and then those without, of which there are
    none where a filter asks for a value, and no others after a row without one. Asked so, an index by that column gives
    the rows in order, upwards and downwards and from any of them on. `values` are those of the row after which the list
    goes on, `there` the columns of which filters ask for a value. `joined` says that the first column is another
    table's: whose rows can be gone through in its order then, and those that name each looked up, since none without it
    is among them."""
    first, *others = keys
    if values is None and not first.descending and not joined:
        return [Stretch(sa.true(), keys)]  # as an index has them
    found: list[Stretch] = []
    if values is None or values[0] is not None:
        begun = sa.true() if values is None else _from(first, values[0])
        held = begun if first.there else sa.and_(first.expression.is_not(None), begun)
        found.append(Stretch(held, [replace(first, there=True), *others]))
    if first.there or first.column.name in there:
        return found
    return [*found, Stretch(first.expression.is_(None), others)]


def _from(key: Key, value: Any) -> "sa.ColumnElement[bool]":
    """Where rows come no sooner than one with this value."""
    bound = standing(value, key.expression.type)
    return key.expression <= bound if key.descending else key.expression >= bound


def after(
    keys: Sequence[Key], values: Sequence[Any], identity: "sa.ColumnElement[Any]", id: str | Named
) -> "sa.ColumnElement[bool]":
    """Rows that come after the one with these values and this id."""
    same: list[sa.ColumnElement[bool]] = []
    later: list[sa.ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        its = key.expression
        if value is not None:
            bound = standing(value, its.type)  # for one that is true or false there would be no more and no less
            beyond = its < bound if key.descending else its > bound
            later.append(sa.and_(*same, sa.or_(beyond, its.is_(None))))
        same.append(_same(its, value))
    return sa.or_(*later, sa.and_(*same, identity > standing(id, identity.type)))


def before(
    keys: Sequence[Key], values: Sequence[Any], identity: "sa.ColumnElement[Any]", id: str | Named
) -> "sa.ColumnElement[bool]":
    """Rows that come before the one with these values and this id."""
    same: list[sa.ColumnElement[bool]] = []
    earlier: list[sa.ColumnElement[bool]] = []
    for key, value in zip(keys, values, strict=True):
        its = key.expression
        if value is None:
            earlier.append(sa.and_(*same, its.is_not(None)))
        else:
            bound = standing(value, its.type)
            earlier.append(sa.and_(*same, its > bound if key.descending else its < bound))
        same.append(_same(its, value))
    return sa.or_(*earlier, sa.and_(*same, identity < standing(id, identity.type)))


def _same(its: "sa.ColumnElement[Any]", value: Any) -> "sa.ColumnElement[bool]":
    return its.is_(None) if value is None else its == standing(value, its.type)
