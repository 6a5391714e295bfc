"""`POST /integration/bulk-changes`: one command for many records, as one operation.

Which records are meant is decided here, once, by the same decision point as commands: those that somebody sees, and of
these those to which they may do it. A worker does the rest (`streams.bulk`).
"""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from domains.integration.in_bulk import OFFERED
from gateway import commands
from gateway.access.gate import may_command, may_do, model_of
from gateway.audit.noted import Noted
from gateway.auth import Caller
from gateway.bodies import OptionalMoment, OptionalText, Text, checked
from gateway.bulk.operation import START, envelope, is_known, model, seed_of
from gateway.bulk.picked import barred, picked
from gateway.carried import by_pipeline, carrying_each
from gateway.commands import Asked, Route
from gateway.custom import custom_values
from gateway.cycles import standing_above
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem
from infra.bulk_files import Selected, keep_selection
from infra.log.envelope import CommandEnvelope
from infra.plain import dump
from projections.model import ReadModel
from projections.visible import Visible
from schemas.contract import CommandContract, contracts, fields
from schemas.generated.integration.bulk_change import CONTRACT, StartBulkChange

_Ids = Annotated[list[Text], Field(min_length=1, max_length=25_000)]


class StartBulk(BaseModel):
    """Begins to do one thing to many records, as one operation that can be taken back."""

    model_config = ConfigDict(extra="forbid")

    target: Text = Field(description=f"What the records are: {', '.join(OFFERED)}.", examples=["crm.deal"])
    verb: Text = Field(description="What is done to each, as its own command's verb.", examples=["remove"])
    values: dict[Text, Any] = Field(default_factory=dict[str, Any], description="The body of that command.")
    ids: _Ids | None = Field(None, description="The records, by their ids; or ask for them by the rest.")
    where: dict[Text, Any] | None = Field(None, description="Conditions as a list takes them.")
    view: OptionalText = Field(None, description="A saved view of the list.")
    all: Annotated[bool, Field(strict=True)] = Field(False, description="Every record that you may read.")
    trash: Annotated[bool, Field(strict=True)] = Field(False, description="Those in the trash, of what is asked for.")
    zone: OptionalText = Field(None, description="Whose days the periods in `where` are.")
    dry_run: Annotated[bool, Field(strict=True)] = Field(False, description="Whether only to tell what would come.")
    at: OptionalMoment = Field(None, description="Business time of the changes. Now, when left out.")


async def prepared(here: Platform, who: Caller, said: Mapping[str, Any], asked: Asked, told: Noted) -> CommandEnvelope:
    """The command that starts what these checked values say, with its records picked and kept. `told` notes it for the
    audit. Raises problems."""
    who.standing.needed(START.permission, model().access)
    route, records_of = _offered(said["target"], said["verb"])
    seed = seed_of(who, asked)
    id = str(uuid.uuid5(uuid.NAMESPACE_OID, seed) if seed else uuid.uuid4())
    at = commands.business_time(said["at"], datetime.now(UTC))
    command, visible = await _command(here, who, route, said, at)
    if seed is None or not await is_known(here, who.tenant, id):
        await up_to_now(here, records_of.database)
        keyed = by_pipeline(route.command.cls)
        found = await picked(here, who, records_of, said, visible, asked.after, keyed=keyed)
        each = await carrying_each(here, who.tenant, command, found.keys, asked.after)
        records = barred(found.records, await standing_above(here, who.tenant, command), "cyclic_tree")
        file = await _kept(here, who, id, each, records)
    else:  # a retry: what was selected then counts, and the processor knows the first answer
        file, records = "0" * 64, (Selected(id=id),)
    start = StartBulkChange(
        bulk_change_id=id,
        target=said["target"],
        verb=said["verb"],
        says=None if _may_be_personal(route.command) else dump(said["values"]).decode(),
        file=file,
        selected=len(records),
        barred=sum(bool(record.code) for record in records),
        dry_run=said["dry_run"],
        owner_id=who.person or who.name,
        actor=who.name,
        at=at,
    )
    given = {name: value for name, value in said.items() if name != "at" or value is not None}
    sent = await envelope(here, who, asked, start, given)
    told.command(sent)
    await may_command(here, who, CONTRACT, START, id, start)
    return sent


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
    contract, records_of = contracts()[domain, aggregate], model_of(domain, aggregate)
    assert records_of is not None
    return next(route for route in commands.routes(contract) if route.command.verb == verb), records_of


async def _command(
    here: Platform, who: Caller, route: Route, said: Mapping[str, Any], at: datetime
) -> tuple[Any, Visible]:
    """The command for each of the records, without their ids, and to which somebody may send it. Raises problems."""
    try:
        values = checked(said["values"], route.body)
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


async def _kept(here: Platform, who: Caller, id: str, each: Mapping[str, Any], records: Sequence[Selected]) -> str:
    """The hash of the file that the worker reads; a 422 problem for a value that cannot be written."""
    try:
        return await asyncio.to_thread(keep_selection, here.blobs, here.codec, who.tenant, id, each, records)
    except ValueError as error:
        raise Problem(422, "invalid_field", f"A value cannot be written: {error}", "values") from error


def _may_be_personal(command: CommandContract) -> bool:
    return any(each.subject is not None for each in fields(command.cls))
