"""Two companies that are one: what stays of each, where it stands, and what each is once they are told apart again."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domains.crm import company
from domains.crm.company_facts import facts, with_facts
from domains.crm.company_merge import told_of
from domains.kernel import Rejected
from domains.workflows import merge_companies
from schemas.generated.common import ContactKind, ContactPoint, CustomValue, FieldKind, Money, PostalAddress
from schemas.generated.crm.company import (
    AbandonCompanyMerge,
    AbsorbCompany,
    ChangeCompanyProfile,
    Company,
    CompanyCreated,
    CompanyMergeAbandoned,
    CompanyMerged,
    CompanyMergeRefused,
    CompanyMergeStarted,
    CompanyPlaced,
    CompanyRemoved,
    CompanyShared,
    CompanyTagged,
    CreateCompany,
    FinishCompanyMerge,
    GiveBackParent,
    MergeCompany,
    ParentGivenBack,
    ParentReplaced,
    PlaceCompany,
    PurgeCompany,
    RecordCompany,
    RemoveCompany,
    RenameCompany,
    ReplaceParent,
    ReturnCompany,
    TagCompany,
    UnmergeCompany,
    YieldCompany,
)
from tests.spec import given

AT = datetime(2026, 3, 31, tzinfo=UTC)
LONDON = PostalAddress(street="1 Strand", city="London", primary=True)
USD = Money(amount=Decimal(500), currency="USD")
A = (
    CompanyCreated(company_id="a", name="Umbra", sector="umbrellas", domains=("umbra.example",), employees=5, at=AT),
    CompanyTagged(company_id="a", tags=("vip",), at=AT),
)
B = (
    CompanyCreated(
        company_id="b",
        name="Umbra Ltd",
        sector="rain",
        domains=("umbra.co.example", "umbra.example"),
        phone="+442071838750",
        revenue=USD,
        addresses=(LONDON,),
        owner_id="ann",
        parent_id="p",
        at=AT,
    ),
    CompanyTagged(company_id="b", tags=("art",), at=AT),
    CompanyShared(company_id="b", user_id="eve", change=True, at=AT),
)
STARTED = CompanyMergeStarted(company_id="a", other_id="b", take={"name": "other"}, at=AT)
UNMERGE = UnmergeCompany(company_id="a", other_id="b", at=AT)


def folded(*events: Any) -> Company:
    return reduce(company.evolve, events, Company())


def sent(state: Company, command: Any) -> Company:
    return reduce(company.evolve, company.decide(command, state), state)


def taking(own: Company, other: Company, take: dict[str, str] | None = None, upper: str | None = None) -> Company:
    """A company, once it has taken the place of another, as the workflow carries what that says."""
    command = MergeCompany(company_id=own.company_id, other_id=other.company_id, take=take or {}, upper=upper, at=AT)
    begun = sent(own, command)
    (gone,) = company.decide(YieldCompany(company_id=other.company_id, into_id=own.company_id, at=AT), other)
    assert isinstance(gone, CompanyMerged)
    (absorb,) = merge_companies.react(merge_companies.Merging(), gone, other.company_id)
    return sent(begun, absorb)


def merged(take: dict[str, str] | None = None) -> Company:
    return taking(folded(*A), folded(*B), take)


def test_of_both_all_is_kept_and_of_single_values_those_that_are_wanted() -> None:
    state = merged({"sector": "other", "domain": "other"})
    assert (state.name, state.sector, state.employees, state.revenue) == ("Umbra", "rain", 5, USD)
    assert state.domains == ("umbra.co.example", "umbra.example")
    assert merged().domains == ("umbra.example", "umbra.co.example")
    assert (state.phone, state.addresses, state.owner_id, state.parent_id) == ("+442071838750", (LONDON,), "ann", "p")
    assert (state.tags, state.readers, state.editors) == (("art", "vip"), ("user:eve",), ("user:eve",))
    assert merged({"name": "other"}).name == "Umbra Ltd"
    assert merged({"employees": "other"}).employees == 5


def test_told_apart_again_both_are_as_they_were() -> None:
    assert sent(merged({"name": "other", "domain": "other"}), UNMERGE) == folded(*A)
    other = folded(*B, CompanyMerged(company_id="b", into_id="a", name="Umbra Ltd", at=AT))
    assert sent(other, ReturnCompany(company_id="b", from_id="a", at=AT)) == folded(*B)


def test_what_was_changed_after_the_merge_stays() -> None:
    state = sent(merged({"name": "other"}), RenameCompany(company_id="a", name="Umbra Group", at=AT))
    profile = ChangeCompanyProfile(company_id="a", sector="umbrellas", employees=9, revenue=USD, at=AT)
    state = sent(state, profile)
    state = sent(state, TagCompany(company_id="a", add=("gold",), remove=("vip",), at=AT))
    state = sent(state, PlaceCompany(company_id="a", parent_id="q", at=AT))
    apart = sent(state, UNMERGE)
    assert (apart.name, apart.employees, apart.revenue, apart.parent_id) == ("Umbra Group", 9, None, "q")
    assert (apart.tags, apart.domains, apart.addresses, apart.readers) == (("gold",), ("umbra.example",), None, ())


def test_merges_are_taken_back_in_any_order() -> None:
    third = folded(CompanyCreated(company_id="d", name="Umbra Inc", domains=("umbra.example", "umbra.org"), at=AT))
    both = taking(merged({"name": "other"}), third, {"name": "other"})
    assert both.name == "Umbra Inc"
    for first, second in (("b", "d"), ("d", "b")):
        once = sent(both, replace(UNMERGE, other_id=first))
        assert once.name == ("Umbra Inc" if first == "b" else "Umbra Ltd")
        assert sent(once, replace(UNMERGE, other_id=second)) == folded(*A)


KINDS = st.none() | st.just(ContactKind.WORK)
points = st.lists(
    st.builds(ContactPoint, value=st.sampled_from(["+442071838750", "+442071838751"]), kind=KINDS),
    max_size=2,
    unique_by=lambda each: each.value,
).map(tuple)
creating = st.builds(
    CreateCompany,
    company_id=st.just("a"),
    name=st.sampled_from(["Umbra", "Umbra Ltd"]),
    sector=st.none() | st.sampled_from(["rain", "sun"]),
    year_established=st.none() | st.sampled_from([1999, 2000]),
    revenue=st.none() | st.just(USD) | st.just(Money(amount=Decimal("0.5"), currency="EUR")),
    employees=st.none() | st.integers(0, 3),
    location=st.none() | st.just("Kenya"),
    parent_id=st.none() | st.sampled_from(["p", "q"]),
    owner_id=st.none() | st.sampled_from(["ann", "bob"]),
    website=st.none() | st.just("https://umbra.example"),
    linkedin=st.none(),
    registration_number=st.none() | st.just("HRB 1"),
    vat_number=st.none() | st.just("DE123"),
    description=st.none() | st.just("Umbrellas"),
    domain=st.none(),
    domains=st.none() | st.lists(st.sampled_from(["a.example", "b.example"]), max_size=2, unique=True).map(tuple),
    phone=st.none(),
    phones=points,
    addresses=st.none() | st.just((PostalAddress(city="Rome"), LONDON)),
    custom=st.just(()) | st.just((CustomValue(key="k", kind=FieldKind.TEXT, values=("v",)),)),
    at=st.just(AT),
)
takes = st.dictionaries(
    st.sampled_from(["name", "domain", "revenue", "employees", "parent_id", "custom.k"]),
    st.sampled_from(["own", "other"]),
)
uppers = st.sampled_from([None, "own", "other"])


@drawn(creating, creating, takes, uppers)
def test_a_merge_taken_back_leaves_nothing(
    one: CreateCompany, other: CreateCompany, take: dict[str, str], upper: str | None
) -> None:
    own, others = sent(Company(), one), sent(Company(), replace(other, company_id="b"))
    assert with_facts(own, facts(own)) == own
    state = taking(own, others, take, upper)
    assert facts(state).keys() | {("parent_id", "")} >= facts(others).keys()
    assert sent(state, UNMERGE) == own


TREES: list[tuple[dict[str, str | None], str | None]] = [
    ({"a": None, "b": "a"}, "own"),
    ({"a": "p", "b": "x", "x": "a", "y": "b"}, "own"),
    ({"a": "b", "b": "p", "y": "b"}, "other"),
    ({"a": "x", "x": "b", "b": "p"}, "other"),
    ({"a": "x", "x": "b", "b": None}, "other"),
    ({"a": None, "b": "p", "y": "b"}, None),
    ({"a": "p", "b": "q", "y": "b", "z": "a"}, None),
]


@pytest.mark.parametrize("take", ["own", "other"])
@pytest.mark.parametrize(("parents", "upper"), TREES)
def test_nobody_comes_to_stand_below_itself(parents: dict[str, str | None], upper: str | None, take: str) -> None:
    tree = {id: folded(CompanyCreated(company_id=id, name=id, parent_id=to, at=AT)) for id, to in parents.items()}
    before = dict(tree)
    tree["a"] = taking(tree["a"], tree["b"], {"parent_id": take}, upper)
    children = [id for id, to in parents.items() if to == "b"]
    for id in children:
        tree[id] = sent(tree[id], ReplaceParent(company_id=id, parent_id="b", by_id="a", at=AT))
    for id in tree.keys() - {"b"}:
        way = [id]
        while (parent := tree[way[-1]].parent_id if way[-1] in tree else None) is not None:
            assert parent not in way
            assert parent != "b"
            way.append(parent)
    if upper == "own":
        assert tree["a"].parent_id == parents["a"]
    if upper == "other":
        assert tree["a"].parent_id == parents["b"]
    tree["a"] = sent(tree["a"], UNMERGE)
    for id in children:
        tree[id] = sent(tree[id], GiveBackParent(company_id=id, parent_id="b", by_id="a", at=AT))
    assert tree == before


def test_also_where_nobody_said_which_one_stood_above() -> None:
    """As the tree was looked at before the other came to stand there."""
    below = folded(CompanyCreated(company_id="a", name="A", parent_id="b", at=AT))
    above = folded(CompanyCreated(company_id="b", name="B", parent_id="p", at=AT))
    assert taking(below, above).parent_id == "p"
    assert taking(replace(below, parent_id=None), replace(above, parent_id="a")).parent_id is None
    assert taking(below, replace(above, parent_id="a")).parent_id is None


def test_a_merge_goes_step_by_step_and_a_step_that_comes_twice_is_nothing() -> None:
    merge = MergeCompany(company_id="a", other_id="b", take={"name": "other"}, at=AT)
    given(*A).when(merge).then(STARTED)
    given(*A).when(replace(merge, upper="other")).then(replace(STARTED, upper="other"))
    given(*A, STARTED).when(merge).rejected("already_merged", "other_id")
    given(*A, STARTED).when(RemoveCompany(company_id="a", at=AT)).rejected("merge_running")
    given(*A, STARTED).when(UNMERGE).rejected("merge_running", "other_id")
    abandoned = CompanyMergeAbandoned(company_id="a", other_id="b", at=AT)
    given(*A, STARTED).when(AbandonCompanyMerge(company_id="a", other_id="b", at=AT)).then(abandoned)
    given(*A, STARTED, abandoned).when(AbsorbCompany(company_id="a", other_id="b", name="B", at=AT)).then()
    finish = FinishCompanyMerge(company_id="a", other_id="b", moved=2, at=AT)
    given(*A, STARTED).when(finish).then()
    done = sent(merged(), finish)
    assert [(each.status.value, each.moved) for each in done.merges] == [("DONE", 2)]
    assert company.decide(finish, done) == []
    gone = CompanyMerged(company_id="b", into_id="a", name="B", at=AT)
    given(*B, gone).when(YieldCompany(company_id="b", into_id="a", at=AT)).then()
    given(*B).when(ReturnCompany(company_id="b", from_id="a", at=AT)).then()


@pytest.mark.parametrize(
    "before",
    [
        CompanyRemoved(company_id="b", at=AT),
        CompanyMerged(company_id="b", into_id="c", name="B", at=AT),
        CompanyMergeStarted(company_id="b", other_id="a", take={}, at=AT),
    ],
)
def test_what_is_gone_or_takes_part_in_another_merge_stays(before: Any) -> None:
    refused = CompanyMergeRefused(company_id="b", into_id="a", at=AT)
    given(*B, before).when(YieldCompany(company_id="b", into_id="a", at=AT)).then(refused)
    given(*B, before, refused).when(YieldCompany(company_id="b", into_id="a", at=AT)).then()
    later = replace(refused, at=AT + timedelta(days=1))
    given(*B, before, refused).when(YieldCompany(company_id="b", into_id="a", at=later.at)).then(later)


def test_what_cannot_be_merged_is_refused() -> None:
    given(*A).when(MergeCompany(company_id="a", other_id="a", at=AT)).rejected("same_record", "other_id")
    for take in ({"nose": "own"}, {"name": "both"}, {"email": "own"}):
        given(*A).when(MergeCompany(company_id="a", other_id="b", take=take, at=AT)).rejected("take_unknown", "take")
    given(*A).when(UNMERGE).rejected("not_merged", "other_id")
    removed = CompanyRemoved(company_id="a", at=AT)
    given(*A, removed).when(MergeCompany(company_id="a", other_id="b", at=AT)).rejected("company_removed")
    gone = CompanyMerged(company_id="a", into_id="b", name="Umbra", at=AT)
    for command in (
        MergeCompany(company_id="a", other_id="d", at=AT),
        RenameCompany(company_id="a", name="U", at=AT),
        RemoveCompany(company_id="a", at=AT),
        CreateCompany(company_id="a", name="U", at=AT),
        RecordCompany(company_id="a", name="U", at=AT),
    ):
        given(*A, gone).when(command).rejected("company_merged")


def test_one_into_which_others_were_merged_is_not_purged_and_loses_nothing_in_the_trash() -> None:
    removed = sent(merged({"name": "other"}), RemoveCompany(company_id="a", at=AT))
    with pytest.raises(Rejected, match="unmerge them first"):
        company.decide(PurgeCompany(company_id="a", at=AT + timedelta(days=31)), removed)
    again = sent(removed, CreateCompany(company_id="a", name="Umbra Ltd", at=AT))
    assert sent(again, UNMERGE).merges == ()


PLACED = CompanyCreated(company_id="x", name="X", parent_id="b", at=AT)
REPLACE_PARENT = ReplaceParent(company_id="x", parent_id="b", by_id="a", at=AT)
GIVE_BACK_PARENT = GiveBackParent(company_id="x", parent_id="b", by_id="a", at=AT)


def test_companies_below_come_along_and_go_back_unless_they_were_put_elsewhere() -> None:
    moved = (
        ParentReplaced(company_id="x", parent_id="b", by_id="a", named=True, at=AT),
        CompanyPlaced(company_id="x", parent_id="a", at=AT),
    )
    back = ParentGivenBack(company_id="x", parent_id="b", by_id="a", at=AT)
    given(PLACED).when(REPLACE_PARENT).then(*moved)
    given(PLACED, *moved).when(REPLACE_PARENT).then()
    given(PLACED, *moved).when(GIVE_BACK_PARENT).then(back, CompanyPlaced(company_id="x", parent_id="b", at=AT))
    elsewhere = CompanyPlaced(company_id="x", parent_id="q", at=AT)
    given(PLACED, *moved, elsewhere).when(GIVE_BACK_PARENT).then(back)
    given(PLACED).when(GIVE_BACK_PARENT).then()
    merged_itself = CompanyMerged(company_id="x", into_id="y", name="X", at=AT)
    given(PLACED, merged_itself).when(REPLACE_PARENT).then(*moved)


def test_what_is_taken_over_is_all_that_a_company_holds() -> None:
    assert told_of(folded(*B)) == told_of(AbsorbCompany(company_id="a", other_id="b", **told_of(folded(*B)), at=AT))
    assert told_of(Company()).keys() == {each.name for each in fields(Company)} - STATE_ONLY


STATE_ONLY = {
    "company_id", "status", "removed_at", "merged_into", "declined", "merges", "absorbed", "parents_replaced", "apart",
}  # fmt: skip
