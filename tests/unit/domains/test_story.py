"""A quarter in a sales team, told to an in-memory log."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domains.kernel import Rejected
from schemas.generated.admin.user import CreateUser, DeactivateUser
from schemas.generated.common import Money
from schemas.generated.crm.deal import AssignDeal, EngageDeal, OpenDeal, RecordDeal, Stage, WinDeal
from tests.log import MemoryLog


def day(number: int) -> datetime:
    return datetime(2026, 2, number, tzinfo=UTC)


def usd(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


@pytest.fixture
def log() -> MemoryLog:
    log = MemoryLog()
    log.send("acme", CreateUser(user_id="dustin", name="Dustin", at=day(1)))
    log.send("acme", CreateUser(user_id="anna", name="Anna", manager_id="dustin", at=day(1)))
    for number in (1, 2, 3):
        log.send("acme", OpenDeal(deal_id=f"d{number}", name=f"Deal {number}", owner_id="anna", at=day(number)))
    log.send("acme", EngageDeal(deal_id="d1", at=day(4)))
    log.send("acme", WinDeal(deal_id="d1", amount=usd(500), at=day(9)))
    return log


def owners(log: MemoryLog) -> dict[str, str]:
    return {key: row.owner_id for key, row in log.rows("crm", "deals", "acme").items()}


def test_the_open_deals_of_one_who_leaves_pass_to_the_manager(log: MemoryLog) -> None:
    log.send("acme", DeactivateUser(user_id="anna", at=day(10)))
    assert owners(log) == {"d1": "anna", "d2": "dustin", "d3": "dustin"}


def test_a_deal_that_comes_to_one_who_has_left_passes_on_at_once(log: MemoryLog) -> None:
    log.send("acme", DeactivateUser(user_id="anna", at=day(10)))
    log.send("acme", OpenDeal(deal_id="d4", name="Late", owner_id="anna", at=day(11)))
    log.send("acme", AssignDeal(deal_id="d2", owner_id="anna", at=day(11)))
    assert owners(log)["d4"] == "dustin"
    assert owners(log)["d2"] == "dustin"


def test_without_a_manager_the_deals_stay(log: MemoryLog) -> None:
    log.send("acme", OpenDeal(deal_id="d5", name="Boss's", owner_id="dustin", at=day(5)))
    log.send("acme", DeactivateUser(user_id="dustin", at=day(10)))
    assert owners(log)["d5"] == "dustin"


def test_another_tenant_sees_nothing_of_it(log: MemoryLog) -> None:
    log.send("other", OpenDeal(deal_id="d1", name="Theirs", owner_id="anna", at=day(1)))
    log.send("acme", DeactivateUser(user_id="anna", at=day(10)))
    assert {row.owner_id for row in log.rows("crm", "deals", "other").values()} == {"anna"}


def test_a_repeated_command_has_its_first_answer(log: MemoryLog) -> None:
    opening = OpenDeal(deal_id="d9", name="Once", owner_id="anna", at=day(1))
    first = log.send("acme", opening, "00000000-0000-4000-8000-000000000001")
    assert log.send("acme", opening, "00000000-0000-4000-8000-000000000001") == first
    assert len([e for e in log.entries if e.id == "d9"]) == 1


def test_a_refused_command_leaves_nothing_behind(log: MemoryLog) -> None:
    before = list(log.entries)
    with pytest.raises(Rejected):
        log.send("acme", WinDeal(deal_id="d2", at=day(9)))
    assert log.entries == before


def test_an_import_tells_the_whole_story_of_a_deal(log: MemoryLog) -> None:
    row = RecordDeal(
        deal_id="d7", name="Old", owner_id="anna", stage=Stage.WON, amount=usd(1054),
        engaged_at=day(2), closed_at=day(8), at=day(20),
    )  # fmt: skip
    assert [type(event).__name__ for event in log.send("acme", row)] == ["DealOpened", "DealEngaged", "DealWon"]
    assert log.send("acme", row) == []
    deal = log.rows("crm", "deals", "acme")["d7"]
    assert (deal.stage, deal.engaged_at, deal.closed_at) == (Stage.WON, day(2), day(8))
