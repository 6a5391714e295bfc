"""What a read model and a report declare. Tables, indexes, routes and filters all follow from these declarations.

A view is two pure functions, `key` and `evolve`, over plain events. It knows nothing of Kafka, Postgres or the tenant:
runners do. Rows are frozen dataclasses whose fields are of the types that `projections.columns` knows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from projections.question import Filter


@dataclass(frozen=True, slots=True)
class Join:
    """Columns taken from another read model of the same database when rows are asked for.

    `column` is a column of the row, or one that an earlier join took; it holds the id of a row of `to`.
    `take` maps the name shown to the column it comes from. A row without a partner shows None, or where `otherwise`
    names columns of the row for what is shown, the first of these that holds anything.
    """

    column: str
    to: str
    take: Mapping[str, str]
    otherwise: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


def whole(event: Any) -> Sequence[Any]:
    """The one part of an event that tells of one thing."""
    return (event,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModel:
    """One table of rows, each the fold of one aggregate's events (or of a part of one aggregate).

    `parts(event)` are what is folded of an event, each into a row of its own: the event itself, unless it tells of many
    things at once. `key` and `evolve` are asked about the parts, and such a model keeps no `times`.
    `key(event)` is the row's id; it never joins aggregates. `evolve(row or None, event)` is the next row; None deletes.
    `aggregate` is (domain, aggregate) when a row stands for that whole aggregate: its id and version are the row's.
    `filters`, `sorts` and `search` name columns, the row's own, joined ones or system columns (`projections.columns`).
    The first of `search` is what names a record.
    `times` keeps what is needed to answer `as_of` and `known_at`. A model that is not `public` serves joins alone.
    `version` is raised when `row`, `key` or `evolve` change meaning: each version has tables of its own.
    `indexed` columns have an index, or several together one; columns that joins use have one anyway. A list that is
    sorted by one of them reads no more rows than it shows, as far as its filters let rows through.
    `begun` columns have an index by how they begin, whatever the case, for filters by `prefix`.
    `contained` columns have one by what stands anywhere in them, for filters by `contains`, where Postgres knows how
    (`pg_trgm`). `indexed_then` columns have one among the versions too, for what is asked of a day. A generation from
    before either of these has none, and is asked more slowly.
    `covered` columns stand beside in the index of several columns that is named with them: what is asked of these and
    those alone, such as totals, is read from it without the rows.
    `sealed` columns hold personal values of others than the row's own record (`projections.person.kept`). They are
    opened when they are asked for, and gone with their subject's key; nothing is found or sorted by them.
    `access` maps what rules of access speak of, `owner` and `territory`, and `readers` and `editors` with whom a record
    is shared as `user:<id>` and `team:<id>`, to the columns that hold it. Records of a model without an owner are
    everybody's who may read it at all, and are changed by whoever may change all of them.
    `classes` maps columns to the class of fields that they are of: `amounts`, `pay` or `personal`. Whoever lacks
    `<database>.<class>.see` on a record is shown it without them.
    `hidden` names columns of a time or a text: a row that has a value in one of them is kept and not shown
    (`projections.hidden`).
    `moved` names a hidden column that holds the id of the record that took a record's place: asked for it, the route of
    a record leads there.
    `about` names a column that lists the records that a row is about, each as `<domain>/<aggregate>/<id>`: its events
    stand on their timelines. `lists` maps columns that list records of another read model of the database, as a deal
    does its contacts, to its name: they stand on the timelines of those, as what names them does. A model with
    `timeline` shows for each record what happened to it, and around it (`projections.timeline`). With `own` its column
    `custom` holds values of fields that the tenant defined for such records, which are columns of its lists too
    (`projections.own`).
    `tree` names a column of the row's own that holds the id of the record above: lists of these records, and of those
    that name one of them, can be asked `within` one (`projections.tree`).
    """

    name: str
    database: str
    version: int
    row: type[Any]
    events: tuple[type[Any], ...]
    key: Callable[[Any], str]
    evolve: Callable[[Any, Any], Any]
    parts: Callable[[Any], Sequence[Any]] = whole
    aggregate: tuple[str, str] | None = None
    joins: tuple[Join, ...] = ()
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    indexed: tuple[str | tuple[str, ...], ...] = ()
    begun: tuple[str, ...] = ()
    contained: tuple[str, ...] = ()
    indexed_then: tuple[str, ...] = ()
    covered: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict[tuple[str, ...], tuple[str, ...]])
    times: bool = False
    public: bool = True
    sealed: tuple[str, ...] = ()
    access: Mapping[str, str] = field(default_factory=dict[str, str])
    classes: Mapping[str, str] = field(default_factory=dict[str, str])
    hidden: tuple[str, ...] = ()
    moved: str = ""
    about: str = ""
    lists: Mapping[str, str] = field(default_factory=dict[str, str])
    timeline: bool = False
    tree: str = ""
    own: bool = False
    permission: str = ""
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something a report can be asked `by`: columns shown together. `month` cuts a time to its month, UTC."""

    name: str
    columns: tuple[str, ...]
    month: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each group. A sum of money is kept apart by currency, which joins the group."""

    name: str
    kind: Literal["count", "sum"]
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Totals over the rows of one read model, joins included, computed when asked.

    `where` always holds; `by` is the grouping when the caller names none.
    """

    name: str
    database: str
    source: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    filters: tuple[str, ...] = ()
    times: bool = True
    permission: str = ""
    doc: str = ""
