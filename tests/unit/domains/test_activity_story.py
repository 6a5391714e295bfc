"""What follows of activities, told to an in-memory log: the next one of a series, reminders, and who is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.generated.admin.data_subject import ConfirmErasure, EraseDataSubject
from schemas.generated.admin.team import CreateTeam, RemoveTeam
from schemas.generated.admin.user import CreateUser, DeactivateUser
from schemas.generated.crm.activity import (
    ActivityKind,
    ActivityReminded,
    ActivityStatus,
    AddParticipant,
    CompleteActivity,
    CreateActivity,
    ReopenActivity,
    RescheduleActivity,
    ShareActivity,
)
from schemas.generated.crm.contact import CreateContact
from tests.log import MemoryLog

DAY = timedelta(days=1)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def planned(log: MemoryLog, id: str = "a", **changes: Any) -> None:
    fields: dict[str, Any] = {"kind": ActivityKind.TASK, "title": "Report", "owner_id": "ann", "due_at": AT, "at": AT}
    log.send("acme", CreateActivity(activity_id=id, **(fields | changes)))


def rows(log: MemoryLog) -> dict[str, Any]:
    return dict(log.rows("crm", "activities", "acme"))


def test_whoever_completes_one_of_a_series_finds_the_next_one_once() -> None:
    log = MemoryLog()
    planned(log, rule="FREQ=WEEKLY", contact_ids=("maud",), links=("crm/deal/d",))
    log.send("acme", CompleteActivity(activity_id="a", at=AT))
    first, second = rows(log)["a"], rows(log)[rows(log)["a"].next_id]
    assert (first.status, second.status, second.due_at) == (ActivityStatus.DONE, ActivityStatus.OPEN, AT + 7 * DAY)
    assert (second.title, second.series_id, second.about) == ("Report", "a", ("crm/deal/d", "crm/contact/maud"))
    log.send("acme", ReopenActivity(activity_id="a", at=AT + DAY))
    log.send("acme", CompleteActivity(activity_id="a", at=AT + DAY))
    assert len(rows(log)) == 2
    log.send("acme", CompleteActivity(activity_id=first.next_id, at=AT + 8 * DAY))
    assert sorted(row.due_at for row in rows(log).values()) == [AT, AT + 7 * DAY, AT + 14 * DAY]


def reminded(log: MemoryLog) -> list[datetime]:
    return [entry.event.remind_at for entry in log.entries if isinstance(entry.event, ActivityReminded)]


def test_owners_are_reminded_at_the_time_that_is_set_last() -> None:
    log = MemoryLog(now=AT)
    planned(log, remind_at=AT + DAY)
    planned(log, "b", remind_at=AT + DAY)
    log.send("acme", RescheduleActivity(activity_id="a", due_at=AT, remind_at=AT + 3 * DAY, at=AT))
    log.send("acme", CompleteActivity(activity_id="b", at=AT))
    log.wait(AT + 2 * DAY)
    assert reminded(log) == []
    log.wait(AT + 3 * DAY)
    assert reminded(log) == [AT + 3 * DAY]


def erased(log: MemoryLog, person: str) -> None:
    log.send("acme", EraseDataSubject(data_subject_id=person, basis="objection", at=AT))
    log.send("acme", ConfirmErasure(data_subject_id=person, key="0123", by="eraser", at=AT))


def test_an_activity_forgets_who_is_erased_and_its_words_go_with_the_last() -> None:
    log = MemoryLog()
    for contact in ("maud", "bess"):
        log.send("acme", CreateContact(contact_id=contact, name=contact.title(), at=AT))
    planned(log, contact_ids=("maud",), links=("crm/contact/bess",))
    planned(log, "other")
    erased(log, "maud")
    assert rows(log)["a"].about == ("crm/contact/bess",)
    subjects = log.rows("admin", "data_subjects", "acme")
    assert "a" not in subjects
    erased(log, "bess")
    assert rows(log)["a"].about == ()
    assert log.rows("admin", "data_subjects", "acme")["a"].status == "ERASING"
    log.send("acme", ConfirmErasure(data_subject_id="a", key="4567", by="eraser", at=AT))
    assert (rows(log)["a"].title, rows(log)["other"].title) == ("[erased]", "Report")
    log.send("acme", AddParticipant(activity_id="other", contact_id="maud", at=AT))
    assert rows(log)["other"].about == ()


def test_what_is_shared_with_a_team_is_not_when_the_team_is_gone() -> None:
    log = MemoryLog()
    log.send("acme", CreateTeam(team_id="east", name="East", at=AT))
    planned(log)
    log.send("acme", ShareActivity(activity_id="a", team_id="east", at=AT))
    assert rows(log)["a"].readers == ("team:east",)
    log.send("acme", RemoveTeam(team_id="east", at=AT))
    assert rows(log)["a"].readers == ()


def test_what_somebody_who_leaves_had_still_to_do_passes_to_their_manager() -> None:
    log = MemoryLog()
    log.send("acme", CreateUser(user_id="dustin", name="Dustin", at=AT))
    log.send("acme", CreateUser(user_id="ann", name="Ann", manager_id="dustin", at=AT))
    for id in ("open", "done", "reopened"):
        planned(log, id)
    planned(log, "note", kind=ActivityKind.NOTE, due_at=None)
    for id in ("done", "reopened"):
        log.send("acme", CompleteActivity(activity_id=id, at=AT))
    log.send("acme", ReopenActivity(activity_id="reopened", at=AT))
    log.send("acme", DeactivateUser(user_id="ann", at=AT))
    planned(log, "late")
    owners = {id: row.owner_id for id, row in rows(log).items()}
    passed = dict.fromkeys(("open", "reopened", "late"), "dustin")
    assert owners == passed | {"done": "ann", "note": "ann"}
