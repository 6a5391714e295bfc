"""What named a company names the one that took its place: contacts, deals, activities; and how the workflow goes on."""

import functools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domains.workflows import merge_companies
from schemas.generated.crm.activity import (
    ActivityCreated,
    ActivityKind,
    ActivityLinked,
    ActivityUnlinked,
    GiveBackLinkedCompany,
    LinkedCompanyGivenBack,
    LinkedCompanyReplaced,
    ReplaceLinkedCompany,
)
from schemas.generated.crm.company import (
    AbandonCompanyMerge,
    AbsorbCompany,
    CompanyAbsorbed,
    CompanyCreated,
    CompanyMerged,
    CompanyMergeRefused,
    CompanyMergeStarted,
    CompanyParted,
    FinishCompanyMerge,
    GiveBackParent,
    ParentReplaced,
    ReplaceParent,
    ReturnCompany,
    YieldCompany,
)
from schemas.generated.crm.contact import (
    ContactCompanyGivenBack,
    ContactCompanyReplaced,
    ContactCreated,
    ContactErased,
    ContactMerged,
    ContactMoved,
    ContactRemoved,
    GiveBackContactCompany,
    ReplaceContactCompany,
)
from schemas.generated.crm.deal import (
    DealChanged,
    DealCompanyGivenBack,
    DealCompanyReplaced,
    DealOpened,
    DealPurged,
    DealRemoved,
    GiveBackDealCompany,
    ReplaceDealCompany,
)
from tests.spec import given
from tests.unit.domains.test_merging import run

AT = datetime(2026, 3, 31, tzinfo=UTC)
BOTH: dict[str, Any] = {"company_id": "b", "by_id": "a", "at": AT}
MAUDE = ContactCreated(contact_id="m", name="Maude", company_id="b", at=AT)
OPENED = DealOpened(deal_id="d", name="Renewal", owner_id="ann", company_id="b", product_id="p", at=AT)
CALL = ActivityCreated(activity_id="x", kind=ActivityKind.CALL, owner_id="ann", links=("crm/company/b",), at=AT)
CHILD = CompanyCreated(company_id="k", name="Child", parent_id="b", at=AT)
OF_CONTACT = ReplaceContactCompany(contact_id="m", **BOTH)
OF_DEAL = ReplaceDealCompany(deal_id="d", **BOTH)
OF_CALL = ReplaceLinkedCompany(activity_id="x", **BOTH)
OF_CHILD = ReplaceParent(company_id="k", parent_id="b", by_id="a", at=AT)


def test_contacts_work_for_the_one_that_stays_and_then_for_the_other_again() -> None:
    told, back = (
        ContactCompanyReplaced(contact_id="m", named=True, **BOTH),
        GiveBackContactCompany(contact_id="m", **BOTH),
    )
    moved = (told, ContactMoved(contact_id="m", company_id="a", at=AT))
    given_back = ContactCompanyGivenBack(contact_id="m", **BOTH)
    given(MAUDE).when(OF_CONTACT).then(*moved)
    given(MAUDE, *moved).when(OF_CONTACT).then()
    given(MAUDE, *moved).when(back).then(given_back, ContactMoved(contact_id="m", company_id="b", at=AT))
    elsewhere = ContactMoved(contact_id="m", company_id="q", at=AT)
    given(MAUDE, *moved, elsewhere).when(back).then(given_back)
    given(MAUDE, elsewhere).when(OF_CONTACT).then(replace(told, named=False))
    given(MAUDE).when(back).then()
    for gone in (
        ContactRemoved(contact_id="m", at=AT),
        ContactErased(contact_id="m", at=AT),
        ContactMerged(contact_id="m", into_id="n", at=AT),
    ):
        given(MAUDE, gone).when(OF_CONTACT).then(*moved)


def test_one_that_names_the_other_later_comes_to_the_one_that_stays_and_goes_back_with_it() -> None:
    told = ContactCompanyReplaced(contact_id="m", named=True, **BOTH)
    moved = (told, ContactMoved(contact_id="m", company_id="a", at=AT))
    later = ContactMoved(contact_id="m", company_id="b", at=AT)
    given(MAUDE, *moved, later).when(OF_CONTACT).then(*moved)
    never = replace(told, named=False)
    own = replace(MAUDE, company_id="a")
    given(own, never).when(GiveBackContactCompany(contact_id="m", **BOTH)).then(
        ContactCompanyGivenBack(contact_id="m", **BOTH)
    )


def test_deals_are_of_the_one_that_stays_and_then_of_the_other_again() -> None:
    told, back = DealCompanyReplaced(deal_id="d", named=True, **BOTH), GiveBackDealCompany(deal_id="d", **BOTH)
    of = functools.partial(DealChanged, deal_id="d", name="Renewal", product_id="p", at=AT)
    moved, given_back = (told, of(company_id="a")), DealCompanyGivenBack(deal_id="d", **BOTH)
    given(OPENED).when(OF_DEAL).then(*moved)
    given(OPENED, *moved).when(OF_DEAL).then()
    given(OPENED, *moved).when(back).then(given_back, of(company_id="b"))
    renamed = replace(of(company_id="a"), name="Renewal 2")
    given(OPENED, *moved, renamed).when(back).then(given_back, replace(of(company_id="b"), name="Renewal 2"))
    given(OPENED, *moved, of(company_id="q")).when(back).then(given_back)
    given(OPENED, *moved, of(company_id=None)).when(back).then(given_back)
    removed = DealRemoved(deal_id="d", owner_id="ann", at=AT)
    given(OPENED, removed).when(OF_DEAL).then(*moved)
    given(OPENED, removed, DealPurged(deal_id="d", at=AT)).when(OF_DEAL).then(replace(told, named=False))


def test_chains_of_merges_are_taken_back_one_by_one() -> None:
    of = functools.partial(DealChanged, deal_id="d", name="Renewal", product_id="p", at=AT)
    first = (DealCompanyReplaced(deal_id="d", named=True, **BOTH), of(company_id="a"))
    second: dict[str, Any] = {"company_id": "a", "by_id": "z", "at": AT}
    then = (DealCompanyReplaced(deal_id="d", named=True, **second), of(company_id="z"))
    given(OPENED, *first).when(ReplaceDealCompany(deal_id="d", **second)).then(*then)
    back = (DealCompanyGivenBack(deal_id="d", **second), of(company_id="a"))
    given(OPENED, *first, *then).when(GiveBackDealCompany(deal_id="d", **second)).then(*back)
    given(OPENED, *first, *then, *back).when(GiveBackDealCompany(deal_id="d", **BOTH)).then(
        DealCompanyGivenBack(deal_id="d", **BOTH), of(company_id="b")
    )


def test_activities_are_linked_to_the_one_that_stays_and_then_to_the_other_again() -> None:
    told = LinkedCompanyReplaced(activity_id="x", linked=True, had_link=False, **BOTH)
    out = ActivityUnlinked(activity_id="x", record="crm/company/b", at=AT)
    there = ActivityLinked(activity_id="x", record="crm/company/a", at=AT)
    back, given_back = GiveBackLinkedCompany(activity_id="x", **BOTH), LinkedCompanyGivenBack(activity_id="x", **BOTH)
    again = ActivityLinked(activity_id="x", record="crm/company/b", at=AT)
    gone = ActivityUnlinked(activity_id="x", record="crm/company/a", at=AT)
    given(CALL).when(OF_CALL).then(told, out, there)
    given(CALL, told, out, there).when(OF_CALL).then()
    given(CALL, told, out, there).when(back).then(given_back, gone, again)
    given(CALL, told, out, there, gone).when(back).then(given_back)
    both = replace(CALL, links=("crm/company/b", "crm/company/a"))
    had = replace(told, had_link=True)
    given(both).when(OF_CALL).then(had, out)
    given(both, had, out).when(back).then(given_back, again)


STARTED = CompanyMergeStarted(company_id="a", other_id="b", take={}, at=AT)
MERGED = CompanyMerged(company_id="b", into_id="a", name="Umbra", domains=("umbra.example",), at=AT)
ABSORBED = CompanyAbsorbed(company_id="a", other_id="b", at=AT)
PARTED = CompanyParted(company_id="a", other_id="b", at=AT)
DONE = (
    ContactCompanyReplaced(contact_id="m", named=True, **BOTH),
    DealCompanyReplaced(deal_id="d", named=True, **BOTH),
    ParentReplaced(company_id="k", parent_id="b", by_id="a", named=True, at=AT),
    LinkedCompanyReplaced(activity_id="x", linked=True, had_link=False, **BOTH),
)


def followed(*events: Any) -> list[Any]:
    return run(merge_companies, *events, key="b")


def test_what_follows_from_each_step() -> None:
    assert followed(STARTED) == [YieldCompany(company_id="b", into_id="a", at=AT)]
    absorb = AbsorbCompany(company_id="a", other_id="b", name="Umbra", domains=("umbra.example",), at=AT)
    assert followed(MERGED) == [absorb]
    refused = CompanyMergeRefused(company_id="b", into_id="a", at=AT)
    assert followed(refused) == [AbandonCompanyMerge(company_id="a", other_id="b", at=AT)]
    around = (MAUDE, OPENED, CHILD, CALL)
    moving = followed(*around, MERGED, ABSORBED)
    assert moving == [OF_CALL, OF_CHILD, OF_CONTACT, OF_DEAL]
    finish = FinishCompanyMerge(company_id="a", other_id="b", moved=4, at=AT)
    assert followed(MERGED, ABSORBED) == [replace(finish, moved=0)]
    for count in range(4):
        assert followed(*around, MERGED, ABSORBED, *DONE[:count]) != [finish]
    assert followed(*around, MERGED, ABSORBED, *DONE) == [finish]
    back = ReturnCompany(company_id="b", from_id="a", at=AT)
    assert followed(*around, MERGED, ABSORBED, *DONE, PARTED) == [
        back,
        GiveBackLinkedCompany(activity_id="x", **BOTH),
        GiveBackParent(company_id="k", parent_id="b", by_id="a", at=AT),
        GiveBackContactCompany(contact_id="m", **BOTH),
        GiveBackDealCompany(deal_id="d", **BOTH),
    ]


def test_what_names_the_other_later_is_moved_and_no_more_once_they_are_told_apart() -> None:
    for event, command in ((MAUDE, OF_CONTACT), (OPENED, OF_DEAL), (CHILD, OF_CHILD), (CALL, OF_CALL)):
        assert followed(MERGED, event) == []
        assert followed(MERGED, event, ABSORBED) == [command]
        assert followed(MERGED, ABSORBED, event) == [command]
        assert followed(MERGED, ABSORBED, PARTED, event) == []
    assert merge_companies.keys(replace(CALL, links=("crm/deal/d",))) == []
    assert merge_companies.keys(replace(OPENED, company_id=None)) == []
