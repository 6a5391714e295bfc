"""Two contacts who are one: what stays of each, what moves, and what each is once they are told apart again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domains.crm import contact
from domains.crm.contact_facts import facts, with_facts
from domains.crm.surviving import parted, united
from domains.workflows import merge_contacts, merge_subjects
from schemas.contract import ERASED
from schemas.generated.admin.data_subject import (
    ConsentWithdrawn,
    EraseDataSubject,
    ErasureOrdered,
    HoldPlaced,
    HoldReleased,
    PlaceHold,
    ReleaseHold,
    WithdrawConsent,
)
from schemas.generated.common import ContactKind, ContactPoint, CustomValue, FieldKind, PostalAddress
from schemas.generated.crm.activity import (
    ActivityCreated,
    ActivityKind,
    ActivityLinked,
    ActivityUnlinked,
    ContactGivenBack,
    ContactReplaced,
    DropParticipant,
    GiveBackContact,
    ParticipantAdded,
    ParticipantDropped,
    ReplaceContact,
)
from schemas.generated.crm.contact import (
    AbandonMerge,
    AbsorbContact,
    ChangeContact,
    Contact,
    ContactCreated,
    ContactErased,
    ContactMergeAbandoned,
    ContactMerged,
    ContactMergeRefused,
    ContactMergeStarted,
    ContactParted,
    ContactRemoved,
    ContactShared,
    ContactTagged,
    ContactUnmerged,
    CreateContact,
    EraseContact,
    FinishMerge,
    MergeContact,
    RemoveContact,
    ReturnContact,
    TagContact,
    UnmergeContact,
    YieldContact,
)
from tests.spec import given

AT = datetime(2026, 3, 31, tzinfo=UTC)
LONDON = PostalAddress(street="1 Strand", city="London", primary=True)
A = (
    ContactCreated(contact_id="a", name="Maude", email="maude@example.com", company_id="c", at=AT),
    ContactTagged(contact_id="a", tags=("vip",), at=AT),
)
B = (
    ContactCreated(
        contact_id="b",
        name="Maude Lebowski",
        email="m@home.example",
        phone="+442071838750",
        addresses=(LONDON,),
        owner_id="ann",
        at=AT,
    ),
    ContactTagged(contact_id="b", tags=("art",), at=AT),
    ContactShared(contact_id="b", user_id="eve", change=True, at=AT),
)
STARTED = ContactMergeStarted(contact_id="a", other_id="b", take={"name": "other"}, at=AT)


def folded(*events: Any) -> Contact:
    return reduce(contact.evolve, events, Contact())


def sent(state: Contact, command: Any) -> Contact:
    return reduce(contact.evolve, contact.decide(command, state), state)


def merged(take: dict[str, str] | None = None, *before: Any) -> Contact:
    """A, once B's place is taken."""
    state = sent(folded(*A, *before), MergeContact(contact_id="a", other_id="b", take=take or {}, at=AT))
    (gone,) = contact.decide(YieldContact(contact_id="b", into_id="a", at=AT), folded(*B))
    (absorb,) = merge_contacts.react(merge_contacts.Merging(into="a"), gone, "b")  # type: ignore[arg-type]
    return sent(state, absorb)


def comparable(state: Contact) -> Contact:
    return replace(state, merges=(), absorbed=None)


def test_of_both_all_is_kept_and_of_single_values_those_that_are_wanted() -> None:
    state = merged({"email": "other"})
    assert (state.name, state.company_id, state.owner_id, state.tags) == ("Maude", "c", "ann", ("art", "vip"))
    assert state.email == "m@home.example"
    assert state.emails == (
        ContactPoint(value="m@home.example", primary=True),
        ContactPoint(value="maude@example.com"),
    )
    assert (state.phone, state.addresses) == ("+442071838750", (LONDON,))
    assert (state.readers, state.editors) == (("user:eve",), ("user:eve",))
    assert merged({"name": "other"}).name == "Maude Lebowski"
    assert merged({"company_id": "other"}).company_id == "c"


def test_told_apart_again_both_are_as_they_were() -> None:
    apart = sent(merged({"name": "other", "email": "other"}), UnmergeContact(contact_id="a", other_id="b", at=AT))
    assert apart == folded(*A)
    other = folded(*B, ContactMerged(contact_id="b", into_id="a", at=AT))
    assert sent(other, ReturnContact(contact_id="b", from_id="a", at=AT)) == folded(*B)


def test_what_was_changed_after_the_merge_stays() -> None:
    state = sent(
        merged({"name": "other"}),
        ChangeContact(contact_id="a", name="Maude L.", email="new@example.com", phone="+442071838750", at=AT),
    )
    state = sent(state, TagContact(contact_id="a", add=("gold",), remove=("vip",), at=AT))
    apart = sent(state, UnmergeContact(contact_id="a", other_id="b", at=AT))
    assert (apart.name, apart.email, apart.phone, apart.owner_id) == ("Maude L.", "new@example.com", None, None)
    assert (apart.tags, apart.addresses, apart.readers) == (("gold",), None, ())


def test_merges_are_taken_back_in_any_order() -> None:
    third = ContactMerged(contact_id="d", into_id="a", name="Maudie", tags=("x",), at=AT)
    (absorb,) = merge_contacts.react(merge_contacts.Merging(into="a"), third, "d")  # type: ignore[arg-type]
    both = sent(merged({"name": "other"}), MergeContact(contact_id="a", other_id="d", take={"name": "other"}, at=AT))
    both = sent(both, absorb)
    assert both.name == "Maudie"
    for first, second in (("b", "d"), ("d", "b")):
        once = sent(both, UnmergeContact(contact_id="a", other_id=first, at=AT))
        assert once.name == ("Maudie" if first == "b" else "Maude Lebowski")
        assert sent(once, UnmergeContact(contact_id="a", other_id=second, at=AT)) == folded(*A)


ADDRESSES, KINDS = st.sampled_from(["x@y.example", "z@y.example"]), st.none() | st.just(ContactKind.HOME)
points = st.lists(
    st.builds(ContactPoint, value=ADDRESSES, kind=KINDS), max_size=2, unique_by=lambda each: each.value
).map(tuple)
creating = st.builds(
    CreateContact,
    contact_id=st.just("a"),
    name=st.sampled_from(["Maude", "Bunny"]),
    email=st.none(),
    phone=st.none(),
    emails=points,
    phones=st.none(),
    addresses=st.none() | st.just((PostalAddress(city="Rome"), LONDON)),
    job_title=st.none() | st.just("Artist"),
    company_id=st.none() | st.just("c"),
    owner_id=st.none() | st.sampled_from(["ann", "bob"]),
    custom=st.none() | st.just((CustomValue(key="k", kind=FieldKind.TEXT, values=("v",)),)),
    at=st.just(AT),
)
takes = st.dictionaries(st.sampled_from(["name", "email", "owner_id", "custom.k"]), st.sampled_from(["own", "other"]))


@drawn(creating, creating, takes)
def test_a_merge_taken_back_leaves_nothing(one: CreateContact, other: CreateContact, take: dict[str, str]) -> None:
    own, others = sent(Contact(), one), sent(Contact(), other)
    assert with_facts(own, facts(own)) == own
    state = sent(own, MergeContact(contact_id="a", other_id="b", take=take, at=AT))
    gone = ContactMerged(contact_id="b", into_id="a", **held(others), at=AT)
    (absorb,) = merge_contacts.react(merge_contacts.Merging(into="a"), gone, "b")  # type: ignore[arg-type]
    state = sent(state, absorb)
    assert facts(state) == united(facts(own), facts(others), take)
    assert facts(state).keys() >= facts(others).keys()
    assert parted(facts(state), state.absorbed or (), "b") == facts(own)  # type: ignore[arg-type]
    apart = sent(state, UnmergeContact(contact_id="a", other_id="b", at=AT))
    assert replace(apart, custom=apart.custom or None) == own


def held(state: Contact) -> dict[str, Any]:
    names = ("name", "email", "phone", "emails", "phones", "addresses", "job_title", "company_id", "owner_id", "custom")
    return {name: getattr(state, name) for name in names}


def test_a_merge_goes_step_by_step_and_a_step_that_comes_twice_is_nothing() -> None:
    merge = MergeContact(contact_id="a", other_id="b", take={"name": "other"}, at=AT)
    given(*A).when(merge).then(STARTED)
    given(*A, STARTED).when(merge).rejected("already_merged", "other_id")
    given(*A, STARTED).when(RemoveContact(contact_id="a", at=AT)).rejected("merge_running")
    given(*A, STARTED).when(UnmergeContact(contact_id="a", other_id="b", at=AT)).rejected("merge_running", "other_id")
    abandoned = ContactMergeAbandoned(contact_id="a", other_id="b", at=AT)
    given(*A, STARTED).when(AbandonMerge(contact_id="a", other_id="b", at=AT)).then(abandoned)
    given(*A, STARTED, abandoned).when(AbsorbContact(contact_id="a", other_id="b", at=AT)).then()
    given(*A, STARTED, abandoned).when(merge).then(STARTED)
    finish = FinishMerge(contact_id="a", other_id="b", moved=2, at=AT)
    given(*A, STARTED).when(finish).then()
    done = sent(merged(), finish)
    assert [(each.status.value, each.moved) for each in done.merges] == [("DONE", 2)]
    assert contact.decide(finish, done) == []
    gone = ContactMerged(contact_id="b", into_id="a", at=AT)
    given(*B, gone).when(YieldContact(contact_id="b", into_id="a", at=AT)).then()
    given(*B).when(ReturnContact(contact_id="b", from_id="a", at=AT)).then()


@pytest.mark.parametrize(
    "before",
    [
        ContactRemoved(contact_id="b", at=AT),
        ContactErased(contact_id="b", at=AT),
        ContactMerged(contact_id="b", into_id="c", at=AT),
        ContactMergeStarted(contact_id="b", other_id="a", take={}, at=AT),
    ],
)
def test_who_is_gone_or_takes_part_in_another_merge_stays(before: Any) -> None:
    refused = ContactMergeRefused(contact_id="b", into_id="a", at=AT)
    given(*B, before).when(YieldContact(contact_id="b", into_id="a", at=AT)).then(refused)
    given(*B, before, refused).when(YieldContact(contact_id="b", into_id="a", at=AT)).then()
    later = replace(refused, at=AT + timedelta(days=1))
    given(*B, before, refused).when(YieldContact(contact_id="b", into_id="a", at=later.at)).then(later)


def test_what_cannot_be_merged_is_refused() -> None:
    given(*A).when(MergeContact(contact_id="a", other_id="a", at=AT)).rejected("same_record", "other_id")
    given(*A).when(MergeContact(contact_id="a", other_id="b", take={"nose": "own"}, at=AT)).rejected(
        "take_unknown", "take"
    )
    given(*A).when(MergeContact(contact_id="a", other_id="b", take={"name": "both"}, at=AT)).rejected(
        "take_unknown", "take"
    )
    given(*A).when(UnmergeContact(contact_id="a", other_id="b", at=AT)).rejected("not_merged", "other_id")
    erased = ContactErased(contact_id="a", at=AT)
    given(*A, erased).when(MergeContact(contact_id="a", other_id="b", at=AT)).rejected("contact_erased")
    gone = ContactMerged(contact_id="a", into_id="b", at=AT)
    for command in (
        MergeContact(contact_id="a", other_id="d", at=AT),
        ChangeContact(contact_id="a", name="M", at=AT),
        RemoveContact(contact_id="a", at=AT),
        CreateContact(contact_id="a", name="M", at=AT),
    ):
        given(*A, gone).when(command).rejected("contact_merged")


def test_who_was_erased_takes_nothing_over_and_nothing_is_taken_of_who_was() -> None:
    erased = sent(merged(), EraseContact(contact_id="a", at=AT))
    assert erased.absorbed is ERASED
    with pytest.raises(Exception, match="erased"):
        contact.decide(UnmergeContact(contact_id="a", other_id="b", at=AT), erased)
    state = folded(*A, STARTED, ContactErased(contact_id="a", at=AT))
    absorb = AbsorbContact(contact_id="a", other_id="b", name="Maude Lebowski", tags=("art",), at=AT)
    assert comparable(sent(state, absorb)) == comparable(state)
    of_erased = AbsorbContact(contact_id="a", other_id="b", name=ERASED, email=ERASED, emails=ERASED, at=AT)
    assert comparable(sent(folded(*A, STARTED), of_erased)) == folded(*A)


CALL = ActivityCreated(
    activity_id="x", kind=ActivityKind.CALL, owner_id="ann", contact_ids=("b",), links=("crm/contact/b",), at=AT
)
REPLACE = ReplaceContact(activity_id="x", contact_id="b", by_id="a", at=AT)
GIVE_BACK = GiveBackContact(activity_id="x", contact_id="b", by_id="a", at=AT)


def replaced(**how: bool) -> ContactReplaced:
    said = {"participant": True, "linked": True, "had_participant": False, "had_link": False} | how
    return ContactReplaced(activity_id="x", contact_id="b", by_id="a", **said, at=AT)


MOVED = (
    replaced(),
    ParticipantDropped(activity_id="x", contact_id="b", at=AT),
    ParticipantAdded(activity_id="x", contact_id="a", at=AT),
    ActivityUnlinked(activity_id="x", record="crm/contact/b", at=AT),
    ActivityLinked(activity_id="x", record="crm/contact/a", at=AT),
)
GIVEN_BACK = ContactGivenBack(activity_id="x", contact_id="b", by_id="a", at=AT)


def test_activities_name_who_took_the_place_and_then_the_other_again() -> None:
    given(CALL).when(REPLACE).then(*MOVED)
    given(CALL, *MOVED).when(GIVE_BACK).then(
        GIVEN_BACK,
        ParticipantDropped(activity_id="x", contact_id="a", at=AT),
        ParticipantAdded(activity_id="x", contact_id="b", at=AT),
        ActivityUnlinked(activity_id="x", record="crm/contact/a", at=AT),
        ActivityLinked(activity_id="x", record="crm/contact/b", at=AT),
    )
    given(CALL, *MOVED).when(REPLACE).then()
    given(CALL).when(GIVE_BACK).then()
    given(CALL, *MOVED, GIVEN_BACK).when(GIVE_BACK).then()


def test_who_was_there_before_stays_and_who_was_taken_out_since_does_not_come_back() -> None:
    both = replace(CALL, contact_ids=("a", "b"), links=())
    had = replaced(linked=False, had_participant=True)
    dropped = ParticipantDropped(activity_id="x", contact_id="b", at=AT)
    given(both).when(REPLACE).then(had, dropped)
    given(both, had, dropped).when(GIVE_BACK).then(GIVEN_BACK, ParticipantAdded(activity_id="x", contact_id="b", at=AT))
    out = ParticipantDropped(activity_id="x", contact_id="a", at=AT)
    alone = replace(CALL, links=())
    moved = (replaced(linked=False), dropped, ParticipantAdded(activity_id="x", contact_id="a", at=AT))
    given(alone, *moved).when(DropParticipant(activity_id="x", contact_id="a", at=AT)).then(out)
    given(alone, *moved, out).when(GIVE_BACK).then(GIVEN_BACK)


def run(workflow: Any, *events: Any, key: str) -> list[Any]:
    """What follows from the last of these events for one contact."""
    state, followed = workflow.WORKFLOW.initial, list[Any]()
    for event in events:
        if key in workflow.keys(event):
            state = workflow.evolve(state, event, key)
            followed = list(workflow.react(state, event, key))
    return followed


GONE = ContactMerged(contact_id="b", into_id="a", name="Maude", at=AT)
ABSORBED = contact.decide(AbsorbContact(contact_id="a", other_id="b", at=AT), folded(*A, STARTED))[0]
PARTED = ContactParted(contact_id="a", other_id="b", at=AT)


def test_what_follows_from_each_step() -> None:
    assert run(merge_contacts, STARTED, key="b") == [YieldContact(contact_id="b", into_id="a", at=AT)]
    assert run(merge_contacts, CALL, GONE, key="b") == [
        AbsorbContact(contact_id="a", other_id="b", name="Maude", at=AT)
    ]
    refused = ContactMergeRefused(contact_id="b", into_id="a", at=AT)
    assert run(merge_contacts, refused, key="b") == [AbandonMerge(contact_id="a", other_id="b", at=AT)]
    other = replace(CALL, activity_id="y")
    moves = [REPLACE, replace(REPLACE, activity_id="y")]
    assert run(merge_contacts, CALL, other, GONE, ABSORBED, key="b") == moves
    finish = FinishMerge(contact_id="a", other_id="b", moved=2, at=AT)
    done = (replaced(), replace(replaced(), activity_id="y"))
    assert run(merge_contacts, CALL, other, GONE, ABSORBED, done[0], key="b") == []
    assert run(merge_contacts, CALL, other, GONE, ABSORBED, *done, key="b") == [finish]
    assert run(merge_contacts, GONE, ABSORBED, key="b") == [replace(finish, moved=0)]
    assert run(merge_contacts, GONE, ABSORBED, CALL, key="b") == [REPLACE]
    assert run(merge_contacts, CALL, GONE, ABSORBED, PARTED, key="b") == [
        ReturnContact(contact_id="b", from_id="a", at=AT),
        GIVE_BACK,
    ]
    assert run(merge_contacts, CALL, GONE, ABSORBED, PARTED, replace(CALL, activity_id="z"), key="b") == []


def test_who_is_erased_is_erased_as_all_that_they_were_merged_of() -> None:
    def of(id: str) -> ErasureOrdered:
        return ErasureOrdered(data_subject_id=id, basis="objection", at=AT)

    reason = "Somebody with whom the person was merged was erased."
    erase = EraseDataSubject(data_subject_id="b", basis="objection", reason=reason, at=AT)
    assert run(merge_contacts, GONE, of("a"), key="a") == [erase]
    assert run(merge_contacts, GONE, of("b"), key="b") == [replace(erase, data_subject_id="a")]
    assert run(merge_contacts, GONE, replace(of("b"), basis="retention"), key="b") == []
    assert run(merge_contacts, of("a"), GONE, key="a") == [replace(erase, basis="other")]
    assert run(merge_contacts, GONE, PARTED, of("a"), key="a") == []


def test_holds_and_withdrawn_consents_are_of_both() -> None:
    hold = HoldPlaced(data_subject_id="b", matter="case-1", at=AT)
    withdrawn = ConsentWithdrawn(data_subject_id="b", purpose="news", source="mail", at=AT)
    place = PlaceHold(data_subject_id="a", matter="case-1", at=AT)
    withdraw = WithdrawConsent(data_subject_id="a", purpose="news", source="merge/b", at=AT)
    assert run(merge_subjects, hold, withdrawn, GONE, key="b") == [place, withdraw]
    assert run(merge_subjects, GONE, hold, key="b") == [place]
    assert run(merge_subjects, GONE, withdrawn, key="b") == [withdraw]
    released = HoldReleased(data_subject_id="b", matter="case-1", at=AT)
    assert run(merge_subjects, GONE, hold, released, key="b") == [
        ReleaseHold(data_subject_id="a", matter="case-1", at=AT)
    ]
    apart = ContactUnmerged(contact_id="b", from_id="a", at=AT)
    assert run(merge_subjects, GONE, apart, hold, key="b") == []
    own = replace(hold, data_subject_id="a")
    assert run(merge_subjects, own, GONE, key="a") == [replace(place, data_subject_id="b")]
