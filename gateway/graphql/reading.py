"""Reads what one request of GraphQL asks of read models: as HTTP's lists, records and reports do, asking the same
decision, waiting for the same position and noting for the audit what they would note.

Records that were read together stand on one level. Whatever leads on from one of them is read for all of them at once,
as GraphQL asks it of each: a document takes as many questions as it has places that ask one, however many records.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, assert_never
from urllib.parse import urlencode

from fastapi import Request

from gateway.access.gate import hidden, seen, sight_of
from gateway.asking import IN_TRASH, for_index
from gateway.audit import witness
from gateway.audit.noted import Noted, noted
from gateway.audit.witness import Part
from gateway.auth import Caller
from gateway.opened import opened_rows
from gateway.own import defined
from gateway.platform import Platform
from gateway.problems import Problem, not_found, problem_of
from gateway.queries import told_events
from gateway.relations import Back, Listing, Reference
from gateway.timeline import timeline
from infra.log.position import merge, sign, verify
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.model import ReadModel, Report
from projections.own import NONE
from projections.query import MAX_LIMIT, NOW, Filter, Own, Page, QueryError, Times, Where
from projections.timeline import Asked as Timeline

Found = TypeVar("Found")
MOST_ROWS = 50
"""Rows of a list whose caller names no number."""


@dataclass(frozen=True, slots=True)
class Question:
    """A list as it is asked for: the `first` or the `last` rows of those `after` a cursor and `before` another; the
    first 50 where neither is said. `own` are the fields of the tenant's own that it names, if it names any."""

    filters: tuple[Where, ...] = ()
    sort: str | None = None
    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    q: str | None = None
    times: Times = NOW
    trash: bool = False
    own: Own = NONE


@dataclass(slots=True, eq=False)
class Level:
    """Records that were read together, at these times, and what was asked of all of them."""

    model: ReadModel
    times: Times
    records: Sequence["Record"] = ()
    asked: "dict[Hashable, asyncio.Future[Any]]" = field(default_factory=dict[Hashable, "asyncio.Future[Any]"])


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A row as it is told, and the level that it stands on."""

    values: Mapping[str, Any]
    level: Level


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """A page of a list: its records or events, the cursor of each, and whether others come before and after them."""

    records: Sequence[Any] = ()
    cursors: Sequence[str] = ()
    before: bool = False
    more: bool = False


def level_of(model: ReadModel, times: Times, rows: Sequence[Mapping[str, Any]]) -> Sequence[Record]:
    """These rows as the records of a level of their own."""
    level = Level(model, times)
    level.records = [Record(row, level) for row in rows]
    return level.records


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one request of `who`, one question after the other. `after` is the position that it wants to see;
    `reached` are those that it has seen, of rows and of search, by database; `fields` are the tenant's own that lists
    ask for, by read model."""

    request: Request
    here: Platform
    who: Caller
    after: str | None
    reached: dict[tuple[str, bool], str] = field(default_factory=dict[tuple[str, bool], str])
    fields: dict[tuple[str, Times], Own] = field(default_factory=dict[tuple[str, Times], Own])
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pace: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def one(self, model: ReadModel, id: str, times: Times = NOW) -> Record:
        """The record of an id; a 404 problem where there is none, or none in sight."""
        part = Part("GET", f"{_address(model)}/{{id}}", model.permission, {"id": id}, _query(Question(times=times)))
        async with self._turn, self.audited(part):
            sight = sight_of(self.who, model.permission, model)
            if "\0" in id or len(id) > 200:
                raise not_found(model.name)
            await self._seen(model.database)
            async with reading(self.here.readers[model.database], self.who.tenant, model) as connection:
                found = await query.get(connection, model, self.who.tenant, id, times, sight)
            if found is None:
                raise not_found(model.name)
            row = {**found["row"], "parked": found["parked"]}
            await opened_rows(self.here, model, self.who.tenant, [row])
        return level_of(model, times, [row])[0]

    async def written(self, model: ReadModel, id: str, position: str) -> Record:
        """The record once the read model has reached the position of a command."""
        if position:
            await self.here.reach.wait(model.database, position)
        return await self.one(model, id)

    async def page(self, model: ReadModel, asked: Question) -> Connection:
        """A page of a list."""
        async with self._turn, self.audited(_listing(model, asked)) as told:
            page = await self._page(model, asked)
            told.shown(item["id"] for item in page.items)
        records = level_of(model, asked.times, page.items)
        return _connection(records, page, asked)

    async def own(self, model: ReadModel, times: Times) -> Own:
        """The fields of the tenant's own that lists may be asked by."""
        async with self._turn:
            if (model.name, times) not in self.fields:
                await self._seen(model.database)
                self.fields[model.name, times] = await defined(self.here, self.who.tenant, model, times)
            return self.fields[model.name, times]

    async def referred(self, level: Level, reference: Reference | Listing) -> Mapping[str, Record]:
        """The records that those of a level lead to, by id; those that nobody sees are not there."""

        async def read() -> Mapping[str, Record]:
            ids = sorted({id for each in level.records for id in _named(each, reference)})
            rows: list[Mapping[str, Any]] = []
            async with self._turn, self.audited(_listing(reference.to, Question(times=level.times))) as told:
                for start in range(0, len(ids), MAX_LIMIT):
                    these = (Filter("id", "in", tuple(ids[start : start + MAX_LIMIT])),)
                    rows += (await self._page(reference.to, Question(these, first=MAX_LIMIT, times=level.times))).items
                told.shown(row["id"] for row in rows)
            return {row.values["id"]: row for row in level_of(reference.to, level.times, rows)}

        return await self._of_all(level, ("to", reference.column), read)

    async def related(self, level: Level, back: Back, asked: Question) -> Mapping[str, Connection]:
        """For each record of a level, by id, a page of the rows that lead to it, at the level's times. Where there are
        none it is not there."""

        async def read() -> Mapping[str, Connection]:
            named = [back.before + each.values["id"] for each in level.records]
            async with self._turn, self.audited(_listing(back.of, asked)) as told:
                pages = await self._pages(back, named, asked)
                rows = [item for page in pages.values() for item in page.items]
                told.shown(dict.fromkeys(row["id"] for row in rows))
            records = iter(level_of(back.of, level.times, rows))
            return {
                value.removeprefix(back.before): _connection([next(records) for _ in page.items], page, asked)
                for value, page in pages.items()
            }

        return await self._of_all(level, ("back", back.name, asked), read)

    async def histories(self, level: Level, first: int | None, after: str | None) -> Mapping[str, Connection]:
        """For each record of a level, by id, the events of its history after a version, oldest first. One whose history
        somebody may not read is not there."""

        async def read() -> Mapping[str, Connection]:
            model, ids = level.model, [each.values["id"] for each in level.records]
            assert model.aggregate is not None
            about: Mapping[str, str] = {"id": ids[0]} if len(ids) == 1 else {}
            part = Part("GET", f"{_address(model)}/{{id}}/history", model.permission, about)
            async with self._turn, self.audited(part) as told:
                since, limit = _version(after, len(ids)), _bounded(first, "first")
                await self._seen(model.database)
                shown = await seen(self.here, self.who, [(*model.aggregate, id) for id in ids])
                async with reading(self.here.readers[model.database], self.who.tenant, model) as connection:
                    pages = await query.histories(
                        connection,
                        self.who.tenant,
                        *model.aggregate,
                        [id for *_, id in shown],
                        after=since,
                        limit=limit,
                    )
                unseen = await hidden(self.here, self.who, shown)
                events = {
                    id: await asyncio.to_thread(told_events, self.here, page.items, unseen)
                    for id, page in pages.items()
                }
                told.shown(pages)
            found = dict.fromkeys((id for *_, id in shown), Connection(before=since > 0))
            return found | {
                id: Connection(
                    events[id], [str(each["version"]) for each in events[id]], since > 0, page.next_cursor is not None
                )
                for id, page in pages.items()
            }

        return await self._of_all(level, ("history", first, after), read)

    async def timeline(self, level: Level, asked: Timeline, first: int | None) -> Connection | None:
        """A page of what happened to the only record of a level and around it, newest first, at the level's times; None
        where somebody may not read the record now. A 400 problem where there are several records."""

        async def read() -> Connection | None:
            model, id = level.model, level.records[0].values["id"]
            about: Mapping[str, str] = {"id": id} if len(level.records) == 1 else {}
            part = Part("GET", f"{_address(model)}/{{id}}/timeline", model.permission, about)
            async with self._turn, self.audited(part) as told:
                if not about:
                    detail = "A timeline is that of one record; ask for that record by itself."
                    raise Problem(400, "timeline_of_one_record", detail, "timeline")
                self.who.standing.needed(model.permission, model.access)
                question = replace(asked, times=level.times, limit=_bounded(first, "first"), marked=True)
                await self._seen(model.database)
                page = await timeline(self.here, self.who, model, id, question)
                if page is None:
                    return None
                told.shown(dict.fromkeys(each["id"] for each in page.items))
            return Connection(page.items, page.cursors, asked.cursor is not None, page.next_cursor is not None)

        return await self._of_all(level, ("timeline", asked, first), read)

    async def totals(
        self, report: Report, filters: Sequence[Where], by: Sequence[str] | None, times: Times
    ) -> list[dict[str, Any]]:
        """The groups of a report."""
        source = models_by_name(report.database)[report.source]
        path = f"/{report.database}/{report.name.replace('_', '-')}"
        asked = Question(tuple(filters), times=times)
        grouped = b"" if by is None else urlencode({"by": ",".join(by)}).encode() + b"&"
        async with self._turn, self.audited(Part("GET", path, report.permission, {}, grouped + _query(asked))) as told:
            sight = sight_of(self.who, report.permission, source)
            await self._seen(report.database)
            async with reading(self.here.readers[report.database], self.who.tenant, source) as connection:
                groups = await query.report(
                    connection, report, self.who.tenant, filters=filters, by=by, times=times, sight=sight
                )
            told.found = len(groups)
        return groups

    def position(self) -> str | None:
        """One position that all that was read has reached; None where nothing was."""
        if not self.reached:
            return None
        secret = self.here.secret
        return sign(merge(*(verify(token, secret) for token in self.reached.values())), secret)

    @asynccontextmanager
    async def audited(self, part: Part) -> AsyncGenerator[Noted]:
        """Tells the audit of a part of the request what came of it. Whatever is raised within is a problem without."""
        request = noted(self.request.scope)
        told = Noted(request.request_id, request.tenant, request.user, request.actor, request.on_behalf_of)
        try:
            yield told
        except Exception as error:
            problem = problem_of(error, self.request.url.path)
            told.code = told.code or problem.code
            witness.part_answered(self.request.scope, told, problem.status, part)
            raise problem from error
        witness.part_answered(self.request.scope, told, 200, part)

    async def _page(self, model: ReadModel, asked: Question) -> Page:
        who, searched = self.who, asked.q is not None
        sight = sight_of(who, model.permission, model)
        if searched and asked.times:
            raise Problem(400, "search_is_of_now", "q searches as of now; leave asOf and knownAt out.", "q")
        filters = asked.filters
        if asked.trash:
            if searched:
                raise Problem(400, "trash_not_searched", "q finds nothing in the trash; filter it instead.", "q")
            filters, sight = (*filters, IN_TRASH), replace(sight, hidden=True)
        await self._seen(model.database, search=searched)
        found = None
        if asked.q is not None:
            prefix, es = self.here.settings.index_prefix, self.here.elasticsearch
            said = await for_index(self.here, who, model, asked.filters, asked.own)
            found = await query.search(es, prefix, model, who.tenant, asked.q, filters=said, sight=sight, own=asked.own)
        async with reading(self.here.readers[model.database], who.tenant, model) as connection:
            page = await query.list_(
                connection,
                model,
                who.tenant,
                secret=self.here.secret,
                filters=filters,
                sort=asked.sort,
                cursor=asked.after,
                until=asked.before,
                limit=_limit(asked),
                backwards=asked.last is not None,
                times=asked.times,
                search_ids=found,
                sight=sight,
                own=asked.own,
                marked=True,
            )
        await opened_rows(self.here, model, who.tenant, page.items)
        return page

    async def _pages(self, back: Back, named: Sequence[str], asked: Question) -> Mapping[str, Page]:
        model, who = back.of, self.who
        if asked.after is not None or asked.before is not None:
            if len(named) > 1:
                raise _of_one_list("before" if asked.after is None else "after")
            of_one = Filter(back.column, "eq", named[0])
            return {named[0]: await self._page(model, replace(asked, filters=(*asked.filters, of_one)))}
        sight = sight_of(who, model.permission, model)
        await self._seen(model.database)
        async with reading(self.here.readers[model.database], who.tenant, model) as connection:
            pages = await query.related(
                connection,
                model,
                who.tenant,
                back.column,
                named,
                secret=self.here.secret,
                filters=asked.filters,
                sort=asked.sort,
                limit=_limit(asked),
                backwards=asked.last is not None,
                times=asked.times,
                sight=sight,
                own=asked.own,
            )
        for page in pages.values():
            await opened_rows(self.here, model, who.tenant, page.items)
        return pages

    async def _of_all(self, level: Level, asked: Hashable, read: Callable[[], Awaitable[Found]]) -> Found:
        """What was asked of a level, read when the first of its records asks for it."""
        if asked not in level.asked:
            level.asked[asked] = asyncio.ensure_future(read())
        found = await asyncio.shield(level.asked[asked])
        async with self._pace:  # all records of the level wait here, and telling one takes a moment
            await asyncio.sleep(0)
        return found

    async def _seen(self, database: str, *, search: bool = False) -> None:
        """Comes back when the database has reached the position that the caller wants to see; notes how far it is."""
        if (database, search) not in self.reached:
            if self.after:
                await self.here.reach.wait(database, self.after, search=search)
            self.reached[database, search] = await self.here.reach.token(database, search=search)


def _named(record: Record, reference: Reference | Listing) -> Sequence[str]:
    """The ids to which a record leads."""
    held = record.values[reference.column]
    match reference:
        case Reference():
            return [] if held is None else [held]
        case Listing():
            return [each[reference.by] for each in held or ()]
        case _:
            assert_never(reference)


def _limit(asked: Question) -> int:
    """How many rows a page has at most. Raises QueryError(bad_limit) and a 400 problem, first_and_last."""
    if asked.last is None:
        return _bounded(asked.first, "first")
    if asked.first is not None:
        detail = "first gives the beginning of a list and last its end; ask for one of the two."
        raise Problem(400, "first_and_last", detail, "last")
    return _bounded(asked.last, "last")


def _bounded(rows: int | None, name: str) -> int:
    if rows is not None and not 1 <= rows <= MAX_LIMIT:
        raise QueryError("bad_limit", f"{name} must be between 1 and {MAX_LIMIT}, not {rows}", name)
    return MOST_ROWS if rows is None else rows


def _version(after: str | None, records: int) -> int:
    """The version that a cursor of a history stands for."""
    if after is None:
        return 0
    if records > 1:
        raise _of_one_list("after")
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        said = "This cursor is not one that a history gave: ask for its first events again."
        raise QueryError("bad_cursor", said, "after")
    return int(after)


def _of_one_list(name: str) -> Problem:
    detail = f"{name} is said of the list of one record; ask for that record by itself."
    return Problem(400, "cursor_of_one_list", detail, name)


def _connection(records: Sequence[Record], page: Page, asked: Question) -> Connection:
    """What comes beyond the end that was not counted to is known by its cursor alone."""
    others = page.next_cursor is not None
    if asked.last is None:
        return Connection(records, page.cursors, asked.after is not None, others or asked.before is not None)
    return Connection(records, page.cursors, others or asked.after is not None, asked.before is not None)


def _address(model: ReadModel) -> str:
    return f"/{model.database}/{model.name.replace('_', '-')}"


def _listing(model: ReadModel, asked: Question) -> Part:
    return Part("GET", _address(model), model.permission, {}, _query(asked))


def _query(asked: Question) -> bytes:
    """The question as the address of a list would have it, which the audit knows how to tell; of groups what they are
    of."""
    pairs = [
        (each.name if each.op == "eq" else f"{each.name}.{each.op}", each.value)
        if isinstance(each.value, str)
        else (f"{each.name}.{each.op}", ",".join(each.value))
        for where in asked.filters
        for each in query.columns_in(where)
    ]
    for name, value in (("q", asked.q), ("sort", asked.sort)):
        pairs += [] if value is None else [(name, value)]
    for name, moment in (("as_of", asked.times.as_of), ("known_at", asked.times.known_at)):
        pairs += [] if moment is None else [(name, moment.isoformat())]
    pairs += [("trash", "true")] if asked.trash else []
    return urlencode(pairs).encode()
