"""Activities as rows."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.crm.activities import READ_MODEL
from projections.fold import fold
from projections.select import check_declaration
from schemas.contract import ERASED
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.activity import (
    ActivityAssigned,
    ActivityCancelled,
    ActivityChanged,
    ActivityCompleted,
    ActivityCreated,
    ActivityErased,
    ActivityEvent,
    ActivityFieldsSet,
    ActivityKind,
    ActivityLinked,
    ActivityPriority,
    ActivityRecurred,
    ActivityReminded,
    ActivityRemoved,
    ActivityReopened,
    ActivityRescheduled,
    ActivityRestored,
    ActivityShared,
    ActivityStatus,
    ActivityUnlinked,
    ActivityUnshared,
    ParticipantAdded,
    ParticipantDropped,
    ParticipantForgotten,
    UsersMentioned,
)
from tests.records import records
from tests.unit.projections.log import day, log_of

CREATED = ActivityCreated(
    activity_id="a",
    kind=ActivityKind.CALL,
    title="Call Maud",
    owner_id="ann",
    due_at=day(2),
    contact_ids=("maud",),
    links=("crm/deal/d",),
    at=day(1),
)


def row_of(*events: Any) -> Any:
    current = fold(READ_MODEL, log_of(events))
    return None if current is None else current.row


def test_an_activity_is_planned_changed_put_off_and_done() -> None:
    row = row_of(CREATED)
    assert (row.status, row.title, row.about) == (ActivityStatus.OPEN, "Call Maud", ("crm/deal/d", "crm/contact/maud"))
    changed = ActivityChanged(activity_id="a", title="Call", body="x", priority=ActivityPriority.HIGH, at=day(2))
    later = ActivityRescheduled(activity_id="a", due_at=day(5), remind_at=day(4), at=day(2))
    reminded = ActivityReminded(activity_id="a", owner_id="ann", remind_at=day(4), at=day(4))
    row = row_of(CREATED, changed, later, reminded)
    assert (row.title, row.body, row.priority, row.due_at) == ("Call", "x", ActivityPriority.HIGH, day(5))
    done = ActivityCompleted(activity_id="a", owner_id="ann", outcome="Reached", at=day(5))
    row = row_of(CREATED, done)
    assert (row.status, row.outcome, row.completed_at) == (ActivityStatus.DONE, "Reached", day(5))
    row = row_of(CREATED, done, ActivityReopened(activity_id="a", owner_id="ann", at=day(6)))
    assert (row.status, row.outcome, row.completed_at) == (ActivityStatus.OPEN, None, None)
    cancelled = ActivityCancelled(activity_id="a", owner_id="ann", at=day(6))
    assert row_of(CREATED, cancelled).status is ActivityStatus.CANCELLED
    removed = ActivityRemoved(activity_id="a", owner_id="ann", at=day(6))
    restored = ActivityRestored(activity_id="a", owner_id="ann", open=True, at=day(7))
    assert row_of(CREATED, removed) == replace(row_of(CREATED), removed_at=day(6))
    assert row_of(CREATED, removed, restored) == row_of(CREATED)
    assert row_of(CREATED, removed, ActivityErased(activity_id="a", at=day(8))) is None


def test_what_it_is_about_follows_links_and_contacts() -> None:
    linked = ActivityLinked(activity_id="a", record="crm/company/c", at=day(2))
    bess = ParticipantAdded(activity_id="a", contact_id="bess", at=day(2))
    row = row_of(CREATED, linked, bess, ParticipantAdded(activity_id="a", user_id="bert", at=day(2)))
    assert row.about == ("crm/deal/d", "crm/company/c", "crm/contact/maud", "crm/contact/bess")
    assert row.user_ids == ("bert",)
    unlinked = ActivityUnlinked(activity_id="a", record="crm/deal/d", at=day(3))
    dropped = ParticipantDropped(activity_id="a", contact_id="maud", at=day(3))
    assert row_of(CREATED, linked, bess, unlinked, dropped).about == ("crm/company/c", "crm/contact/bess")
    twice = ActivityLinked(activity_id="a", record="crm/contact/maud", at=day(2))
    assert row_of(CREATED, twice).about == ("crm/deal/d", "crm/contact/maud")
    forgotten = ParticipantForgotten(activity_id="a", contact_id="maud", last=True, at=day(3))
    row = row_of(CREATED, twice, forgotten)
    assert (row.about, row.contact_ids) == (("crm/deal/d",), ())


def test_owner_mentions_and_shares() -> None:
    mentioned = UsersMentioned(activity_id="a", user_ids=("bert", "cleo"), at=day(2))
    assigned = ActivityAssigned(activity_id="a", owner_id="bert", previous_owner_id="ann", open=True, at=day(2))
    shared = ActivityShared(activity_id="a", user_id="cleo", change=True, at=day(2))
    row = row_of(CREATED, mentioned, assigned, shared)
    assert (row.owner_id, row.mentions, row.editors) == ("bert", ("bert", "cleo"), ("user:cleo",))
    unshared = ActivityUnshared(activity_id="a", user_id="cleo", at=day(3))
    assert row_of(CREATED, shared, unshared).readers == ()


def test_the_next_of_a_series_is_named_and_erased_words_are_said_to_be_so() -> None:
    again = ActivityRecurred(activity_id="a", next_id="b", kind=ActivityKind.CALL, owner_id="ann", at=day(2))
    row = row_of(CREATED, again, ActivityErased(activity_id="a", at=day(3)))
    assert (row.next_id, row.title, row.body) == ("b", "[erased]", None)
    assert row_of(replace(CREATED, title=ERASED)).title == "[erased]"


def test_fields_of_one_s_own_go_with_the_words() -> None:
    values = (CustomValue(key="room", kind=FieldKind.TEXT, values=("A1",)),)
    said = ActivityFieldsSet(activity_id="a", custom=values, at=day(2))
    assert row_of(CREATED, said).custom == {"room": "A1"}
    assert row_of(CREATED, said, ActivityErased(activity_id="a", at=day(3))).custom == {}


@given(st.lists(st.one_of(*(records(event) for event in READ_MODEL.events)), max_size=8))
def test_every_order_of_events_is_borne(events: list[ActivityEvent]) -> None:
    row_of(*(replace(event, activity_id="a") for event in events))


def test_only_a_column_that_is_shown_says_what_rows_are_about() -> None:
    check_declaration(READ_MODEL)
    with pytest.raises(ValueError, match="about nothing"):
        check_declaration(replace(READ_MODEL, about="nothing"))
