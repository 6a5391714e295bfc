"""`POST …/{id}/undo`: takes one change of a record back, by the command that does it, as its caller could send it.

What that command is, the record's rules say (`domains.undoing`), asked about its whole history.
"""

import asyncio
import hashlib
import hmac
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from domains.kernel import Decider, Rejected, command_contracts, deciders
from domains.undoing import ChangedSince, Undone, WayBack, proved, way_back
from gateway import commands, describe, describe_changes, platform, status
from gateway.access.gate import hidden, may_command, model_of, seen
from gateway.access.masking import masked
from gateway.answers import ok
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.bodies import OptionalMoment, Text, parse
from gateway.carried import carrying
from gateway.changes import history, read
from gateway.latest import up_to_now
from gateway.limits import body_of
from gateway.persons import keys_at_hand
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from gateway.queries import SHOWN, only, parameters, record_id
from infra.log.envelope import CommandEnvelope, Recorded
from infra.plain import dump
from projections.model import ReadModel
from schemas.contract import AggregateContract

_BY_IMPORT = "import:"


class Undo(BaseModel):
    """Takes a change back, where nothing of what it changed was changed since."""

    model_config = ConfigDict(extra="forbid")

    event: Annotated[Text, Field(min_length=1, max_length=100)] = Field(
        description="The id of the change's event, or the version that it gave the record.", examples=["3"]
    )
    at: OptionalMoment = Field(None, description="When it was taken back. Now, when left out.")


@dataclass(frozen=True, slots=True)
class Of:
    """What changes are taken back of."""

    contract: AggregateContract
    decider: Decider[Any, Any, Any]
    model: ReadModel


def offered(contract: AggregateContract) -> Of | None:
    """How changes of an aggregate are taken back, None where they are not."""
    decider, model = deciders(contract.domain).get(contract.aggregate), model_of(contract.domain, contract.aggregate)
    return None if decider is None or decider.undo is None or model is None else Of(contract, decider, model)


def add(router: APIRouter, contract: AggregateContract) -> None:
    """The route of an aggregate whose changes can be taken back."""
    of = offered(contract)
    if of is None:
        return
    router.add_api_route(
        f"/{contract.domain}/{contract.plural}/{{id}}/undo",
        _endpoint(of),
        methods=["POST"],
        operation_id=f"{contract.domain}_{contract.aggregate}_undo",
        summary=Undo.__doc__,
        tags=[f"{contract.domain}: {contract.plural}"],
        response_class=Response,
        openapi_extra=describe_changes.undo(Undo) | describe.takes(of.model.permission),
        responses=describe_changes.undone(),
    )


def _endpoint(of: Of) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, asked = platform.of(request), parameters(request)
        only(asked, {"dry_run"}, "undo")
        dry_run, headers = _dry_run(asked), request.headers
        values = parse(await body_of(request), headers.get("content-type"), Undo)
        expected = commands.expected_version(headers.get("if-match"))
        id, key = record_id(request, of.model), commands.idempotency_key(headers.get("idempotency-key"))
        seed = "\0".join((who.tenant, who.sender, request.url.path, key)) if key else None
        command_id = str(uuid.uuid5(uuid.NAMESPACE_URL, seed) if seed else uuid.uuid4())
        events = await _before(here, who, of, id, command_id)
        version = len(events)
        if expected not in (None, version):
            detail = "The record is at another version by now; look at it and send again."
            raise Problem(412, "stale_version", detail, more={"version": version})
        undoes = which(events, values["event"])
        given = values["at"]
        way = found(of, events, undoes, given, datetime.now(UTC))
        taken = proof(of, way, await carrying(here, who.tenant, way.command, None))
        secret = await here.tenant_secret(who.tenant)
        said = [request.url.path, undoes.event_id, *([] if given is None else [given])]
        envelope = CommandEnvelope(
            command=taken.command,
            tenant=who.tenant,
            aggregate=of.contract.aggregate,
            id=id,
            command_id=command_id,
            correlation_id=command_id,
            causation_id=undoes.event_id,
            actor=who.name,
            on_behalf_of=who.on_behalf_of,
            fingerprint=hmac.new(secret, dump(said), hashlib.sha256).hexdigest()[:16],
            expected_version=version,
            traceparent=commands.traceparent(headers.get("traceparent")),
        )
        noted(request.scope).command(envelope)
        _, contract = command_contracts()[taken.command.NAME]
        await may_command(here, who, of.contract, contract, id, taken.command)
        if dry_run:
            return ok(await _told(here, who, of, undoes, way, taken), headers=limits)
        await keys_at_hand(here, who.tenant, of.contract, contract, taken.command)
        if "respond-async" in headers.get("prefer", "").lower():
            return await status.accept(here, envelope, limits)
        return commands.answer(here, False, envelope, await commands.ask(here, envelope), limits)

    return endpoint


async def _before(here: Platform, who: Caller, of: Of, id: str, command_id: str) -> list[Recorded]:
    """All events of a record, as of now, before those of this command: a retry is decided on what there was before it,
    and gets the first answer of the processor, which knows the command. A 404 problem for what one may not read."""
    who.standing.needed(of.model.permission, of.model.access)
    await up_to_now(here, of.contract.domain)
    record = (of.contract.domain, of.contract.aggregate, id)
    rows = await history(here, who.tenant, of.model, id) if await seen(here, who, [record]) else []
    if not rows:
        raise not_found(of.contract.aggregate.replace("_", " "))
    rows = list(takewhile(lambda row: row["command_id"] != command_id, rows))
    events = await asyncio.to_thread(read, here, rows)
    if len(events) != len(rows):
        raise Problem(409, "history_unreadable", "An event of the record cannot be read; change it by hand.")
    return events


def _dry_run(asked: Mapping[str, str]) -> bool:
    match asked.get("dry_run"):
        case None | "false":
            return False
        case "true":
            return True
        case _:
            raise Problem(400, "bad_value", "dry_run is true or false.", "dry_run")


def which(events: Sequence[Recorded], named: str) -> Recorded:
    """The event of an id, or of a version."""
    for each in events:
        if named in (each.event_id, str(each.version)):
            return each
    detail = "The record has no such event; GET …/history lists those that it has."
    raise Problem(422, "no_such_event", detail, "event")


def found(of: Of, events: Sequence[Recorded], undoes: Recorded, given: datetime | None, now: datetime) -> WayBack:
    """The command that may take a change back at the time that is given, or now; raises the problem that says why
    there is none."""
    if undoes.version == 1 and undoes.actor.startswith(_BY_IMPORT):
        detail = "An import made this record; revert the import, or remove the record."
        raise Problem(409, "made_by_import", detail)
    try:
        way = way_back(of.decider, [each.event for each in events], undoes.version, _when(undoes, given, now))
    except Rejected as rejected:
        raise Problem(409, rejected.code, rejected.message) from rejected
    if isinstance(way, ChangedSince):
        later = events[way.number - 1]
        detail = f"{', '.join(way.fields)}: changed again at version {later.version}; take that back first."
        told = {name: _json(getattr(later, name)) for name in SHOWN}
        raise Problem(409, "changed_since", detail, more={"fields": list(way.fields), "later": told})
    return way


def proof(of: Of, way: WayBack, command: Any) -> Undone:
    """The undo by a command that has all that it carries; raises the problem that says why it is none."""
    try:
        return proved(of.decider, way, command)
    except Rejected as rejected:
        raise Problem(409, rejected.code, rejected.message) from rejected


def _when(undoes: Recorded, given: datetime | None, now: datetime) -> datetime:
    """The business time of an undo: never before that of the change, which would stand after it then."""
    if given is not None and given < undoes.occurred_at:
        detail = "The change took place later than that; take it back no earlier than it was made."
        raise Problem(422, "undo_before_change", detail, "at")
    return max(commands.business_time(given, now), undoes.occurred_at)


def _json(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


async def _told(here: Platform, who: Caller, of: Of, undoes: Recorded, way: WayBack, taken: Undone) -> dict[str, Any]:
    """What the undo would do, without the fields that somebody does not see."""
    _, contract = command_contracts()[way.command.NAME]
    record = (of.contract.domain, of.contract.aggregate, undoes.id)
    unseen = (await hidden(here, who, {record}))[record]
    return {
        "id": undoes.id,
        "version": way.version,
        "undoes": {name: getattr(undoes, name) for name in SHOWN},
        "command": way.command.NAME,
        "permission": contract.permission,
        **masked(way.command, unseen),
        "events": [{"type": each.NAME} for each in taken.events],
    }
