"""Whose say in a deal is whose while contacts are merged, and once they are told apart again."""

import functools
from dataclasses import replace
from typing import Any

from hypothesis import given as drawn
from hypothesis import strategies as st

from domains.crm import deal
from domains.workflows import merge_contacts
from schemas.generated.crm.activity import ContactReplaced
from schemas.generated.crm.contact import ContactAbsorbed, ContactMerged, ContactParted, FinishMerge, ReturnContact
from schemas.generated.crm.deal import (
    Deal,
    DealContactDropped,
    DealContactGivenBack,
    DealContactReplaced,
    DealContactSet,
    DealOpened,
    DealPurged,
    DealRemoved,
    DealRole,
    DropDealContact,
    GiveBackDealContact,
    ReplaceDealContact,
    SetDealContact,
)
from tests.spec import fold, given
from tests.unit.domains.test_merging import AT, CALL, REPLACE, run

OPENED = DealOpened(deal_id="d", name="Renewal", owner_id="anna", at=AT)
CHAMPION, BOSS, BLOCKER = DealRole.CHAMPION, DealRole.DECISION_MAKER, DealRole.BLOCKER
REPLACE_ON = ReplaceDealContact(deal_id="d", contact_id="b", by_id="a", at=AT)
GIVE_BACK = GiveBackDealContact(deal_id="d", contact_id="b", by_id="a", at=AT)
GIVEN_BACK = DealContactGivenBack(deal_id="d", contact_id="b", by_id="a", at=AT)
MOVED = functools.partial(DealContactReplaced, deal_id="d", contact_id="b", by_id="a", at=AT)


def said(contact: str, *roles: DealRole) -> DealContactSet:
    return DealContactSet(deal_id="d", contact_id=contact, roles=roles, at=AT)


def out(contact: str) -> DealContactDropped:
    return DealContactDropped(deal_id="d", contact_id=contact, at=AT)


def test_who_takes_the_place_has_the_say_and_then_the_other_again() -> None:
    moved = (MOVED(roles=(CHAMPION,), had=()), out("b"), said("a", CHAMPION))
    given(OPENED, said("b", CHAMPION)).when(REPLACE_ON).then(*moved)
    given(OPENED, said("b", CHAMPION), *moved).when(REPLACE_ON).nothing()
    given(OPENED, said("b", CHAMPION), *moved).when(GIVE_BACK).then(GIVEN_BACK, out("a"), said("b", CHAMPION))
    given(OPENED, said("b", CHAMPION)).when(GIVE_BACK).nothing()


def test_the_roles_of_both_are_united_and_each_gets_back_its_own() -> None:
    both = (OPENED, said("a", CHAMPION, BOSS), said("b", CHAMPION, BLOCKER))
    moved = (
        MOVED(roles=(CHAMPION, BLOCKER), had=(CHAMPION, BOSS)),
        out("b"),
        said("a", CHAMPION, BOSS, BLOCKER),
    )
    given(*both).when(REPLACE_ON).then(*moved)
    apart = (GIVEN_BACK, said("a", CHAMPION, BOSS), said("b", CHAMPION, BLOCKER))
    given(*both, *moved).when(GIVE_BACK).then(*apart)
    same = (OPENED, said("a", CHAMPION), said("b", CHAMPION))
    given(*same).when(REPLACE_ON).then(MOVED(roles=(CHAMPION,), had=(CHAMPION,)), out("b"))


def test_what_was_changed_since_stays() -> None:
    moved = (OPENED, said("b", CHAMPION, BLOCKER), *given_events(said("b", CHAMPION, BLOCKER)))
    taken_away, added = said("a", CHAMPION), said("a", CHAMPION, BOSS, BLOCKER)
    given(*moved, taken_away).when(GIVE_BACK).then(GIVEN_BACK, out("a"), said("b", CHAMPION))
    given(*moved, added).when(GIVE_BACK).then(GIVEN_BACK, said("a", BOSS), said("b", CHAMPION, BLOCKER))
    given(*moved, said("a", BOSS)).when(GIVE_BACK).then(GIVEN_BACK)
    given(*moved, out("a")).when(GIVE_BACK).then(GIVEN_BACK)


def test_a_role_that_the_merged_one_is_given_later_is_the_others_until_they_are_told_apart() -> None:
    events = (OPENED, said("b", CHAMPION), *given_events(said("b", CHAMPION)), said("b", BLOCKER))
    later = (MOVED(roles=(BLOCKER,), had=()), out("b"), said("a", CHAMPION, BLOCKER))
    given(*events).when(REPLACE_ON).then(*later)
    given(*events, *later).when(GIVE_BACK).then(GIVEN_BACK, out("a"), said("b", CHAMPION, BLOCKER))


def test_what_is_in_the_trash_moves_too_and_of_what_was_purged_it_is_told_that_nothing_is_left_to_move() -> None:
    removed = DealRemoved(deal_id="d", owner_id="anna", at=AT)
    moved = (MOVED(roles=(CHAMPION,), had=()), out("b"), said("a", CHAMPION))
    given(OPENED, said("b", CHAMPION), removed).when(REPLACE_ON).then(*moved)
    given(OPENED, said("b", CHAMPION), removed, *moved).when(GIVE_BACK).then(GIVEN_BACK, out("a"), said("b", CHAMPION))
    purged = (OPENED, said("b", CHAMPION), removed, DealPurged(deal_id="d", at=AT))
    given(*purged).when(REPLACE_ON).then(MOVED(roles=(), had=()))


def given_events(*before: Any) -> tuple[Any, ...]:
    """What a merge of b into a comes to on a deal."""
    return tuple(deal.decide(REPLACE_ON, fold(deal.DECIDER, (OPENED, *before))))


ROLES = st.lists(st.sampled_from([CHAMPION, BOSS, BLOCKER]), unique=True, max_size=3).map(tuple)
IDS = ("a", "b", "c", "d")


def says(state: Deal) -> dict[str, frozenset[DealRole]]:
    return {each.contact_id: frozenset(each.roles) for each in state.contacts}


def sent(state: Deal, command: Any) -> Deal:
    return fold_on(state, deal.decide(command, state))


def fold_on(state: Deal, events: Any) -> Deal:
    return functools.reduce(deal.evolve, events, state)


def on_deal(roles: dict[str, tuple[DealRole, ...]]) -> Deal:
    set_ = (said(contact, *held) for contact, held in roles.items() if held)
    return fold(deal.DECIDER, [OPENED, *set_])


@drawn(st.fixed_dictionaries(dict.fromkeys(IDS, ROLES)), st.permutations(IDS[1:]), st.permutations(IDS[1:]))
def test_merges_taken_back_in_any_order_leave_nothing(
    roles: dict[str, tuple[DealRole, ...]], merged: list[str], apart: list[str]
) -> None:
    before = state = on_deal(roles)
    for contact in merged:
        state = sent(state, replace(REPLACE_ON, contact_id=contact))
    everything = frozenset(role for held in roles.values() for role in held)
    assert says(state) == ({"a": everything} if everything else {})
    for contact in apart:
        state = sent(state, replace(GIVE_BACK, contact_id=contact))
    assert (says(state), state.replaced) == (says(before), ())


@drawn(st.fixed_dictionaries(dict.fromkeys(IDS, ROLES)))
def test_chains_of_merges_taken_back_leave_nothing(roles: dict[str, tuple[DealRole, ...]]) -> None:
    chain = [("a", "b"), ("b", "c"), ("c", "d")]
    before = state = on_deal(roles)
    for contact, by in chain:
        state = sent(state, replace(REPLACE_ON, contact_id=contact, by_id=by))
    for contact, by in reversed(chain):
        state = sent(state, replace(GIVE_BACK, contact_id=contact, by_id=by))
    assert (says(state), state.replaced) == (says(before), ())


@drawn(st.fixed_dictionaries(dict.fromkeys(IDS, ROLES)), st.sampled_from(IDS[2:]), ROLES, st.booleans())
def test_others_on_the_deal_are_nothing_to_a_merge(
    roles: dict[str, tuple[DealRole, ...]], other: str, later: tuple[DealRole, ...], after: bool
) -> None:
    """Whatever somebody says of a third contact meanwhile is as if there were no merge."""
    change: Any = (
        SetDealContact(deal_id="d", contact_id=other, roles=later, at=AT)
        if later
        else DropDealContact(deal_id="d", contact_id=other, at=AT)
    )
    before = on_deal(roles)
    steps = [REPLACE_ON, change, GIVE_BACK] if after else [change, REPLACE_ON, GIVE_BACK]
    assert says(functools.reduce(sent, steps, before)) == says(sent(before, change))


MERGED = ContactMerged(contact_id="b", into_id="a", at=AT)
ABSORBED = ContactAbsorbed(contact_id="a", other_id="b", at=AT)
SAID = said("b", CHAMPION)


def test_a_merge_is_done_once_deals_and_activities_have_moved() -> None:
    followed = functools.partial(run, merge_contacts, key="b")
    assert followed(SAID, CALL, MERGED, ABSORBED) == [REPLACE, REPLACE_ON]
    moved, on = (
        ContactReplaced(
            activity_id="x",
            contact_id="b",
            by_id="a",
            participant=True,
            linked=False,
            had_participant=False,
            had_link=False,
            at=AT,
        ),
        MOVED(roles=(CHAMPION,), had=()),
    )
    finish = FinishMerge(contact_id="a", other_id="b", moved=2, at=AT)
    assert followed(SAID, CALL, MERGED, ABSORBED, moved) == []
    assert followed(SAID, CALL, MERGED, ABSORBED, on) == []
    assert followed(SAID, CALL, MERGED, ABSORBED, moved, on) == [finish]
    assert followed(SAID, CALL, MERGED, ABSORBED, on, moved) == [finish]
    assert followed(MERGED, ABSORBED, SAID) == [REPLACE_ON]
    parted = ContactParted(contact_id="a", other_id="b", at=AT)
    back = ReturnContact(contact_id="b", from_id="a", at=AT)
    assert followed(SAID, MERGED, ABSORBED, on, parted) == [back, GIVE_BACK]
    assert followed(SAID, MERGED, ABSORBED, on, parted, SAID) == []


def test_what_names_the_other_before_its_values_are_taken_over_moves_with_the_rest_and_once() -> None:
    """Or the merge would wait for ever for an activity that had moved before."""
    followed = functools.partial(run, merge_contacts, key="b")
    assert followed(MERGED, SAID) == []
    assert followed(MERGED, CALL) == []
    assert followed(MERGED, SAID, CALL, ABSORBED) == [REPLACE, REPLACE_ON]
