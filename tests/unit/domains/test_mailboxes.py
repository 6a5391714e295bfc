"""What may happen to mailboxes, and to what is found in them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.contract import ERASED
from schemas.generated.crm.activity import (
    ActivityCancelled,
    ActivityChanged,
    ActivityCompleted,
    ActivityCreated,
    ActivityDirection,
    ActivityErased,
    ActivityExpired,
    ActivityKind,
    ActivityPriority,
    ActivityRemoved,
    ActivityReopened,
    ActivityRescheduled,
    ActivityShared,
    ParticipantAdded,
    TakeInActivity,
)
from schemas.generated.integration.mailbox import (
    ChangeMailbox,
    ConnectMailbox,
    DisconnectMailbox,
    MailboxChanged,
    MailboxConnected,
    MailboxDisconnected,
    MailboxFailed,
    MailboxKind,
    MailboxLooked,
    MailboxPaused,
    MailboxRecovered,
    MailboxResumed,
    PauseMailbox,
    RecordMailboxLook,
    ResumeMailbox,
)
from tests.spec import given

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED: dict[str, Any] = {
    "name": "Ann's mail",
    "login": "sealed login",
    "secret": "sealed word",
    "owner_id": "ann",
    "folders": ("INBOX",),
}
PLACE: dict[str, Any] = {"kind": MailboxKind.IMAP, "address": "imaps://mail.example.com"}
CONNECTED = MailboxConnected(mailbox_id="m", since_at=AT - 30 * DAY, at=AT, **PLACE, **ASKED)
PAUSED, RESUMED = MailboxPaused(mailbox_id="m", at=AT), MailboxResumed(mailbox_id="m", at=AT)
GONE = MailboxDisconnected(mailbox_id="m", at=AT)
FAILED = MailboxFailed(mailbox_id="m", code="login_refused", reason="Check it.", at=AT)


def connect(**changes: Any) -> ConnectMailbox:
    said: dict[str, Any] = {**PLACE, **ASKED, "at": AT}
    return ConnectMailbox(mailbox_id="m", **(said | changes))


def change(**changes: Any) -> ChangeMailbox:
    said: dict[str, Any] = {**ASKED, "login": None, "secret": None, "at": AT}
    return ChangeMailbox(mailbox_id="m", **(said | changes))


def looked(**changes: Any) -> RecordMailboxLook:
    said: dict[str, Any] = {"counts": {}, "problems": {}, "at": AT}
    return RecordMailboxLook(mailbox_id="m", **(said | changes))


def test_a_mailbox_is_connected_once() -> None:
    given().when(connect()).then(CONNECTED)
    given(CONNECTED).when(connect()).nothing()
    given(CONNECTED).when(connect(name="Other")).rejected("mailbox_exists")
    given(CONNECTED, GONE).when(connect(folders=())).then(replace(CONNECTED, folders=()))


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"owner_id": ""}, "owner_id_missing", "owner_id"),
        ({"kind": MailboxKind.UNKNOWN}, "kind_unknown", "kind"),
        ({"login": None}, "login_missing", "login"),
        ({"secret": None}, "secret_missing", "secret"),
        ({"address": "mail.example.com"}, "address_malformed", "address"),
        ({"address": "https://mail.example.com"}, "address_malformed", "address"),
        ({"address": "imaps://mail.example.com/INBOX"}, "address_malformed", "address"),
        ({"address": "imaps://ann:word@mail.example.com"}, "address_malformed", "address"),
        ({"address": "imaps://mail.example.com:0"}, "address_malformed", "address"),
        ({"address": "imaps://mail.example.com:99999"}, "address_malformed", "address"),
        ({"address": "imap://mail.example.com"}, "address_not_secure", "address"),
        ({"address": "imaps://10.0.0.1"}, "address_inward", "address"),
        ({"address": "imaps://[fd00::1]"}, "address_inward", "address"),
        ({"kind": MailboxKind.CALDAV}, "address_malformed", "address"),
        ({"kind": MailboxKind.ICS, "address": "http://example.com/a.ics"}, "address_not_secure", "address"),
        ({"folders": ("a", " ")}, "folders_missing", "folders"),
        ({"folders": tuple(map(str, range(51)))}, "too_many_folders", "folders"),
        ({"since_at": AT + HOUR}, "since_implausible", "since_at"),
        ({"since_at": datetime(1970, 1, 1, tzinfo=UTC)}, "since_implausible", "since_at"),
    ],
)
def test_what_cannot_be_looked_into_is_refused(asked: dict[str, Any], code: str, field: str) -> None:
    given().when(connect(**asked)).rejected(code, field)


def test_on_this_machine_nobody_listens_in() -> None:
    given().when(connect(address="imap://127.0.0.1:3143")).then(replace(CONNECTED, address="imap://127.0.0.1:3143"))
    calendar: dict[str, Any] = {
        "kind": MailboxKind.ICS,
        "address": "https://example.com",
        "login": None,
        "secret": None,
    }
    given().when(connect(**calendar)).then(replace(CONNECTED, **calendar))


def test_a_change_keeps_the_password_unless_it_says_another() -> None:
    given(CONNECTED).when(change()).nothing()
    changed: dict[str, Any] = {"mailbox_id": "m", **ASKED, "folders": ("Sent",), "internal": True, "at": AT}
    given(CONNECTED).when(change(folders=("Sent", "Sent"), internal=True)).then(MailboxChanged(**changed))
    given(CONNECTED).when(change(folders=("Sent",), internal=True, secret="new")).then(
        replace(MailboxChanged(**changed), secret="new")
    )
    given(CONNECTED).when(change(owner_id=" ")).rejected("owner_id_missing", "owner_id")
    given(CONNECTED, GONE).when(change()).rejected("mailbox_disconnected")


def test_a_mailbox_rests_and_goes_on() -> None:
    given(CONNECTED).when(PauseMailbox(mailbox_id="m", at=AT)).then(PAUSED)
    given(CONNECTED, PAUSED).when(PauseMailbox(mailbox_id="m", at=AT)).nothing()
    given(CONNECTED, PAUSED).when(ResumeMailbox(mailbox_id="m", at=AT)).then(RESUMED)
    given(CONNECTED).when(ResumeMailbox(mailbox_id="m", at=AT)).nothing()
    given(CONNECTED, PAUSED).when(DisconnectMailbox(mailbox_id="m", at=AT)).then(GONE)
    given(CONNECTED, GONE).when(DisconnectMailbox(mailbox_id="m", at=AT)).nothing()
    given(CONNECTED, GONE).when(ResumeMailbox(mailbox_id="m", at=AT)).rejected("mailbox_disconnected")
    given().when(PauseMailbox(mailbox_id="m", at=AT)).rejected("not_found")


def test_a_look_tells_what_came_of_it_and_what_is_wrong_now() -> None:
    told = MailboxLooked(mailbox_id="m", counts={"taken": 2}, problems={}, at=AT)
    wrong = {"code": "login_refused", "reason": "Check it."}
    given(CONNECTED).when(looked()).nothing()
    given(CONNECTED).when(looked(counts={"taken": 0})).nothing()
    given(CONNECTED).when(looked(counts={"taken": 2})).then(told)
    given(CONNECTED, told).when(looked(counts={"taken": 2})).nothing()
    given(CONNECTED, told).when(looked(counts={"taken": 1}, at=AT + HOUR)).then(
        replace(told, counts={"taken": 1}, at=AT + HOUR)
    )
    given(CONNECTED).when(looked(counts={"taken": 2}, **wrong)).then(told, FAILED)
    given(CONNECTED, FAILED).when(looked(**wrong)).nothing()
    given(CONNECTED, FAILED).when(looked(code="folder_gone", reason="Make it.")).then(
        replace(FAILED, code="folder_gone", reason="Make it.")
    )
    given(CONNECTED, FAILED).when(looked()).then(MailboxRecovered(mailbox_id="m", at=AT))
    given(CONNECTED, GONE).when(looked(counts={"taken": 2})).nothing()


def mail(**changes: Any) -> TakeInActivity:
    said: dict[str, Any] = {
        "kind": ActivityKind.EMAIL,
        "title": "Tea",
        "body": "How much?",
        "message_id": "<1@example.com>",
        "direction": ActivityDirection.INBOUND,
        "owner_id": "ann",
        "contact_ids": ("maud",),
        "at": AT,
    }
    return TakeInActivity(activity_id="a", **(said | changes))


def meeting(**changes: Any) -> TakeInActivity:
    said: dict[str, Any] = {"kind": ActivityKind.MEETING, "title": "Tasting", "location": "Here", "owner_id": "ann"}
    times: dict[str, Any] = {"starts_at": AT, "ends_at": AT + HOUR, "at": AT}
    return TakeInActivity(activity_id="a", **(said | times | changes))


MAIL = ActivityCreated(
    activity_id="a",
    kind=ActivityKind.EMAIL,
    title="Tea",
    body="How much?",
    message_id="<1@example.com>",
    direction=ActivityDirection.INBOUND,
    owner_id="ann",
    completed_at=AT,
    contact_ids=("maud",),
    at=AT,
)
MEETING = ActivityCreated(
    activity_id="a",
    kind=ActivityKind.MEETING,
    title="Tasting",
    location="Here",
    owner_id="ann",
    starts_at=AT,
    ends_at=AT + HOUR,
    at=AT,
)
REMOVED = ActivityRemoved(activity_id="a", owner_id="ann", at=AT)


def test_an_email_is_taken_in_once_whoever_has_it() -> None:
    given().when(mail()).then(MAIL)
    given(MAIL).when(mail()).nothing()
    given(MAIL).when(mail(title="Another", body=None)).nothing()
    given(MAIL).when(mail(owner_id="bob", user_ids=("ann",))).then(
        ParticipantAdded(activity_id="a", user_id="bob", at=AT),
        ActivityShared(activity_id="a", user_id="bob", team_id=None, change=False, at=AT),
    )
    given(MAIL).when(mail(contact_ids=("maud", "zoe"))).then(ParticipantAdded(activity_id="a", contact_id="zoe", at=AT))
    linked = replace(MAIL, links=("crm/contact/zoe",))
    given(linked).when(mail(contact_ids=("zoe",))).nothing()


def test_what_was_removed_or_erased_does_not_come_back() -> None:
    given(MAIL, REMOVED).when(mail()).nothing()
    given(MAIL, ActivityErased(activity_id="a", at=AT)).when(mail(contact_ids=("zoe",))).nothing()
    given(MEETING, REMOVED).when(meeting(title="Other")).nothing()
    given(MAIL, ActivityExpired(activity_id="a", at=AT)).when(mail(contact_ids=("zoe",))).nothing()


def test_a_meeting_follows_its_calendar() -> None:
    later, cancelled = AT + DAY, ActivityCancelled(activity_id="a", owner_id="ann", at=AT)
    moved = ActivityRescheduled(activity_id="a", starts_at=later, ends_at=None, at=AT)
    words = {"title": "Tea", "body": None, "location": "There"}
    given().when(meeting()).then(MEETING)
    given().when(meeting(cancelled=True)).nothing()
    given(MEETING).when(meeting()).nothing()
    given(MEETING).when(meeting(starts_at=later, ends_at=None)).then(moved)
    given(MEETING).when(meeting(**words)).then(
        ActivityChanged(activity_id="a", **words, priority=ActivityPriority.NORMAL, direction=None, at=AT)
    )
    given(MEETING).when(meeting(cancelled=True)).then(cancelled)
    given(MEETING, cancelled).when(meeting(cancelled=True)).nothing()
    given(MEETING, cancelled).when(meeting()).then(ActivityReopened(activity_id="a", owner_id="ann", at=AT))
    done = ActivityCompleted(activity_id="a", owner_id="ann", at=AT)
    given(MEETING, done).when(meeting(starts_at=later, ends_at=None, cancelled=True)).nothing()


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (mail(kind=ActivityKind.TASK), "kind_unknown", "kind"),
        (mail(title=None, body=" "), "activity_blank", "title"),
        (mail(owner_id=" "), "owner_id_missing", "owner_id"),
        (meeting(ends_at=AT - HOUR), "ends_before_start", "ends_at"),
        (meeting(starts_at=datetime(1900, 1, 1, tzinfo=UTC)), "time_implausible", "starts_at"),
    ],
)
def test_what_is_no_email_and_no_meeting_is_refused(command: TakeInActivity, code: str, field: str) -> None:
    given().when(command).rejected(code, field)


def test_words_under_a_key_that_is_gone_are_accepted() -> None:
    given().when(mail(title=ERASED, body=ERASED)).then(replace(MAIL, title=ERASED, body=ERASED))
