"""What may happen to activities: they are planned, logged, put off, done, repeated and forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from domains.crm.involved import MOST
from schemas.contract import ERASED
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.activity import (
    ActivityAssigned,
    ActivityCancelled,
    ActivityChanged,
    ActivityCompleted,
    ActivityCreated,
    ActivityDirection,
    ActivityErased,
    ActivityFieldsSet,
    ActivityKind,
    ActivityLinked,
    ActivityPriority,
    ActivityRecurred,
    ActivityReminded,
    ActivityRemoved,
    ActivityReopened,
    ActivityRescheduled,
    ActivityShared,
    ActivityUnlinked,
    ActivityUnshared,
    AddParticipant,
    AssignActivity,
    CancelActivity,
    ChangeActivity,
    CompleteActivity,
    CreateActivity,
    DropParticipant,
    EraseActivity,
    ForgetParticipant,
    LinkActivity,
    MentionUsers,
    ParticipantAdded,
    ParticipantDropped,
    ParticipantForgotten,
    RemindOfActivity,
    RemoveActivity,
    ReopenActivity,
    RepeatActivity,
    RescheduleActivity,
    SetActivityFields,
    ShareActivity,
    UnlinkActivity,
    UnshareActivity,
    UsersMentioned,
)
from tests.spec import given

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
TASK = ActivityCreated(activity_id="a", kind=ActivityKind.TASK, title="Call back", owner_id="ann", due_at=AT, at=AT)
DONE = ActivityCompleted(activity_id="a", owner_id="ann", outcome="Reached her", at=AT)
GONE = ActivityRemoved(activity_id="a", owner_id="ann", at=AT)
WEEKLY = ActivityCreated(
    activity_id="a",
    kind=ActivityKind.TASK,
    title="Report",
    owner_id="ann",
    due_at=AT,
    starts_at=AT - DAY,
    remind_at=AT - DAY,
    rule="FREQ=WEEKLY",
    series_id="a",
    series_start=AT,
    contact_ids=("maud",),
    links=("crm/deal/d",),
    at=AT,
)


def create(**changes: Any) -> CreateActivity:
    given: dict[str, Any] = {"kind": ActivityKind.TASK, "title": "Call back", "owner_id": "ann", "due_at": AT, "at": AT}
    return CreateActivity(activity_id="a", **(given | changes))


def test_a_task_is_planned_once() -> None:
    given().when(create()).then(TASK)
    given(TASK).when(create()).nothing()
    given(TASK).when(create(title="Other")).rejected("activity_exists")
    given(TASK, GONE).when(create()).then(TASK)


def test_what_took_place_is_done_from_the_beginning() -> None:
    (note,) = (create(kind=ActivityKind.NOTE, due_at=None, body="She likes tea", title=None),)
    given().when(note).then(
        ActivityCreated(
            activity_id="a", kind=ActivityKind.NOTE, body="She likes tea", owner_id="ann", completed_at=AT, at=AT
        )
    )
    call = create(
        kind=ActivityKind.CALL,
        due_at=None,
        direction=ActivityDirection.INBOUND,
        outcome="Interested",
        completed_at=AT - DAY,
        contact_ids=("maud", "maud"),
    )
    given().when(call).then(
        ActivityCreated(
            activity_id="a",
            kind=ActivityKind.CALL,
            title="Call back",
            outcome="Interested",
            direction=ActivityDirection.INBOUND,
            owner_id="ann",
            completed_at=AT - DAY,
            contact_ids=("maud",),
            at=AT,
        )
    )


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": ActivityKind.UNKNOWN}, "kind_unknown", "kind"),
        ({"title": " ", "body": None}, "activity_blank", "title"),
        ({"title": "x" * 301}, "title_too_long", "title"),
        ({"body": "x" * 10_001}, "body_too_long", "body"),
        ({"owner_id": " "}, "owner_id_missing", "owner_id"),
        ({"due_at": datetime(1999, 1, 1, tzinfo=UTC)}, "time_implausible", "due_at"),
        ({"ends_at": AT}, "ends_without_start", "starts_at"),
        ({"starts_at": AT, "ends_at": AT - DAY}, "ends_before_start", "ends_at"),
        ({"rule": "FREQ=DAILY", "due_at": None}, "rule_without_time", "due_at"),
        ({"rule": "FREQ=SECONDLY"}, "rule_malformed", "rule"),
        ({"zone": "Europe/Berlin"}, "zone_without_rule", "zone"),
        ({"rule": "FREQ=DAILY", "zone": "Mars"}, "zone_unknown", "zone"),
        ({"completed_at": AT, "rule": "FREQ=DAILY"}, "done_already", "completed_at"),
        ({"completed_at": AT, "remind_at": AT}, "done_already", "completed_at"),
        ({"completed_at": AT + DAY}, "done_in_future", "completed_at"),
        ({"direction": ActivityDirection.INBOUND}, "direction_of_none", "direction"),
        ({"message_id": "<1@example.com>"}, "message_id_of_none", "message_id"),
        ({"contact_ids": tuple(map(str, range(1000)))}, "too_many_contact_ids", "contact_ids"),
        ({"user_ids": ("x" * 101,)}, "user_ids_too_long", "user_ids"),
        ({"links": ("deal/d",)}, "link_malformed", "links"),
        ({"links": ("crm/activity/a",)}, "linked_to_itself", "links"),
        ({"links": tuple(f"crm/deal/{n}" for n in range(MOST + 1))}, "too_many_links", "links"),
    ],
)
def test_what_cannot_be_planned(changes: dict[str, Any], code: str, field: str) -> None:
    given().when(create(**changes)).rejected(code, field)


def test_an_activity_is_changed_and_put_off() -> None:
    change = ChangeActivity(activity_id="a", title="Call back", priority=ActivityPriority.HIGH, at=AT)
    changed = ActivityChanged(activity_id="a", title="Call back", priority=ActivityPriority.HIGH, at=AT)
    given(TASK).when(change).then(changed)
    given(TASK, changed).when(change).nothing()
    given(TASK).when(RescheduleActivity(activity_id="a", due_at=AT, at=AT)).nothing()
    given(TASK).when(RescheduleActivity(activity_id="a", due_at=AT + DAY, rule="FREQ=DAILY", at=AT)).then(
        ActivityRescheduled(
            activity_id="a", due_at=AT + DAY, rule="FREQ=DAILY", series_id="a", series_start=AT + DAY, at=AT
        )
    )
    given(WEEKLY).when(RescheduleActivity(activity_id="a", due_at=AT, at=AT)).then(
        ActivityRescheduled(activity_id="a", due_at=AT, series_id="a", at=AT)
    )
    given(TASK, DONE).when(RescheduleActivity(activity_id="a", due_at=AT + DAY, at=AT)).rejected("activity_closed")


def test_an_activity_is_done_cancelled_and_taken_up_again() -> None:
    complete = CompleteActivity(activity_id="a", outcome="Reached her", at=AT)
    cancel, reopen = CancelActivity(activity_id="a", at=AT), ReopenActivity(activity_id="a", at=AT)
    cancelled = ActivityCancelled(activity_id="a", owner_id="ann", at=AT)
    given(TASK).when(complete).then(DONE)
    given(TASK, DONE).when(complete).nothing()
    given(TASK).when(cancel).then(cancelled)
    given(TASK, cancelled).when(cancel).nothing()
    given(TASK, cancelled).when(complete).rejected("activity_cancelled")
    given(TASK, DONE).when(cancel).rejected("activity_done")
    given(TASK).when(reopen).nothing()
    for closed in (DONE, cancelled):
        given(TASK, closed).when(reopen).then(ActivityReopened(activity_id="a", owner_id="ann", at=AT))
    note = ActivityCreated(activity_id="a", kind=ActivityKind.NOTE, body="x", owner_id="ann", completed_at=AT, at=AT)
    given(note).when(reopen).rejected("never_open")


def recurred(due: datetime, at: datetime) -> ActivityRecurred:
    return ActivityRecurred(
        activity_id="a",
        next_id=str(uuid5(uuid5(NAMESPACE_URL, "nexus360/activity/next"), "a")),
        kind=ActivityKind.TASK,
        title="Report",
        owner_id="ann",
        due_at=due,
        starts_at=due - DAY,
        remind_at=due - DAY,
        rule="FREQ=WEEKLY",
        series_id="a",
        series_start=AT,
        contact_ids=("maud",),
        links=("crm/deal/d",),
        at=at,
    )


@pytest.mark.parametrize(
    ("done_at", "due"),
    [
        (AT - 2 * DAY, AT + 7 * DAY),
        (AT, AT + 7 * DAY),
        (AT + 20 * DAY, AT + 21 * DAY),
    ],
    ids=["early", "in time", "late, so that two were missed"],
)
def test_what_repeats_is_planned_again_when_it_is_done(done_at: datetime, due: datetime) -> None:
    done = ActivityCompleted(activity_id="a", owner_id="ann", at=done_at)
    given(WEEKLY).when(CompleteActivity(activity_id="a", at=done_at)).then(done, recurred(due, done_at))


def test_a_series_ends_by_its_rule_when_it_is_cancelled_and_when_its_words_are_erased() -> None:
    complete, done = CompleteActivity(activity_id="a", at=AT), ActivityCompleted(activity_id="a", owner_id="ann", at=AT)
    once = ActivityRescheduled(
        activity_id="a", due_at=AT, rule="FREQ=WEEKLY;COUNT=1", series_id="a", series_start=AT, at=AT
    )
    given(WEEKLY, once).when(complete).then(done)
    given(WEEKLY, ActivityErased(activity_id="a", at=AT)).when(complete).then(done)
    given(WEEKLY).when(CancelActivity(activity_id="a", at=AT)).then(
        ActivityCancelled(activity_id="a", owner_id="ann", at=AT)
    )


def test_the_next_one_of_a_series_comes_once() -> None:
    repeat = RepeatActivity(
        activity_id="b",
        kind=ActivityKind.TASK,
        title=ERASED,
        owner_id="ann",
        due_at=AT + 7 * DAY,
        rule="FREQ=WEEKLY",
        series_id="a",
        series_start=AT,
        at=AT,
    )
    planned = ActivityCreated(
        activity_id="b",
        kind=ActivityKind.TASK,
        title=ERASED,
        owner_id="ann",
        due_at=AT + 7 * DAY,
        rule="FREQ=WEEKLY",
        series_id="a",
        series_start=AT,
        at=AT,
    )
    given().when(repeat).then(planned)
    given(planned).when(repeat).nothing()
    given(planned, ActivityRemoved(activity_id="b", owner_id="ann", at=AT)).when(repeat).nothing()


def test_a_reminder_is_given_once_at_the_time_that_is_set_by_then() -> None:
    def remind(at: datetime) -> RemindOfActivity:
        return RemindOfActivity(activity_id="a", remind_at=at, at=at)

    reminded = ActivityReminded(activity_id="a", owner_id="ann", remind_at=AT - DAY, at=AT - DAY)
    put_off = ActivityRescheduled(activity_id="a", due_at=AT, remind_at=AT, at=AT)
    given(WEEKLY).when(remind(AT - DAY)).then(reminded)
    given(WEEKLY, reminded).when(remind(AT - DAY)).nothing()
    given(WEEKLY, put_off).when(remind(AT - DAY)).nothing()
    given(WEEKLY, reminded, put_off).when(remind(AT)).then(
        ActivityReminded(activity_id="a", owner_id="ann", remind_at=AT, at=AT)
    )
    for over in (DONE, ActivityCancelled(activity_id="a", owner_id="ann", at=AT), GONE):
        given(WEEKLY, over).when(remind(AT - DAY)).nothing()


def test_links_come_and_go() -> None:
    linked = ActivityLinked(activity_id="a", record="crm/deal/d", at=AT)
    link, unlink = (cls(activity_id="a", record="crm/deal/d", at=AT) for cls in (LinkActivity, UnlinkActivity))
    given(TASK).when(link).then(linked)
    given(TASK, linked).when(link).nothing()
    given(TASK, linked).when(unlink).then(ActivityUnlinked(activity_id="a", record="crm/deal/d", at=AT))
    given(TASK).when(unlink).nothing()
    given(TASK).when(LinkActivity(activity_id="a", record="crm/activity/a", at=AT)).rejected(
        "linked_to_itself", "record"
    )
    many = (ActivityLinked(activity_id="a", record=f"crm/deal/{n}", at=AT) for n in range(MOST))
    given(TASK, *many).when(link).rejected("too_many_links", "links")


def test_people_take_part_and_are_mentioned() -> None:
    added = ParticipantAdded(activity_id="a", contact_id="maud", at=AT)
    add = AddParticipant(activity_id="a", contact_id="maud", at=AT)
    given(TASK).when(add).then(added)
    given(TASK, added).when(add).nothing()
    given(TASK, added).when(DropParticipant(activity_id="a", contact_id="maud", at=AT)).then(
        ParticipantDropped(activity_id="a", contact_id="maud", at=AT)
    )
    given(TASK).when(DropParticipant(activity_id="a", user_id="bert", at=AT)).nothing()
    given(TASK).when(AddParticipant(activity_id="a", at=AT)).rejected("participant_is_one", "contact_id")
    given(TASK).when(AddParticipant(activity_id="a", contact_id="c", user_id="u", at=AT)).rejected(
        "participant_is_one", "contact_id"
    )
    many = (ParticipantAdded(activity_id="a", contact_id=str(n), at=AT) for n in range(MOST))
    given(TASK, *many).when(add).rejected("too_many_contact_ids", "contact_ids")
    mentioned = UsersMentioned(activity_id="a", user_ids=("bert",), at=AT)
    given(TASK).when(MentionUsers(activity_id="a", user_ids=("bert", "bert"), at=AT)).then(mentioned)
    given(TASK, mentioned).when(MentionUsers(activity_id="a", user_ids=("bert", "cleo"), at=AT)).then(
        UsersMentioned(activity_id="a", user_ids=("cleo",), at=AT)
    )
    given(TASK, mentioned).when(MentionUsers(activity_id="a", user_ids=("bert",), at=AT)).nothing()


def test_an_activity_passes_on_and_is_shared() -> None:
    assign = AssignActivity(activity_id="a", owner_id="bert", from_owner_id="ann", at=AT)
    assigned = ActivityAssigned(activity_id="a", owner_id="bert", previous_owner_id="ann", open=True, at=AT)
    given(TASK).when(assign).then(assigned)
    given(TASK, assigned).when(assign).nothing()
    shared = ActivityShared(activity_id="a", user_id="cleo", change=False, at=AT)
    unshare = UnshareActivity(activity_id="a", user_id="cleo", at=AT)
    given(TASK).when(ShareActivity(activity_id="a", user_id="cleo", at=AT)).then(shared)
    given(TASK, shared).when(unshare).then(ActivityUnshared(activity_id="a", user_id="cleo", at=AT))
    unshared = ActivityUnshared(activity_id="a", user_id="cleo", at=AT)
    given(TASK, shared, GONE).when(unshare).then(unshared)
    given(TASK, shared, GONE, unshared).when(unshare).nothing()


def test_an_activity_forgets_a_contact_who_was_erased_even_when_it_was_taken_back() -> None:
    forget = ForgetParticipant(activity_id="a", contact_id="maud", at=AT)
    given(WEEKLY).when(forget).then(ParticipantForgotten(activity_id="a", contact_id="maud", last=True, at=AT))
    given(WEEKLY, GONE).when(forget).then(ParticipantForgotten(activity_id="a", contact_id="maud", last=True, at=AT))
    linked = ActivityLinked(activity_id="a", record="crm/contact/bess", at=AT)
    forgotten = ParticipantForgotten(activity_id="a", contact_id="maud", last=False, at=AT)
    given(WEEKLY, linked).when(forget).then(forgotten)
    given(WEEKLY, linked, forgotten).when(forget).nothing()
    given(WEEKLY, linked, forgotten).when(ForgetParticipant(activity_id="a", contact_id="bess", at=AT)).then(
        ParticipantForgotten(activity_id="a", contact_id="bess", last=True, at=AT)
    )


def test_words_that_were_erased_do_not_come_back() -> None:
    erase, erased = EraseActivity(activity_id="a", at=AT), ActivityErased(activity_id="a", at=AT)
    given().when(erase).nothing()
    given(TASK).when(erase).then(erased)
    given(TASK, erased).when(erase).nothing()
    given(TASK, GONE).when(erase).then(erased)
    given(TASK, erased).when(ChangeActivity(activity_id="a", title="Again", at=AT)).rejected("activity_erased")
    given(TASK, GONE, erased).when(create()).rejected("activity_erased")
    given(TASK, erased).when(CompleteActivity(activity_id="a", outcome=ERASED, at=AT)).then(
        ActivityCompleted(activity_id="a", owner_id="ann", outcome=ERASED, at=AT)
    )


def test_fields_of_one_s_own_are_said_from_the_beginning_changed_and_passed_on_to_the_next_one() -> None:
    def rooms(*texts: str) -> tuple[CustomValue, ...]:
        return (CustomValue(key="room", kind=FieldKind.TEXT, values=texts),)

    said = ActivityFieldsSet(activity_id="a", custom=rooms("A1"), at=AT)
    given().when(create(custom=rooms("A1"))).then(TASK, said)
    given(TASK, said).when(create(custom=rooms("A1"))).nothing()
    given(TASK, said).when(create(custom=rooms("B2"))).rejected("activity_exists")
    put = SetActivityFields(activity_id="a", custom=rooms("B2"), at=AT)
    given(TASK, said).when(put).then(replace(said, custom=rooms("B2")))
    given(TASK, said).when(replace(put, custom=rooms("A1"))).nothing()
    given(TASK, said).when(replace(put, custom=rooms())).then(replace(said, custom=()))
    given(TASK, said, GONE).when(put).rejected("activity_removed")
    given(TASK, said, ActivityErased(activity_id="a", at=AT)).when(put).rejected("activity_erased")
    done = ActivityCompleted(activity_id="a", owner_id="ann", at=AT)
    next_one = replace(recurred(AT + 7 * DAY, AT), custom=rooms("A1"))
    given(WEEKLY, said).when(CompleteActivity(activity_id="a", at=AT)).then(done, next_one)
    repeat = RepeatActivity(activity_id="b", kind=ActivityKind.TASK, title="Report", owner_id="ann", at=AT)
    plain = ActivityCreated(activity_id="b", kind=ActivityKind.TASK, title="Report", owner_id="ann", at=AT)
    given().when(replace(repeat, custom=rooms("A1"))).then(plain, replace(said, activity_id="b"))
    given().when(replace(repeat, custom=ERASED)).then(plain)


def test_nothing_happens_to_what_was_taken_back() -> None:
    given(TASK).when(RemoveActivity(activity_id="a", at=AT)).then(GONE)
    given(TASK, GONE).when(RemoveActivity(activity_id="a", at=AT)).nothing()
    given(TASK, GONE).when(CompleteActivity(activity_id="a", at=AT)).rejected("activity_removed")
    given().when(CompleteActivity(activity_id="a", at=AT)).rejected("not_found")
