"""What became of a bulk change: its report, and taking it back."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from domains.integration.in_bulk import OFFERED
from gateway.access.beyond import must_hold
from gateway.access.gate import may_command, model_of, permission_to_read
from gateway.audit.noted import Noted
from gateway.auth import Caller
from gateway.bulk.operation import REVERT, envelope, model, row_of
from gateway.bulk.picked import allowed
from gateway.commands import ID, Asked
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from infra.blobs import BlobMissing
from infra.bulk_files import Outcome, keep_outcomes, reported
from infra.log.envelope import CommandEnvelope
from projections.generations import reading
from projections.visible import EVERYTHING
from schemas.contract import contracts
from schemas.generated.integration.bulk_change import CONTRACT, RevertBulkChange

_ENDED = ("COMPLETED", "CANCELLED", "FAILED", "REVERT_FAILED")


class RevertBulk(BaseModel):
    """Begins to take back what a bulk change did, where nothing of it was changed since."""

    model_config = ConfigDict(extra="forbid")


async def report(here: Platform, who: Caller, id: str, of: str) -> Path:
    """Where the report is on a bulk change, or with of=revert on taking it back. Raises problems."""
    if of not in ("change", "revert"):
        raise Problem(400, "bad_value", "of is change or revert.", "of")
    row = await row_of(here, who, id)
    _must_be_own(who, row)
    hash = row["report" if of == "change" else "revert_report"]
    try:
        return here.blobs.path(who.tenant, hash or "", "bulk")
    except BlobMissing as error:
        raise not_found("report") from error


def _must_be_own(who: Caller, row: Mapping[str, Any]) -> None:
    """A 403 problem for what somebody else did to records that not all may be read."""
    if who.standing.who is not None and row["owner_id"] != who.user:
        must_hold(who.standing, [permission_to_read(*row["target"].split("."))])


async def prepared(here: Platform, who: Caller, said: Mapping[str, Any], asked: Asked, told: Noted) -> CommandEnvelope:
    """The command that begins to take a bulk change back, with what is withheld from whoever does. `told` notes it for
    the audit. Raises problems."""
    who.standing.needed(REVERT.permission, model().access)
    id = asked.id or ""
    if not ID.fullmatch(id):
        raise not_found(model().name)
    await up_to_now(here, CONTRACT.domain)
    row = await row_of(here, who, id)
    _must_be_own(who, row)
    command = RevertBulkChange(bulk_change_id=id, actor=who.name, at=datetime.now(UTC))
    await may_command(here, who, CONTRACT, REVERT, id, command)
    if row["report"] is not None and row["status"] in _ENDED and not row["dry_run"]:
        command = replace(command, withheld=await _withheld(here, who, row))
    sent = await envelope(here, who, asked, command, dict(said))
    told.command(sent)
    return sent


async def _withheld(here: Platform, who: Caller, row: Mapping[str, Any]) -> str | None:
    """The file of the records to which somebody may not do what takes this back, None where there are none. A 403
    problem where they may do it to no record, 409 where nobody knows any more what was done."""
    domain, aggregate = row["target"].split(".")
    contract, records_of = contracts()[domain, aggregate], model_of(domain, aggregate)
    assert records_of is not None
    takes = [each.permission for each in contract.commands if each.verb in OFFERED[row["target"]][row["verb"]]]
    needed = [who.standing.needed(permission, records_of.access) for permission in takes]
    within = [each for each in needed if each != EVERYTHING]
    try:
        ids = await asyncio.to_thread(_changed, reported(here.blobs, who.tenant, row["report"]))
    except BlobMissing as error:
        days = here.settings.reports_kept
        detail = f"It ended more than {days} days ago, and what it did is not kept; take changes back one by one."
        raise Problem(409, "report_gone", detail) from error
    if not within:
        return None
    left: Collection[str] = ids
    async with reading(here.readers[records_of.database], who.tenant, records_of) as connection:
        for visible in within:
            left = await allowed(connection, records_of, who.tenant, tuple(left), visible)
    withheld = [Outcome(id=id, outcome="kept") for id in ids if id not in left]
    return await asyncio.to_thread(keep_outcomes, here.blobs, who.tenant, withheld) if withheld else None


def _changed(found: Iterable[Outcome]) -> list[str]:
    return [each.id for each in found if each.outcome == "changed"]
