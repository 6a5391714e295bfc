"""The commands that follow from a converted row, one function for each target."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from schemas.contract import Record
from schemas.generated.admin.team import RecordTeam
from schemas.generated.admin.user import RecordUser
from schemas.generated.common import Money
from schemas.generated.crm.company import RecordCompany
from schemas.generated.crm.contact import RecordContact
from schemas.generated.crm.deal import RecordDeal, Stage
from schemas.generated.crm.product import RecordProduct
from streams.importer.naming import Naming
from streams.importer.problems import Problem, RowRefused
from streams.importer.values import same_name

Cells = Mapping[str, Any]
"""Converted cells by field; a blank or unmapped one is absent."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a row does not say itself. `at` is the business time of what has no date; `currency` that of amounts."""

    at: datetime
    currency: str
    naming: Naming


Commands = Callable[[Cells, Origin], Sequence[Record | None]]
"""What a row asks for, in order. None keeps a place, so that a command's number in its row never changes."""


def _money(amount: Decimal | None, origin: Origin) -> Money | None:
    return None if amount is None else Money(amount=amount, currency=origin.currency)


def user(row: Cells, origin: Origin) -> Sequence[Record | None]:
    """The manager, the team, and the user in that team under that manager.

    In a file with keys every manager has a row of their own; in one without, the manager's name is all there is.
    """
    naming, key = origin.naming, row.get("key")
    user_id = naming.identify("admin.user", key, row["name"])
    manager, manager_id, team_id, named = row.get("manager"), None, None, None
    if manager is not None and key is not None:
        manager_id = naming.refer_within("admin.user", "manager", manager, keyed=True)
    elif manager is not None:
        manager_id = naming.identify("admin.user", None, manager)
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
    return [
        RecordCompany(
            company_id=origin.naming.identify("crm.company", key, row["name"]),
            name=row["name"],
            sector=row.get("sector"),
            year_established=row.get("year_established"),
            revenue=_money(row.get("revenue", row.get("revenue_millions")), origin),
            employees=row.get("employees"),
            location=row.get("location"),
            parent_id=origin.naming.refer_within("crm.company", "parent", row.get("parent"), keyed=key is not None),
            at=origin.at,
        )
    ]


def product(row: Cells, origin: Origin) -> Sequence[Record | None]:
    return [
        RecordProduct(
            product_id=origin.naming.identify("crm.product", row.get("key"), row["name"]),
            name=row["name"],
            series=row.get("series"),
            list_price=Money(amount=row["list_price"], currency=origin.currency),
            at=origin.at,
        )
    ]


def contact(row: Cells, origin: Origin) -> Sequence[Record | None]:
    key: str | None = row.get("key") or row.get("email")
    return [
        RecordContact(
            contact_id=origin.naming.identify("crm.contact", key, row["name"]),
            name=row["name"],
            email=row.get("email"),
            phone=row.get("phone"),
            job_title=row.get("job_title"),
            company_id=origin.naming.refer("crm.company", "company", row.get("company")),
            at=origin.at,
        )
    ]


def deal(row: Cells, origin: Origin) -> Sequence[Record | None]:
    naming = origin.naming
    owner_id, company_id, product_id = _all(
        lambda: naming.refer("admin.user", "owner", row["owner"]),
        lambda: naming.refer("crm.company", "company", row.get("company")),
        lambda: naming.refer("crm.product", "product", row.get("product")),
    )
    return [
        RecordDeal(
            deal_id=naming.identify("crm.deal", row["key"], None),
            name=row.get("name", row["key"]),
            company_id=company_id,
            product_id=product_id,
            owner_id=owner_id or "",
            stage=row.get("stage", Stage.PROSPECTING),
            amount=_money(row.get("amount"), origin),
            engaged_at=row.get("engaged_at"),
            closed_at=row.get("closed_at"),
            lost_reason=row.get("lost_reason"),
            at=origin.at,
        )
    ]


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
