"""What happened to a record and around it, newest first, from the events that the database folds, of whichever app.

Around a record stand those that name it, as far as they are seen: whose read model joins its own, as deals and contacts
do that of their company, or lists such, as deals do the contacts who have a say in them. And what is about it or about
one of those stands there, such as activities, whose read model says in a column which records they are about
(`ReadModel.about`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import cursor as cursors
from projections.catalog import models_by_name, read_models
from projections.columns import columns_of
from projections.model import ReadModel
from projections.question import MAX_LIMIT, NOW, Page, QueryError, Times
from projections.select import TENANT, Source, in_sight, the_tenant
from projections.tables import tables_of
from projections.together import Asking, Ready, Rows, ready, together
from projections.values import named_in
from projections.visible import NOTHING, Sight, under_names

Condition = Callable[[Source], "sa.ColumnElement[bool]"]
_ACTOR = "user:"
_RECORD = ("domain", "aggregate", "id")
CALLED = "called"
"""Under which an entry says what its record is called."""
_PLACE = ("occurred_at", "offset", "partition", "topic")
"""What entries are ordered by, as the index of the history has it."""
AT_ONCE = 256
"""So many records are those looked up for at once that are about them."""
_ID, _MOST, _BEHIND = "the_id", "most", tuple(f"behind_{name}" for name in _PLACE)


def members(model: ReadModel) -> tuple[ReadModel, ...]:
    """The read models whose records stand on the timelines of this one's, itself first."""
    return _members(model.database, model.name)


@cache
def _members(database: str, name: str) -> tuple[ReadModel, ...]:
    model = models_by_name(database)[name]
    return (model, *(each for each in (*_naming(model), *concerning(model)) if each is not model))


def concerning(model: ReadModel) -> tuple[ReadModel, ...]:
    """Those of them whose records are about others."""
    return tuple(each for each in _offered(model.database) if each.about)


def _naming(model: ReadModel) -> tuple[ReadModel, ...]:
    return tuple(each for each in _offered(model.database) if not each.about and _columns_to(each, model))


@cache
def _offered(database: str) -> tuple[ReadModel, ...]:
    return tuple(each for each in read_models(database) if each.public and each.aggregate is not None)


def _columns_to(model: ReadModel, other: ReadModel) -> list[str]:
    """The model's own columns that hold the id of a record of the other, or list such."""
    own = {column.name for column in columns_of(model.row)}
    joined = [join.column for join in model.joins if join.to == other.name and join.column in own]
    return [*joined, *(column for column, to in model.lists.items() if to == other.name)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of a timeline: `kinds` of records and `types` of events, all where none is named, after a cursor. `marked`
    gives a cursor for each entry. At other times these are the events up to then of what stood around the record then.
    """

    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    times: Times = NOW
    cursor: str | None = None
    limit: int = 50
    marked: bool = False


async def timeline(
    conn: AsyncConnection,
    model: ReadModel,
    tenant: str,
    id: str,
    asked: Asked = Asked(),
    *,
    secret: bytes,
    sights: Mapping[str, Sight],
) -> Page:
    """The events of the record and of what stands around it, shaped as in `projections.history`, with `actor_name`
    where a user is the actor, and `called`: what is searched first of the record of each, as it is now, None where that
    is not seen. Whether the record itself may be seen is asked before.

    `sights` tells, by the name of each of `members`, which of its records are seen, and what of them. Raises
    QueryError. A cursor belongs to the question it came from, and is signed with `secret`.
    """
    (found,) = await together(conn, [around(model, tenant, id, asked, secret=secret, sights=sights)])
    return page_around(model, tenant, id, asked, found, secret=secret)


def around(
    model: ReadModel, tenant: str, id: str, asked: Asked, *, secret: bytes, sights: Mapping[str, Sight]
) -> Asking:
    """The question after the entries of such a page, and the one behind it. Raises QueryError."""
    if not 1 <= asked.limit <= MAX_LIMIT:
        raise QueryError("bad_limit", f"limit must be between 1 and {MAX_LIMIT}, not {asked.limit}", "limit")
    _known(asked.kinds, [each.aggregate[1] for each in members(model) if each.aggregate is not None], "kinds")
    _known(asked.types, [event.NAME for each in members(model) for event in each.events], "types")
    values: dict[str, Any] = {TENANT: tenant, _ID: id, _MOST: asked.limit + 1}
    if asked.cursor is not None:
        values |= _last(asked.cursor, _digest(model, tenant, id, asked), secret)
    seen: dict[str, Sight] = {}
    for each in members(model):
        seen[each.name], seen_by = under_names(sights[each.name], f"seen_{each.name}")
        values |= seen_by
    kept = _Kept(
        frozenset(seen.items()),
        frozenset(asked.kinds),
        frozenset(asked.types),
        asked.times,
        goes_on=asked.cursor is not None,
    )
    return _question(model.database, model.name, kept), values


def page_around(model: ReadModel, tenant: str, id: str, asked: Asked, found: Rows, *, secret: bytes) -> Page:
    """The page of what was found by that."""
    question, items = _digest(model, tenant, id, asked), found[: asked.limit]
    marks = [_after(each, question, secret) for each in (items if asked.marked else items[-1:])]
    return Page(items, marks[-1] if len(found) > asked.limit else None, marks if asked.marked else ())


def _digest(model: ReadModel, tenant: str, id: str, asked: Asked) -> str:
    """What a cursor is bound to."""
    parts = ["timeline", model.name, tenant, id, sorted(asked.kinds), sorted(asked.types), asked.times]
    return cursors.question_digest(parts)


def _known(asked: Collection[str], offered: Collection[str], field: str) -> None:
    for each in asked:
        if each not in offered:
            choices = ", ".join(dict.fromkeys(offered))
            message = f"{field} names {each[:80]!r}, which never stands here; take {choices}"
            raise QueryError("bad_value", message, field)


def _after(entry: Mapping[str, Any], question: str, secret: bytes) -> str:
    """The cursor after an entry."""
    place = f"{entry['offset']}/{entry['partition']}/{entry['topic']}"
    return cursors.write(question, [entry["occurred_at"]], place, secret)


def _last(cursor: str, question: str, secret: bytes) -> Mapping[str, Any]:
    """The place of the entry that a cursor stands behind."""
    [occurred_at], place = cursors.read(cursor, question, ["time"], secret)
    offset, partition, topic = place.split("/", 2)
    return dict(zip(_BEHIND, (occurred_at, int(offset), int(partition), topic), strict=True))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of timelines is asked for, whosever they are: what is seen by read model, kinds, types and times. `goes_on`
    says that it is what comes behind an entry."""

    seen: frozenset[tuple[str, Sight]]
    kinds: frozenset[str]
    types: frozenset[str]
    times: Times
    goes_on: bool


@lru_cache(maxsize=256)
def _question(database: str, name: str, asked: _Kept) -> Ready:
    """The question after a page, put together once: that takes longer than it takes to be answered."""
    model, times, seen = models_by_name(database)[name], asked.times, dict(asked.seen)
    records = _records(model, seen, times).cte("records")
    h = tables_of(database).history
    place = [h.c[name] for name in _PLACE]
    where = [h.c.tenant == the_tenant(), *(h.c[name] == records.c[name] for name in _RECORD)]
    if asked.types:
        where.append(_among(h.c.type, asked.types))
    if times.as_of is not None:
        where.append(h.c.occurred_at <= times.as_of)
    if times.known_at is not None:
        where.append(h.c.recorded_at <= times.known_at)
    if asked.goes_on:
        behind = [sa.bindparam(name, type_=column.type) for name, column in zip(_BEHIND, place, strict=True)]
        where.append(sa.tuple_(*place) < sa.tuple_(*behind))
    newest, most = [column.desc() for column in place], sa.bindparam(_MOST, type_=sa.Integer())
    entries = sa.select(h).where(*where).order_by(*newest).limit(most).lateral("entries")
    wanted = [_among(records.c.aggregate, asked.kinds)] if asked.kinds else []
    page = sa.select(entries).select_from(records.join(entries, sa.true())).where(*wanted)
    page = page.order_by(*(entries.c[name].desc() for name in _PLACE)).limit(most)
    return ready(_with_names(model, seen, page))


def _among(column: "sa.ColumnElement[Any]", names: Collection[str]) -> "sa.ColumnElement[bool]":
    return column == sa.any_(sa.literal(sorted(names), sa.ARRAY(sa.Text())))


def _records(model: ReadModel, seen: Mapping[str, Sight], times: Times) -> "sa.CompoundSelect[Any]":
    """(domain, aggregate, id) of the record and of all that stands around it."""
    id: sa.ColumnElement[Any] = sa.bindparam(_ID, type_=sa.Text())
    naming = [_those(each, seen, times, partial(_names_it, each, model, id)) for each in _naming(model)]
    around = sa.union_all(sa.select(*_labelled(model, id)), *naming).cte("around")
    about = [_about(each, seen, times, around) for each in concerning(model)]
    return sa.union_all(sa.select(around), *about)


def _those(model: ReadModel, seen: Mapping[str, Sight], times: Times, such: Condition) -> "sa.Select[Any]":
    """The records of a read model that are seen and such as is wanted."""
    of, _ = in_sight(model, the_tenant(), times, Sight(seen[model.name].records))
    return sa.select(*_labelled(model, of.expression("id"))).select_from(of.rows).where(*of.where, such(of))


def _names_it(model: ReadModel, other: ReadModel, id: "sa.ColumnElement[Any]", of: Source) -> "sa.ColumnElement[bool]":
    return sa.or_(*(named_in(of.column(name), of.expression(name), id) for name in _columns_to(model, other)))


def _about(model: ReadModel, seen: Mapping[str, Sight], times: Times, around: sa.CTE) -> "sa.Select[Any]":
    """Those of its records that are about one of these, each once. They are looked up for a few hundred of these at
    once: Postgres compares whatever it finds with each that it looks for."""
    place = sa.func.row_number().over() - 1
    name = (around.c.domain + "/" + around.c.aggregate + "/" + around.c.id).label("name")
    named = sa.select(name, (place // sa.literal_column(str(AT_ONCE))).label("batch")).subquery("named")
    names = sa.func.array_agg(named.c.name, type_=sa.ARRAY(sa.Text())).label("names")
    batches = sa.select(names).group_by(named.c.batch).subquery("batches")
    of, _ = in_sight(model, the_tenant(), times, Sight(seen[model.name].records))
    found = sa.select(of.expression("id").label("id")).select_from(of.rows)
    found = found.where(*of.where, of.expression(model.about).overlap(batches.c.names))
    # Were it merged into the rest, the index could not be used: row-level security comes before such a condition there.
    each = found.offset(sa.literal_column("0")).lateral("found")
    ids = sa.func.unnest(sa.func.array_agg(each.c.id.distinct()), type_=sa.Text())
    return sa.select(*_labelled(model, ids)).select_from(batches.join(each, sa.true()))


def _labelled(model: ReadModel, id: "sa.ColumnElement[Any]") -> list["sa.ColumnElement[Any]"]:
    assert model.aggregate is not None
    domain, aggregate = model.aggregate
    return [
        sa.literal(domain, sa.Text()).label("domain"),
        sa.literal(aggregate, sa.Text()).label("aggregate"),
        id.label("id"),
    ]


def _with_names(model: ReadModel, seen: Mapping[str, Sight], page: "sa.Select[Any]") -> "sa.Select[Any]":
    """The page with what its records are called, and the names of the users who acted, where the database knows users.
    Each is looked up for the rows of the page alone."""
    found, database = page.subquery("page"), model.database
    newest = [found.c[name].desc() for name in _PLACE]
    titles = [
        (sa.and_(found.c.domain == each.aggregate[0], found.c.aggregate == each.aggregate[1]), title)
        for each in members(model)
        if each.aggregate is not None and (title := _title(each, seen[each.name], found.c.id)) is not None
    ]
    called = sa.case(*titles, else_=sa.null()) if titles else sa.null()
    if "people" not in models_by_name(database):
        return sa.select(found, called.label(CALLED), sa.null().label("actor_name")).order_by(*newest)
    people = tables_of(database).rows["people"].alias("actors")
    # Joined, all people of a tenant would be read for a page.
    user = sa.func.substr(found.c.actor, len(_ACTOR) + 1)
    name = sa.select(people.c.name).where(people.c.tenant == the_tenant(), people.c.id == user)
    actor = sa.case((found.c.actor.startswith(_ACTOR), name.correlate(found).scalar_subquery()))
    return sa.select(found, called.label(CALLED), actor.label("actor_name")).order_by(*newest)


def _title(model: ReadModel, sight: Sight, id: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any] | None":
    """What is searched first of a record; None where nothing is, or nothing in sight."""
    if not model.search or sight.records == NOTHING:
        return None
    of, _ = in_sight(model, the_tenant(), NOW, sight)
    title = sa.select(sa.cast(of.expression(model.search[0]), sa.Text())).select_from(of.rows)
    return title.where(*of.where, of.expression("id") == id).correlate(id.table).scalar_subquery()
