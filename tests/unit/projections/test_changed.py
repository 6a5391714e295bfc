"""What each event changed of a record, in business order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.catalog import models_by_name
from projections.changed import changes
from projections.segments import whole
from schemas.generated.crm.company import CompanyCreated, CompanyRemoved, CompanyRestored, CompanyTagged
from schemas.generated.crm.deal import DealAmountChanged, DealChanged, DealPurged, DealRemoved
from tests.unit.projections.log import day, deal_events, log_of, opened, usd

COMPANIES, DEALS = models_by_name("crm")["companies"], models_by_name("crm")["deals"]


def told(model: Any, *events: Any) -> list[list[tuple[str, Any, Any]]]:
    return [[(d.field, d.before, d.after) for d in each.differences] for each in changes(model, log_of(events))]


def money(amount: int) -> Any:
    return {"amount": usd(amount).amount, "currency": "USD"}


def test_a_change_tells_what_was_and_what_is() -> None:
    renamed = DealChanged(deal_id="d1", name="Bigger", company_id="c1", product_id=None, at=day(2))
    worth = DealAmountChanged(deal_id="d1", amount=usd(7), at=day(3))
    made, changed, valued = told(DEALS, opened(at=day(1), amount=usd(5)), renamed, worth)
    assert ("amount", None, money(5)) in made
    assert ("stage", None, "PROSPECTING") in made
    assert "readers" not in [field for field, _, _ in made], "an empty list is nothing"
    assert changed == [("name", "Big", "Bigger"), ("product_id", "p1", None)]
    assert ("amount", money(5), money(7)) in valued
    assert {field for field, _, _ in valued} == {"amount", "amount_said", "weighted"}


def test_what_came_late_changes_what_stood_then() -> None:
    late = DealAmountChanged(deal_id="d1", amount=usd(6), at=day(2))
    found = told(DEALS, opened(at=day(1)), DealAmountChanged(deal_id="d1", amount=usd(7), at=day(3)), late)
    amounts = [[each for each in told_of if each[0] == "amount"] for told_of in found[1:]]
    assert amounts == [[("amount", None, money(6))], [("amount", money(6), money(7))]]


def test_the_trash_and_what_is_purged() -> None:
    created = CompanyCreated(
        company_id="c", name="Umbra", sector=None, year_established=None, revenue=None, employees=0, location=None,
        parent_id=None, at=day(1),
    )  # fmt: skip
    tagged = CompanyTagged(company_id="c", tags=("vip",), at=day(2))
    removed, restored = CompanyRemoved(company_id="c", at=day(3)), CompanyRestored(company_id="c", at=day(4))
    assert told(COMPANIES, created, tagged, removed, restored) == [
        [("name", None, "Umbra"), ("employees", None, 0)],
        [("tags", [], ["vip"])],
        [("removed_at", None, day(3))],
        [("removed_at", day(3), None)],
    ]
    gone = told(
        DEALS, opened(), DealRemoved(deal_id="d1", owner_id="u1", at=day(1)), DealPurged(deal_id="d1", at=day(40))
    )
    assert ("name", "Big", None) in gone[-1]


@given(st.lists(deal_events(), max_size=8))
def test_changes_one_after_the_other_lead_to_what_stands(events: list[Any]) -> None:
    log = log_of(events)
    known: dict[str, Any] = {}
    for each in changes(DEALS, log):
        for difference in each.differences:
            assert (known.get(difference.field) or None) == (difference.before or None)
            known[difference.field] = difference.after
    slices = [s for s in whole(DEALS, log) if s.valid_from != s.valid_to]
    [last] = changes(DEALS, log)[-1:] or [None]
    assert (last is None) == (not events)
    if not slices:
        assert not any(known.values())
    else:
        row = slices[-1].current.row
        assert (known.get("name"), known.get("stage")) == (row.name, row.stage.value)
