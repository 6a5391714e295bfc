"""What is asked for with a record, so that its page takes one request: its timeline, and lists of the rows that lead to
it, as relations name them. Each is the first page of what its own route gives, to whoever may read any of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import timeline
from gateway.access.gate import sight_of
from gateway.auth import Caller
from gateway.opened import opened_rows
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.queries import number
from gateway.relations import Back, backs
from projections import query
from projections.catalog import models_by_name
from projections.model import ReadModel
from projections.query import MAX_LIMIT, Leading, Page, Times
from projections.timeline import Asked, concerning
from projections.together import Asking, Rows
from projections.visible import NOTHING

WITH, LIMIT = "with", "limit"
TIMELINE = "timeline"
ROWS = 20
"""Rows of each list where nobody says how many."""


@dataclass(frozen=True, slots=True)
class Beside:
    """How many rows are wanted of what, by its name; nothing where nothing is."""

    rows: Mapping[str, int]


Pages = Mapping[str, Page | None]
"""What was read beside a record: a page of each, None where somebody may read nothing of it. Entries of a timeline are
yet to be told."""


@cache
def _offered(database: str, name: str) -> Mapping[str, Back | None]:
    model = models_by_name(database)[name]
    story: dict[str, Back | None] = {TIMELINE: None} if model.timeline else {}
    return story | {back.name: back for back in backs(model)}


def offered(model: ReadModel) -> Mapping[str, Back | None]:
    """What can be asked for with a record of a read model, by name: its timeline, where it has one, and the relations
    that lead back to it."""
    return _offered(model.database, model.name)


def models(model: ReadModel, asked: Beside) -> Sequence[ReadModel]:
    """The read models that are asked beside the record's own."""
    around = concerning(model) if TIMELINE in asked.rows else ()
    return [*around, *(back.of for name in asked.rows if (back := offered(model)[name]) is not None)]


def newest(of: ReadModel) -> str:
    """The order of such a list: what changed last comes first."""
    return "-updated_at" if "updated_at" in of.sorts else "id"


def wanted(asked: Mapping[str, str], model: ReadModel) -> Beside:
    """What a request asks for with a record. Raises 400 problems."""
    names = tuple(dict.fromkeys(asked[WITH].split(","))) if WITH in asked else ()
    for name in names:
        if name not in offered(model):
            known = ", ".join(offered(model))
            detail = f"{model.name} have nothing called {name[:80]!r} beside them; with takes {known}."
            raise Problem(400, "unknown_relation", detail, WITH)
    of_each = _rows(asked.get(LIMIT, str(ROWS)), LIMIT)
    own = {name: limit_of(name) for name in offered(model) if limit_of(name) in asked}
    for name, limit in own.items():
        if name not in names:
            detail = f"{limit} says how many rows of {name} are wanted, which with does not name; add it there."
            raise Problem(400, "bad_limit", detail, limit)
    rows = {name: _rows(asked[own[name]], own[name]) if name in own else of_each for name in names}
    if sum(rows.values()) > MAX_LIMIT:
        detail = f"These are {sum(rows.values())} rows; an answer has {MAX_LIMIT} at most of all its lists together."
        raise Problem(400, "bad_limit", detail, LIMIT)
    return Beside(rows)


def limit_of(name: str) -> str:
    """The parameter that says how many rows there are of one list."""
    return f"{LIMIT}.{name}"


def _rows(value: str, field: str) -> int:
    rows = number(value, field)
    if not 1 <= rows <= MAX_LIMIT:
        raise Problem(400, "bad_limit", f"{field} is between 1 and {MAX_LIMIT}.", field)
    return rows


@dataclass(frozen=True, slots=True)
class Around:
    """What is asked of what stands beside a record: its lists, of those that somebody may read, and its timeline, None
    where that is not told. `names` are of all that is wanted."""

    names: Sequence[str]
    lists: Mapping[str, Leading]
    story: Asked | None


async def around(
    connection: AsyncConnection, who: Caller, model: ReadModel, id: str, asked: Beside, times: Times
) -> Around:
    """What is asked, in the transaction in which it will be. Whether somebody may read the record is found out by it
    or beside it."""
    lists = {name: each for name, rows in asked.rows.items() if (each := _list(who, model, name, id, rows)) is not None}
    tells = TIMELINE in asked.rows and (not times or await _is_seen_now(connection, who, model, id))
    return Around([*asked.rows], lists, Asked(times=times, limit=asked.rows[TIMELINE]) if tells else None)


def questions(here: Platform, who: Caller, model: ReadModel, id: str, asked: Around, times: Times) -> list[Asking]:
    """The questions, to be asked at once. Raises QueryError."""
    found = [query.leading(each, who.tenant, times) for each in asked.lists.values()]
    if asked.story is not None:
        sights = timeline.sights(who, model)
        found.append(query.around(model, who.tenant, id, asked.story, secret=here.secret, sights=sights))
    return found


async def pages(
    connection: AsyncConnection,
    here: Platform,
    who: Caller,
    model: ReadModel,
    id: str,
    asked: Around,
    found: Sequence[Rows],
    times: Times,
) -> Pages:
    """The pages of what was found by these, in the same transaction."""
    told: dict[str, Page | None] = dict.fromkeys(asked.names)
    for (name, each), rows in zip(asked.lists.items(), found, strict=False):
        told[name] = await query.page_leading(connection, each, who.tenant, rows, secret=here.secret, times=times)
    if asked.story is not None:
        told[TIMELINE] = query.page_around(model, who.tenant, id, asked.story, found[-1], secret=here.secret)
    return told


def _list(who: Caller, model: ReadModel, name: str, id: str, limit: int) -> Leading | None:
    """The list of this name as somebody sees it; None where they may read nothing of it, or where it is no list."""
    back = offered(model)[name]
    if back is None or who.standing.visible(back.of.permission, back.of.access) == NOTHING:
        return None
    sight = sight_of(who, back.of.permission, back.of)
    return Leading(back.of, back.column, back.before + id, newest(back.of), limit, sight)


async def _is_seen_now(connection: AsyncConnection, who: Caller, model: ReadModel, id: str) -> bool:
    """What happened to a record is told to whoever may read it now, as of whatever time it is shown."""
    visible = who.standing.visible(model.permission, model.access)
    return bool(await query.which(connection, model, who.tenant, [id], visible))


async def told(here: Platform, who: Caller, model: ReadModel, found: Pages) -> dict[str, Any]:
    """What was found, as an answer has it."""
    shown: dict[str, Any] = {}
    for name, page in found.items():
        back = offered(model)[name]
        if page is not None and back is not None:
            await opened_rows(here, back.of, who.tenant, page.items)
        elif page is not None:
            page = await timeline.told(here, who, page)
        shown[name] = None if page is None else {"items": page.items, "next_cursor": page.next_cursor}
    return shown


def ids_in(shown: Mapping[str, Any]) -> Iterable[str]:
    """The ids of the records that an answer shows beside one."""
    return dict.fromkeys(row["id"] for page in shown.values() if page is not None for row in page["items"])
