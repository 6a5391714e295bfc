"""What may happen to a saved view, and to somebody's choice of one; what is shared ends with whom it is shared with."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domains.workflows import end_shares
from schemas.generated.admin.saved_view import (
    AssignSavedView,
    ChangeSavedView,
    CreateSavedView,
    RemoveSavedView,
    RenameSavedView,
    SavedViewAssigned,
    SavedViewChanged,
    SavedViewCreated,
    SavedViewRemoved,
    SavedViewRenamed,
    SavedViewShared,
    SavedViewUnshared,
    ShareSavedView,
    UnshareSavedView,
)
from schemas.generated.admin.view_choice import ChooseView, ViewChosen
from tests.spec import given
from tests.unit.domains.test_leaving import CREATED, REMOVED, follows

AT = datetime(2026, 1, 1, tzinfo=UTC)
CREATE = CreateSavedView(
    saved_view_id="v", list="crm/deals", name=" Large ", owner_id="ann", where='{"stage": "WON"}', sort="-amount",
    fields=("name", "amount", "name"), at=AT,
)  # fmt: skip
MADE = SavedViewCreated(
    saved_view_id="v", list="crm/deals", name="Large", owner_id="ann", where='{"stage": "WON"}', sort="-amount",
    fields=("name", "amount"), at=AT,
)  # fmt: skip
GONE = SavedViewRemoved(saved_view_id="v", at=AT)


def share(**how: Any) -> ShareSavedView:
    return ShareSavedView(saved_view_id="v", at=AT, **how)


def shared(**how: Any) -> SavedViewShared:
    return SavedViewShared(saved_view_id="v", at=AT, **how)


def test_a_view_is_kept_once() -> None:
    given().when(CREATE).then(MADE)
    given(MADE).when(CREATE).nothing()
    given(MADE).when(replace(CREATE, name="Other")).rejected("saved_view_exists")
    given(MADE, GONE).when(CREATE).then(MADE)
    given().when(replace(CREATE, owner_id=" ")).rejected("owner_id_missing", "owner_id")
    given().when(replace(CREATE, where="x" * 20_001)).rejected("where_too_long", "where")
    given().when(replace(CREATE, fields=tuple(map(str, range(101))))).rejected("too_many_fields", "fields")


def test_a_view_is_changed_as_a_view_of_its_list() -> None:
    change = ChangeSavedView(saved_view_id="v", list="crm/deals", where=None, sort="name", fields=(), at=AT)
    changed = SavedViewChanged(saved_view_id="v", where=None, sort="name", fields=(), at=AT)
    given(MADE).when(change).then(changed)
    given(MADE, changed).when(change).nothing()
    given(MADE).when(replace(change, list="crm/contacts")).rejected("another_list", "list")
    given(MADE, GONE).when(change).rejected("saved_view_removed")
    given().when(change).rejected("not_found")


def test_a_view_gets_another_name_and_another_owner() -> None:
    rename = RenameSavedView(saved_view_id="v", name="Huge", at=AT)
    given(MADE).when(rename).then(SavedViewRenamed(saved_view_id="v", name="Huge", at=AT))
    given(MADE).when(replace(rename, name="Large")).nothing()
    assign = AssignSavedView(saved_view_id="v", owner_id="bert", at=AT)
    given(MADE).when(assign).then(SavedViewAssigned(saved_view_id="v", owner_id="bert", at=AT))
    given(MADE).when(replace(assign, owner_id="ann")).nothing()


def test_a_view_is_shared_with_one_at_a_time() -> None:
    each: list[dict[str, Any]] = [{"user_id": "bert"}, {"team_id": "east"}, {"everybody": True}]
    for whom in each:
        given(MADE).when(share(**whom)).then(shared(**whom))
        given(MADE, shared(**whom)).when(share(**whom)).nothing()
        given(MADE, shared(**whom)).when(share(change=True, **whom)).then(shared(change=True, **whom))
    given(MADE).when(share()).rejected("share_with_one", "user_id")
    given(MADE).when(share(user_id="bert", everybody=True)).rejected("share_with_one", "user_id")
    given(MADE).when(share(user_id="bert", team_id="east")).rejected("share_with_one", "user_id")
    many = [shared(user_id=f"u{number}") for number in range(100)]
    given(MADE, *many).when(share(user_id="bert")).rejected("shared_too_often", "user_id")
    given(MADE, *many).when(share(change=True, user_id="u7")).then(shared(change=True, user_id="u7"))


def test_a_view_is_shared_no_longer() -> None:
    unshare = UnshareSavedView(saved_view_id="v", everybody=True, at=AT)
    over = SavedViewUnshared(saved_view_id="v", everybody=True, at=AT)
    given(MADE, shared(everybody=True)).when(unshare).then(over)
    given(MADE, shared(everybody=True), over).when(unshare).nothing()
    given(MADE, shared(user_id="bert")).when(unshare).nothing()
    given(MADE, GONE).when(unshare).nothing()
    given(MADE, GONE).when(RemoveSavedView(saved_view_id="v", at=AT)).nothing()


def test_sharing_ends_with_a_user_who_is_removed_and_never_with_everybody() -> None:
    flow = end_shares.WORKFLOW
    assert flow.keys(shared(everybody=True)) == []
    unshare = UnshareSavedView(saved_view_id="v", user_id="ann", at=AT)
    assert follows(flow, "user:ann", CREATED, shared(user_id="ann"), REMOVED) == [unshare]
    assert follows(flow, "user:ann", CREATED, REMOVED, shared(user_id="ann")) == [unshare]
    over = SavedViewUnshared(saved_view_id="v", user_id="ann", at=AT)
    assert follows(flow, "user:ann", CREATED, shared(user_id="ann"), over, REMOVED) == []


def test_a_default_view_is_chosen_and_taken_back() -> None:
    choose = ChooseView(view_choice_id="c", user_id="ann", list="crm/deals", saved_view_id="v", at=AT)
    chosen = ViewChosen(view_choice_id="c", user_id="ann", list="crm/deals", saved_view_id="v", at=AT)
    given().when(choose).then(chosen)
    given(chosen).when(choose).nothing()
    given(chosen).when(replace(choose, saved_view_id=None)).then(replace(chosen, saved_view_id=None))
    given().when(replace(choose, user_id="")).rejected("user_id_missing", "user_id")
