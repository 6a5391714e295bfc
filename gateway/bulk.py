"""`POST /integration/bulk-changes`: one command for many records, as one operation; its report; and taking it back.

Which records are meant is decided here, once, by the same decision point as commands: those that somebody sees, and of
these those to which they may do it. A worker does the rest (`streams.bulk`).
"""

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Optional

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from domains.integration.in_bulk import MOST, OFFERED
from gateway import asking, commands, describe, describe_bulk, platform, status, views
from gateway.access.beyond import must_hold
from gateway.access.gate import may_command, may_do, model_of, permission_to_read, sight_of
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.bodies import OptionalMoment, OptionalText, Text, checked, parse
from gateway.carried import carries, carrying_each
from gateway.commands import Route
from gateway.custom import custom_values
from gateway.latest import up_to_now
from gateway.limits import body_of
from gateway.own import asked_for, defined
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import caught_up, only, parameters, record_id
from infra.blobs import BlobMissing
from infra.bulk_files import Outcome, Selected, keep_outcomes, keep_selection, reported
from infra.log.envelope import CommandEnvelope
from infra.plain import dump
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.model import ReadModel
from projections.own import NONE
from projections.query import NOW, Filter, Where
from projections.visible import EVERYTHING, Visible
from schemas.contract import CommandContract, contracts, fields
from schemas.generated.integration.bulk_change import CONTRACT, RevertBulkChange, StartBulkChange

_BASE = f"/{CONTRACT.domain}/{CONTRACT.plural}"
_AT_ONCE = 1000
_CONTRACTS = {each.verb: each for each in CONTRACT.commands}
START, REVERT = _CONTRACTS["start"], _CONTRACTS["revert"]


class StartBulk(BaseModel):
    """Begins to do one thing to many records, as one operation that can be taken back."""

    model_config = ConfigDict(extra="forbid")

    target: Text = Field(description=f"What the records are: {', '.join(OFFERED)}.", examples=["crm.deal"])
    verb: Text = Field(description="What is done to each, as its own command's verb.", examples=["remove"])
    values: dict[Text, Any] = Field(default_factory=dict[str, Any], description="The body of that command.")
    ids: Optional[Annotated[list[Text], Field(min_length=1, max_length=25_000)]] = Field(  # noqa: UP045
        None, description="The records, by their ids; or ask for them by the rest."
    )
    where: Optional[dict[Text, Any]] = Field(None, description="Conditions as a list takes them.")  # noqa: UP045
    view: OptionalText = Field(None, description="A saved view of the list.")
    all: Annotated[bool, Field(strict=True)] = Field(False, description="Every record that you may read.")
    trash: Annotated[bool, Field(strict=True)] = Field(False, description="Those in the trash, of what is asked for.")
    zone: OptionalText = Field(None, description="Whose days the periods in `where` are.")
    dry_run: Annotated[bool, Field(strict=True)] = Field(False, description="Whether only to tell what would come.")
    at: OptionalMoment = Field(None, description="Business time of the changes. Now, when left out.")


class RevertBulk(BaseModel):
    """Begins to take back what a bulk change did, where nothing of it was changed since."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Picked:
    """The records that are meant, and the pipelines that deals among them go through."""

    records: Sequence[Selected]
    keys: frozenset[str]


def add(router: APIRouter) -> None:
    """The routes of bulk changes that are more than a command or a row."""
    tags: list[Any] = [f"{CONTRACT.domain}: {CONTRACT.plural}"]
    for path, endpoint, doc, name, said, answers in (
        (_BASE, _start, StartBulk.__doc__, "start", describe_bulk.start(StartBulk) | describe.takes(START.permission),
         describe.command_responses(creates=True)),
        (f"{_BASE}/{{id}}/revert", _revert, RevertBulk.__doc__, "revert",
         describe.command(RevertBulk, creates=False) | describe.takes(REVERT.permission),
         describe.command_responses(creates=False)),
    ):  # fmt: skip
        router.add_api_route(
            path,
            endpoint,
            methods=["POST"],
            operation_id=f"{CONTRACT.domain}_{CONTRACT.aggregate}_{name}",
            summary=doc,
            tags=tags,
            response_class=Response,
            status_code=201 if name == "start" else 200,
            openapi_extra=said,
            responses=answers,
        )
    router.add_api_route(
        f"{_BASE}/{{id}}/report",
        _report,
        methods=["GET"],
        operation_id=f"report_{CONTRACT.domain}_{CONTRACT.aggregate}",
        summary="What became of each record, a CSV file; of taking it back with of=revert.",
        tags=tags,
        response_class=Response,
        openapi_extra=describe_bulk.report() | describe.takes(_model().permission),
        responses=describe_bulk.reported(),
    )


def _model() -> ReadModel:
    return models_by_name(CONTRACT.domain)["bulk_changes"]


# ---- beginning


async def _start(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(START.permission, _model().access)
    here, headers = platform.of(request), request.headers
    asked = parse(await body_of(request), headers.get("content-type"), StartBulk)
    route, model = _offered(asked["target"], asked["verb"])
    key = commands.idempotency_key(headers.get("idempotency-key"))
    seed = "\0".join((who.tenant, who.name, request.url.path, key)) if key else None
    id = str(uuid.uuid5(uuid.NAMESPACE_OID, seed) if seed else uuid.uuid4())
    at = commands.business_time(asked["at"], datetime.now(UTC))
    command, visible = await _command(here, who, route, asked, at)
    started = None if seed is None else await _known(here, who.tenant, id)
    if started is None:
        await up_to_now(here, model.database)
        keyed = carries(route.command.cls)
        picked = await _picked(here, who, model, asked, visible, headers.get("nexus-after"), keyed=keyed)
        each = await carrying_each(here, who.tenant, command, picked.keys, headers.get("nexus-after"))
        file, records = await _kept(here, who, id, each, picked.records), picked.records
    else:  # a retry: what was selected then counts, and the processor knows the first answer
        file, records = "0" * 64, (Selected(id=id),)
    start = StartBulkChange(
        bulk_change_id=id,
        target=asked["target"],
        verb=asked["verb"],
        says=None if _may_be_personal(route.command) else dump(asked["values"]).decode(),
        file=file,
        selected=len(records),
        barred=sum(bool(record.code) for record in records),
        dry_run=asked["dry_run"],
        owner_id=who.user or who.name,
        actor=who.name,
        at=at,
    )
    said = {name: value for name, value in asked.items() if name != "at" or value is not None}
    envelope = await _envelope(here, who, request, start, id, seed, said)
    noted(request.scope).command(envelope)
    await may_command(here, who, CONTRACT, START, id, start)
    if "respond-async" in headers.get("prefer", "").lower():
        return await status.accept(here, envelope, limits)
    return commands.answer(here, True, envelope, await commands.ask(here, envelope), limits)


def _offered(target: str, verb: str) -> tuple[Route, ReadModel]:
    """The command's route, and the list that its records are in; 422 problems for what is not done in bulk."""
    verbs = OFFERED.get(target)
    if verbs is None:
        detail = f"Bulk changes are of {', '.join(OFFERED)}; choose one."
        raise Problem(422, "target_unknown", detail, "target")
    if verb not in verbs:
        detail = f"This is not done in bulk; what is, is {', '.join(verbs)}. Send the rest record by record."
        raise Problem(422, "not_in_bulk", detail, "verb")
    domain, aggregate = target.split(".")
    contract, model = contracts()[domain, aggregate], model_of(domain, aggregate)
    assert model is not None
    return next(route for route in commands.routes(contract) if route.command.verb == verb), model


async def _command(
    here: Platform, who: Caller, route: Route, asked: Mapping[str, Any], at: datetime
) -> tuple[Any, Visible]:
    """The command for each of the records, without their ids, and to which somebody may send it. Raises problems."""
    try:
        values = checked(asked["values"], route.body)
        for field, nothing in route.custom.items():
            permission, given = route.command.permission, values[field]
            values[field] = await custom_values(here, who, route.aggregate, permission, given) or nothing
    except Problem as problem:
        raise _within_values(problem) from problem
    if values.pop("at", None) is not None:
        detail = "The business time of a bulk change stands beside its values, as `at`."
        raise Problem(422, "at_misplaced", detail, "values.at")
    command = route.command.cls(**{route.aggregate.id_field: ""}, **values, at=at)
    return command, await may_do(here, who, route.aggregate, route.command, None, command)


def _within_values(problem: Problem) -> Problem:
    """The problem of a command's body, with where that body stands."""
    field = problem.field and f"values.{problem.field}"
    errors = [replace(each, field=f"values.{each.field}") for each in problem.errors]
    detail = f"values.{problem.detail}" if problem.errors else problem.detail
    return Problem(problem.status, problem.code, detail, field, errors, problem.headers, problem.more)


async def _picked(
    here: Platform,
    who: Caller,
    model: ReadModel,
    asked: Mapping[str, Any],
    visible: Visible,
    after: str | None,
    *,
    keyed: bool,
) -> Picked:
    """The records that are meant, as they are now; `keyed` by the pipelines that they go through, where the command
    carries the rules of those. 422 problems for none, and for too many."""
    found: dict[str, tuple[int, str]] = {}
    shown = ["version", "pipeline_id"] if keyed else ["version"]
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        for filters, hidden in await _asked_for(here, who, model, asked, after):
            sight, own = sight_of(who, model.permission, model), NONE
            if asked_for(filters, None):
                own = await defined(here, who.tenant, model)
            batches = query.batches(
                connection,
                model,
                who.tenant,
                filters=asking.dated(filters, model, NOW, asking.zone(_given(asked, "zone")), own),
                fields=shown,
                sight=replace(sight, hidden=hidden),
                own=own,
                size=_AT_ONCE,
            )
            async with aclosing(batches):
                async for rows in batches:
                    found |= {row["id"]: (row["version"], row.get("pipeline_id") or "") for row in rows}
                    if len(found) > MOST:
                        raise _too_many()
        meant = tuple(dict.fromkeys(asked["ids"])) if asked["ids"] else tuple(found)
        allowed = await _allowed(connection, model, who.tenant, meant, visible)
    records = [_selected(id, found.get(id), id in allowed) for id in meant]
    if not records:
        raise Problem(422, "nothing_selected", "No record is meant; name some, or ask for others.")
    return Picked(records, frozenset(record.key for record in records if not record.code))


async def _asked_for(
    here: Platform, who: Caller, model: ReadModel, asked: Mapping[str, Any], after: str | None
) -> Sequence[tuple[Sequence[Where], bool]]:
    """What the list is asked, one question after another, and whether what is hidden is meant too: it is where records
    are named by their ids."""
    question = [name for name in ("where", "view", "all") if asked[name] not in (None, False)]
    if asked["ids"] is not None:
        if question or asked["trash"]:
            detail = "Name the records by ids, or ask for them by where, view, all and trash; not both."
            raise Problem(422, "selected_twice", detail, "ids")
        ids = asked["ids"]
        chunks = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        return [([Filter("id", "in", [id for id in chunk if "\0" not in id])], True) for chunk in chunks]
    if not question:
        detail = "Say which records are meant: their ids, conditions as where, a view, or all of them with all."
        raise Problem(422, "nothing_selected", detail, "ids")
    view = await views.chosen(here, who, model, asked["view"], after)
    filters = list(view.filters)
    if asked["where"] is not None:
        filters.append(query.parse_where(json.dumps(asked["where"], default=str)))
    in_trash = asking.trash({"trash": "true"} if asked["trash"] else {}, model)
    return [([*filters, asking.IN_TRASH] if in_trash else filters, in_trash)]


def _given(asked: Mapping[str, Any], name: str) -> Mapping[str, str]:
    return {} if asked[name] is None else {name: asked[name]}


async def _allowed(
    connection: AsyncConnection, model: ReadModel, tenant: str, ids: Sequence[str], visible: Visible
) -> Collection[str]:
    """Those of these records that are among the visible."""
    if visible == EVERYTHING:
        return frozenset(ids)
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        chunk = [id for id in ids[start : start + _AT_ONCE] if "\0" not in id]
        found |= await query.which(connection, model, tenant, chunk, visible)
    return found


async def _kept(here: Platform, who: Caller, id: str, each: Mapping[str, Any], records: Sequence[Selected]) -> str:
    """The hash of the file that the worker reads; a 422 problem for a value that cannot be written."""
    try:
        return await asyncio.to_thread(keep_selection, here.blobs, here.codec, who.tenant, id, each, records)
    except ValueError as error:
        raise Problem(422, "invalid_field", f"A value cannot be written: {error}", "values") from error


def _selected(id: str, seen: tuple[int, str] | None, allowed: bool) -> Selected:
    """A record as it is meant. Of one that is not seen nothing is said but that."""
    if seen is None:
        return Selected(id=id, code="not_found")
    version, key = seen
    return Selected(id=id, version=version, key=key) if allowed else Selected(id=id, version=version, code="forbidden")


def _too_many() -> Problem:
    return Problem(422, "too_many_selected", f"A bulk change is of {MOST:,} records at most; ask for fewer.")


def _may_be_personal(command: CommandContract) -> bool:
    return any(each.subject is not None for each in fields(command.cls))


async def _known(here: Platform, tenant: str, id: str) -> Mapping[str, Any] | None:
    """A bulk change that was started already, whoever asks; as of now."""
    await up_to_now(here, CONTRACT.domain)
    async with reading(here.readers[CONTRACT.domain], tenant, _model()) as connection:
        return await query.get(connection, _model(), tenant, id)


async def _envelope(
    here: Platform, who: Caller, request: Request, command: Any, id: str, seed: str | None, said: Any
) -> CommandEnvelope:
    """A command about a bulk change, whose correlation is the bulk change itself, as that of all that comes of it."""
    secret = await here.tenant_secret(who.tenant)
    fingerprint = hmac.new(secret, dump([request.url.path, id, said]), hashlib.sha256).hexdigest()[:16]
    return CommandEnvelope(
        command=command,
        tenant=who.tenant,
        aggregate=CONTRACT.aggregate,
        id=id,
        command_id=str(uuid.uuid5(uuid.NAMESPACE_URL, seed) if seed else uuid.uuid4()),
        correlation_id=id,
        actor=who.name,
        fingerprint=fingerprint,
        expected_version=commands.expected_version(request.headers.get("if-match")),
        traceparent=commands.traceparent(request.headers.get("traceparent")),
    )


# ---- what became of it


async def _report(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked = platform.of(request), parameters(request)
    only(asked, {"of", "after"}, "report")
    of = asked.get("of", "change")
    if of not in ("change", "revert"):
        raise Problem(400, "bad_value", "of is change or revert.", "of")
    await caught_up(request, here, CONTRACT.domain)
    row = await _row(here, who, record_id(request, _model()))
    _must_be_own(who, row)
    hash = row["report" if of == "change" else "revert_report"]
    try:
        path = here.blobs.path(who.tenant, hash or "", "bulk")
    except BlobMissing as error:
        raise not_found("report") from error
    headers = {
        **limits,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="bulk-{of}.csv"',
    }
    return FileResponse(path, headers=headers, media_type="text/csv; charset=utf-8")


async def _row(here: Platform, who: Caller, id: str) -> Mapping[str, Any]:
    """A bulk change that somebody may read; a 404 problem otherwise."""
    model = _model()
    sight = sight_of(who, model.permission, model)
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        found = await query.get(connection, model, who.tenant, id, sight=sight)
    if found is None:
        raise not_found(model.name)
    return found["row"]


def _must_be_own(who: Caller, row: Mapping[str, Any]) -> None:
    """A 403 problem for what somebody else did to records that not all may be read."""
    if who.standing.who is not None and row["owner_id"] != who.user:
        must_hold(who.standing, [permission_to_read(*row["target"].split("."))])


# ---- taking it back


async def _revert(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(REVERT.permission, _model().access)
    here, headers, id = platform.of(request), request.headers, record_id(request, _model())
    parse(await body_of(request), headers.get("content-type"), RevertBulk)
    key = commands.idempotency_key(headers.get("idempotency-key"))
    seed = "\0".join((who.tenant, who.name, request.url.path, key)) if key else None
    await up_to_now(here, CONTRACT.domain)
    row = await _row(here, who, id)
    _must_be_own(who, row)
    command = RevertBulkChange(bulk_change_id=id, actor=who.name, at=datetime.now(UTC))
    await may_command(here, who, CONTRACT, REVERT, id, command)
    if row["report"] is not None and row["status"] in ("COMPLETED", "CANCELLED") and not row["dry_run"]:
        command = replace(command, withheld=await _withheld(here, who, row))
    envelope = await _envelope(here, who, request, command, id, seed, {})
    noted(request.scope).command(envelope)
    if "respond-async" in headers.get("prefer", "").lower():
        return await status.accept(here, envelope, limits)
    return commands.answer(here, False, envelope, await commands.ask(here, envelope), limits)


async def _withheld(here: Platform, who: Caller, row: Mapping[str, Any]) -> str | None:
    """The file of the records to which somebody may not do what takes this back, None where there are none. A 403
    problem where they may do it to no record, 409 where nobody knows any more what was done."""
    domain, aggregate = row["target"].split(".")
    contract, model = contracts()[domain, aggregate], model_of(domain, aggregate)
    assert model is not None
    takes = [each.permission for each in contract.commands if each.verb in OFFERED[row["target"]][row["verb"]]]
    within = [each for permission in takes if (each := who.standing.needed(permission, model.access)) != EVERYTHING]
    try:
        ids = await asyncio.to_thread(_changed, reported(here.blobs, who.tenant, row["report"]))
    except BlobMissing as error:
        days = here.settings.reports_kept
        detail = f"It ended more than {days} days ago, and what it did is not kept; take changes back one by one."
        raise Problem(409, "report_gone", detail) from error
    if not within:
        return None
    allowed: Collection[str] = ids
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        for visible in within:
            allowed = await _allowed(connection, model, who.tenant, tuple(allowed), visible)
    withheld = [Outcome(id=id, outcome="kept") for id in ids if id not in allowed]
    return await asyncio.to_thread(keep_outcomes, here.blobs, who.tenant, withheld) if withheld else None


def _changed(found: Iterable[Outcome]) -> list[str]:
    return [each.id for each in found if each.outcome == "changed"]
