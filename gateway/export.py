"""All that is known of a person, in every app and with its history, as one document for the person to have: their own
records, those that name them, and the events of both."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import describe_export as describe
from gateway import platform
from gateway.answers import ok
from gateway.auth import admitted
from gateway.describe import takes
from gateway.named_in import named_in
from gateway.persons import is_person
from gateway.platform import Platform
from gateway.problems import not_found
from gateway.queries import CAUSES, SHOWN, only, opened, parameters
from projections import query
from projections.catalog import models_by_name, read_models
from projections.columns import ID, SYSTEM, columns_of
from projections.generations import reading
from projections.model import ReadModel
from projections.visible import Sight
from schemas.contract import AggregateContract, Erased, fields, people
from schemas.generated.admin.data_subject import CONTRACT

PERMISSION = "admin.data-subject.export"


def add(router: APIRouter) -> None:
    """GET /admin/data-subjects/{id}/export."""
    router.add_api_route(
        f"/{CONTRACT.domain}/{CONTRACT.plural}/{{id}}/export",
        _endpoint,
        methods=["GET"],
        operation_id="export_data_subject",
        summary="All that is known of a person, in every app, with its history; nothing of anybody else.",
        tags=[f"{CONTRACT.domain}: {CONTRACT.plural}"],
        response_class=Response,
        openapi_extra=describe.export() | takes(PERMISSION),
        responses=describe.exported(),
    )


async def _endpoint(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(PERMISSION)
    here, asked, id = platform.of(request), parameters(request), str(request.path_params["id"])
    only(asked, {"after"}, "export")
    if token := request.headers.get("nexus-after") or asked.get("after"):
        for database in here.readers:
            await here.reach.wait(database, token)
    if not await is_person(here, who.tenant, id):
        raise not_found("person")
    records = [found for model in _about_people() if (found := await _record(here, who.tenant, model, id)) is not None]
    others = await named_in(here, who.tenant, id)
    told = await _events(here, who.tenant, (*people(), CONTRACT), id)
    for found in others:
        if found.place.wordy:
            told += await _events(here, who.tenant, people(), found.record["id"], withheld=found.withheld)
    told.sort(key=lambda each: each["recorded_at"])
    counts = dict(sorted(Counter(each["type"] for each in told).items()))
    subject = models_by_name(CONTRACT.domain)["data_subjects"]
    document = {
        "id": id,
        "exported_at": datetime.now(UTC),
        "subject": await _row(here, who.tenant, subject, id),
        "records": [*records, *(each.told for each in others)],
        "events": told,
        "manifest": {"records": len(records) + len(others), "events": counts},
    }
    headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store", **limits}
    return ok(document, headers=headers)


def _about_people() -> list[ReadModel]:
    """The read models whose rows stand for persons, also those that serve joins alone."""
    kinds = {(contract.domain, contract.aggregate) for contract in people()}
    return [model for model in read_models() if model.aggregate in kinds]


async def _record(here: Platform, tenant: str, model: ReadModel, id: str) -> Mapping[str, Any] | None:
    row = await _row(here, tenant, model, id)
    return None if row is None else {"database": model.database, "read_model": model.name, "record": row}


async def _row(here: Platform, tenant: str, model: ReadModel, id: str) -> Mapping[str, Any] | None:
    """The row without what it shows of others: joined names are of other persons."""
    async with reading(here.readers[model.database], tenant, model) as connection:
        found = await query.get(connection, model, tenant, id, sight=Sight(hidden=True))
    own = {column.name for column in (ID, *columns_of(model.row), *SYSTEM)}
    return None if found is None else {name: value for name, value in found["row"].items() if name in own}


async def _events(
    here: Platform, tenant: str, contracts: Iterable[AggregateContract], id: str, *, withheld: bool = False
) -> list[dict[str, Any]]:
    """Every event of the records with this id, in the order in which they were recorded, each once: several databases
    may fold it. What is personal in them is null where it is `withheld`."""
    found: dict[str, Mapping[str, Any]] = {}
    for reader in here.readers.values():
        async with reading(reader, tenant) as connection:
            for contract in contracts:
                after: str | None = "0"
                while after is not None:
                    page = await query.history(
                        connection, tenant, contract.domain, contract.aggregate, id,
                        after=int(after), limit=query.MAX_LIMIT,
                    )  # fmt: skip
                    found |= {each["event_id"]: each for each in page.items}
                    after = page.next_cursor
    ordered = sorted(found.values(), key=lambda each: (each["recorded_at"], each["topic"], each["offset"]))
    return await asyncio.to_thread(_opened, here, ordered, withheld=withheld)


def _opened(here: Platform, rows: Sequence[Mapping[str, Any]], *, withheld: bool) -> list[dict[str, Any]]:
    """Events with all of their fields, whatever the caller sees elsewhere. Asks for keys: not in the loop."""
    return [
        {name: row[name] for name in (*SHOWN, *CAUSES)}
        | {"data": _with_erased(opened(here, bytes(row["value"]), row["tenant"]), withheld=withheld)}
        for row in rows
    ]


def _with_erased(event: Any, *, withheld: bool) -> Mapping[str, Any] | None:
    """An event's fields, with what was erased said to be so, rather than left out."""
    if event is None:
        return None
    declared = fields(event.__class__)
    values = ((each.name, None if withheld and each.subject else getattr(event, each.name)) for each in declared)
    return {name: str(value) if isinstance(value, Erased) else value for name, value in values}
