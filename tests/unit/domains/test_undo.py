"""Taking back one change: by which command, when not, and that nothing else becomes another."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domains.crm.deal_lines import asked
from domains.kernel import Rejected, deciders, execute
from domains.undoing import ChangedSince, Undone, undone
from schemas.built_in_pipeline import ENGAGING
from schemas.contract import ERASED
from schemas.generated.common import Conversion, CustomValue, DealOutcome, FieldKind, Money
from schemas.generated.crm.activity import (
    ActivityCompleted,
    ActivityCreated,
    ActivityErased,
    ActivityFieldsSet,
    ActivityKind,
    ActivityLinked,
    ActivityReminded,
    ActivityRescheduled,
    ReopenActivity,
    RescheduleActivity,
    SetActivityFields,
    UnlinkActivity,
)
from schemas.generated.crm.contact import (
    ChangeContact,
    ContactChanged,
    ContactClassified,
    ContactCreated,
    ContactErased,
    ContactMoved,
    ContactRemoved,
    ContactRestored,
    ContactShared,
    ContactTagged,
    MoveContact,
    RemoveContact,
    RestoreContact,
    ShareContact,
    TagContact,
    UnshareContact,
)
from schemas.generated.crm.deal import (
    ChangeDealAmount,
    ChangeDealLines,
    CloseDealAgain,
    DealAmountChanged,
    DealChanged,
    DealContactDropped,
    DealContactSet,
    DealConverted,
    DealEngaged,
    DealFieldsSet,
    DealLine,
    DealLinesChanged,
    DealLost,
    DealMoved,
    DealOpened,
    DealReopened,
    DealRole,
    DealSplitsSet,
    DealWon,
    DropDealContact,
    ReopenDeal,
    RestoreDealConversion,
    SetDealContact,
    SetDealFields,
    SetDealSplits,
    Split,
)
from tests.spec import fold, given
from tests.unit.domains.test_invariants import decided, history

AT, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
MAUD = ContactCreated(
    contact_id="p", name="Maud", email="maud@umbra.example", phone=None, job_title=None, company_id="u", at=AT
)
DEAL = DealOpened(deal_id="d", name="Tea", owner_id="ann", amount=None, at=AT)
TASK = ActivityCreated(activity_id="a", kind=ActivityKind.TASK, title="Call", owner_id="ann", at=AT)
CRM = deciders("crm")


def usd(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def undo(aggregate: str, number: int, *events: Any) -> Any:
    """The command that takes the event of this number back, or who changed it since."""
    found = undone(CRM[aggregate], events, number, NOW)
    return found.command if isinstance(found, Undone) else found


def refused(code: str, aggregate: str, number: int, *events: Any) -> None:
    with pytest.raises(Rejected) as caught:
        undone(CRM[aggregate], events, number, NOW)
    assert caught.value.code == code, caught.value.message
    assert caught.value.message.endswith(".")


def line(id: str, price: str) -> DealLine:
    return DealLine(line_id=id, name="Tea", quantity="1", unit_price=price, currency="USD", net=price, total=price)


def named(name: str, job: str | None = None) -> ContactChanged:
    return ContactChanged(contact_id="p", name=name, email="maud@umbra.example", phone=None, job_title=job, at=AT)


def test_a_change_is_taken_back_by_the_command_that_would_make_it() -> None:
    moved = ContactMoved(contact_id="p", company_id="v", at=AT)
    assert undo("contact", 2, MAUD, moved) == MoveContact(contact_id="p", company_id="u", at=NOW)
    amounts = [DealAmountChanged(deal_id="d", amount=usd(n), at=AT) for n in (5, 7)]
    assert undo("deal", 3, DEAL, *amounts) == ChangeDealAmount(deal_id="d", amount=usd(5), at=NOW)
    assert undo("contact", 1, MAUD) == RemoveContact(contact_id="p", at=NOW)
    assert undo("contact", 2, MAUD, ContactRemoved(contact_id="p", at=AT)) == RestoreContact(contact_id="p", at=NOW)
    back = (ContactRemoved(contact_id="p", at=AT), ContactRestored(contact_id="p", at=AT))
    assert undo("contact", 3, MAUD, *back) == RemoveContact(contact_id="p", at=NOW)
    linked = ActivityLinked(activity_id="a", record="crm/deal/d", at=AT)
    assert undo("activity", 2, TASK, linked) == UnlinkActivity(activity_id="a", record="crm/deal/d", at=NOW)
    done = ActivityCompleted(activity_id="a", owner_id="ann", outcome="Reached", at=AT)
    assert undo("activity", 2, TASK, done) == ReopenActivity(activity_id="a", at=NOW)


def test_what_came_later_stays() -> None:
    renamed, retired = named("Maude"), named("Maude", "Retired")
    command = undo("contact", 2, MAUD, renamed, retired)
    assert isinstance(command, ChangeContact)
    assert (command.name, command.job_title) == ("Maud", "Retired")
    both = [ContactTagged(contact_id="p", tags=tags, at=AT) for tags in (("a", "b"), ("a", "b", "c"))]
    assert undo("contact", 2, MAUD, *both) == TagContact(contact_id="p", remove=("a", "b"), at=NOW)
    less = ContactTagged(contact_id="p", tags=("b", "c"), at=AT)
    assert undo("contact", 4, MAUD, *both, less) == TagContact(contact_id="p", add=("a",), at=NOW)

    def value(key: str, text: str | None) -> CustomValue:
        return CustomValue(key=key, kind=FieldKind.TEXT, values=() if text is None else (text,))

    first = DealFieldsSet(deal_id="d", custom=(value("x", "1"),), at=AT)
    second = DealFieldsSet(deal_id="d", custom=(value("x", "1"), value("y", "2")), at=AT)
    assert undo("deal", 2, DEAL, first, second) == SetDealFields(deal_id="d", custom=(value("x", None),), at=NOW)
    first, second = (ActivityFieldsSet(activity_id="a", custom=each.custom, at=AT) for each in (first, second))
    back = SetActivityFields(activity_id="a", custom=(value("x", None),), at=NOW)
    assert undo("activity", 2, TASK, first, second) == back
    refused("erasure_final", "activity", 4, TASK, first, second, ActivityErased(activity_id="a", at=AT))
    erased = undo("activity", 2, TASK, first, ActivityErased(activity_id="a", at=AT))
    assert erased == ChangedSince(3, ["custom"])


def test_who_has_a_part_in_a_deal_is_as_it_was() -> None:
    champion, boss = (DealRole.CHAMPION,), (DealRole.DECISION_MAKER,)
    said = DealContactSet(deal_id="d", contact_id="p", roles=champion, at=AT)
    other = DealContactSet(deal_id="d", contact_id="q", roles=boss, at=AT)
    assert undo("deal", 2, DEAL, said, other) == DropDealContact(deal_id="d", contact_id="p", at=NOW)
    again = DealContactSet(deal_id="d", contact_id="p", roles=boss, at=AT)
    as_before = SetDealContact(deal_id="d", contact_id="p", roles=champion, at=NOW)
    assert undo("deal", 3, DEAL, said, again) == as_before
    assert undo("deal", 3, DEAL, said, DealContactDropped(deal_id="d", contact_id="p", at=AT)) == as_before
    one, two = line("1", "2"), line("2", "3")
    lines = [DealLinesChanged(deal_id="d", lines=each, at=AT) for each in ((one,), (two, line("1", "5")))]
    as_it_was = ChangeDealLines(deal_id="d", lines=(asked(one),), drop=("2",), at=NOW)
    assert undo("deal", 3, DEAL, *lines) == as_it_was
    more = DealLinesChanged(deal_id="d", lines=(line("3", "1"),), at=AT)
    assert undo("deal", 3, DEAL, *lines, more) == as_it_was, "what came later stays"
    gone = DealLinesChanged(deal_id="d", dropped=("1",), at=AT)
    assert undo("deal", 3, DEAL, *lines, gone) == ChangedSince(4, ["lines"])
    assert undo("deal", 4, DEAL, *lines, gone) == ChangeDealLines(deal_id="d", lines=(asked(line("1", "5")),), at=NOW)
    said = DealAmountChanged(deal_id="d", amount=usd(4), at=AT)
    again = DealAmountChanged(deal_id="d", amount=usd(6), at=AT)
    refused("amount_follows_lines", "deal", 3, DEAL, said, again, *lines)
    all_anns = DealSplitsSet(deal_id="d", splits=(Split(user_id="ann", percent="100.00"),), at=AT)
    assert undo("deal", 2, DEAL, all_anns) == SetDealSplits(deal_id="d", splits=(), at=NOW)


def test_by_which_rate_it_was_converted_hinders_no_undo() -> None:
    rates = [Conversion(currency="USD", to_currency="EUR", rate=rate) for rate in ("0.9", "0.8")]
    one, two = (DealAmountChanged(deal_id="d", amount=usd(n), conversion=rates[n], at=AT) for n in (0, 1))
    converted = DealConverted(deal_id="d", conversion=rates[0], at=AT)
    assert undo("deal", 3, DEAL, one, two, converted) == ChangeDealAmount(deal_id="d", amount=usd(0), at=NOW)
    back = RestoreDealConversion(deal_id="d", conversion=rates[1], at=NOW)
    assert undo("deal", 4, DEAL, one, two, converted) == back
    third = DealConverted(deal_id="d", conversion=replace(rates[0], rate="3"), at=AT)
    assert undo("deal", 4, DEAL, one, two, converted, third) == ChangedSince(5, ["conversion"])
    refused("no_inverse", "deal", 3, DEAL, DealAmountChanged(deal_id="d", amount=usd(0), at=AT), converted)


def test_a_deal_that_was_reopened_is_closed_again_as_it_was_and_when_it_was() -> None:
    rate, later = (Conversion(currency="USD", to_currency="EUR", rate=rate) for rate in ("0.9", "0.8"))
    engaged, closing = DealEngaged(deal_id="d", owner_id="ann", at=AT), datetime(2026, 1, 3, tzinfo=UTC)
    why: dict[str, Any] = {"reason": "Price", "reason_id": "r", "reason_version": 3}
    won = DealWon(deal_id="d", owner_id="ann", amount=usd(7), conversion=rate, **why, at=closing)
    lost = DealLost(deal_id="d", owner_id="ann", lost_to="Umbra", conversion=rate, **why, at=closing)
    again = DealReopened(deal_id="d", owner_id="ann", conversion=later, at=datetime(2026, 1, 5, tzinfo=UTC))
    worth = DealAmountChanged(deal_id="d", amount=usd(7), at=AT)
    for closed, outcome in ((won, DealOutcome.WON), (lost, DealOutcome.LOST)):
        events = [DEAL, worth, engaged, closed, again]
        command = undo("deal", 5, *events)
        was = {"amount": usd(7)} if closed is won else {"lost_to": "Umbra"}
        expected: dict[str, Any] = {**why, **was, "outcome": outcome, "conversion": rate, "closed_at": closing}
        assert command == CloseDealAgain(deal_id="d", at=NOW, **expected)
        _, state = execute_of("deal", Undone(command, ()), fold(CRM["deal"], events), 5)
        assert state == fold(CRM["deal"], events[:4]), "as it was"
        assert undo("deal", 5, *events, DealFieldsSet(deal_id="d", custom=(), at=AT)) == command, (
            "what came later stays"
        )
        renamed = DealChanged(deal_id="d", name="More tea", company_id=None, product_id=None, at=AT)
        assert undo("deal", 5, *events, renamed) == command
        other = DealLost(deal_id="d", owner_id="ann", reason="Time", at=AT)
        found = undo("deal", 5, *events, other)
        assert isinstance(found, ChangedSince)
        assert (found.number, "stage" in found.fields) == (6, True)
        elsewhere = replace(again, place=replace(ENGAGING, stage_id="prospecting"))
        assert undo("deal", 5, *events[:4], elsewhere) == command
    refused("no_inverse", "deal", 5, DEAL, worth, engaged, won, again, replace(worth, amount=usd(9)))
    refused("no_inverse", "deal", 3, DEAL, replace(lost, lost_to=None), again)


def test_a_deal_is_closed_again_by_nobody_else_than_who_takes_its_reopening_back() -> None:
    engaged = DealEngaged(deal_id="d", owner_id="ann", at=AT)
    close = CloseDealAgain(deal_id="d", outcome=DealOutcome.LOST, reason="Price", closed_at=AT, at=NOW)
    lost = DealLost(deal_id="d", owner_id="ann", reason="Price", closed_at=AT, at=NOW)
    given(DEAL, engaged).when(close).then(lost)
    given(DEAL, engaged, lost).when(close).rejected("deal_not_open")
    given(DEAL, engaged).when(replace(close, reason=" ")).rejected("reason_missing", "reason")
    given(DEAL, engaged).when(replace(close, outcome=DealOutcome.WON)).rejected("amount_missing", "amount")
    given(DEAL, engaged).when(replace(close, outcome=DealOutcome.UNKNOWN)).rejected("outcome_unknown", "outcome")
    moved = DealMoved(
        deal_id="d", owner_id="ann", from_pipeline_id="default", from_stage_id="engaging",
        place=replace(ENGAGING, pipeline_id="p"), at=AT,
    )  # fmt: skip
    given(DEAL, engaged, moved).when(close).rejected("pipeline_changed", "place")
    given(DEAL, engaged).when(replace(close, place=ENGAGING)).rejected("pipeline_changed", "place")


def test_shares_are_as_they_were() -> None:
    reads = ContactShared(contact_id="p", user_id="bert", team_id=None, change=False, at=AT)
    writes = ContactShared(contact_id="p", user_id="bert", team_id=None, change=True, at=AT)
    assert undo("contact", 2, MAUD, reads) == UnshareContact(contact_id="p", user_id="bert", at=NOW)
    assert undo("contact", 3, MAUD, reads, writes) == ShareContact(contact_id="p", user_id="bert", change=False, at=NOW)


def test_what_was_changed_again_says_by_which_event() -> None:
    lifecycle = [ContactClassified(contact_id="p", lifecycle=each, source=None, at=AT) for each in ("lead", "customer")]
    moved = ContactMoved(contact_id="p", company_id="v", at=AT)
    assert undo("contact", 2, MAUD, *lifecycle, moved) == ChangedSince(3, ["lifecycle"])
    assert undo("contact", 2, MAUD, named("A"), named("B"), named("C")) == ChangedSince(4, ["name"])
    again = undo("contact", 2, MAUD, named("A"), named("B"), named("A"))
    assert isinstance(again, ChangeContact), "it stands as the change left it"
    assert undo("contact", 1, MAUD, moved) == ChangedSince(2, ["company_id"])
    gone = ContactRemoved(contact_id="p", at=AT)
    assert undo("contact", 1, MAUD, gone) == ChangedSince(2, ["status"])


def test_what_cannot_be_as_it_was_is_refused() -> None:
    refused("no_inverse", "deal", 2, DEAL, DealEngaged(deal_id="d", owner_id="ann", at=AT))
    refused("no_inverse", "deal", 2, DEAL, DealAmountChanged(deal_id="d", amount=usd(5), at=AT))
    lost = DealLost(deal_id="d", owner_id="ann", reason="Price", at=AT)
    assert undo("deal", 2, DEAL, lost) == ReopenDeal(deal_id="d", stage_id="prospecting", at=NOW)
    engaged = DealEngaged(deal_id="d", owner_id="ann", at=AT)
    assert undo("deal", 3, DEAL, engaged, lost) == ReopenDeal(deal_id="d", stage_id="engaging", at=NOW)
    refused("no_inverse", "deal", 3, DEAL, engaged, DealWon(deal_id="d", owner_id="ann", amount=usd(9), at=AT))
    worth = DealAmountChanged(deal_id="d", amount=usd(9), at=AT)
    won = DealWon(deal_id="d", owner_id="ann", amount=usd(9), at=AT)
    assert undo("deal", 4, DEAL, engaged, worth, won) == ReopenDeal(deal_id="d", stage_id="engaging", at=NOW)
    refused(
        "nothing_to_undo", "activity", 2, TASK, ActivityReminded(activity_id="a", owner_id="ann", remind_at=AT, at=AT)
    )


def test_what_was_erased_stays_so() -> None:
    erased = ContactErased(contact_id="p", at=AT)
    refused("erasure_final", "contact", 2, MAUD, erased)
    unnamed = ContactCreated(contact_id="p", name=ERASED, email=None, phone=None, job_title=None, company_id="u", at=AT)
    changed = ContactChanged(contact_id="p", name="Maude", email=None, phone=None, job_title=None, at=AT)
    refused("erasure_final", "contact", 2, unnamed, changed)
    moved = ContactMoved(contact_id="p", company_id="v", at=AT)
    assert undo("contact", 2, MAUD, moved, erased) == MoveContact(contact_id="p", company_id="u", at=NOW)


def test_a_change_of_a_closed_or_removed_record_is_refused_by_its_rules() -> None:
    renamed = DealChanged(deal_id="d", name="More tea", company_id=None, product_id=None, at=AT)
    worth = DealAmountChanged(deal_id="d", amount=usd(5), at=AT)
    more = DealAmountChanged(deal_id="d", amount=usd(9), at=AT)
    lost = DealLost(deal_id="d", owner_id="ann", reason="Price", at=AT)
    assert undo("deal", 2, DEAL, renamed, lost).name == "Tea"
    refused("deal_closed", "deal", 3, DEAL, worth, more, lost)
    moved, gone = ContactMoved(contact_id="p", company_id="v", at=AT), ContactRemoved(contact_id="p", at=AT)
    refused("contact_removed", "contact", 2, MAUD, moved, gone)


def test_a_reminder_that_was_given_hinders_nothing() -> None:
    put = [ActivityRescheduled(activity_id="a", due_at=day, remind_at=day, at=AT) for day in (AT, NOW)]
    given = ActivityReminded(activity_id="a", owner_id="ann", remind_at=AT, at=AT)
    found = undo("activity", 4, TASK, put[0], given, put[1])
    assert found == RescheduleActivity(activity_id="a", due_at=AT, remind_at=AT, at=NOW)


UNDONE = [aggregate for aggregate, decider in CRM.items() if decider.undo is not None]


@pytest.mark.parametrize("aggregate", UNDONE)
@drawn(data=st.data())
def test_what_a_change_touched_is_as_before_and_the_rest_as_it_is(aggregate: str, data: Any) -> None:
    """Whatever happened: an undo is refused, or makes exactly of what the change touched what it was."""
    decider = CRM[aggregate]
    state, events = decided(decider, data.draw(history(decider)))
    if not events:
        return
    number = data.draw(st.integers(1, len(events)))
    try:
        found = undone(decider, events, number, NOW)
    except Rejected:
        return
    if isinstance(found, ChangedSince):
        assert number < found.number <= len(events)
        return
    _, after = execute_of(aggregate, found, state, len(events))
    if number == 1:
        return
    before, made = fold(decider, events[: number - 1]), fold(decider, events[:number])
    assert decider.undo is not None
    for name in (each.name for each in fields(state) if each.name not in decider.undo.follows):
        was, became, stood, stands = (getattr(each, name) for each in (before, made, state, after))
        if was == became:
            assert as_set(stands) == as_set(stood), name
        elif became == stood:
            assert as_set(stands) == as_set(was), name


def as_set(value: Any) -> Any:
    """Without the order of what it holds, which undoing does not keep; to hold nothing is to be none."""
    if not isinstance(value, tuple):
        return value or None
    return sorted(map(repr, cast(tuple[Any, ...], value))) or None


def execute_of(aggregate: str, found: Undone, state: Any, version: int) -> Any:
    decider = CRM[aggregate]
    contract = next(each for each in decider.contract.commands if each.cls is type(found.command))
    return execute(decider, contract, state, version, found.command)


def test_everything_of_the_crm_that_people_change_can_be_undone() -> None:
    assert set(UNDONE) == set(CRM)
