"""The commands that follow from a converted row, one function for each target."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domains.integration.cell_forms import same_name
from infra.sheets.problems import Problem
from schemas.contract import Record
from schemas.generated.admin.team import RecordTeam
from schemas.generated.admin.user import RecordUser
from schemas.generated.common import DealOutcome, ListedReason, Money, PipelineRules, PipelineStage, StageKind
from schemas.generated.crm.company import AssignCompany, ClassifyCompany, RecordCompany, TagCompany
from schemas.generated.crm.contact import AssignContact, ClassifyContact, RecordContact, TagContact
from schemas.generated.crm.deal import RecordDeal, Stage
from schemas.generated.crm.product import RecordProduct
from streams.importer.naming import Naming
from streams.importer.pipelines import NONE as NO_PIPELINES
from streams.importer.pipelines import Pipelines, stage_of
from streams.importer.problems import RowRefused
from streams.importer.rates import NONE, Rates
from streams.importer.reasons import NONE as NO_REASONS
from streams.importer.reasons import Reasons

Cells = Mapping[str, Any]
"""Converted cells by field; a blank or unmapped one is absent."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a row does not say itself. `at` is the business time of what has no date; `currency` that of amounts,
    `rates` what they are worth in the tenant's own, `reasons` why deals are won and lost, `pipelines` which it has."""

    at: datetime
    currency: str
    naming: Naming
    rates: Rates = NONE
    reasons: Reasons = NO_REASONS
    pipelines: Pipelines = NO_PIPELINES


CLOSED = (Stage.WON, Stage.LOST)

Commands = Callable[[Cells, Origin], Sequence[Record | None]]
"""What a row asks for, in order. None keeps a place, so that a command's number in its row never changes."""


def _money(amount: Decimal | None, row: Cells, origin: Origin) -> Money | None:
    return None if amount is None else Money(amount=amount, currency=row.get("currency", origin.currency))


def user(row: Cells, origin: Origin) -> Sequence[Record | None]:
    """The manager, the team, and the user in that team under that manager.

    In a file with keys every manager has a row of their own; in one without, the manager's name is all there is.
    """
    naming, key = origin.naming, row.get("key")
    user_id = naming.record("admin.user", row, key, row["name"])
    manager, manager_id, team_id, named = row.get("manager"), None, None, None
    if manager is not None and key is not None:
        manager_id = naming.refer_within("admin.user", "manager", manager, keyed=True)
    elif manager is not None:
        manager_id = naming.named("admin.user", manager)
        named = RecordUser(user_id=manager_id, name=manager, at=origin.at)
    team_key = same_name(row["team"]) if "team" in row else manager_id
    if team_key is not None:
        team_id = naming.derive("admin.team", team_key)
    region = row.get("region")
    team = None
    if team_id is not None:
        name = row.get("team") or naming.team(team_id, region)
        team = RecordTeam(team_id=team_id, name=name, manager_id=manager_id, region=region, at=origin.at)
    return [
        named,
        team,
        RecordUser(
            user_id=user_id,
            name=row["name"],
            email=row.get("email"),
            team_id=team_id,
            manager_id=manager_id,
            at=origin.at,
        ),
    ]


def company(row: Cells, origin: Origin) -> Sequence[Record | None]:
    key = row.get("key")
    if "revenue" in row and "revenue_millions" in row:
        reason = "Revenue is given twice, in units and in millions; map one of the two."
        raise RowRefused(Problem("revenue_doubled", reason, "revenue"))
    naming = origin.naming
    parent_id, owner_id = _all(
        lambda: naming.refer_within("crm.company", "parent", row.get("parent"), keyed=key is not None),
        lambda: naming.refer("admin.user", "owner", row.get("owner")),
    )
    company_id = naming.record("crm.company", row, key, row["name"])
    return [
        RecordCompany(
            company_id=company_id,
            name=row["name"],
            sector=row.get("sector"),
            year_established=row.get("year_established"),
            revenue=_money(row.get("revenue", row.get("revenue_millions")), row, origin),
            employees=row.get("employees"),
            location=row.get("location"),
            website=row.get("website"),
            linkedin=row.get("linkedin"),
            registration_number=row.get("registration_number"),
            vat_number=row.get("vat_number"),
            description=row.get("description"),
            domains=row.get("domain"),
            phone=row.get("phone"),
            parent_id=parent_id,
            at=origin.at,
        ),
        None if owner_id is None else AssignCompany(company_id=company_id, owner_id=owner_id, at=origin.at),
        ClassifyCompany(company_id=company_id, lifecycle=row.get("lifecycle"), source=row.get("source"), at=origin.at)
        if "lifecycle" in row or "source" in row
        else None,
        TagCompany(company_id=company_id, add=row["tags"], at=origin.at) if row.get("tags") else None,
    ]


def product(row: Cells, origin: Origin) -> Sequence[Record | None]:
    return [
        RecordProduct(
            product_id=origin.naming.record("crm.product", row, row.get("key"), row["name"]),
            name=row["name"],
            series=row.get("series"),
            list_price=Money(amount=row["list_price"], currency=row.get("currency", origin.currency)),
            at=origin.at,
        )
    ]


def contact(row: Cells, origin: Origin) -> Sequence[Record | None]:
    naming = origin.naming
    name: str | None = row.get("name") or " ".join(row[part] for part in ("first_name", "last_name") if part in row)
    company_id, owner_id = _all(
        lambda: naming.refer("crm.company", "company", row.get("company")),
        lambda: naming.refer("admin.user", "owner", row.get("owner")),
    )
    whole = {**row, "name": name or None, "company": company_id, "owner": owner_id}
    contact_id = naming.record("crm.contact", whole, row.get("key") or row.get("email"), name)
    return [
        RecordContact(
            contact_id=contact_id,
            name=name or None,
            email=row.get("email"),
            phone=row.get("phone"),
            job_title=row.get("job_title"),
            company_id=company_id,
            at=origin.at,
        ),
        None if owner_id is None else AssignContact(contact_id=contact_id, owner_id=owner_id, at=origin.at),
        ClassifyContact(contact_id=contact_id, lifecycle=row.get("lifecycle"), source=row.get("source"), at=origin.at)
        if "lifecycle" in row or "source" in row
        else None,
        TagContact(contact_id=contact_id, add=row["tags"], at=origin.at) if row.get("tags") else None,
    ]


def deal(row: Cells, origin: Origin) -> Sequence[Record | None]:
    naming = origin.naming
    owner_id, company_id, product_id = _all(
        lambda: naming.refer("admin.user", "owner", row["owner"]),
        lambda: naming.refer("crm.company", "company", row.get("company")),
        lambda: naming.refer("crm.product", "product", row.get("product")),
    )
    rules, entered = _placed(row, origin)
    stage = row.get("stage", Stage.PROSPECTING) if rules is None else _stands(entered)
    amount = _money(row.get("amount"), row, origin)
    is_open = stage not in CLOSED
    hoped: datetime | None = row.get("expected_close_on") or row.get("closed_at")
    whole = {"name": row["key"], **row, "company": company_id, "owner": owner_id}
    return [
        RecordDeal(
            deal_id=naming.record("crm.deal", whole, row["key"], None),
            name=row.get("name", row["key"]),
            company_id=company_id,
            product_id=product_id,
            owner_id=owner_id or "",
            stage=stage,
            amount=amount,
            engaged_at=row.get("engaged_at"),
            closed_at=None if is_open else row.get("closed_at"),
            lost_reason=row.get("lost_reason"),
            won_reason=row.get("won_reason"),
            reasons=_reasons(stage, row, origin),
            expected_close_on=hoped.date() if is_open and hoped is not None else None,  # when it closes is a hope then
            next_step=row.get("next_step") if is_open else None,
            rates=origin.rates.of(amount, origin.at if is_open else row.get("closed_at") or origin.at),
            pipeline_id=None if rules is None or "pipeline" not in row else rules.pipeline_id,
            stage_id=None if entered is None else entered.stage_id,
            carried=rules,
            at=origin.at,
        )
    ]


def _stands(entered: PipelineStage | None) -> Stage:
    """How a deal stands in a stage that the tenant said; it is open where none is named."""
    match entered:
        case PipelineStage(kind=StageKind.WON):
            return Stage.WON
        case PipelineStage(kind=StageKind.LOST):
            return Stage.LOST
        case _:
            return Stage.OPEN


def _placed(row: Cells, origin: Origin) -> tuple[PipelineRules | None, PipelineStage | None]:
    """The pipeline of the tenant's that a row names, or the one that is always there if the tenant changed that, and
    the stage of it; raises `RowRefused`."""
    rules = origin.pipelines.of(row["pipeline"]) if "pipeline" in row else origin.pipelines.changed
    return rules, stage_of(rules, row["stage"]) if rules is not None and "stage" in row else None


def _reasons(stage: Stage, row: Cells, origin: Origin) -> tuple[ListedReason, ...]:
    """The one of the tenant's list that a row means, of a deal that is closed."""
    match stage:
        case Stage.WON:
            return origin.reasons.of(DealOutcome.WON, row.get("won_reason"))
        case Stage.LOST:
            return origin.reasons.of(DealOutcome.LOST, row.get("lost_reason"))
        case _:
            return ()


def _all(*references: Callable[[], str | None]) -> list[str | None]:
    """What each reference gives; raises `RowRefused` with the problems of all."""
    found: list[str | None] = []
    problems: list[Problem] = []
    for refer in references:
        try:
            found.append(refer())
        except RowRefused as refused:
            problems += refused.problems
    if problems:
        raise RowRefused(*problems)
    return found
