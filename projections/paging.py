"""Pages of rows that were asked for in an order, and the cursors that ask for what comes after them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from projections import cursor as cursors
from projections.columns import Column, Kind
from projections.model import ReadModel
from projections.order import Key
from projections.own import Own
from projections.question import Page, QueryError, Times, Where, alike
from projections.select import Shows, showing
from projections.visible import Sight

PARKED = "parked"
"""Under which a row says whether an event of its record waits."""


def page_of(
    model: ReadModel,
    columns: Sequence[Column],
    found: Sequence[Mapping[Any, Any]],
    limit: int,
    sight: Sight,
    own: Own,
    cursor_of: Callable[[Mapping[Any, Any]], str],
    *,
    marked: bool,
    backwards: bool,
) -> Page:
    """The rows that were found, of which there may be one more than a page holds; `backwards`, the last one first."""
    rows = list(reversed(found[:limit])) if backwards else found[:limit]
    show = showing(model, columns, sight, own)
    items = [with_parked(show, row) for row in rows]
    following = cursor_of(found[limit - 1]) if len(found) > limit else None
    return Page(items, following, [cursor_of(row) for row in rows] if marked else ())


def with_parked(show: Shows, row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as lists show it."""
    item = show(row)
    item[PARKED] = row[PARKED]
    return item


def in_order(
    keys: Sequence[Key], identity: "sa.ColumnElement[Any]", *, backwards: bool
) -> Sequence["sa.ColumnElement[Any]"]:
    """The order of a list, or the opposite one."""
    return [*(key.ordered(backwards=backwards) for key in keys), identity.desc() if backwards else identity.asc()]


def place_of(
    cursor: str, question: str, kinds: Sequence[Kind], secret: bytes, field: str = "cursor"
) -> tuple[tuple[Any, ...], str]:
    """The row that a cursor is of: its values of what rows are sorted by, and its id. Raises QueryError."""
    try:
        values, id = cursors.read(cursor, question, kinds, secret)
    except QueryError as error:
        raise QueryError(error.code, error.message, field) from None
    return tuple(values), id


def keyed(statement: "sa.Select[Any]", keys: Sequence[Key]) -> "sa.Select[Any]":
    """With what rows are sorted by, which a cursor holds."""
    return statement.add_columns(*(key.expression.label(f"sort_{number}") for number, key in enumerate(keys)))


def marker_of(question: str, keys: int, secret: bytes) -> Callable[[Mapping[Any, Any]], str]:
    """Gives the cursor after a row, which is sorted by so many columns."""
    return lambda row: cursors.write(question, [row[f"sort_{number}"] for number in range(keys)], row["id"], secret)


def question_of(
    model: ReadModel, tenant: str, sort: str | None, filters: Sequence[Where], times: Times, *, searched: bool
) -> str:
    """What a cursor is bound to. In which order filters stand does not matter, nor whether in `where` or beside it."""
    return cursors.question_digest([model.name, model.version, tenant, sort, alike(filters), times, not searched])
