"""What is asked for with a record, so that its page takes one request: its timeline, and lists of the rows that lead to
it, as relations name them. Each is the first page of what its own route gives, to whoever may read any of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import timeline
from gateway.access.gate import Record, sight_of
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
from projections.visible import NOTHING

WITH, LIMIT = "with", "limit"
TIMELINE = "timeline"
ROWS = 20
"""Rows of each list where nobody says how many."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Names of what is wanted, and how many rows of each."""

    names: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was read beside a record: a page of each, None where somebody may read nothing of it. Entries of a timeline
    are yet to be told; `names` are what their records are called."""

    pages: Mapping[str, Page | None]
    names: Mapping[Record, str | None]


@cache
def _offered(database: str, name: str) -> Mapping[str, Back | None]:
    model = models_by_name(database)[name]
    story: dict[str, Back | None] = {TIMELINE: None} if model.timeline else {}
    return story | {back.name: back for back in backs(model)}


def offered(model: ReadModel) -> Mapping[str, Back | None]:
    """What can be asked for with a record of a read model, by name: its timeline, where it has one, and the relations
    that lead back to it."""
    return _offered(model.database, model.name)


def models(model: ReadModel, asked: Beside | None) -> Sequence[ReadModel]:
    """The read models that are asked beside the record's own."""
    names = () if asked is None else asked.names
    around = concerning(model) if TIMELINE in names else ()
    return [*around, *(back.of for name in names if (back := offered(model)[name]) is not None)]


def newest(of: ReadModel) -> str:
    """The order of such a list: what changed last comes first."""
    return "-updated_at" if "updated_at" in of.sorts else "id"


def wanted(asked: Mapping[str, str], model: ReadModel) -> Beside | None:
    """What a request asks for with a record; None where it says nothing of it. Raises 400 problems."""
    names = tuple(dict.fromkeys(asked[WITH].split(","))) if WITH in asked else ()
    for name in names:
        if name not in offered(model):
            known = ", ".join(offered(model))
            detail = f"{model.name} have nothing called {name[:80]!r} beside them; with takes {known}."
            raise Problem(400, "unknown_relation", detail, WITH)
    limit, most = number(asked.get(LIMIT, str(ROWS)), LIMIT), MAX_LIMIT // max(1, len(names))
    if not 1 <= limit <= most:
        detail = f"With {len(names)} lists, limit is between 1 and {most}: an answer has {MAX_LIMIT} rows at most."
        raise Problem(400, "bad_limit", detail, LIMIT)
    return Beside(names, limit) if names else None


async def read(
    connection: AsyncConnection, here: Platform, who: Caller, model: ReadModel, id: str, asked: Beside, times: Times
) -> Found:
    """What stands beside a record that somebody may read, in the transaction in which that was found out. All of it is
    asked at once. Raises QueryError."""
    tenant, secret = who.tenant, here.secret
    lists = {name: each for name in asked.names if (each := _list(who, model, name, id, asked.limit)) is not None}
    tells = TIMELINE in asked.names and (not times or await _is_seen_now(connection, who, model, id))
    story = Asked(times=times, limit=asked.limit) if tells else None
    questions = [query.leading(each, tenant, times) for each in lists.values()]
    if story is not None:
        visible = timeline.visible(who, model)
        questions.append(query.around(model, tenant, id, story, secret=secret, visible=visible))
    found = iter(await query.together(connection, questions))
    pages: dict[str, Page | None] = dict.fromkeys(asked.names)
    for name, each in lists.items():
        pages[name] = await query.page_leading(connection, each, tenant, next(found), secret=secret, times=times)
    if story is None:
        return Found(pages, {})
    page = pages[TIMELINE] = query.page_around(model, tenant, id, story, next(found), secret=secret)
    return Found(pages, await timeline.called(connection, who, model, page.items))


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


async def told(here: Platform, who: Caller, model: ReadModel, found: Found) -> dict[str, Any]:
    """What was found, as an answer has it."""
    shown: dict[str, Any] = {}
    for name, page in found.pages.items():
        back = offered(model)[name]
        if page is not None and back is not None:
            await opened_rows(here, back.of, who.tenant, page.items)
        elif page is not None:
            page = await timeline.told(here, who, page, found.names)
        shown[name] = None if page is None else {"items": page.items, "next_cursor": page.next_cursor}
    return shown


def ids_in(shown: Mapping[str, Any]) -> Iterable[str]:
    """The ids of the records that an answer shows beside one."""
    return dict.fromkeys(row["id"] for page in shown.values() if page is not None for row in page["items"])
