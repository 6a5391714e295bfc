"""Why a tenant's deals are won and lost, read for whoever decides on a deal or a reason (`gateway.carried`)."""

from typing import assert_never

from domains.crm.deal_reasons import named
from gateway.latest import up_to_now
from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from schemas.built_in_pipeline import RULES
from schemas.generated.common import DealOutcome, ListedReason
from schemas.generated.crm.deal import LoseDeal, WinDeal
from schemas.generated.crm.reason import DefineReason, RenameReason

DATABASE = "crm"
Command = WinDeal | LoseDeal | DefineReason | RenameReason


async def reasons(here: Platform, tenant: str, command: Command, after: str | None) -> tuple[ListedReason, ...]:
    """The reasons of the tenant's list, as far as a command is decided by them: of a deal those for what becomes of it,
    none where it says none or its pipeline has reasons of its own."""
    match command:
        case DefineReason() | RenameReason():  # what is there already is looked for as the log has it now
            await up_to_now(here, DATABASE)
            return tuple(await _listed(here, tenant, DealOutcome.WON, DealOutcome.LOST))
        case WinDeal():
            outcome, own = DealOutcome.WON, (command.carried or RULES).win_reasons
        case LoseDeal():
            outcome, own = DealOutcome.LOST, (command.carried or RULES).lost_reasons
        case _:
            assert_never(command)
    if not command.reason or own:
        return ()
    if after is not None:
        await here.reach.wait(DATABASE, after)
    found = await _listed(here, tenant, outcome)
    if found and named(command.reason.strip(), found) is None:  # it may have been defined a moment ago
        await up_to_now(here, DATABASE)
        found = await _listed(here, tenant, outcome)
    return tuple(found)


async def _listed(here: Platform, tenant: str, *outcomes: DealOutcome) -> list[ListedReason]:
    """The reasons of these outcomes, by their names."""
    model = models_by_name(DATABASE)["reasons"]
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        rows = await query.every(connection, model, tenant, ("id", "version", "outcome", "name", "retired"))
    found = [
        ListedReason(
            reason_id=row["id"],
            version=row["version"],
            outcome=DealOutcome(row["outcome"]),
            name=row["name"],
            retired=row["retired"],
        )
        for row in rows
    ]
    return sorted((each for each in found if each.outcome in outcomes), key=lambda each: each.name)
