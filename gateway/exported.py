"""Lists and reports as files: `format=csv`, `xlsx` or `parquet`."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from gateway import admission, platform
from gateway.asking import Question
from gateway.audit.noted import noted
from gateway.auth import Caller
from gateway.opened import opened_rows
from gateway.problems import Problem
from gateway.sheets.send import sent, written
from gateway.sheets.sheet import Row, cells_of, columns_of, format_of
from projections import query
from projections.columns import Column
from projections.generations import reading
from projections.model import ReadModel
from projections.own import HELD_IN
from projections.query import Own


async def rows(
    request: Request, who: Caller, model: ReadModel, question: Question, format: str, headers: Mapping[str, str]
) -> Response:
    """All rows that a list would show page by page. `Nexus-Parked` says that an event of one of them waits."""
    if {"cursor", "limit"} & set(request.query_params):
        raise Problem(400, "no_pages", "A file holds all rows; leave cursor and limit out.", "format")
    here, parked = platform.of(request), set[bool]()
    shown = _whole(query.fields_of(model, question.fields, question.own), question.own)

    async def batches() -> AsyncGenerator[Sequence[Row]]:
        async with reading(here.readers[model.database], who.tenant, model) as connection:
            found = query.batches(
                connection,
                model,
                who.tenant,
                filters=question.filters,
                sort=question.sort,
                fields=[column.name for column in shown],
                times=question.times,
                search_ids=question.search_ids,
                sight=question.sight,
                own=question.own,
            )
            async with aclosing(found):
                async for items in found:
                    await opened_rows(here, model, who.tenant, items)
                    parked.update(item["parked"] for item in items)
                    yield [cells_of(shown, item) for item in items]

    answer = await _file(request, who, model.name, format, columns_of(shown), batches(), headers)
    if True in parked:
        answer.headers["Nexus-Parked"] = "true"
    return answer


def _whole(shown: Sequence[Column], own: Own) -> list[Column]:
    """The columns of a file: each field of the tenant's own has one."""
    spread = list(query.columns_of_own(own).values())
    columns = [each for column in shown for each in (spread if column.name == HELD_IN else (column,))]
    return list({column.name: column for column in columns}.values())


async def groups(
    request: Request,
    who: Caller,
    name: str,
    columns: Sequence[Column],
    found: Sequence[Mapping[str, Any]],
    headers: Mapping[str, str],
) -> Response:
    """The groups of a report."""

    async def batches() -> AsyncGenerator[Sequence[Row]]:
        yield [[group[column.name] for column in columns] for group in found]

    return await _file(request, who, name, request.query_params["format"], columns, batches(), headers)


async def _file(
    request: Request,
    who: Caller,
    name: str,
    format: str,
    columns: Sequence[Column],
    batches: AsyncGenerator[Sequence[Row]],
    headers: Mapping[str, str],
) -> Response:
    wanted = format_of(format)
    admission.leave(request.scope)
    with request.app.state.desks.taken(who.tenant):
        made = await written(platform.of(request), wanted, name, columns, batches)
    noted(request.scope).exported(made.rows)
    return sent(made, wanted, f"{name.replace('_', '-')}-{datetime.now(UTC):%Y-%m-%d}", headers)
