"""What was removed comes back as it was, until it is purged or its person erased; and what follows from its return."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domains.kernel import Later, Workflow
from domains.workflows import hand_over_activities, hand_over_deals, remind_owners
from schemas.generated.admin.user import UserDeactivated
from schemas.generated.common import Money
from schemas.generated.crm.activity import (
    ActivityCompleted,
    ActivityCreated,
    ActivityErased,
    ActivityKind,
    ActivityReminded,
    ActivityRemoved,
    ActivityRestored,
    AssignActivity,
    RemindOfActivity,
    RestoreActivity,
)
from schemas.generated.crm.company import (
    CompanyCreated,
    CompanyPurged,
    CompanyRemoved,
    CompanyRestored,
    CreateCompany,
    PurgeCompany,
    RestoreCompany,
)
from schemas.generated.crm.contact import (
    ContactCreated,
    ContactErased,
    ContactRemoved,
    ContactRestored,
    RestoreContact,
    TagContact,
)
from schemas.generated.crm.deal import (
    AssignDeal,
    DealEngaged,
    DealOpened,
    DealPurged,
    DealRemoved,
    DealRestored,
    DealShared,
    DealUnshared,
    DealWon,
    PurgeDeal,
    RestoreDeal,
    UnshareDeal,
    WinDeal,
)
from schemas.generated.crm.product import (
    ProductCreated,
    ProductPurged,
    ProductRemoved,
    ProductRestored,
    PurgeProduct,
    RestoreProduct,
)
from tests.spec import decider_of, fold, given

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOON, LATER = AT + timedelta(days=29), AT + timedelta(days=30)
USD = Money(amount=Decimal(5), currency="USD")
DEAL = DealOpened(deal_id="r", name="Tea", owner_id="ann", amount=USD, at=AT)
COMPANY = CompanyCreated(
    company_id="r", name="Umbra", sector=None, year_established=None, revenue=None, employees=None, location=None,
    parent_id=None, at=AT,
)  # fmt: skip
PRODUCT = ProductCreated(product_id="r", name="Tea", list_price=USD, at=AT)
CONTACT = ContactCreated(contact_id="r", name="Maud", email=None, phone=None, job_title=None, company_id=None, at=AT)
TASK = ActivityCreated(
    activity_id="r", kind=ActivityKind.TASK, title="Call", owner_id="ann", remind_at=SOON, links=("crm/deal/d",), at=AT
)
DEAL_GONE, DEAL_BACK = (
    DealRemoved(deal_id="r", owner_id="ann", at=AT),
    DealRestored(deal_id="r", owner_id="ann", open=True, at=AT),
)
COMPANY_GONE, COMPANY_BACK = CompanyRemoved(company_id="r", at=AT), CompanyRestored(company_id="r", at=AT)
PRODUCT_GONE, PRODUCT_BACK = ProductRemoved(product_id="r", at=AT), ProductRestored(product_id="r", at=AT)
CONTACT_GONE, CONTACT_BACK = ContactRemoved(contact_id="r", at=AT), ContactRestored(contact_id="r", at=AT)
TASK_GONE = ActivityRemoved(activity_id="r", owner_id="ann", at=AT)
TASK_BACK = ActivityRestored(activity_id="r", owner_id="ann", open=True, remind_at=SOON, at=AT)
RESTORABLE = [
    (DEAL, DEAL_GONE, RestoreDeal(deal_id="r", at=AT), DEAL_BACK, "deal"),
    (COMPANY, COMPANY_GONE, RestoreCompany(company_id="r", at=AT), COMPANY_BACK, "company"),
    (PRODUCT, PRODUCT_GONE, RestoreProduct(product_id="r", at=AT), PRODUCT_BACK, "product"),
    (CONTACT, CONTACT_GONE, RestoreContact(contact_id="r", at=AT), CONTACT_BACK, "contact"),
    (TASK, TASK_GONE, RestoreActivity(activity_id="r", at=AT), TASK_BACK, "activity"),
]


@pytest.mark.parametrize(("made", "gone", "restore", "back", "noun"), RESTORABLE)
def test_what_is_restored_is_as_it_was(made: Any, gone: Any, restore: Any, back: Any, noun: str) -> None:
    given(made, gone).when(restore).then(back)
    given(made).when(restore).rejected(f"{noun}_not_removed")
    given(made, gone, back).when(restore).rejected(f"{noun}_not_removed")
    decider = decider_of(restore)
    assert fold(decider, [made, gone, back]) == fold(decider, [made])


@pytest.mark.parametrize(
    ("made", "gone", "purge", "purged", "restore", "noun"),
    [
        (DEAL, DEAL_GONE, PurgeDeal, DealPurged, RestoreDeal, "deal"),
        (COMPANY, COMPANY_GONE, PurgeCompany, CompanyPurged, RestoreCompany, "company"),
        (PRODUCT, PRODUCT_GONE, PurgeProduct, ProductPurged, RestoreProduct, "product"),
    ],
)
def test_the_trash_is_emptied_once_it_was_kept_long_enough(
    made: Any, gone: Any, purge: Any, purged: Any, restore: Any, noun: str
) -> None:
    it = {f"{noun}_id": "r"}
    given(made).when(purge(**it, at=LATER)).rejected(f"{noun}_not_removed")
    given(made, gone).when(purge(**it, at=SOON)).rejected(f"{noun}_kept")
    given(made, gone).when(purge(**it, at=LATER)).then(purged(**it, at=LATER))
    given(made, gone, purged(**it, at=LATER)).when(purge(**it, at=LATER)).nothing()
    given(made, gone, purged(**it, at=LATER)).when(restore(**it, at=LATER)).rejected(f"{noun}_purged")


def test_nothing_is_kept_of_what_is_made_again() -> None:
    again = CreateCompany(company_id="r", name="Other", at=AT)
    created = CompanyCreated(
        company_id="r", name="Other", sector=None, year_established=None, revenue=None, employees=None, location=None,
        parent_id=None, at=AT,
    )  # fmt: skip
    for history in ([COMPANY, COMPANY_GONE], [COMPANY, COMPANY_GONE, CompanyPurged(company_id="r", at=LATER)]):
        given(*history).when(again).then(created)
    assert fold(decider_of(again), [COMPANY, COMPANY_GONE, created]) == fold(decider_of(again), [created])


def test_who_was_erased_does_not_come_back() -> None:
    erased = ContactErased(contact_id="r", at=AT)
    for history in ([CONTACT, CONTACT_GONE, erased], [CONTACT, erased, CONTACT_GONE], [CONTACT, erased]):
        given(*history).when(RestoreContact(contact_id="r", at=AT)).rejected("contact_erased")
    given(TASK, TASK_GONE, ActivityErased(activity_id="r", at=AT)).when(
        RestoreActivity(activity_id="r", at=AT)
    ).rejected("activity_erased")


def test_nothing_is_done_with_what_is_in_the_trash_but_that_shares_end() -> None:
    given(CONTACT, CONTACT_GONE).when(TagContact(contact_id="r", add=("a",), at=AT)).rejected("contact_removed")
    given(DEAL, DealEngaged(deal_id="r", owner_id="ann", at=AT), DEAL_GONE).when(WinDeal(deal_id="r", at=AT)).rejected(
        "deal_removed"
    )
    shared = DealShared(deal_id="r", user_id="bert", change=False, at=AT)
    given(DEAL, shared, DEAL_GONE).when(UnshareDeal(deal_id="r", user_id="bert", at=AT)).then(
        DealUnshared(deal_id="r", user_id="bert", at=AT)
    )


def test_a_reminder_comes_once_what_it_is_of_is_back() -> None:
    remind = RemindOfActivity(activity_id="r", remind_at=SOON, at=SOON)
    reminded = ActivityReminded(activity_id="r", owner_id="ann", remind_at=SOON, at=SOON)
    given(TASK, TASK_GONE).when(remind).nothing()
    given(TASK, TASK_GONE, TASK_BACK).when(remind).then(reminded)
    assert follows(remind_owners.WORKFLOW, "r", TASK_BACK) == [Later(remind, SOON)]
    for history in (
        [TASK, reminded, TASK_GONE],
        [TASK, ActivityCompleted(activity_id="r", owner_id="ann", at=AT), TASK_GONE],
    ):
        is_open = reminded in history
        back = ActivityRestored(activity_id="r", owner_id="ann", open=is_open, remind_at=None, at=AT)
        given(*history).when(RestoreActivity(activity_id="r", at=AT)).then(back)
        assert follows(remind_owners.WORKFLOW, "r", back) == []


def test_what_comes_back_to_somebody_who_has_left_goes_to_their_manager() -> None:
    left = UserDeactivated(user_id="ann", manager_id="mia", at=AT)
    to_mia = AssignDeal(deal_id="r", owner_id="mia", from_owner_id="ann", at=AT)
    assert follows(hand_over_deals.WORKFLOW, "ann", DEAL, DEAL_GONE, left) == []
    assert follows(hand_over_deals.WORKFLOW, "ann", DEAL, DEAL_GONE, left, DEAL_BACK) == [to_mia]
    won = DealRestored(deal_id="r", owner_id="ann", open=False, at=AT)
    assert follows(hand_over_deals.WORKFLOW, "ann", DEAL, DEAL_GONE, left, won) == []
    assert follows(hand_over_activities.WORKFLOW, "ann", TASK, TASK_GONE, left, TASK_BACK) == [
        AssignActivity(activity_id="r", owner_id="mia", from_owner_id="ann", at=AT)
    ]
    done = ActivityRestored(activity_id="r", owner_id="ann", open=False, at=AT)
    assert follows(hand_over_activities.WORKFLOW, "ann", TASK, TASK_GONE, left, done) == []


def test_a_deal_that_was_won_is_no_open_one_when_it_is_back() -> None:
    won = DealWon(deal_id="r", owner_id="ann", amount=USD, at=AT)
    back = DealRestored(deal_id="r", owner_id="ann", open=False, at=AT)
    given(DEAL, DealEngaged(deal_id="r", owner_id="ann", at=AT), won, DEAL_GONE).when(
        RestoreDeal(deal_id="r", at=AT)
    ).then(back)


def follows(workflow: Workflow[Any], key: str, *events: Any) -> Sequence[Any]:
    """The commands that follow the last of these events."""
    state, commands = workflow.initial, list[Any]()
    for event in events:
        assert key in workflow.keys(event)
        state = workflow.evolve(state, event, key)
        commands = list(workflow.react(state, event, key))
    return commands
