"""Pages of a list.

A list of rows as they are now is the same question whoever asks it and by whichever values, but for these: it is put
together once (projections.together). One as of another time, or by fields of a tenant's own, is put together whenever
it is asked for.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.catalog import models_by_name
from projections.columns import Column, Kind
from projections.defined import defined, definitions, has_formulas, own_of
from projections.model import ReadModel
from projections.moved import follow
from projections.named import Named, texts
from projections.order import Key, after, before, keys_of, stretches
from projections.own import NONE, Own, is_own
from projections.paging import in_order, keyed, marker_of, page_of, place_of, question_of
from projections.question import MAX_LIMIT, NOW, Filter, Page, QueryError, Times, Where, flat
from projections.select import TENANT, Source, now, source, the_tenant
from projections.statement import (
    DEFINED,
    asks_of_own,
    columns_shown,
    fields_of,
    found_first,
    names_in,
    narrowed,
    ordering,
    read,
    refers,
    select_rows,
    selected,
    shows_own,
)
from projections.together import Ready, Rows, ready, together
from projections.tree import WITHIN
from projections.values import Compared, compared, comparison, offered, told_where
from projections.visible import ALL, Sight, under_names

Values = dict[str, Any]
_THESE = "these"
FEW = 4
"""Read models that are joined where rows are looked for. To find an order for more takes Postgres longer than to find
the rows: they are joined to the rows of a page by ids, for which one plan does for all (ADR 62)."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of a list: its values of what rows are sorted by, and its id."""

    values: tuple[Any, ...]
    id: Any


@dataclass(frozen=True, slots=True)
class _Listed:
    """Which rows are asked for in which order, apart from the filters and from whose they are. They come after one row,
    and before another; a search found them."""

    sort: str | None
    limit: int
    after: _Place | None
    before: _Place | None
    backwards: bool
    found: Sequence[str] | Named | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """All that a question depends on which is put together once; its values stand under names."""

    database: str
    name: str
    fields: tuple[str, ...] | None
    sight: Sight
    asked: tuple[Compared, ...]
    of: _Listed


async def list_(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    *,
    secret: bytes,
    filters: Sequence[Where] = (),
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    fields: Sequence[str] | None = None,
    times: Times = NOW,
    search_ids: Sequence[str] | None = None,
    sight: Sight = ALL,
    own: Own = NONE,
    marked: bool = False,
    until: str | None = None,
    backwards: bool = False,
) -> Page:
    """Rows as in `get`, each with `parked: bool` beside its fields. `sort` is as in `stage,-amount`: columns, each
    with `-` before it descending.

    Without `sort` rows come in the order of their ids. `search_ids` (from `search`) keeps those rows only, in that
    order unless `sort` is given; the next page asks the search again. Rows without a value come last. Only rows in
    sight are there, and what is not seen of one counts as missing. `marked` gives a cursor for each row.
    `until` is the cursor of a row before which all rows stand. `backwards` gives the last rows in place of the first,
    in the same order, and `next_cursor` that of the first of them, where there are some before it.
    Raises QueryError. A cursor belongs to the question it came from, and is signed with `secret`.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {limit}", "limit")
    if not own.fields and asks_of_own(filters, sort, fields):
        own = await defined(conn, model, tenant, times)
    columns = fields_of(model, fields, own) if own.fields else columns_shown(model.database, model.name, _tuple(fields))
    question = question_of(model, tenant, sort, filters, times, searched=search_ids is not None)
    kinds = _kinds(model, tenant, sort, times, own, searched=search_ids is not None)
    last, first = (
        None if each is None else _Place(*place_of(each, question, kinds, secret, field))
        for each, field in ((cursor, "cursor"), (until, "before"))
    )
    found_by = None if search_ids is None else list(search_ids)
    of = _Listed(sort, limit, last, first, backwards, found_by)
    if times or own.fields or (plain := _plain(filters)) is None:
        found = await _asked(conn, model, tenant, filters, columns, times, sight, own, of)
    else:
        found = await _asked_again(conn, model, tenant, plain, fields, sight, of)
    told = shows_own(model, own, columns)
    if told and found and has_formulas(definition := found[0][DEFINED]):
        return await list_(
            conn, model, tenant, secret=secret, filters=filters, sort=sort, cursor=cursor, limit=limit, fields=fields,
            times=times, search_ids=search_ids, sight=sight, own=own_of(model, definition), marked=marked, until=until,
            backwards=backwards,
        )  # fmt: skip
    marker = marker_of(question, len(kinds), secret)
    page = page_of(model, columns, found, limit, sight, own, marker, marked=marked, backwards=backwards)
    await follow(conn, tenant, refers(model, own, found, told=told), page.items, times)
    return page


def _tuple(fields: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if fields is None else tuple(fields)


def _kinds(
    model: ReadModel, tenant: str, sort: str | None, times: Times, own: Own, *, searched: bool
) -> Sequence[Kind]:
    """The kinds of what rows are sorted by. Raises QueryError."""
    if not own.fields:
        return _kinds_now(model.database, model.name, sort, searched=searched)
    keys = keys_of(model, source(model, tenant, times, ALL, own), sort, [] if searched else None)
    return [key.column.kind for key in keys]


@lru_cache(1024)
def _kinds_now(database: str, name: str, sort: str | None, *, searched: bool) -> Sequence[Kind]:
    of = now(database, name, hidden=False)
    return [key.column.kind for key in keys_of(models_by_name(database)[name], of, sort, [] if searched else None)]


def _questions(
    model: ReadModel,
    of: Source,
    rows: "sa.Select[Any]",
    asked: Sequence[Compared],
    times: Times,
    wanted: _Listed,
) -> "Sequence[sa.Select[Any]]":
    """The questions after one row more than a page has. Where the first finds fewer, the others go on."""
    keys, identity = keys_of(model, of, wanted.sort, wanted.found), of.expression("id")
    rows = keyed(rows, keys)
    if (last := wanted.after) is not None:
        rows = rows.where(after(keys, last.values, identity, last.id))
    if (first := wanted.before) is not None:
        rows = rows.where(before(keys, first.values, identity, first.id))
    return [
        rows.where(condition)
        .order_by(*in_order(of_part, identity, backwards=wanted.backwards))
        .limit(wanted.limit + 1)  # given, not written out: else Postgres prefers plans for any values, bad for many
        for condition, of_part in _parts(model, keys, asked, times, wanted)
    ]


def _parts(
    model: ReadModel, keys: Sequence[Key], asked: Sequence[Compared], times: Times, wanted: _Listed
) -> "Sequence[tuple[sa.ColumnElement[bool], Sequence[Key]]]":
    """The list in parts that come one after the other, as an index has them; in one where none has."""
    ordered = ordering(model, keys, times)
    if ordered is None or wanted.before is not None or wanted.backwards:
        return [(sa.true(), keys)]
    there = [each.name for each in asked if each.how != "missing" and not each.negated]
    values = None if wanted.after is None else wanted.after.values
    return [(each.condition, each.keys) for each in stretches(keys, values, there=there, joined=ordered is not model)]


async def _asked(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    filters: Sequence[Where],
    columns: Sequence[Column],
    times: Times,
    sight: Sight,
    own: Own,
    wanted: _Listed,
) -> Sequence[Mapping[Any, Any]]:
    """One row more than a page has, where there are so many, by questions that are made for it."""
    of, rows, parameters = selected(model, tenant, times, sight, own, columns)
    rows = narrowed(model, of, rows, filters, wanted.found, columns)
    asked = read(of, filters)
    if not times:
        rows = rows.where(*found_first(model, of, tenant, asked))
    if shows_own(model, own, columns):
        rows = rows.add_columns(definitions(model, tenant, times).scalar_subquery().label(DEFINED))
    found: list[Mapping[Any, Any]] = []
    for question in _questions(model, of, rows, asked, times, wanted):
        found += (await conn.execute(question, parameters)).mappings().all()
        if len(found) > wanted.limit:
            break
    return found[: wanted.limit + 1]


def _plain(filters: Sequence[Where]) -> list[Filter] | None:
    """The filters, where all of them compare columns of the read model and must hold; else None."""
    plain = [each for each in flat(filters) if isinstance(each, Filter)]
    kept = len(plain) == len(flat(filters)) and not any(each.name == WITHIN or is_own(each.name) for each in plain)
    return plain if kept else None


async def _asked_again(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    filters: Sequence[Filter],
    fields: Sequence[str] | None,
    sight: Sight,
    wanted: _Listed,
) -> Rows:
    """The same by questions that are kept. Raises QueryError."""
    values: Values = {TENANT: tenant}
    asked = tuple(_named(number, *each, values) for number, each in enumerate(_read(model, filters)))
    seen, seen_by = under_names(sight)
    values |= seen_by
    of = replace(
        wanted,
        after=_place("after", wanted.after, values),
        before=_place("before", wanted.before, values),
        found=None if wanted.found is None else _under("the_found", wanted.found, values),
    )
    questions = _ready(_Kept(model.database, model.name, _tuple(fields), seen, asked, of))
    found: Rows = []
    for question in questions.which:
        (rows,) = await together(conn, [(question, values)])
        found += rows
        if len(found) > wanted.limit:
            break
    found = found[: wanted.limit + 1]
    if questions.shown is None or not found:
        return found
    these = {TENANT: tenant, _THESE: [row["id"] for row in found], **seen_by}
    (rows,) = await together(conn, [(questions.shown, these)])
    shown = {row["id"]: row for row in rows}
    return [shown[row["id"]] | row for row in found]


def _read(model: ReadModel, filters: Sequence[Filter]) -> Sequence[tuple[Column, Compared]]:
    of, found = now(model.database, model.name, hidden=False), list[tuple[Column, Compared]]()
    for each in filters:
        with told_where(each):
            offered(("id", *model.filters), each, model.name)
            found.append((column := of.column(each.name), compared(column, each)))
    return found


def _named(number: int, column: Column, asked: Compared, values: Values) -> Compared:
    """The same with its values under names. Whether a column lists one of several records takes a comparison for each:
    these stay where they are."""
    if asked.how == "among" and column.kind in ("records", "object"):
        return asked
    given = [list(each) if asked.how == "among" else each for each in asked.values]
    names = [_under(f"the_value_{number}_{place}", each, values) for place, each in enumerate(given)]
    return replace(asked, values=tuple(names))


def _place(which: str, place: _Place | None, values: Values) -> _Place | None:
    """The same; whether a value is missing is part of the question."""
    if place is None:
        return None
    named = [
        None if each is None else _under(f"{which}_{number}", each, values) for number, each in enumerate(place.values)
    ]
    return _Place(tuple(named), _under(f"{which}_id", place.id, values))


def _under(name: str, value: Any, values: Values) -> Named:
    values[name] = value
    return Named(name)


@dataclass(frozen=True, slots=True)
class _Questions:
    """The questions after a page: which rows it has, and what is shown of them, None where the first tell that too."""

    which: Sequence[Ready]
    shown: Ready | None = None


@lru_cache(1024)
def _ready(kept: _Kept) -> _Questions:
    """The questions after a page, put together once: that takes longer than it takes Postgres to answer most."""
    model, tenant = models_by_name(kept.database)[kept.name], the_tenant()
    of, columns = source(model, tenant, NOW, kept.sight), columns_shown(kept.database, kept.name, kept.fields)
    names = {name for column in columns for name in names_in(column)}
    names |= {*model.access.values()} if kept.sight.fields else set()
    rows, apart = select_rows(of, names), _joined(model, names) > FEW
    if shows_own(model, NONE, columns):
        rows = rows.add_columns(definitions(model, tenant).scalar_subquery().label(DEFINED))
    first = sa.select(of.expression("id").label("id")).select_from(of.rows).where(*of.where) if apart else rows
    first = narrowed(model, of, first, (), kept.of.found, columns)
    first = first.where(*(comparison(of.column(each.name), of.expression(each.name), each) for each in kept.asked))
    first = first.where(*found_first(model, of, tenant, kept.asked))
    which = [ready(each) for each in _questions(model, of, first, kept.asked, NOW, kept.of)]
    these = texts(Named(_THESE))
    return _Questions(which, ready(rows.where(of.expression("id") == sa.any_(these))) if apart else None)


def _joined(model: ReadModel, names: Set[str]) -> int:
    """How many read models must be joined to show these columns."""
    return sum(not names.isdisjoint(join.take) for join in model.joins)
