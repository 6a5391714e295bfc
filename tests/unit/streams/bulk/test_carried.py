"""What deals are worth when many are closed, reopened or converted at once: each by the rate of its own day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.blobs import Blobs
from schemas.generated.common import BookTerms, Money
from schemas.generated.crm import activity as a
from schemas.generated.crm import deal as d
from schemas.generated.integration.bulk_change import BulkChangeStatus
from streams.importer.rates import rates
from tests.unit.streams.bulk.office import Office
from tests.unit.streams.importer.memory import AT, Memory

KNOWN = rates(
    "USD",
    [
        ("r1", 1, "EUR", "USD", date(2026, 1, 1), "1.1"),
        ("r2", 1, "EUR", "USD", date(2026, 1, 20), "1.2"),
        ("r3", 1, "GBP", "USD", date(2026, 1, 10), "1.4"),
    ],
)
ENGAGED, CLOSED = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 10, 15, tzinfo=UTC)
WIN = d.WinDeal(deal_id="", at=CLOSED)


def money(currency: str, amount: int = 100) -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def engaged(office: Office, **worth: str | None) -> Office:
    """Deals by their ids, each worth a hundred of a currency, or nobody knows what."""
    office.memory.rates = KNOWN
    for id, currency in worth.items():
        amount = money(currency) if currency else None
        office.do(d.OpenDeal(deal_id=id, name=id, owner_id="ann", amount=amount, at=ENGAGED))
        office.do(d.EngageDeal(deal_id=id, at=ENGAGED))
    return office


def rate(office: Office, id: str) -> str | None:
    found = office.of("deal", id).conversion
    return found and found.rate


def test_deals_are_won_and_given_back_each_by_the_rate_of_its_currency_and_day(office: Office) -> None:
    engaged(office, e="EUR", u="USD", g="GBP", j="JPY", n=None)
    state = office.changed(WIN, ["e", "u", "g", "j", "n", "d0", "x"])
    assert (state.status, state.changed, state.refused) == (BulkChangeStatus.COMPLETED, 4, 3)
    told = {id: each.code for id, each in office.report(state.report).items() if each.code}
    assert told == {"n": "amount_missing", "d0": "deal_not_engaging", "x": "not_found"}
    assert [rate(office, id) for id in "eugj"] == ["1.1", "1", "1.4", None]
    assert office.rates_read == 1, "once, and not for each deal"
    assert all(len(each.command.rates) <= 1 for each in office.sent()), "none but its own"
    state = office.reverted()
    assert (state.reverted, state.kept) == (4, 0)
    assert {office.of("deal", id).stage for id in "eugj"} == {d.Stage.ENGAGING}
    assert [rate(office, id) for id in "eugj"] == ["1.2", "1", "1.4", None], "of the day on which they are open again"
    assert office.rates_read == 2


def test_what_a_deal_is_won_for_has_the_rate_of_its_own_currency(office: Office) -> None:
    engaged(office, e="EUR")
    office.changed(replace(WIN, amount=money("GBP")), ["e"])
    assert rate(office, "e") == "1.4"
    state = office.reverted()
    assert (state.reverted, state.kept) == (0, 1), "no command gives back what it was worth"
    assert office.report(state.revert_report)["e"].code == "no_inverse"


@pytest.mark.parametrize("dry_run", [True, False])
def test_closed_deals_are_converted_by_the_day_they_closed_and_open_ones_by_today(
    office: Office, dry_run: bool
) -> None:
    engaged(office, won="EUR", lost="EUR", open="EUR", other="JPY", same="EUR")
    office.do(replace(WIN, deal_id="won"))
    office.do(d.LoseDeal(deal_id="lost", reason="Price", at=CLOSED + timedelta(days=15)))
    office.do(replace(WIN, deal_id="same", rates=KNOWN.of(money("EUR"), CLOSED)))
    ids = ["won", "lost", "open", "other", "same"]
    state = office.changed(d.ConvertDeal(deal_id="", at=AT), ids, dry_run=dry_run)
    assert (state.changed, state.unchanged, state.refused) == (3, 1, 1)
    assert office.report(state.report)["other"].code == "exchange_rate_missing"
    found = [rate(office, id) for id in ids]
    assert found == ([None, None, None, None, "1.1"] if dry_run else ["1.1", "1.2", "1.2", None, "1.1"])
    assert office.rates_read == 1


def test_reopened_ones_have_the_rate_of_that_day_and_are_closed_again_as_they_were_by_a_revert(office: Office) -> None:
    engaged(office, e="EUR", g="GBP", n="EUR")
    for id, told in (("e", KNOWN.of(money("EUR"), CLOSED)), ("g", KNOWN.of(money("GBP"), CLOSED)), ("n", ())):
        office.do(d.LoseDeal(deal_id=id, reason="Price", rates=told, at=CLOSED))
    state = office.changed(d.ReopenDeal(deal_id="", at=AT), ["e", "g", "n", "d0"])
    assert (state.changed, state.unchanged, state.refused) == (3, 1, 0)
    assert [rate(office, id) for id in "egn"] == ["1.2", "1.4", "1.2"]
    office.do(d.LoseDeal(deal_id="g", reason="Time", at=AT))
    state = office.reverted()
    assert (state.reverted, state.kept) == (1, 2)
    closed = office.of("deal", "e")
    assert (closed.stage, closed.closed_at, closed.lost_reason) == (d.Stage.LOST, CLOSED, "Price")
    assert rate(office, "e") == "1.1", "as it was closed"
    assert office.of("deal", "g").lost_reason == "Time"
    kept = {id: each.code for id, each in office.report(state.revert_report).items() if each.code}
    assert kept == {"g": "changed_since", "n": "no_inverse"}, "one that had no rate would keep the one that it has"


def test_converted_ones_are_worth_again_what_they_were(office: Office) -> None:
    engaged(office, first="EUR", then="EUR", since="EUR")
    for id in ("then", "since"):
        office.do(d.ChangeDealAmount(deal_id=id, amount=money("EUR", 7), rates=KNOWN.of(money("EUR"), CLOSED), at=AT))
    assert office.changed(d.ConvertDeal(deal_id="", at=AT), ["first", "then", "since"]).changed == 3
    later = KNOWN.of(money("EUR"), CLOSED)
    office.do(d.ChangeDealAmount(deal_id="since", amount=money("EUR", 8), rates=later, at=AT))
    assert [rate(office, id) for id in ("first", "then", "since")] == ["1.2", "1.2", "1.1"]
    state = office.reverted()
    assert (state.reverted, state.kept) == (1, 2)
    kept = {id: each.code for id, each in office.report(state.revert_report).items() if each.code}
    assert kept == {"first": "no_inverse", "since": "changed_since"}, "one that had no rate keeps the one that it has"
    assert rate(office, "then") == "1.1"


def test_nothing_is_given_back_at_a_time_before_it_was_taken(office: Office) -> None:
    engaged(office, e="EUR")
    later = AT + timedelta(hours=12)
    office.changed(replace(WIN, at=later), ["e"])
    assert office.reverted().reverted == 1
    assert office.memory.history["crm", "deal", "e"][-1].at == later


def test_a_contact_with_a_say_in_many_deals_is_taken_out_again(office: Office) -> None:
    office.do(d.SetDealContact(deal_id="d1", contact_id="c", roles=(d.DealRole.BLOCKER,), at=AT))
    command = d.SetDealContact(deal_id="", contact_id="c", roles=(d.DealRole.CHAMPION,), at=AT)
    assert office.changed(command, ["d0", "d1"]).changed == 2
    assert office.reverted().reverted == 2
    assert office.of("deal", "d0").contacts == ()
    assert office.of("deal", "d1").contacts == (d.DealContact(contact_id="c", roles=(d.DealRole.BLOCKER,)),)
    assert office.rates_read == 0, "nobody asks for rates that nothing needs"


def test_price_books_are_chosen_for_many_deals_and_given_back_but_a_retired_one(office: Office) -> None:
    terms = {id: BookTerms(price_book_id=id, version=3, currency="EUR") for id in ("old", "gone", "new")}
    engaged(office, fits="EUR", none=None, dollars="USD", back="EUR", late="EUR")
    for id, book in (("back", "old"), ("late", "gone")):
        office.do(d.ChooseDealPriceBook(deal_id=id, price_book_id=book, book=terms[book], at=AT))
    choose = d.ChooseDealPriceBook(deal_id="", price_book_id="new", book=terms["new"], at=AT)
    ids = ["fits", "none", "dollars", "back", "late"]
    ended = office.changed(choose, ids)
    assert (ended.changed, ended.refused) == (4, 1)
    assert [office.of("deal", id).price_book_id for id in ids] == ["new", "new", None, "new", "new"]
    office.books = {**terms, "old": replace(terms["old"], version=5), "gone": replace(terms["gone"], retired=True)}
    back = office.reverted()
    assert (back.reverted, back.kept) == (3, 1)
    assert [office.of("deal", id).price_book_id for id in ids] == [None, None, None, "old", "new"]
    assert office.memory.history["crm", "deal", "back"][-1].book_version == 5, "by what the book says by then"


def test_tasks_are_put_off_and_due_again_when_they_were(office: Office) -> None:
    for id, due in (("a1", AT), ("a2", None)):
        task = a.CreateActivity(
            activity_id=id, kind=a.ActivityKind.TASK, title="Call", owner_id="ann", due_at=due, at=AT
        )
        office.do(task)
    put_off = a.RescheduleActivity(activity_id="", due_at=AT + timedelta(days=3), at=AT)
    assert office.changed(put_off, ["a1", "a2"]).changed == 2
    assert {office.of("activity", id).due_at for id in ("a1", "a2")} == {AT + timedelta(days=3)}
    assert office.reverted().reverted == 2
    assert [office.of("activity", id).due_at for id in ("a1", "a2")] == [AT, None]


@settings(deadline=None, max_examples=60)
@given(
    worths=st.lists(st.sampled_from([None, "EUR", "USD", "GBP", "JPY"]), min_size=1, max_size=6),
    command=st.sampled_from([WIN, d.LoseDeal(deal_id="", reason="Price", at=CLOSED)]),
    days=st.integers(-8, 21),
    back=st.booleans(),
)
def test_each_deal_is_what_a_command_of_its_own_would_make_of_it(
    worths: list[str | None], command: Any, days: int, back: bool
) -> None:
    command = replace(command, at=CLOSED + timedelta(days=days))
    known = {currency: KNOWN.of(money(currency), command.at) for currency in ("EUR", "USD", "GBP", "JPY")}
    of_the_day = tuple(each for found in known.values() for each in found)
    with TemporaryDirectory() as folder:
        ids = {f"m{number}": currency for number, currency in enumerate(worths)}
        office = engaged(Office(Memory(Blobs(Path(folder)))), **ids, **{f"s{id}": each for id, each in ids.items()})
        before = {id: office.of("deal", id) for id in ids}
        office.changed(command, list(ids))
        for id in ids:
            office.memory.do(replace(command, deal_id=f"s{id}", rates=of_the_day))
            single = office.of("deal", f"s{id}")
            assert office.of("deal", id) == replace(single, deal_id=id, name=id)
        if back:
            assert office.reverted().kept == 0
            kept = [replace(office.of("deal", id), conversion=None) for id in ids]
            assert kept == [replace(each, conversion=None) for each in before.values()]
