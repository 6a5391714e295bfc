"""The work that all sides of a comparison are given: the sample's deals, as the commands that made them what they are.

A deal is opened, engaged once the customer has, then won or lost if it was. One copy of the sample is 23,811 commands
on 8,800 deals; more copies are the same deals under other ids. All copies together run in the order of time.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid5

from infra.settings import ROOT

SAMPLE = ROOT / "tests/data/crm-sales-opportunities/sales_pipeline.csv"
NAMESPACE = UUID("6f1c2f0e-6a0b-5d5c-9a55-0c7a2f3a9b10")
AFTER_ALL = datetime(2018, 1, 1, tzinfo=UTC)
"""When deals without a date are opened: after all that have one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command. Steps of one deal come in the order open, engage, win or lose; each is `at` a later time.

    `name` to `product` are set on every step, `amount` on those that win: what the deal was sold for.
    """

    kind: Literal["open", "engage", "win", "lose"]
    deal: str
    at: datetime
    name: str
    owner: str
    company: str
    product: str
    amount: Decimal | None


def deals(copies: int) -> Iterator[Step]:
    """The commands of so many copies, the same at every call; memory does not grow with the copies."""
    with SAMPLE.open(newline="") as file:
        steps = [step for row in csv.DictReader(file) for step in _steps(row)]
    steps.sort(key=lambda step: step.at)  # stable: deals of one moment stay in the file's order
    for step in steps:
        for copy in range(copies):
            yield replace(step, deal=str(uuid5(NAMESPACE, f"{copy}/{step.deal}")))


def write(path: Path, copies: int) -> int:
    """Writes the commands as JSON lines, the amount as a string; gives how many there are."""
    with path.open("w") as file:
        written = [file.write(json.dumps(_plain(step)) + "\n") for step in deals(copies)]
    return len(written)


def _steps(row: dict[str, str]) -> Iterator[Step]:
    """Of one row, with its own id for the deal's. A day's opening, engaging and closing are hours apart."""
    about = (f"{row['product']} for {row['account'] or row['opportunity_id']}", row["sales_agent"])
    names = (*about, row["account"], row["product"])
    deal, engaged, closed = row["opportunity_id"], _day(row["engage_date"]), _day(row["close_date"])
    yield Step("open", deal, engaged or AFTER_ALL, *names, None)
    if engaged is not None:
        yield Step("engage", deal, engaged + timedelta(hours=8), *names, None)
    if closed is not None and row["deal_stage"] == "Won":
        yield Step("win", deal, closed + timedelta(hours=16), *names, Decimal(row["close_value"]))
    if closed is not None and row["deal_stage"] == "Lost":
        yield Step("lose", deal, closed + timedelta(hours=16), *names, None)


def _day(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _plain(step: Step) -> dict[str, str | None]:
    amount = None if step.amount is None else str(step.amount)
    return {**asdict(step), "at": step.at.isoformat(), "amount": amount}
